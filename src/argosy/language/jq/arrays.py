"""The functions on arrays: sorted, grouped, flattened, turned over, searched."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cmp_to_key
from itertools import zip_longest
from typing import Any

from argosy.language.govalues import is_list
from argosy.language.jq.encoding import is_number, preview
from argosy.language.jq.errors import JqError
from argosy.language.jq.functions import Function, refused, values_of
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import compare, to_float


def _reverse(run: Run, value: Any) -> list[Any]:
    if not is_list(value):
        raise refused("reverse", value)
    run.spend(len(value) // 16)
    return value[::-1]


def _flatten(run: Run, value: Any) -> list[Any]:
    items = values_of(value)
    if items is None:
        raise refused("flatten", value)
    return _flat(run, items, math.inf)


def _flatten_to(run: Run, value: Any, depth: Any) -> list[Any]:
    items = values_of(value)
    if items is None or not is_number(depth):
        raise refused("flatten", value if items is None else depth)
    if depth < 0 or depth != depth:
        raise JqError(f"flatten depth should not be negative: {preview(to_float(depth))}")
    return _flat(run, items, depth)


def _flat(run: Run, items: list[Any], depth: float) -> list[Any]:
    found: list[Any] = []
    for item in items:
        run.spend(1)
        found += _flat(run, item, depth - 1) if is_list(item) and depth != 0 else [item]
    return found


def _best(name: str, sign: int) -> Function:
    def function(run: Run, value: Any, keys: Any = None) -> Any:
        if not is_list(value):
            raise refused(name, value, *(() if keys is None else (keys,)))
        ranks: list[Any] = value if keys is None else keys
        best = 0
        for position in range(1, len(value)):
            if (compare(ranks[best], ranks[position], run) > 0) == (sign < 0):
                best = position
        return value[best] if value else None

    return function


def _sorted(name: str, collect: Callable[[list[list[Any]]], list[Any]]) -> Function:
    """What is made of the groups of items with equal keys, in the order of the keys."""

    def function(run: Run, value: Any, keys: Any = None) -> list[Any]:
        if not is_list(value):
            raise refused(name, value, *(() if keys is None else (keys,)))
        ranks: list[Any] = value if keys is None else keys
        order = sorted(range(len(value)), key=cmp_to_key(lambda one, other: compare(ranks[one], ranks[other], run)))
        groups: list[list[Any]] = []
        last = None
        for position in order:
            if last is not None and compare(ranks[last], ranks[position], run) == 0:
                groups[-1].append(value[position])
            else:
                groups.append([value[position]])
                last = position
        return collect(groups)

    return function


def _all_of(groups: list[list[Any]]) -> list[Any]:
    return [item for group in groups for item in group]


def _first_of(groups: list[list[Any]]) -> list[Any]:
    return [group[0] for group in groups]


def _transpose(run: Run, value: Any) -> list[Any]:
    if not is_list(value) or not all(map(is_list, value)):
        raise refused("transpose", value)
    run.spend(len(value) * max(map(len, value), default=0))
    return [list(row) for row in zip_longest(*value)]


def _search(run: Run, value: Any, wanted: Any) -> int:
    if not is_list(value):
        raise refused("bsearch", value, wanted)
    low, high = 0, len(value)
    while low < high:
        middle = (low + high) // 2
        if compare(value[middle], wanted, run) >= 0:
            high = middle
        else:
            low = middle + 1
    return low if low < len(value) and compare(value[low], wanted, run) == 0 else -low - 1


FUNCTIONS: dict[str, Function] = {
    "bsearch/1": _search,
    "flatten/0": _flatten,
    "flatten/1": _flatten_to,
    "max/0": _best("max", 1),
    "_max_by/1": _best("max_by", 1),
    "min/0": _best("min", -1),
    "_min_by/1": _best("min_by", -1),
    "reverse/0": _reverse,
    "sort/0": _sorted("sort", _all_of),
    "_sort_by/1": _sorted("sort_by", _all_of),
    "_group_by/1": _sorted("group_by", list),
    "unique/0": _sorted("unique", _first_of),
    "_unique_by/1": _sorted("unique_by", _first_of),
    "transpose/0": _transpose,
}
"""By name and number of arguments."""
