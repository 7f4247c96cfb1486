"""Functions on texts, and those that read one: `split`, `ltrimstr`, `tonumber`, `fromjson`."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import takewhile
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.gotext import trim_space, utf8
from argosy.language.govalues import is_list
from argosy.language.jq.encoding import Written, is_number, to_json
from argosy.language.jq.errors import JqError
from argosy.language.jq.functions import Function, Functions, Functions1, refused, spoiled, values_of
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import add, parse_number, positions, split, to_int


def _join(run: Run, value: Any, separator: Any) -> Any:
    items = values_of(value)
    if items is None:
        raise refused("join", value, separator)
    parts: list[Any] = []
    for position, item in enumerate(items):
        shown = to_json(item, run) if isinstance(item, (bool, int, float)) else item
        parts += [separator if position else "", shown]
    texts = list(takewhile(lambda part: part is None or isinstance(part, str), parts))
    run.spend(len(parts))
    text = "".join(part for part in texts if part)
    return text if len(texts) == len(parts) else add(text, parts[len(texts)], run)


def _to_boolean(_: Run, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise refused("toboolean", value)
    if value not in ("true", "false"):
        raise spoiled("toboolean", value, "invalid boolean")
    return value == "true"


def _to_number(_: Run, value: Any) -> Any:
    if is_number(value):
        return value
    if not isinstance(value, str):
        raise refused("tonumber", value)
    unsigned = value[1:] if value[:1] in ("+", "-") else value
    number = None
    if unsigned[:1].isdigit() or unsigned[:1] == ".":
        try:
            number = parse_number(unsigned) if unsigned.isascii() and "_" not in unsigned else None
        except ValueError:
            number = None
    if number is None or unsigned != unsigned.strip():
        raise spoiled("tonumber", value, "invalid number")
    return -number if value[0] == "-" else number


def _found(name: str, choose: Callable[[list[int]], Any]) -> Callable[[Run, Any, Any], Any]:
    def function(run: Run, value: Any, part: Any) -> Any:
        if value is None:
            return None
        if is_list(value):
            return choose(positions(value, part if is_list(part) else [part], run))
        if not (isinstance(value, str) and isinstance(part, str)):
            raise refused(name, value, part)
        run.spend(len(value) // 16)
        places: list[int] = []
        at = value.find(part) if part else -1
        while at >= 0:
            run.spend(1)
            places.append(at)
            at = value.find(part, at + 1)
        return choose(places)

    return function


def _on_strings(name: str, function: Callable[[str, str], Any]) -> Callable[[Run, Any, Any], Any]:
    def call(_: Run, value: Any, part: Any) -> Any:
        if not (isinstance(value, str) and isinstance(part, str)):
            raise refused(name, value, part)
        return function(value, part)

    return call


def _on_string(name: str, function: Callable[[str], Any]) -> Callable[[Run, Any], Any]:
    def call(run: Run, value: Any) -> Any:
        if not isinstance(value, str):
            raise refused(name, value)
        run.spend(len(value) // 16)
        return function(value)

    return call


def _explode(text: str) -> list[int]:
    return [0xFFFD if 0xD800 <= ord(character) <= 0xDFFF else ord(character) for character in text]


def _implode(_: Run, value: Any) -> str:
    if not is_list(value) or not all(map(is_number, value)):
        raise refused("implode", value)
    codes = [to_int(code) for code in value]
    return "".join(chr(code) if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd" for code in codes)


def _split(run: Run, value: Any, separator: Any) -> list[str]:
    for each in (value, separator):
        if not isinstance(each, str):
            raise refused("split", each)
    return split(value, separator, run)


def _from_json(_: Run, value: Any) -> Any:
    if not isinstance(value, str):
        raise refused("fromjson", value)
    try:
        return json.loads(value, parse_float=Written, parse_int=_whole, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        pass
    try:
        gojson.check(value)
    except ExpressionError as error:
        if "after top-level value" in error.message:
            raise refused("fromjson", value) from None
        problem = (
            "EOF" if not trim_space(value) else error.message.replace("unexpected end of JSON input", "unexpected EOF")
        )
        raise spoiled("fromjson", value, problem) from None
    raise JqError("exceeded max depth")


def _whole(text: str) -> int | float:
    return Written(text) if text == "-0" else parse_number(text)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _ascii(first: str, shift: int) -> Callable[[str], str]:
    table = {ord(first) + number: ord(first) + number + shift for number in range(26)}
    return lambda text: text.translate(table)


_PLAIN: Functions = {
    "ascii_downcase/0": _on_string("ascii_downcase", _ascii("A", 32)),
    "ascii_upcase/0": _on_string("ascii_upcase", _ascii("a", -32)),
    "explode/0": _on_string("explode", _explode),
    "fromjson/0": _from_json,
    "implode/0": _implode,
    "ltrim/0": _on_string("ltrim", lambda text: trim_space(f"{text}.")[:-1]),
    "rtrim/0": _on_string("rtrim", lambda text: trim_space(f".{text}")[1:]),
    "toboolean/0": _to_boolean,
    "tonumber/0": _to_number,
    "trim/0": _on_string("trim", trim_space),
    "utf8bytelength/0": _on_string("utf8bytelength", lambda text: len(utf8(text))),
}
_WITH_ONE: Functions1 = {
    "endswith/1": _on_strings("endswith", str.endswith),
    "index/1": _found("index", lambda places: places[0] if places else None),
    "indices/1": _found("indices", lambda places: places),
    "join/1": _join,
    "ltrimstr/1": _on_strings("ltrimstr", str.removeprefix),
    "rindex/1": _found("rindex", lambda places: places[-1] if places else None),
    "rtrimstr/1": _on_strings("rtrimstr", str.removesuffix),
    "split/1": _split,
    "startswith/1": _on_strings("startswith", str.startswith),
    "trimstr/1": _on_strings("trimstr", lambda text, part: text.removeprefix(part).removesuffix(part)),
}
FUNCTIONS: dict[str, Function] = {**_PLAIN, **_WITH_ONE}
"""By name and number of arguments."""
