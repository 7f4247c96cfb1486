"""The functions that are loops, as closures: `filter`, `map`, `reduce` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from argosy.language.expr.arithmetic import add
from argosy.language.expr.contents import checked_item, items_of
from argosy.language.expr.errors import fail
from argosy.language.expr.nodes import Builtin
from argosy.language.expr.sorting import sort_by
from argosy.language.expr.state import Code, State
from argosy.language.expr.values import AnyMap, Unhashable, as_bool

Loop = Callable[[Builtin, list[Code], "Code | None"], Code]
"""The node, its compiled arguments and what `mapped` is compiled to -> the compiled loop."""

_Body = Callable[[State, list[Any]], Any]


def _item(state: State) -> Any:
    return checked_item(state.item)


def _ascending(_: State) -> str:
    return "asc"


def _over(collection: Code, body: _Body) -> Code:
    """A loop over a list; what it leaves in the state is put back afterwards."""

    def run(state: State) -> Any:
        items = items_of(collection(state))
        state.spend(len(items))
        outer = state.item, state.index, state.acc
        result = body(state, items)
        state.item, state.index, state.acc = outer
        return result

    return run


def _until(decisive: bool, result: bool) -> Loop:
    """`all`, `any` and `none`: what the predicate has to give to end the loop, and what is then the result."""

    def loop(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
        predicate = arguments[1]

        def body(state: State, items: list[Any]) -> bool:
            for state.index, state.item in enumerate(items):
                value = predicate(state)
                if value is decisive:
                    return result
                if value is not (not decisive):
                    as_bool(value)
            return not result

        return _over(arguments[0], body)

    return loop


def _count(node: Builtin, arguments: list[Code], _: Code | None) -> Code:
    predicate = arguments[1] if len(arguments) > 1 else _item
    threshold = node.threshold

    def body(state: State, items: list[Any]) -> int:
        count = 0
        for state.index, state.item in enumerate(items):
            if as_bool(predicate(state)):
                count += 1
                if count == threshold:
                    break
        return count

    return _over(arguments[0], body)


def _one(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    predicate = arguments[1]

    def body(state: State, items: list[Any]) -> bool:
        count = 0
        for state.index, state.item in enumerate(items):
            count += as_bool(predicate(state))
        return count == 1

    return _over(arguments[0], body)


def _filter(_: Builtin, arguments: list[Code], mapped: Code | None) -> Code:
    predicate = arguments[1]

    def body(state: State, items: list[Any]) -> list[Any]:
        found: list[Any] = []
        for state.index, state.item in enumerate(items):
            if as_bool(predicate(state)):
                found.append(_item(state) if mapped is None else mapped(state))
        state.grow(len(found))
        return found

    return _over(arguments[0], body)


def _map(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    function = arguments[1]

    def body(state: State, items: list[Any]) -> list[Any]:
        results: list[Any] = []
        for state.index, state.item in enumerate(items):
            results.append(function(state))
        state.grow(len(results))
        return results

    return _over(arguments[0], body)


def _sum(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    function = arguments[1] if len(arguments) > 1 else _item

    def body(state: State, items: list[Any]) -> Any:
        total: Any = 0
        for state.index, state.item in enumerate(items):
            total = add(function(state), total)
        return total

    return _over(arguments[0], body)


def _find(*, backwards: bool, index: bool) -> Loop:
    def loop(node: Builtin, arguments: list[Code], mapped: Code | None) -> Code:
        predicate, throws = arguments[1], node.throws

        def body(state: State, items: list[Any]) -> Any:
            numbered: Iterable[tuple[int, Any]] = enumerate(items)
            if backwards:
                numbered = reversed(list(numbered))
            for state.index, state.item in numbered:
                if as_bool(predicate(state)):
                    return state.index if index else _item(state) if mapped is None else mapped(state)
            if throws:
                fail("reflect: slice index out of range")
            return None

        return _over(arguments[0], body)

    return loop


def _group_by(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    function = arguments[1]

    def body(state: State, items: list[Any]) -> AnyMap:
        groups = AnyMap(is_groups=True)
        for state.index, state.item in enumerate(items):
            key = function(state)
            try:
                group = groups.get(key)
            except Unhashable as unhashable:
                fail(f"hash of unhashable type: {unhashable.type}")
            if group is None:
                groups.set(key, group := [])
            group.append(_item(state))
        return groups

    return _over(arguments[0], body)


def _sort_by(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    function = arguments[1]
    order = arguments[2] if len(arguments) > 2 else _ascending

    def body(state: State, items: list[Any]) -> list[Any]:
        direction = order(state)
        if not isinstance(direction, str):
            fail("sortBy order argument must be a string")
        if direction not in ("asc", "desc"):
            fail("unknown order, use asc or desc")
        keys: list[Any] = []
        for state.index, state.item in enumerate(items):
            keys.append(function(state))
        ordered = sort_by(list(map(checked_item, items)), keys, descending=direction == "desc")
        state.grow(len(items))
        return ordered

    return _over(arguments[0], body)


def _reduce(_: Builtin, arguments: list[Code], __: Code | None) -> Code:
    function = arguments[1]
    initial = arguments[2] if len(arguments) > 2 else None

    def body(state: State, items: list[Any]) -> Any:
        start = 0
        if initial is not None:
            acc = initial(state)
        elif items:
            acc, start = checked_item(items[0]), 1
        else:
            fail("reduce of empty array with no initial value")
        state.acc = acc
        for state.index, state.item in list(enumerate(items))[start:]:
            state.acc = function(state)
        return state.acc

    return _over(arguments[0], body)


LOOPS: dict[str, Loop] = {
    "all": _until(False, False),
    "any": _until(True, True),
    "none": _until(True, False),
    "one": _one,
    "filter": _filter,
    "map": _map,
    "count": _count,
    "sum": _sum,
    "find": _find(backwards=False, index=False),
    "findIndex": _find(backwards=False, index=True),
    "findLast": _find(backwards=True, index=False),
    "findLastIndex": _find(backwards=True, index=True),
    "groupBy": _group_by,
    "sortBy": _sort_by,
    "reduce": _reduce,
}
