"""JSON taken apart without being decoded, and the text that a value stands for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Literal

from argosy.language.govalues import format_decimal, format_float

Kind = Literal["object", "list", "string", "number", "true", "false", "null"]
SPACE = "".join(map(chr, range(0x21)))
"""What counts as space, in JSON and in paths: all that is not printed."""
_STRING = r'"(?:[^"\\]|\\.)*"?'
_TOKEN = re.compile(rf'{_STRING}|[{{}}\[\]]|[^\x00- "{{}}\[\],:]+', re.DOTALL)
_FIRST = re.compile(rf"{_STRING}|(?:[-+0-9iIN]|n[^u])[^\x00- ,\]}}]*|[ntf][a-z]*", re.DOTALL)
_NESTING = re.compile(rf"{_STRING}|\\.|[{{}}\[\]()]", re.DOTALL)
_BLANKS = re.compile(rf"({_STRING})|[\x00- ]+", re.DOTALL)
_KINDS: dict[str, Kind] = {"{": "object", "[": "list", '"': "string", "t": "true", "f": "false", "n": "null"}
_INTEGER = re.compile(r"-?[0-9]*", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?inf(?:inity)?|nan", re.ASCII | re.I)
_ESCAPED = re.compile(r'(?:[^\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def kind_of(value: str) -> Kind:
    """What a value is. What does not exist is null; what cannot be told is a number, as `nan` is one."""
    if value[:1] == "n" and value[1:2] not in ("u", ""):
        return "number"
    return _KINDS.get(value[:1], "number") if value else "null"


def text_of(value: str) -> str:
    """The text that a value stands for: a string without its quotes, nothing for null."""
    match kind_of(value):
        case "string":
            return unescape(value[1:-1])
        case "number":
            return value if _INTEGER.fullmatch(value) else _decimal(number_of(value))
        case "null":
            return ""
        case "true" | "false" as word:
            return word
        case _:
            return value


def number_of(text: str) -> float:
    """The number that is written; 0 where there is none (strconv.ParseFloat)."""
    return float(text) if _FLOAT.fullmatch(text) else 0.0


def is_true(value: str) -> bool:
    """What a value says where a yes or no is asked for."""
    match kind_of(value):
        case "string":
            return text_of(value).lower() in ("1", "t", "true")
        case "number":
            return number_of(value) != 0
        case kind:
            return kind == "true"


def unescape(text: str) -> str:
    """The inside of a string, decoded up to the first escape that there is not."""
    match = _ESCAPED.match(text)
    decoded: str = json.loads(f'"{match[0] if match else ""}"')
    return _HALF_A_PAIR.sub("\ufffd", decoded)


def first_value(text: str) -> str:
    """The value that a text begins with; an object or a list goes on to the text's end."""
    text = text.lstrip(SPACE)
    if text[:1] in ("{", "["):
        return text
    match = _FIRST.match(text)
    return match[0] if match else ""


def values_in(text: str) -> Iterator[str]:
    """The values in a list; of an object its keys and values by turns; none in anything else."""
    depth = start = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            start = token.start() if depth == 1 else start
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth == 1:
                yield text[start : token.end()]
            elif not depth:
                return
        elif depth == 1:
            yield token[0]


def members(text: str) -> Iterator[tuple[str, str]]:
    """The keys, with their quotes, and the values of an object; nothing for any other value."""
    if kind_of(text) == "object":
        both = values_in(text)
        yield from zip(both, both, strict=False)


def enclosed(text: str, start: int = 1) -> str:
    """`text` up to the bracket that closes what was opened before `start`; all of it where nothing does."""
    depth = start
    for token in _NESTING.finditer(text, start):
        if token[0] in ("{", "[", "("):
            depth += 1
        elif token[0] in ("}", "]", ")"):
            depth -= 1
        if not depth:
            return text[: token.end()]
    return text


def without_blanks(text: str) -> str:
    """JSON without the space between its parts."""
    return _BLANKS.sub(lambda match: match[1] or "", text)


def _decimal(number: float) -> str:
    return format_decimal(number) if math.isfinite(number) else format_float(number)
