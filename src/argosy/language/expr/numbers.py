"""Numbers as Go's strconv reads them, in literals and in the functions that turn text into numbers."""

from __future__ import annotations

import math
import re

from argosy.errors import ExpressionError
from argosy.language.gotext import quote

_MAX, _MIN = (1 << 63) - 1, -(1 << 63)
_PREFIX = re.compile(r"([+-]?)(0[xX]|0[oO]|0[bB]|0)?(.*)\Z", re.DOTALL)
_BASES = {"0x": 16, "0o": 8, "0b": 2, "0": 8}
_DIGITS = {
    2: re.compile("[01]+"),
    8: re.compile("[0-7]+"),
    10: re.compile("[0-9]+"),
    16: re.compile("[0-9a-fA-F]+"),
}
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_HEXADECIMAL = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)", re.ASCII)
_SPECIAL = re.compile(r"([+-]?)(inf|infinity|nan)", re.IGNORECASE)


def parse_number(literal: str) -> int | float:
    """The value of a literal. Raises ExpressionError, `invalid hex literal: strconv.ParseInt: ...`."""
    text = literal.replace("_", "")
    prefix = text[:2].lower()
    if prefix != "0x" and any(character in text for character in ".eE"):
        kind, base = "float", 0
    else:
        kind, base = {"0x": ("hex", 0), "0b": ("binary", 0), "0o": ("octal", 0)}.get(prefix, ("integer", 10))
    try:
        return parse_float(text) if kind == "float" else parse_int(text, base)
    except ExpressionError as error:
        raise ExpressionError(f"invalid {kind} literal: {error.message}") from None


def parse_int(text: str, base: int, function: str = "ParseInt") -> int:
    """An integer of 64 bits; with base 0, `0x`, `0o`, `0b`, `0` and `_` mean what they do in Go (strconv.ParseInt).

    Raises ExpressionError, `strconv.ParseInt: parsing "x": invalid syntax`.
    """
    digits = text
    if base == 0 and "_" in text:
        digits = text.replace("_", "") if _underscores_are_good(text) else "?"
    match = _PREFIX.match(digits)
    sign, prefix, rest = match.group(1, 2, 3) if match else ("", None, digits)
    if base == 0:
        base = _BASES.get((prefix or "").lower(), 10)
        if prefix == "0" and not rest:
            return 0
    else:
        rest = (prefix or "") + rest
    if not _DIGITS[base].fullmatch(rest):
        raise ExpressionError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    rest = rest.lstrip("0")
    value = int(rest or "0", base) if len(rest) <= 64 else 1 << 64
    value = -value if sign == "-" else value
    if not _MIN <= value <= _MAX:
        raise ExpressionError(f"strconv.{function}: parsing {quote(text)}: value out of range")
    return value


def parse_float(text: str) -> float:
    """A float64 in decimal or hexadecimal (strconv.ParseFloat). Raises ExpressionError."""
    digits = text
    if "_" in text:
        digits = text.replace("_", "") if _underscores_are_good(text) else "?"
    if _DECIMAL.fullmatch(digits):
        value = float(digits)
    elif _SPECIAL.fullmatch(digits):
        return float(digits.lower())
    elif (parts := _HEXADECIMAL.fullmatch(digits)) is not None and (parts[2] or parts[3]):
        try:
            value = float.fromhex(digits)
        except OverflowError:
            value = math.inf
    else:
        raise ExpressionError(f"strconv.ParseFloat: parsing {quote(text)}: invalid syntax")
    if math.isinf(value):
        raise ExpressionError(f"strconv.ParseFloat: parsing {quote(text)}: value out of range")
    return value


def _underscores_are_good(text: str) -> bool:
    """Whether every `_` stands between digits or after the prefix of a base (strconv's underscoreOK)."""
    text = text.lstrip("+-") if text[:1] in ("+", "-") and text[1:2] not in ("+", "-") else text
    before, digits = "^", "0123456789"
    if text[:2].lower() in ("0b", "0o", "0x"):
        before, digits, text = "0", digits + ("abcdefABCDEF" if text[1] in "xX" else ""), text[2:]
    for character in text:
        if character in digits:
            before = "0"
        elif character == "_":
            if before != "0":
                return False
            before = "_"
        elif before == "_":
            return False
        else:
            before = "!"
    return before != "_"
