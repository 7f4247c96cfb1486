"""expr's functions on lists and maps. Where Go's order is by chance (keys of a map), it is that of the keys here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argosy.language.expr.arithmetic import is_integer, is_number, to_int
from argosy.language.expr.comparisons import equal
from argosy.language.expr.contents import fetch, items_of
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.sorting import sort_by
from argosy.language.expr.state import Patience
from argosy.language.expr.text import format_any, format_string, sorted_items
from argosy.language.expr.values import (
    AnyMap,
    Floats,
    Ints,
    NilList,
    Pair,
    Pairs,
    Strings,
    kind_name,
    measure,
    type_name,
)
from argosy.language.gotext import utf8


def _list(value: Any, problem: str) -> list[Any]:
    """The items, if it is a list."""
    if isinstance(value, (list, bytes)):
        return items_of(value)
    raise Panic(problem % kind_name(value))


def first(value: Any) -> Any:
    """The first item, nil where there is none."""
    return _fetch_or_nil(value, 0)


def last(value: Any) -> Any:
    """The last item, nil where there is none."""
    return _fetch_or_nil(value, -1)


def _fetch_or_nil(value: Any, index: int) -> Any:
    try:
        return fetch(value, index)
    except Panic:
        return None


def get(source: Any, index: Any) -> Any:
    """An item or a value, nil where there is none."""
    if isinstance(source, (list, bytes, str)):
        number = to_int(index)
        length = len(utf8(source)) if isinstance(source, str) else len(source)  # pyright: ignore[reportUnknownArgumentType]
        return fetch(source, number) if -length <= number < length else None
    if isinstance(source, (dict, AnyMap)):
        return fetch(source, index)  # pyright: ignore[reportUnknownArgumentType]
    if source is None or not isinstance(index, str):
        return None
    return _fetch_or_nil_field(source, index)


def _fetch_or_nil_field(source: Any, name: str) -> Any:
    try:
        return fetch(source, name)
    except Panic:
        return None


def take(value: Any, count: Any) -> Any:
    """The first few items."""
    items = _list(value, "cannot take from %s")
    if not is_integer(count):
        fail(f"cannot take {kind_name(count)} elements")
    if isinstance(value, Pair):
        fail("reflect.Value.Slice: slice of unaddressable array")
    if count < 0:
        fail("reflect.Value.Slice: slice index out of bounds")
    return value[:count] if type(value) in (list, bytes) else type(value)(items[:count])


def keys(value: Any) -> list[Any]:
    """The keys of a map."""
    return [key for key, _ in _items(value, "cannot get keys from %s")]


def values(value: Any) -> list[Any]:
    """The values of a map, in the order of their keys."""
    return [item for _, item in _items(value, "cannot get values from %s")]


def to_pairs(value: Any) -> Pairs:
    """Keys and values."""
    return Pairs(Pair(item) for item in _items(value, "cannot transform %s to pairs"))


def _items(value: Any, problem: str) -> list[tuple[Any, Any]]:
    if isinstance(value, (dict, AnyMap)):
        return sorted_items(value)
    raise Panic(problem % kind_name(value))


def from_pairs(value: Any) -> AnyMap:
    """A map of keys and values; of equal keys the last one counts."""
    if not isinstance(value, (list, bytes)):
        shown = "<invalid reflect.Value>" if value is None else format_string(value)
        fail(f"cannot transform {shown} from pairs")
    result = AnyMap()
    for pair in items_of(value):
        if not isinstance(pair, (list, bytes)):
            fail(f"invalid pair {format_any(pair)}")
        if len(pair) != 2:  # pyright: ignore[reportUnknownArgumentType]
            fail(f"invalid pair length {format_any(pair)}")
        result.set(*items_of(pair))
    return result


def reverse(value: Any) -> list[Any]:
    """From the last item to the first."""
    return _list(value, "cannot reverse %s")[::-1]


def uniq(value: Any) -> list[Any]:
    """Without the items that are equal to an earlier one."""
    found: list[Any] = []
    patience = Patience()
    plain: set[tuple[object, Any]] = set()
    for item in _list(value, "cannot uniq %s"):
        if item is None or isinstance(item, (bool, str)) or is_number(item):
            key: tuple[object, Any] = (int if is_number(item) else item.__class__, item)
            if key in plain:
                continue
            plain.add(key)
        else:
            patience.spend(8 * len(found))
            if any(equal(item, other) for other in found):
                continue
        found.append(item)
    return found


def concat(*arguments: Any) -> list[Any]:
    """All items of all lists."""
    joined: list[Any] = []
    for argument in arguments:
        joined.extend(_list(argument, "cannot concat %s"))
    return joined or NilList()


def flatten(value: Any) -> list[Any]:
    """The items of all lists inside, however deep."""
    measure(value)
    return list(_flat(_list(value, "cannot flatten %s")))


def _flat(items: list[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, (list, bytes)):
            yield from _flat(items_of(item))
        else:
            yield item


def sort(value: Any, order: Any = "asc") -> list[Any]:
    """The items in order; only plain lists, of integers, floats and strings are."""
    items: list[Any] = list(value) if value.__class__ in (list, Ints, Floats, Strings) else NilList()
    if not isinstance(order, str):
        fail(f"sort order argument must be a string (got {type_name(order)})")
    if order not in ("asc", "desc"):
        fail(f"invalid order {order}, expected asc or desc")
    return sort_by(items, items, descending=order == "desc") or items
