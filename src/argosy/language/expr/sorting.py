"""Lists in order, compared in the order in which Go's sort.Sort compares a short list."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from argosy.language.expr.comparisons import less

_SHORT = 12
_PLAIN = (int, float, str)


def sort_by(items: list[Any], keys: list[Any], *, descending: bool) -> list[Any]:
    """The items in the order of their keys. Raises Panic where two keys have no order.

    Items with equal keys keep their order; Go mixes those of long lists up.
    """
    if len(keys) > 1:
        kinds = set(map(type, keys))
        if not (len(kinds) == 1 and kinds <= set(_PLAIN) and (str not in kinds or all(map(str.isascii, keys)))):
            return _sort_slowly(items, keys, descending=descending)
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
    return [items[index] for index in order]


def _sort_slowly(items: list[Any], keys: list[Any], *, descending: bool) -> list[Any]:
    def is_before(one: int, other: int) -> bool:
        return less(keys[other], keys[one]) if descending else less(keys[one], keys[other])

    order = list(range(len(keys)))
    if len(order) > _SHORT:
        order.sort(key=cmp_to_key(lambda one, other: -1 if is_before(one, other) else int(is_before(other, one))))
        return [items[index] for index in order]
    for end in range(1, len(order)):
        place = end
        while place > 0 and is_before(order[place], order[place - 1]):
            order[place - 1], order[place] = order[place], order[place - 1]
            place -= 1
    return [items[index] for index in order]
