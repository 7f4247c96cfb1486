"""The text of a YAML scalar becomes a value, by the rules of go-yaml v2 (resolve.go); values become a mapping's keys.

Numbers keep Go's kinds here: `1` is an int, `1.0` a float. `number` makes of a float what Go's JSON makes of it.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from decimal import Decimal
from typing import Any, Final

WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
"""Plain scalars that are neither strings nor written as numbers."""

TAGS: Final = {f"tag:yaml.org,2002:{name}": name for name in ("str", "bool", "int", "float", "null", "timestamp")}
BINARY_TAG: Final = "tag:yaml.org,2002:binary"

INTEGER: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
MAX_INT: Final = 2**63 - 1
MAX_UNSIGNED: Final = 2**64 - 1
MAX_DIGITS: Final = 64
WHOLE: Final = 1e21
"""From here on Go's JSON writes a float with an exponent."""


def resolve(text: str) -> Any:
    """The value of a plain scalar: None, a bool, an int, a float (that can be infinite) or the text itself."""
    if not text:
        return None
    first = text[0]
    if first in "+-.0123456789":
        if text in WORDS:
            return WORDS[text]
        number = parse_float(text) if first == "." else parse_number(text.replace("_", ""))
        return text if number is None else number
    return WORDS.get(text, text) if first in "yYnNtTfFoO~" else text


def parse_number(text: str) -> int | float | None:
    """The number that a text without underscores is: Go's ParseInt with base 0, ParseUint, then a decimal float."""
    if match := INTEGER.fullmatch(text):
        sign, hexadecimal, binary, octal, decimal = match.groups()
        for digits, base in ((decimal, 10), (octal, 8), (hexadecimal, 16), (binary, 2)):
            if digits is not None and len(digits) <= MAX_DIGITS:
                value = -int(digits, base) if sign == "-" else int(digits, base)
                if -MAX_INT - 1 <= value <= (MAX_INT if sign else MAX_UNSIGNED):
                    return value
    return parse_float(text)


def parse_float(text: str) -> float | None:
    """The float that a text is in decimal notation; None where it is not one or too large for one."""
    if not FLOAT.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def resolve_tagged(text: str, tag: str) -> Any:
    """The value of a scalar with an explicit tag. Tags that YAML does not know mean nothing, and the text is the value.

    Raises ValueError where the text is not of the tag's type.
    """
    if tag == BINARY_TAG:
        try:
            return base64.b64decode(text, validate=True).decode(errors="replace")
        except binascii.Error:
            raise ValueError("!!binary must be followed by valid base64") from None
    wanted = TAGS.get(tag)
    if wanted is None or wanted in ("str", "timestamp"):
        return text
    value = resolve(text)
    found = kind(value)
    if wanted == "float" and found == "int":
        return float(value)
    if wanted != found:
        raise ValueError(f"{text!r} is !!{found}, not !!{wanted}")
    return value


def kind(value: Any) -> str:
    """The short YAML tag of a resolved value."""
    if value is None:
        return "null"
    return {bool: "bool", int: "int", float: "float"}.get(value.__class__, "str")


def number(value: float) -> int | float:
    """What a float is once Go has written it as JSON: whole ones are integers. Raises ValueError for infinities."""
    if not math.isfinite(value):
        raise ValueError(f"{go_word(value)} cannot be a value: JSON has no such number")
    if value.is_integer() and abs(value) < WHOLE:
        return int(Decimal(repr(value)))
    return value


def key_text(value: Any) -> str:
    """The string that a mapping's key becomes. Raises TypeError where Go has none for it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value <= MAX_INT:
        return str(value)
    if isinstance(value, float):
        return short_float(value) if math.isfinite(value) else go_word(value)
    names = {dict: "a mapping", list: "a list", int: "a number this large"}
    raise TypeError(f"{names.get(value.__class__, 'null')} cannot be a key")


def go_word(value: float) -> str:
    """The YAML word for a float that is not finite."""
    return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"


def short_float(value: float) -> str:
    """The shortest text that is this float in 32 bits, in Go's format."""
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    for digits in range(9):
        text = f"{value:.{digits}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            return go_float(Decimal(text))
    raise AssertionError("nine digits are enough for any float of 32 bits")


def go_float(value: Decimal) -> str:
    """A number as Go's FormatFloat(…, 'g', -1, …) writes it: with an exponent from a million up and for small ones."""
    exponent = value.adjusted()
    if -4 <= exponent < 6 or not value:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa = format(value.scaleb(-exponent).normalize(), "f")
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
