"""The functions that take values and give one value: `length`, `keys`, `contains(x)`, `sort`, ..."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from argosy.language.govalues import is_list, is_object
from argosy.language.jq.encoding import described, is_number, preview, to_json, type_name
from argosy.language.jq.errors import Fatal, JqError, Thrown
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import add, to_float, to_int
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


_PLAIN: Functions = {
    "abs/0": _abs,
    "add/0": _add,
    "env/0": lambda _, __: {},
    "error/0": _error,
    "halt/0": _halt,
    "halt_error/0": _halt_error,
    "infinite/0": lambda _, __: math.inf,
    "isfinite/0": lambda _, value: is_number(value) and not _is_infinite(value),
    "isinfinite/0": lambda _, value: _is_infinite(value),
    "isnan/0": _is_nan,
    "isnormal/0": _is_normal,
    "keys/0": _keys,
    "length/0": _length,
    "nan/0": lambda _, __: math.nan,
    "now/0": lambda run, _: run.now,
    "tojson/0": lambda run, value: to_json(value, run),
    "tostring/0": text_of,
    "type/0": lambda _, value: type_name(value),
}
_WITH_ONE: Functions1 = {
    "contains/1": contains,
    "delpaths/1": lambda run, value, paths: Change(run).delete(value, paths),
    "error/1": _error,
    "getpath/1": lambda run, value, path: get(value, path, run),
    "halt_error/1": _halt_error,
    "has/1": _has,
    "inside/1": lambda run, value, whole: contains(run, whole, value),
}
FUNCTIONS: dict[str, Function] = {**_PLAIN, **_WITH_ONE, "setpath/2": _set_path}
"""By name and number of arguments."""
