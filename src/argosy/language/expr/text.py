"""Values become text: as Go's `%v` prints them, and as encoding/json writes them."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.durations import format_nanoseconds
from argosy.language.expr.errors import Panic
from argosy.language.expr.methods import METHODS
from argosy.language.expr.values import (
    NILS,
    AnyMap,
    Duration,
    Function,
    Location,
    Month,
    Time,
    Version,
    Weekday,
    is_list,
    is_map,
    measure,
    type_name,
)
from argosy.language.gotext import utf8
from argosy.language.govalues import format_float, format_json_float
from argosy.language.times import format_time
from argosy.language.times.layouts import RFC3339_NANO, time_string

_SURROGATE = re.compile("[\ud800-\udfff]")


def format_any(value: Any) -> str:
    """A value as `%v` prints it: `1e+06`, `[a <nil>]`, `map[a:1]`, `1h0m0s`. Raises Panic for one that is too large."""
    if isinstance(value, str):
        return value
    measure(value)
    return _format(value)


def _format(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_float(value)
    if isinstance(value, int):
        return _format_int(value)
    if is_list(value) or isinstance(value, bytes):
        return f"[{' '.join(map(_format, value))}]"
    if isinstance(value, (dict, AnyMap)):
        return f"map[{' '.join(f'{_format(key)}:{_format(item)}' for key, item in sorted_items(value))}]"
    if isinstance(value, Time):
        return time_string(value)
    if isinstance(value, Function):
        return "0x1"  # its address
    return str(value) if isinstance(value, (Location, Version)) else type_name(value)


def format_string(value: Any) -> str:
    """A value as Go's `%s` prints it: `abc`, `%!s(int=0)`."""
    measure(value)
    return _format_string(value)


def _format_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "%!s(<nil>)"
    if is_list(value):
        return f"[{' '.join(map(_format_string, value))}]"
    if isinstance(value, (dict, AnyMap)):
        return f"map[{' '.join(f'{_format_string(key)}:{_format_string(item)}' for key, item in sorted_items(value))}]"
    if isinstance(value, (bool, int, float)) and "." not in type_name(value):
        return f"%!s({type_name(value)}={format_any(value)})"
    return format_any(value)


def _format_int(value: int) -> str:
    if isinstance(value, Duration):
        return format_nanoseconds(value)
    if isinstance(value, (Month, Weekday)):
        return METHODS[type_name(value)]["String"][1](value)
    return str(int(value))


def sorted_items(value: Any) -> list[tuple[Any, Any]]:
    """Keys and values in the order in which Go prints a map: of equal types by value."""
    items: list[tuple[Any, Any]] = list(value.items())
    return sorted(items, key=lambda item: (type(item[0]).__name__, _order(item[0])))


def _order(key: Any) -> Any:
    if isinstance(key, str):
        return utf8(key)
    return key if isinstance(key, (int, float)) else format_any(key)


def to_json(value: Any, *, indent: str = "", html: bool = True) -> str:
    """A value as json.Marshal writes it, or json.MarshalIndent; without `html`, `<` and its like stay.

    Raises Panic, `json: unsupported type: func(string) string`.
    """
    measure(value)
    return _encode(value, indent, "\n" if indent else "", html)


def _encode(value: Any, indent: str, line: str, html: bool) -> str:
    if isinstance(value, str):
        return encode_string(value, html=html)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _encode_float(value)
    inner = line + indent
    colon = ": " if indent else ":"
    if type(value) in NILS:
        return "null"
    if is_map(value):
        entries = sorted(value.items(), key=lambda entry: utf8(entry[0]))
        parts = [f"{encode_string(key, html=html)}{colon}{_encode(item, indent, inner, html)}" for key, item in entries]
        return _bracketed("{}", parts, inner, line)
    if is_list(value):
        return _bracketed("[]", [_encode(item, indent, inner, html) for item in value], inner, line)
    return _encode_special(value)


def _bracketed(brackets: str, parts: list[str], inner: str, line: str) -> str:
    if not parts:
        return brackets
    return f"{brackets[0]}{inner}{(',' + inner).join(parts)}{line}{brackets[1]}"


def _encode_float(value: float) -> str:
    try:
        return format_json_float(value)
    except ExpressionError as error:
        raise Panic(error.message) from None


def _encode_special(value: Any) -> str:
    if isinstance(value, Time):
        text = format_time(value, RFC3339_NANO)
        if not 0 <= value.civil.year <= 9999:
            problem = "Time.MarshalJSON: year outside of range [0,9999]"
            raise Panic(f"json: error calling MarshalJSON for type time.Time: {problem}")
        return f'"{text}"'
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, Version):
        return encode_string(str(value))
    if isinstance(value, Location):
        return "{}"
    raise Panic(f"json: unsupported type: {type_name(value)}")


def encode_string(text: str, *, html: bool = True) -> str:
    """A string in JSON; bytes that are no UTF-8 become `\\ufffd`."""
    if text.isascii() or not _SURROGATE.search(text):
        encoded = json.dumps(text, ensure_ascii=False)
    else:
        parts = (json.dumps(part, ensure_ascii=False)[1:-1] for part in _SURROGATE.split(text))
        encoded = '"' + "\\ufffd".join(parts) + '"'
    if html:
        return gojson.escape_html(encoded)
    return encoded.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
