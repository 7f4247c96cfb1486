"""Values and texts are compared: what is equal, what is less, what a text begins with (expr's vm/runtime)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from argosy.language.expr.arithmetic import invalid, is_number
from argosy.language.expr.values import (
    NILS,
    AnyMap,
    Duration,
    Function,
    Time,
    Uint8,
    as_string,
    bad_conversion,
    is_list,
    is_map,
    measure,
    type_name,
)
from argosy.language.gotext import utf8

_LISTS = frozenset(("[]interface {}", "[]int", "[]string", "[]float64", "[]uint8"))


def _ordering(symbol: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        kind = left.__class__
        if kind is type(right):
            if kind is int or kind is float or kind is Duration:
                return compare(left, right)
            if kind is str:
                if left.isascii() or right.isascii():
                    return compare(left, right)
                return compare(utf8(left), utf8(right))
            if kind is Time:
                return compare(left.key, right.key)
        if is_number(left) and is_number(right):
            if type(left) is float or type(right) is float:
                return compare(float(left), float(right))
            return compare(left, right)
        raise invalid(left, symbol, right)

    return ordered


less = _ordering("<", operator.lt)
more = _ordering(">", operator.gt)
less_or_equal = _ordering("<=", operator.le)
more_or_equal = _ordering(">=", operator.ge)


def equal(left: Any, right: Any) -> bool:
    """`left == right`: numbers by value, lists item by item in the same way, all else as `identical` has it."""
    kind = left.__class__
    if kind is type(right) and kind in (int, str, float, bool, Duration):
        return left == right
    if is_number(left) and is_number(right):
        if type(left) is float or type(right) is float:
            return float(left) == float(right)
        return left == right
    if kind is Time and type(right) is Time:
        return left.key == right.key
    if kind in NILS and right.__class__ in NILS:
        return True
    if isinstance(left, (list, bytes)) and isinstance(right, (list, bytes)):
        return _equal_lists(left, right)
    return identical(left, right)


def _equal_lists(left: Any, right: Any) -> bool:
    """One of the two is a list of anything, or both are of the same type."""
    names = type_name(left), type_name(right)
    if names[0] not in _LISTS or names[1] not in _LISTS or (names[0] != names[1] and "[]interface {}" not in names):
        return identical(left, right)
    if len(left) != len(right):
        return False
    if names[0] == names[1] != "[]interface {}":
        return left == right
    measure(left)
    return all(map(equal, bytes_apart(left), bytes_apart(right)))


def bytes_apart(value: Any) -> Any:
    """The items of a list, or of bytes."""
    return map(Uint8, value) if isinstance(value, bytes) else value


def identical(left: Any, right: Any) -> bool:
    """reflect.DeepEqual: the same types all the way down."""
    measure(left)
    return _identical(left, right)


def _identical(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if is_list(left):
        return len(left) == len(right) and all(map(_identical, left, right))
    if is_map(left):
        return left.keys() == right.keys() and all(_identical(value, right[key]) for key, value in left.items())
    if isinstance(left, AnyMap):
        return left.entries.keys() == right.entries.keys() and all(
            _identical(value, right.get(key)) for key, value in left.items()
        )
    if isinstance(left, Function):
        return False
    return left == right


def _text_operator(find: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def test(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if type(left) is not str:
            raise bad_conversion(left, "string")
        return find(left, as_string(right))

    return test


contains = _text_operator(lambda text, part: part in text)
starts_with = _text_operator(str.startswith)
ends_with = _text_operator(str.endswith)
