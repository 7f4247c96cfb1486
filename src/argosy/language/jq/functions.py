"""The functions that take values and give one value: `length`, `keys`, `contains(x)`, `sort`, ..."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import takewhile
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.gotext import trim_space, utf8
from argosy.language.govalues import is_list, is_object
from argosy.language.jq.encoding import Written, described, is_number, preview, to_json, type_name
from argosy.language.jq.errors import Fatal, JqError, Thrown
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import add, parse_number, positions, split, to_float, to_int
from argosy.language.jq.paths import Change, get, thrown_text

Function = Callable[..., Any]
"""The run, the input and the arguments -> the result."""
Functions = dict[str, Callable[[Run, Any], Any]]
"""Functions without arguments, by name and number of arguments."""
Functions1 = dict[str, Callable[[Run, Any, Any], Any]]
"""Functions with one argument."""


def refused(name: str, value: Any, *arguments: Any) -> JqError:
    """`keys cannot be applied to: number (5)`."""
    shown = f"({'; '.join(map(preview, arguments))})" if arguments else ""
    return JqError(f"{name}{shown} cannot be applied to: {described(value)}")


def spoiled(name: str, value: Any, problem: str) -> JqError:
    """`tonumber cannot be applied to "x": invalid number`."""
    return JqError(f"{name} cannot be applied to {preview(value)}: {problem}")


def _length(_: Run, value: Any) -> Any:
    if value is None:
        return 0
    if is_number(value):
        return abs(value)
    if isinstance(value, bool):
        raise refused("length", value)
    return len(value)


def _abs(_: Run, value: Any) -> Any:
    if not is_number(value):
        raise refused("abs", value)
    return abs(value)


def _keys(_: Run, value: Any) -> list[Any]:
    if is_list(value):
        return list(range(len(value)))
    if not is_object(value):
        raise refused("keys", value)
    return sorted(value)


def values_of(value: Any) -> list[Any] | None:
    """The items of an array, or an object's values in the order of its keys."""
    if is_list(value):
        return value
    return [value[key] for key in sorted(value)] if is_object(value) else None


def _has(_: Run, value: Any, key: Any) -> bool:
    if is_list(value) and is_number(key):
        return 0 <= to_int(key) < len(value)
    if is_object(value) and isinstance(key, str):
        return key in value
    if value is None:
        return False
    raise refused("has", value, key)


def _add(run: Run, value: Any) -> Any:
    items = values_of(value)
    if items is None:
        raise refused("add", value)
    if items and all(isinstance(item, str) for item in items):
        run.spend(len(items))
        return "".join(items)
    total = None
    for item in items:
        total = add(total, item, run)
    return total


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


def text_of(run: Run, value: Any) -> str:
    """`tostring`: a string as it is, all else as JSON."""
    return value if isinstance(value, str) else to_json(value, run)


def contains(run: Run, value: Any, part: Any) -> bool:
    """Whether a value has all that another one has."""
    run.spend(1)
    if is_object(value) and is_object(part):
        return all(key in value and _is_within(run, value[key], each) for key, each in part.items())
    if is_list(value) and is_list(part):
        return all(any(_is_within(run, item, each) for item in value) for each in part)
    if isinstance(value, str) and isinstance(part, str):
        return part in value
    if type_name(value) == type_name(part):
        if value == part:
            return True
        if is_number(value):
            return False
    raise refused("contains", value, part)


def _is_within(run: Run, value: Any, part: Any) -> bool:
    try:
        return contains(run, value, part)
    except Fatal:
        raise
    except JqError:
        return False


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


def _error(run: Run, value: Any, *thrown: Any) -> Any:
    what = thrown[0] if thrown else value
    raise Thrown(what, thrown_text(what, run))


def _halt_error(run: Run, value: Any, code: Any = 5) -> Any:
    if not is_number(code):
        raise refused("halt_error", code)
    raise Fatal(f"halt error: {thrown_text(value, run)}")


def _halt(_: Run, __: Any) -> Any:
    raise Fatal("halt error: null")


def _is_nan(_: Run, value: Any) -> bool:
    if value is not None and not is_number(value):
        raise refused("isnan", value)
    return value is not None and value != value


def _is_normal(_: Run, value: Any) -> bool:
    return is_number(value) and math.isfinite(to_float(value)) and abs(to_float(value)) >= 2.0**-1022


def _is_infinite(value: Any) -> bool:
    return is_number(value) and math.isinf(to_float(value))


def _set_path(run: Run, value: Any, path: Any, new: Any) -> Any:
    return Change(run).set(value, path, new)


def _ascii(first: str, shift: int) -> Callable[[str], str]:
    table = {ord(first) + number: ord(first) + number + shift for number in range(26)}
    return lambda text: text.translate(table)


_PLAIN: Functions = {
    "abs/0": _abs,
    "add/0": _add,
    "ascii_downcase/0": _on_string("ascii_downcase", _ascii("A", 32)),
    "ascii_upcase/0": _on_string("ascii_upcase", _ascii("a", -32)),
    "env/0": lambda _, __: {},
    "error/0": _error,
    "explode/0": _on_string("explode", _explode),
    "fromjson/0": _from_json,
    "halt/0": _halt,
    "halt_error/0": _halt_error,
    "implode/0": _implode,
    "infinite/0": lambda _, __: math.inf,
    "isfinite/0": lambda _, value: is_number(value) and not _is_infinite(value),
    "isinfinite/0": lambda _, value: _is_infinite(value),
    "isnan/0": _is_nan,
    "isnormal/0": _is_normal,
    "keys/0": _keys,
    "length/0": _length,
    "ltrim/0": _on_string("ltrim", lambda text: trim_space(f"{text}.")[:-1]),
    "nan/0": lambda _, __: math.nan,
    "now/0": lambda run, _: run.now,
    "rtrim/0": _on_string("rtrim", lambda text: trim_space(f".{text}")[1:]),
    "toboolean/0": _to_boolean,
    "tojson/0": lambda run, value: to_json(value, run),
    "tonumber/0": _to_number,
    "tostring/0": text_of,
    "trim/0": _on_string("trim", trim_space),
    "type/0": lambda _, value: type_name(value),
    "utf8bytelength/0": _on_string("utf8bytelength", lambda text: len(utf8(text))),
}
_WITH_ONE: Functions1 = {
    "contains/1": contains,
    "delpaths/1": lambda run, value, paths: Change(run).delete(value, paths),
    "endswith/1": _on_strings("endswith", str.endswith),
    "error/1": _error,
    "getpath/1": lambda run, value, path: get(value, path, run),
    "halt_error/1": _halt_error,
    "has/1": _has,
    "index/1": _found("index", lambda places: places[0] if places else None),
    "indices/1": _found("indices", lambda places: places),
    "inside/1": lambda run, value, whole: contains(run, whole, value),
    "join/1": _join,
    "ltrimstr/1": _on_strings("ltrimstr", str.removeprefix),
    "rindex/1": _found("rindex", lambda places: places[-1] if places else None),
    "rtrimstr/1": _on_strings("rtrimstr", str.removesuffix),
    "split/1": _split,
    "startswith/1": _on_strings("startswith", str.startswith),
    "trimstr/1": _on_strings("trimstr", lambda text, part: text.removeprefix(part).removesuffix(part)),
}
FUNCTIONS: dict[str, Function] = {**_PLAIN, **_WITH_ONE, "setpath/2": _set_path}
"""By name and number of arguments."""
