"""Go's way of reading and writing numbers and values: strconv, `%v` and encoding/json's floats."""

from __future__ import annotations

import math
import re
from typing import Any, TypeGuard

from argosy.errors import ExpressionError
from argosy.language.gotext import quote

_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]+\Z", re.ASCII)
_MIN_INT, _MAX_INT = -(1 << 63), (1 << 63) - 1


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value decoded from JSON is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value decoded from JSON is a list."""
    return isinstance(value, list)


def narrow(value: int) -> int | float:
    """An integer as Go's decoders hold it: a float64 where 64 bits do not suffice."""
    if _MIN_INT <= value <= _MAX_INT:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


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


def parse_float(text: str) -> float | None:
    """A float64 written in decimal, None where the text is none or the number too large (strconv.ParseFloat)."""
    value = float(text) if _FLOAT.match(text) else math.inf
    return value if math.isfinite(value) else None


def format_float(value: float) -> str:
    """A float64 as `%v` prints it: `3`, `0.5`, `1e+06`, `+Inf`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("+Inf" if value > 0 else "-Inf")
    sign, digits, exponent = _shortest(value)
    if -4 <= exponent < 6:
        return sign + _positional(digits, exponent)
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def format_json_float(value: float) -> str:
    """A float64 as encoding/json writes it: `1`, `0.5`, `1e+21`; raises ExpressionError for NaN and infinities."""
    if not math.isfinite(value):
        raise ExpressionError(f"json: unsupported value: {format_float(value)}")
    sign, digits, exponent = _shortest(value)
    if -6 <= exponent < 21:
        return sign + _positional(digits, exponent)
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent)}"


def format_decimal(value: float) -> str:
    """A finite float64 without an exponent: `1000000`, `0.00001` (strconv.FormatFloat with 'f', -1)."""
    sign, digits, exponent = _shortest(value)
    return sign + _positional(digits, exponent)


def format_value(value: Any) -> str:
    """A value as `%v` prints it: `1`, `true`, `<nil>`, `[a b]`, `map[a:1 b:2]`."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        value = narrow(value)
    if isinstance(value, float):
        return format_float(value)
    if is_list(value):
        return f"[{' '.join(map(format_value, value))}]"
    if is_object(value):
        return f"map[{' '.join(f'{key}:{format_value(value[key])}' for key in sorted(value))}]"
    return str(value)


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
