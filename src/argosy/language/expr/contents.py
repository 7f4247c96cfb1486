"""What is in a value: its items, members and parts (expr's vm/runtime)."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.arithmetic import to_int
from argosy.language.expr.comparisons import bytes_apart, equal
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.values import (
    AnyMap,
    Members,
    NilList,
    Pair,
    StringMap,
    Time,
    Uint8,
    as_string,
    is_list,
    is_map,
    type_name,
    type_of,
)
from argosy.language.gotext import utf8

NO_ITEM = object()
"""What a loop over a map has for items: nothing that could be looked at."""


def contained(needle: Any, where: Any) -> bool:
    """`needle in where`: an item of a list, or a key of a map."""
    if where is None:
        return False
    if isinstance(where, dict):
        return _key(needle) in where
    if isinstance(where, (list, bytes)):
        return any(equal(item, needle) for item in bytes_apart(where))
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
