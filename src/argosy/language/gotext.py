"""Go's way of writing values as text: quoted strings, numbers and the errors of strconv.

Argo is written in Go, so what its users read back (names, messages, substituted values) is in Go's spelling.
"""

from __future__ import annotations

import math
import re

from argosy.errors import ExpressionError

_SHORT_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INTEGER = re.compile(r"[+-]?[0-9]+\Z", re.ASCII)
_MIN_INT, _MAX_INT = -(1 << 63), (1 << 63) - 1


def quote(text: str) -> str:
    """`text` as a double-quoted Go string: `say "hi"` becomes `"say \\"hi\\""` (strconv.Quote)."""
    return f'"{escape(text)}"'


def escape(text: str) -> str:
    """`quote` without the surrounding quotation marks."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(_escape_character(character, '"') for character in text)


def quote_rune(codepoint: int) -> str:
    """One character in single quotes: 10 becomes `'\\n'` (strconv.QuoteRune)."""
    return f"'{_escape_character(to_rune(codepoint), chr(39))}'"


def to_rune(codepoint: int) -> str:
    """The character of a code point; the replacement character where there is none."""
    if 0 <= codepoint <= 0x10FFFF and not 0xD800 <= codepoint <= 0xDFFF:
        return chr(codepoint)
    return "\ufffd"


def _escape_character(character: str, delimiter: str) -> str:
    if character == delimiter:
        return "\\" + delimiter
    if (short := _SHORT_ESCAPES.get(character)) is not None:
        return short
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as Python's surrogateescape keeps it
        return f"\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_space(character: str) -> bool:
    """unicode.IsSpace."""
    return character in _SPACE


def trim_space(text: str) -> str:
    """`text` without space around it (strings.TrimSpace; Python's strip also takes the separators 0x1c to 0x1f)."""
    return text.strip(_SPACE)


def utf8(text: str) -> bytes:
    """The bytes that Go sees; bytes kept by surrogateescape come back as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def parse_int(text: str, function: str = "Atoi") -> int:
    """A decimal integer of 64 bits.

    Raises ExpressionError in strconv's words: `strconv.Atoi: parsing "a": invalid syntax`.
    """
    if not _INTEGER.match(text):
        raise ExpressionError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    digits = text.lstrip("+-").lstrip("0")
    value = int(digits or "0") if len(digits) < 20 else _MAX_INT + 2
    if text[0] == "-":
        value = -value
    if not _MIN_INT <= value <= _MAX_INT:
        raise ExpressionError(f"strconv.{function}: parsing {quote(text)}: value out of range")
    return value


def format_float(value: float) -> str:
    """A float64 as `%v` prints it: `3`, `0.5`, `1e+06`, `+Inf`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("+Inf" if value > 0 else "-Inf")
    sign, digits, exponent = _shortest(value)
    if -4 <= exponent < 6:
        return sign + _positional(digits, exponent)
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def format_decimal(value: float) -> str:
    """A finite float64 without an exponent: `1000000`, `0.00001` (strconv.FormatFloat with 'f', -1)."""
    sign, digits, exponent = _shortest(value)
    return sign + _positional(digits, exponent)


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, the shortest digits that give the value back, and the exponent of the first of them."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign, mantissa = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(digits)
    point = int(exponent or "0") + len(whole) - 1 - leading_zeros
    digits = digits.rstrip("0")
    return (sign, digits, point) if digits else (sign, "0", 0)


def _positional(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
