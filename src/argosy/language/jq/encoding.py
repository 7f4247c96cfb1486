"""Values as text: as jq writes JSON, as Go writes the results, and cut short for messages."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Self

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.govalues import format_json_float, is_list, is_object
from argosy.language.jq.errors import JqError
from argosy.language.jq.nodes import Run

_PREVIEW = 30
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f\ud800-\udfff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MORE = {"string": ' ..."', "array": " ...]", "object": " ...}"}


class Written(float):
    """A number that `fromjson` read; until something is done with it, it is written as it was."""

    text: str

    def __new__(cls, text: str) -> Self:
        """The number that a text is."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def type_name(value: Any) -> str:
    """`null`, `boolean`, `number`, `string`, `array` or `object`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if is_list(value) else "object"


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def quoted(text: str) -> str:
    """A string as jq writes it."""
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "null"
    return format_json_float(max(-sys.float_info.max, min(value, sys.float_info.max)))


def to_json(value: Any, run: Run) -> str:
    """`tojson`: NaN is null, an infinity the largest number."""
    return _joined(_pieces(value, quoted, _number), run)


def output_text(value: Any, run: Run) -> str:
    """A result as Argo writes it: a string as it is, all else as encoding/json."""
    if isinstance(value, str):
        return value
    try:
        return _joined(_pieces(value, gojson.encode_string, format_json_float), run)
    except ExpressionError as error:
        raise JqError(error.message) from None


def preview(value: Any) -> str:
    """The beginning of a value, for messages."""
    data = b""
    for piece in _pieces(value, quoted, _number):
        data += piece[:33].encode("utf-8", "replace")
        if len(data) >= _PREVIEW + 2:
            break
    data = data[: _PREVIEW + 2]
    if len(data) <= _PREVIEW:
        return data.decode()
    more = _MORE.get(type_name(value), " ...")
    text = data.decode("utf-8", "surrogateescape")
    while len(text.encode("utf-8", "surrogateescape")) > _PREVIEW - len(more):
        text = text[:-1]
    return text + more


def described(value: Any) -> str:
    """`number (5)`, as messages have it."""
    return "null" if value is None else f"{type_name(value)} ({preview(value)})"


def _joined(pieces: Iterator[str], run: Run) -> str:
    found: list[str] = []
    for piece in pieces:
        run.spend(1 + len(piece) // 16)
        found.append(piece)
    return "".join(found)


def _pieces(value: Any, text: Callable[[str], str], number: Callable[[float], str]) -> Iterator[str]:
    if isinstance(value, str):
        yield text(value)
    elif is_list(value):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ","
            yield from _pieces(item, text, number)
        yield "]"
    elif is_object(value):
        yield "{"
        for index, key in enumerate(sorted(value)):
            yield f"{',' if index else ''}{text(key)}:"
            yield from _pieces(value[key], text, number)
        yield "}"
    elif isinstance(value, Written):
        yield value.text
    elif isinstance(value, float):
        yield number(value)
    else:
        yield {None: "null", True: "true", False: "false"}[value] if type(value) is not int else _digits(value)


def _digits(value: int) -> str:
    """A whole number; one too long for Python to write is an error."""
    if value.bit_length() > 13_000:
        raise JqError("number too large")
    return str(value)
