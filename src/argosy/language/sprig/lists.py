"""sprig's functions on lists, of whatever type."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.comparisons import identical
from argosy.language.expr.contents import items_of
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.state import Patience
from argosy.language.expr.values import Lists, NilList, Pair, kind_name
from argosy.language.sprig.defaults import empty
from argosy.language.sprig.numbers import to_int


def _items(value: Any, problem: str) -> list[Any]:
    """The items of a list, a new one."""
    if isinstance(value, (list, bytes)):
        return list(items_of(value))
    if value is None:
        fail("runtime error: invalid memory address or nil pointer dereference")
    raise Panic(f"{problem} {kind_name(value)}")


def make_list(*values: Any) -> list[Any]:
    """A list of the values."""
    return list(values)


def push(value: Any, item: Any) -> list[Any]:
    """With an item at the end."""
    return [*_items(value, "Cannot push on type"), item]


def prepend(value: Any, item: Any) -> list[Any]:
    """With an item at the beginning."""
    return [item, *_items(value, "Cannot prepend on type")]


def first(value: Any) -> Any:
    """The first item, nil of none."""
    return next(iter(_items(value, "Cannot find first on type")), None)


def last(value: Any) -> Any:
    """The last item, nil of none."""
    return next(iter(_items(value, "Cannot find last on type")[::-1]), None)


def rest(value: Any) -> list[Any]:
    """All but the first item."""
    return _none_of_none(_items(value, "Cannot find rest on type"), slice(1, None))


def initial(value: Any) -> list[Any]:
    """All but the last item."""
    return _none_of_none(_items(value, "Cannot find initial on type"), slice(-1))


def _none_of_none(items: list[Any], part: slice) -> list[Any]:
    return items[part] if items else NilList()


def reverse(value: Any) -> list[Any]:
    """From the last item to the first."""
    return _items(value, "Cannot find reverse on type")[::-1]


def uniq(value: Any) -> list[Any]:
    """Without the items that are the same as an earlier one."""
    kept: list[Any] = []
    patience = Patience()
    plain: set[tuple[type, Any]] = set()
    for item in _items(value, "Cannot find uniq on type"):
        if isinstance(item, (str, int, float)) and item == item:
            if (type(item), item) in plain:
                continue
            plain.add((type(item), item))
        else:
            patience.spend(8 * len(kept))
            if any(identical(item, other) for other in kept):
                continue
        kept.append(item)
    return kept


def without(value: Any, *omitted: Any) -> list[Any]:
    """Without certain items."""
    items = _items(value, "Cannot find without on type")
    Patience().spend(len(items) * len(omitted))
    return [item for item in items if not any(identical(item, other) for other in omitted)]


def has(item: Any, value: Any) -> bool:
    """Whether the item is in the list."""
    if value is None:
        return False
    return any(identical(item, other) for other in _items(value, "Cannot find has on type"))


def cut(value: Any, *bounds: Any) -> Any:
    """The items from one index to before another."""
    items = _items(value, "list should be type of slice or array but")
    if not items:
        return None
    start = to_int(bounds[0]) if bounds else 0
    end = to_int(bounds[1]) if len(bounds) > 1 else len(items)
    if isinstance(value, Pair):
        fail("reflect.Value.Slice: slice of unaddressable array")
    if not 0 <= start <= end <= len(items):
        fail("reflect.Value.Slice: slice index out of bounds")
    return value[start:end] if type(value) in (list, bytes) else type(value)(items[start:end])


def concat(*values: Any) -> list[Any]:
    """The items of all lists."""
    joined: list[Any] = []
    for value in values:
        if value is not None and not isinstance(value, (list, bytes)):
            fail(f"Cannot concat type {kind_name(value)} as list")
        joined += _items(value, "")
    return joined or NilList()


def chunk(size: int, value: Any) -> Lists:
    """Lists of so many items."""
    items = _items(value, "Cannot chunk type")
    if size <= 0 and (size == 0 or (len(items) - 1) // size != -1):
        fail("runtime error: makeslice: len out of range")
    if size < 0:
        return Lists()
    return Lists(items[start : start + size] for start in range(0, len(items), size))


def compact(value: Any) -> list[Any]:
    """Without empty items."""
    return [item for item in _items(value, "Cannot compact on type") if not empty(item)]
