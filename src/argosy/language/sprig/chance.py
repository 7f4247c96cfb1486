"""sprig's functions whose results are random, from the chance of the world around."""

from __future__ import annotations

import base64

from argosy.language.expr.clock import world_of
from argosy.language.expr.errors import fail
from argosy.language.expr.state import State

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ASCII = "".join(map(chr, range(32, 127)))
_LONGEST = 1_000_000


def _bytes(state: State, count: int) -> bytes:
    if not 0 <= count <= _LONGEST:
        fail("memory budget exceeded" if count > 0 else "runtime error: makeslice: len out of range")
    return world_of(state, "a random value").random_bytes(count)


def _below(state: State, limit: int) -> int:
    """A number from 0 to below the limit; the bias of so many bytes is of no account."""
    return int.from_bytes(_bytes(state, 16), "big") % limit


def _text(state: State, count: int, characters: str) -> str:
    chosen = _bytes(state, 4 * max(count, 0))
    numbers = (int.from_bytes(chosen[start : start + 4], "big") for start in range(0, len(chosen), 4))
    return "".join(characters[number % len(characters)] for number in numbers)


def alphanumeric(state: State, count: int) -> str:
    """Letters and digits."""
    return _text(state, count, _LETTERS + _DIGITS)


def alphabetic(state: State, count: int) -> str:
    """Letters."""
    return _text(state, count, _LETTERS)


def ascii(state: State, count: int) -> str:  # noqa: A001 - sprig's name for it
    """Anything that ASCII can print."""
    return _text(state, count, _ASCII)


def numeric(state: State, count: int) -> str:
    """Digits."""
    return _text(state, count, _DIGITS)


def rand_bytes(state: State, count: int) -> str:
    """Bytes in base64."""
    return base64.b64encode(_bytes(state, count)).decode()


def rand_int(state: State, low: int, high: int) -> int:
    """A number from `low` to below `high`."""
    if high <= low:
        fail("invalid argument to Intn")
    return low + _below(state, high - low)


def shuffle(state: State, text: str) -> str:
    """The characters in another order."""
    characters = list(text)
    for index in range(len(characters) - 1, 0, -1):
        other = _below(state, index + 1)
        characters[index], characters[other] = characters[other], characters[index]
    return "".join(characters)


def uuidv4(state: State) -> str:
    """A random UUID."""
    data = bytearray(_bytes(state, 16))
    data[6], data[8] = data[6] & 0x0F | 0x40, data[8] & 0x3F | 0x80
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
