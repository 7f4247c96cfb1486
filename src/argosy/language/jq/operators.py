"""What the operators do with values: arithmetic, the order of values, indexing and slicing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from argosy.language.govalues import is_list, is_object
from argosy.language.jq.encoding import described, is_number, preview, type_name
from argosy.language.jq.errors import JqError
from argosy.language.jq.nodes import Run

_LARGEST, _SMALLEST = (1 << 63) - 1, -(1 << 63)
_TYPES = ("null", "boolean", "number", "string", "array", "object")
_MOST_DIGITS = 13_000  # bits of a whole number


def parse_number(text: str) -> int | float:
    """A number of a filter: whole ones of any size, others float64."""
    if any(character in ".eE" for character in text):
        return float(text)
    return int(text) if len(text) < 4000 else math.inf


def to_int(value: Any) -> int:
    """A number without its fraction, in 64 bits."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return _LARGEST if value > 0 else _SMALLEST
        value = math.trunc(value)
    return max(_SMALLEST, min(int(value), _LARGEST))


def to_float(value: Any) -> float:
    """A number as a float64."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def compare(left: Any, right: Any, run: Run) -> int:
    """-1, 0 or 1: null, false, true, numbers, strings, arrays, objects. NaN is less than all numbers."""
    run.spend(1)
    order = _rank(left) - _rank(right)
    if order:
        return 1 if order > 0 else -1
    if is_number(left):
        return -1 if left < right or left != left else 0 if left == right else 1
    if isinstance(left, str):
        run.spend(len(left) // 64)
        return (_bytes(left) > _bytes(right)) - (_bytes(left) < _bytes(right))
    if is_list(left):
        return _compare_lists(left, right, run)
    if not is_object(left):
        return 0
    keys = sorted(left, key=_bytes)
    return _compare_lists(keys, sorted(right, key=_bytes), run) or _compare_lists(
        [left[key] for key in keys], [right[key] for key in keys], run
    )


def _compare_lists(left: list[Any], right: list[Any], run: Run) -> int:
    for one, other in zip(left, right, strict=False):
        order = compare(one, other, run)
        if order:
            return order
    return (len(left) > len(right)) - (len(left) < len(right))


def _rank(value: Any) -> float:
    return 1.5 if value is True else _TYPES.index(type_name(value))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def add(left: Any, right: Any, run: Run) -> Any:
    """`left + right`; null is nothing."""
    if left is None or right is None:
        return left if right is None else right
    if is_number(left) and is_number(right):
        return _calculate(left, right, lambda one, other: one + other)
    if type(left) is type(right):
        if isinstance(left, str) or is_list(left):
            run.spend((len(left) + len(right)) // 16)
            return left + right
        if is_object(left):
            run.spend((len(left) + len(right)) // 16)
            return {**left, **right}
    raise _mismatch("add", left, right)


def _subtract(left: Any, right: Any, run: Run) -> Any:
    if is_number(left) and is_number(right):
        return _calculate(left, right, lambda one, other: one - other)
    if is_list(left) and is_list(right):
        return [item for item in left if not any(compare(item, each, run) == 0 for each in right)]
    raise _mismatch("subtract", left, right)


def _multiply(left: Any, right: Any, run: Run) -> Any:
    if is_number(left) and is_number(right):
        return _calculate(left, right, lambda one, other: one * other)
    if isinstance(left, str) and is_number(right):
        return _repeat(left, to_float(right), run)
    if isinstance(right, str) and is_number(left):
        return _repeat(right, to_float(left), run)
    if is_object(left) and is_object(right):
        return _merge(left, right, run)
    raise _mismatch("multiply", left, right)


def _repeat(text: str, count: float, run: Run) -> str | None:
    if count < 0 or math.isnan(count):
        return None
    if len(_bytes(text)) * min(count, 1 << 31) >= (1 << 31) - 1:
        raise JqError(f"repeat string result too large: {preview(text)} * {preview(count)}")
    run.spend(int(len(text) * count) // 16)
    return text * int(count)


def _merge(left: dict[str, Any], right: dict[str, Any], run: Run) -> dict[str, Any]:
    merged = dict(left)
    for key, value in right.items():
        run.spend(1)
        before = merged.get(key)
        merged[key] = _merge(before, value, run) if is_object(before) and is_object(value) else value
    return merged


def _divide(left: Any, right: Any, run: Run) -> Any:
    if is_number(left) and is_number(right):
        if right == 0:
            raise JqError(f"cannot divide {described(left)} by: {described(right)}")
        if isinstance(left, int) and isinstance(right, int) and left % right == 0:
            return left // right
        return to_float(left) / to_float(right)
    if isinstance(left, str) and isinstance(right, str):
        return split(left, right, run) if left else []
    raise _mismatch("divide", left, right)


def split(text: str, separator: str, run: Run) -> list[str]:
    """strings.Split: between characters where the separator is empty."""
    run.spend(len(text) // 16)
    return text.split(separator) if separator else list(text)


def _modulo(left: Any, right: Any, _: Run) -> Any:
    if not (is_number(left) and is_number(right)):
        raise _mismatch("modulo", left, right)
    if left != left or right != right:
        return math.nan
    if isinstance(left, float) or isinstance(right, float):
        one, other = to_int(left), to_int(right)
    else:
        one, other = left, right
    if other == 0:
        raise JqError(f"cannot modulo {described(left)} by: {described(right)}")
    rest = abs(one) % abs(other)
    return -rest if one < 0 else rest


def _calculate(left: Any, right: Any, function: Callable[[Any, Any], Any]) -> int | float:
    if isinstance(left, float) or isinstance(right, float):
        return function(to_float(left), to_float(right))
    if left.bit_length() + right.bit_length() > _MOST_DIGITS:
        raise JqError("number too large")
    return function(left, right)


def _mismatch(word: str, left: Any, right: Any) -> JqError:
    return JqError(f"cannot {word}: {described(left)} and {described(right)}")


def is_true(value: Any) -> bool:
    """Whether a value counts as true: all but null and false."""
    return value is not None and value is not False


Operator = Callable[[Any, Any, Run], Any]
"""The left and the right value -> the result."""
OPERATORS: dict[str, Operator] = {
    "+": add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
    "//": lambda left, right, _: left if is_true(left) else right,
    "==": lambda left, right, run: compare(left, right, run) == 0,
    "!=": lambda left, right, run: compare(left, right, run) != 0,
    "<": lambda left, right, run: compare(left, right, run) < 0,
    "<=": lambda left, right, run: compare(left, right, run) <= 0,
    ">": lambda left, right, run: compare(left, right, run) > 0,
    ">=": lambda left, right, run: compare(left, right, run) >= 0,
}


def signed(operator: str, value: Any) -> Any:
    """`+value` or `-value`."""
    if not is_number(value):
        raise JqError(f"cannot {'plus' if operator == '+' else 'negate'}: {described(value)}")
    return value if operator == "+" else -value


def index(value: Any, key: Any, run: Run) -> Any:
    """`value[key]`."""
    if isinstance(key, str):
        if value is None or is_object(value):
            return None if value is None else value.get(key)
        raise JqError(f"expected an object but got: {described(value)}")
    if is_number(key) or is_list(key):
        return _index_array(value, key, run)
    if is_object(key):
        if value is None:
            return None
        if "start" not in key or "end" not in key:
            raise JqError(f'expected "start" and "end" for slicing but got: {described(key)}')
        return cut(value, key["start"], key["end"])
    if is_list(value) or isinstance(value, str):
        raise not_a_number(value, key)
    raise JqError(f"expected a string for object key but got: {described(key)}")


def _index_array(value: Any, key: Any, run: Run) -> Any:
    if value is None:
        return None
    if is_list(value) and is_list(key):
        return positions(value, key, run)
    if is_list(value) or (isinstance(value, str) and is_number(key)):
        at = clamp(to_int(key), -1, len(value))
        return value[at] if 0 <= at < len(value) else None
    raise JqError(f"expected an array but got: {described(value)}")


def positions(items: list[Any], part: list[Any], run: Run) -> list[int]:
    """Where a list is found in another one."""
    if not part:
        return []
    starts = range(len(items) - len(part) + 1)
    return [start for start in starts if compare(items[start : start + len(part)], part, run) == 0]


def not_a_number(value: Any, key: Any) -> JqError:
    """The error of what is no index of an array or string."""
    kind = "a string" if isinstance(value, str) else "an array"
    return JqError(f"expected a number for indexing {kind} but got: {described(key)}")


def cut(value: Any, start: Any, end: Any) -> Any:
    """`value[start:end]`."""
    if value is None:
        return None
    if not (is_list(value) or isinstance(value, str)):
        raise JqError(f"expected an array but got: {described(value)}")
    first, last = bounds(value, start, end)
    return value[first:last]


def bounds(value: Any, start: Any, end: Any) -> tuple[int, int]:
    """Where a slice begins and ends; the beginning is rounded down, the end up."""
    for limit in (start, end):
        if limit is not None and not is_number(limit):
            raise not_a_number(value, limit)
    size = len(value)
    first = 0 if start is None else clamp(to_int(start), 0, size)
    if end is None:
        return first, size
    last = math.ceil(end) if isinstance(end, float) and math.isfinite(end) else end
    return first, clamp(to_int(last), first, size)


def clamp(at: int, least: int, size: int) -> int:
    """An index, from the end if it is negative, within limits."""
    return max(least, min(at + size if at < 0 else at, size))
