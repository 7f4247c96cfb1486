"""Base64 and base32 as Go decodes them, whose errors tell the byte at which the text goes wrong."""

from __future__ import annotations

import base64
import re

from argosy.errors import ExpressionError
from argosy.language.gotext import utf8

_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_BASE32 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_GOOD_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_PAD = ord("=")


def encode_base64(text: str) -> str:
    """The bytes of a text in base64."""
    return base64.b64encode(utf8(text)).decode()


def encode_base32(text: str) -> str:
    """The bytes of a text in base32."""
    return base64.b32encode(utf8(text)).decode()


def decode_base64(text: str) -> str:
    """The text that is written in base64; raises ExpressionError, `illegal base64 data at input byte 4`."""
    data = utf8(text)
    stripped = data.translate(None, b"\r\n")
    if not _GOOD_BASE64.fullmatch(stripped):
        raise ExpressionError(f"illegal base64 data at input byte {_wrong_base64(data)}")
    return base64.b64decode(stripped).decode("utf-8", "surrogateescape")


def _wrong_base64(data: bytes) -> int:
    """Where Go's decoder gives up; line breaks are skipped, but count."""
    places = [index for index, byte in enumerate(data) if byte not in b"\r\n"]
    start = 0
    while True:
        quantum = places[start : start + 4]
        for count, place in enumerate(quantum):
            if data[place] in _BASE64:
                continue
            if data[place] != _PAD or count < 2:
                return place
            rest = places[start + count + 1 :]
            if count == 2:
                if not rest:
                    return len(data)
                if data[rest[0]] != _PAD:
                    return rest[0] - 1
                rest = rest[1:]
            return rest[0] if rest else len(data)
        if len(quantum) < 4:
            return len(data) - len(quantum)
        start += 4


def decode_base32(text: str) -> str:
    """The text that is written in base32; raises ExpressionError."""
    data = utf8(text).translate(None, b"\r\n")
    digits: list[int] = []
    for index, byte in enumerate(data):
        count = index % 8
        if byte == _PAD and count >= 2 and len(data) - index - 1 < 8:
            _check_padding(data, index)
            break
        if byte not in _BASE32:
            raise _wrong_base32(index)
        digits.append(byte)
    else:
        if len(data) % 8:
            raise _wrong_base32(len(data) - len(data) % 8)
    padded = bytes(digits) + b"=" * (-len(digits) % 8)
    return base64.b32decode(padded).decode("utf-8", "surrogateescape")


def _check_padding(data: bytes, index: int) -> None:
    """Whether the padding that begins at `index` fills the last group of eight."""
    missing = 7 - index % 8
    if len(data) - index - 1 < missing:
        raise _wrong_base32(len(data))
    for offset in range(missing):
        if data[index + 1 + offset] != _PAD:
            raise _wrong_base32(index + offset)
    if index % 8 in (3, 6):
        raise _wrong_base32(index)


def _wrong_base32(place: int) -> ExpressionError:
    return ExpressionError(f"illegal base32 data at input byte {place}")
