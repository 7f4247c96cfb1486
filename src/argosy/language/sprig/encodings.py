"""sprig's hashes, encodings and paths."""

from __future__ import annotations

import hashlib
import posixpath
import zlib
from collections.abc import Callable

from argosy.errors import ExpressionError
from argosy.language.expr.codecs import decode_base32, decode_base64, encode_base32, encode_base64
from argosy.language.gotext import utf8
from argosy.language.sprig.urls import url_join, url_parse

__all__ = ["encode_base32", "encode_base64", "url_join", "url_parse"]


def _or_error(decode: Callable[[str], str]) -> Callable[[str], str]:
    def call(text: str) -> str:
        try:
            return decode(text)
        except ExpressionError as error:
            return error.message

    return call


b64dec = _or_error(decode_base64)
b32dec = _or_error(decode_base32)


def sha1sum(text: str) -> str:
    """SHA-1, in hexadecimal."""
    return hashlib.sha1(utf8(text), usedforsecurity=False).hexdigest()


def sha256sum(text: str) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(utf8(text)).hexdigest()


def sha512sum(text: str) -> str:
    """SHA-512, in hexadecimal."""
    return hashlib.sha512(utf8(text)).hexdigest()


def adler32sum(text: str) -> str:
    """Adler-32, in decimal."""
    return str(zlib.adler32(utf8(text)))


def clean(path: str) -> str:
    """The shortest path that means the same (path.Clean)."""
    cleaned = posixpath.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def base(path: str) -> str:
    """The last part of a path."""
    if not path:
        return "."
    stripped = path.rstrip("/")
    return stripped.rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """All but the last part of a path."""
    return clean(path[: path.rfind("/") + 1])


def ext(path: str) -> str:
    """From the last dot of the last part on."""
    name = path.rpartition("/")[2]
    return name[name.rfind(".") :] if "." in name else ""


def is_abs(path: str) -> bool:
    """Whether the path begins at the root."""
    return path.startswith("/")
