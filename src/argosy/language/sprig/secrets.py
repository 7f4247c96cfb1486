"""sprig's cryptography, as far as its results do not change from run to run."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, NoReturn

from argosy.errors import ExpressionError
from argosy.language.expr.codecs import decode_base64
from argosy.language.expr.errors import fail
from argosy.language.expr.state import State
from argosy.language.gotext import utf8

_WORK_OF_SCRYPT = 500_000
_SEED = b"com.lyndir.masterpassword"
_TEMPLATES = {
    "maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    "long": "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv "
    "CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv "
    "CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    "medium": "CvcnoCvc CvcCvcno",
    "short": "Cvcn",
    "basic": "aaanaaan aannaaan aaannaaa",
    "pin": "nnnn",
}
_CHARACTERS = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


def derive_password(state: State, counter: int, kind: str, password: str, user: str, site: str) -> str:
    """A password made of a master password, by the rules of Master Password."""
    if kind not in _TEMPLATES:
        return f"cannot find password template {kind}"
    state.spend(_WORK_OF_SCRYPT)
    salt = _SEED + _counted(user)
    key = hashlib.scrypt(utf8(password), salt=salt, n=32768, r=8, p=2, maxmem=1 << 26, dklen=64)
    seed = hmac.new(key, _SEED + _counted(site) + counter.to_bytes(4, "big"), hashlib.sha256).digest()
    templates = _TEMPLATES[kind].split()
    template = templates[seed[0] % len(templates)]
    sets = (_CHARACTERS[letter] for letter in template)
    return "".join(letters[byte % len(letters)] for letters, byte in zip(sets, seed[1:], strict=False))


def _counted(text: str) -> bytes:
    data = utf8(text)
    return len(data).to_bytes(4, "big") + data


def unavailable(*_: Any) -> NoReturn:
    """Anything that needs chance, a network or much of a processor."""
    fail("this function cannot be used here: its result would change from run to run")


def decrypt_aes(_: str, text: str) -> str:
    """Nothing from nothing; AES itself is not here."""
    if not text:
        return ""
    decode_base64(text)
    return unavailable()


def build_custom_cert(certificate: str, key: str) -> NoReturn:
    """A certificate and its key, which are looked at no further than their encoding."""
    for text, name in ((certificate, "certificate"), (key, "private key")):
        try:
            decoded = decode_base64(text)
        except ExpressionError:
            raise ExpressionError(f"unable to decode base64 {name}") from None
        if name == "certificate" and "-----BEGIN" not in decoded:
            certificate = ""
    if not certificate:
        raise ExpressionError("unable to decode certificate")
    return unavailable()
