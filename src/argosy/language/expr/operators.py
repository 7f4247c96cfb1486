"""What operators do to values (expr's vm/runtime): Go's arithmetic, no conversion but from integer to float."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from argosy.language import gomath
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.values import (
    NILS,
    AnyMap,
    Duration,
    Function,
    Members,
    NilList,
    Pair,
    StringMap,
    Time,
    Uint8,
    as_string,
    bad_conversion,
    is_list,
    is_map,
    measure,
    type_name,
    type_of,
    wrap,
)
from argosy.language.gotext import utf8

INTEGERS = frozenset(("int", "int64", "int32", "uint8", "uint64"))
LISTS = frozenset(("[]interface {}", "[]int", "[]string", "[]float64", "[]uint8"))
MOST_TEXT = 1 << 24  # characters of one string that an expression may make


def is_integer(value: Any) -> bool:
    """Whether it is a plain integer; a boolean or a duration is none."""
    return type(value) is int or (isinstance(value, int) and type_name(value) in INTEGERS)


def is_number(value: Any) -> bool:
    """Whether it is a plain number."""
    return type(value) is int or type(value) is float or is_integer(value)


def to_int(value: Any) -> int:
    """The number without its fraction (runtime.ToInt)."""
    if is_integer(value):
        return int(value)
    if type(value) is float:
        return gomath.to_int64(value)
    raise Panic(f"invalid operation: int({type_name(value)})")


def to_float(value: Any) -> float:
    """The number as a float (runtime.ToFloat64)."""
    if is_number(value):
        return float(value)
    raise Panic(f"invalid operation: float({type_name(value)})")


def _invalid(left: Any, symbol: str, right: Any) -> Panic:
    return Panic(f"invalid operation: {type_name(left)} {symbol} {type_name(right)}")


def add(left: Any, right: Any) -> Any:
    """`left + right`."""
    kind = left.__class__
    if kind is type(right):
        if kind is int:
            return wrap(left + right)
        if kind is str:
            return join_text(left + right)
        if kind is float:
            return left + right
        if kind is Duration:
            return Duration(wrap(left + right))
    if is_number(left) and is_number(right):
        return wrap(left + right) if is_integer(left) and is_integer(right) else float(left) + float(right)
    if kind is Time and type(right) is Duration:
        return left.add(right)
    if kind is Duration and type(right) is Time:
        return right.add(left)
    raise _invalid(left, "+", right)


def join_text(text: str) -> str:
    """A text put together from others, whose broken characters may have become whole ones."""
    if len(text) > MOST_TEXT:
        fail("memory budget exceeded")
    return text if text.isascii() else utf8(text).decode("utf-8", "surrogateescape")


def subtract(left: Any, right: Any) -> Any:
    """`left - right`."""
    kind = left.__class__
    if kind is int and type(right) is int:
        return wrap(left - right)
    if is_number(left) and is_number(right):
        return wrap(left - right) if is_integer(left) and is_integer(right) else float(left) - float(right)
    if kind is Time and type(right) is Time:
        return Duration(left.sub(right))
    if kind is Time and type(right) is Duration:
        return left.add(-right)
    if kind is Duration and type(right) is Duration:
        return Duration(wrap(left - right))
    raise _invalid(left, "-", right)


def multiply(left: Any, right: Any) -> Any:
    """`left * right`. A duration times an integer is a duration, times a float a float."""
    if type(left) is int and type(right) is int:
        return wrap(left * right)
    if is_number(left) and is_number(right):
        return wrap(left * right) if is_integer(left) and is_integer(right) else float(left) * float(right)
    for one, other in ((left, right), (right, left)):
        if type(one) is Duration:
            if is_integer(other) or type(other) is Duration:
                return Duration(wrap(left * right))
            if type(other) is float:
                return float(left) * float(right)
    raise _invalid(left, "*", right)


def divide(left: Any, right: Any) -> float:
    """`left / right`, always a float."""
    if is_number(left) and is_number(right):
        return gomath.divide(float(left), float(right))
    raise _invalid(left, "/", right)


def modulo(left: Any, right: Any) -> int:
    """`left % right` of integers, with the sign of `left`."""
    if not is_integer(left) or not is_integer(right):
        raise _invalid(left, "%", right)
    if right == 0:
        fail("runtime error: integer divide by zero")
    rest = abs(left) % abs(right)
    return -rest if left < 0 else int(rest)


def power(left: Any, right: Any) -> float:
    """`left ** right`, always a float."""
    base, exponent = to_float(left), to_float(right)
    if exponent == -0.5 and base > 0:  # Go's math.Pow has a case of its own for it
        return 1 / math.sqrt(base)
    return gomath.power(base, exponent)


def negate(value: Any) -> Any:
    """`-value`."""
    if type(value) is int:
        return wrap(-value)
    if type(value) is float:
        return -value
    if is_integer(value):
        bits = {"uint8": 8, "uint64": 64, "int32": 32}.get(type_name(value))
        return type(value)(-value % (1 << bits) if bits and type_name(value)[0] == "u" else wrap(-value))
    raise Panic(f"invalid operation: - {type_name(value)}")


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
        raise _invalid(left, symbol, right)

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
    if names[0] not in LISTS or names[1] not in LISTS or (names[0] != names[1] and "[]interface {}" not in names):
        return identical(left, right)
    if len(left) != len(right):
        return False
    if names[0] == names[1] != "[]interface {}":
        return left == right
    measure(left)
    return all(map(equal, _items(left), _items(right)))


def _items(value: Any) -> Any:
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


def contained(needle: Any, where: Any) -> bool:
    """`needle in where`: an item of a list, or a key of a map."""
    if where is None:
        return False
    if isinstance(where, dict):
        return _key(needle) in where
    if isinstance(where, (list, bytes)):
        return any(equal(item, needle) for item in _items(where))
    if isinstance(where, AnyMap):
        return where.get(needle, where) is not where
    if isinstance(where, Members):
        return _member(needle, where)
    if type(where) is Time:
        if type(needle) is not str:
            fail(f"cannot use {type_name(needle)} as field name of time.Time")
        return False
    raise Panic(f'operator "in" not defined on {type_name(where)}')


def _key(key: Any) -> str:
    """A key of a map with strings for keys: nil stands for the empty string."""
    if key is None:
        return ""
    if type(key) is not str:
        fail(f"reflect.Value.MapIndex: value of type {type_name(key)} is not assignable to type string")
    return key


def _member(needle: Any, members: Members) -> bool:
    """A look-up among literals, all of them strings or all integers."""
    wanted = next(iter(members)).__class__
    if needle is None:
        return ("" if wanted is str else 0) in members
    if type(needle) is not wanted:
        name = "string" if wanted is str else "int"
        fail(f"reflect.Value.MapIndex: value of type {type_name(needle)} is not assignable to type {name}")
    return needle in members


def fetch(source: Any, index: Any) -> Any:
    """`source[index]` (runtime.Fetch); a key that a map does not have is nil."""
    kind = source.__class__
    if kind is dict:
        return source.get(index if type(index) is str else _key(index))
    if source is None:
        raise Panic(f"cannot fetch {show(index)} from <nil>")
    if isinstance(source, (list, bytes, str)):
        return _item(source, to_int(index))
    if is_map(source):
        return source.get(_key(index), "" if isinstance(source, StringMap) else None)
    if isinstance(source, AnyMap):
        return source.get(index, NilList() if source.is_groups else None)
    if type(index) is str:
        from argosy.language.expr.methods import method_of

        method = method_of(source, index)
        if method is not None:
            return method
    if type(source) is Time:
        as_string(index)
    raise Panic(f"cannot fetch {show(index)} from {type_name(source)}")


def show(value: Any) -> str:
    """A value as `%v` prints it."""
    from argosy.language.expr.text import format_any

    return format_any(value)


def _item(source: Any, index: int) -> Any:
    sequence = source if not isinstance(source, str) or source.isascii() else utf8(source)
    length = len(sequence)
    if index < 0:
        index += length
    if not 0 <= index < length:
        raise Panic(f"index out of range: {index} (array length is {length})")
    item = sequence[index]
    if isinstance(source, str):
        return Uint8(item if isinstance(item, int) else ord(item))
    return Uint8(item) if isinstance(source, bytes) else item


def cut(source: Any, low: Any, high: Any) -> Any:
    """`source[low:high]`; strings are counted in bytes, and bounds are kept within the list."""
    if not isinstance(source, (list, bytes, str)):
        raise Panic(f"cannot slice {show(low)}")
    sequence: Any = source  # pyright: ignore[reportUnknownVariableType]
    is_text = isinstance(source, str) and not source.isascii()
    if is_text:
        sequence = utf8(sequence)
    length = len(sequence)
    start, end = to_int(low), to_int(high)
    start = max(length + start if start < 0 else start, 0)
    end = min(max(length + end if end < 0 else end, 0), length)
    part: Any = sequence[min(start, end) : end]
    if is_text:
        return part.decode("utf-8", "surrogateescape")
    if isinstance(source, Pair):
        return list(part)
    return type(source)(part) if is_list(source) else part


def length(value: Any) -> int:
    """How many bytes, items or keys (runtime.Len)."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(utf8(value))
    if isinstance(value, (list, bytes, dict, AnyMap)):
        return len(value)  # pyright: ignore[reportUnknownArgumentType]
    raise Panic(f"invalid argument for len (type {type_name(value)})")


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


NO_ITEM = object()
"""What a loop over a map has for items: nothing that could be looked at."""


def checked_item(item: Any) -> Any:
    """The item of a loop, if there is one."""
    if item is NO_ITEM:
        fail("reflect: call of reflect.Value.Index on map Value")
    return item


def items_of(value: Any) -> list[Any]:
    """What a loop runs over; a string's items are its bytes (OpBegin)."""
    if is_list(value):
        return value
    if isinstance(value, bytes):
        return list(map(Uint8, value))
    if isinstance(value, str):
        return list(map(Uint8, utf8(value)))
    type_ = type_of(value)
    if type_ is None:
        fail("reflect: call of reflect.Value.Len on zero Value")
    if type_.kind == "map":
        return [NO_ITEM] * length(value)
    return fail(f"reflect: call of reflect.Value.Len on {type_.kind} Value")
