"""The types of functions that are loops: `all(list, predicate)` and its like (the checker's builtinNode)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Protocol

from argosy.language.expr.nodes import Builtin, Node
from argosy.language.expr.types import BOOL, GROUPS, INT, LIST, UNKNOWN, Nature, nature_of


class Visitor(Protocol):
    """The checker, as these rules need it."""

    scopes: list[tuple[Nature, dict[str, Nature]]]

    def visit(self, node: Node) -> Nature:
        """The nature of a node."""
        ...

    def fail(self, node: Node, problem: str) -> NoReturn:
        """Refuse a node."""
        ...


_INT, _BOOL, _LIST = nature_of(INT), nature_of(BOOL), nature_of(LIST)
_VARIABLES: dict[str, dict[str, Nature]] = {"map": {"index": _INT}, "reduce": {"index": _INT, "acc": UNKNOWN}}
_CONDITIONS = ("all", "none", "any", "one", "filter", "count", "find", "findLast", "findIndex", "findLastIndex")


def check_loop(checker: Visitor, node: Builtin) -> Nature | None:
    """The nature of a loop's result; None for a `sum` that is checked like an ordinary function."""
    collection = checker.visit(node.arguments[0]).deref()
    if not collection.is_array and not collection.is_unknown:
        checker.fail(node.arguments[0], f"builtin {node.name} takes only array (got {collection})")
    if len(node.arguments) == 1:
        return _INT if node.name == "count" else UNKNOWN if collection.is_unknown else collection.elem()
    checker.scopes.append((collection, _VARIABLES.get(node.name, {})))
    predicate = checker.visit(node.arguments[1])
    checker.scopes.pop()
    if len(node.arguments) == 3:
        _check_third(checker, node)
    if predicate.type is None or len(predicate.type.results) != 1:
        if node.name == "sum":
            return None
        count = "two" if node.name == "reduce" else "one"
        checker.fail(node.arguments[1], f"predicate should has {count} input and one output param")
    result = nature_of(predicate.type.results[0])
    if node.name in _CONDITIONS and result.kind != "bool" and not result.is_unknown:
        checker.fail(node.arguments[1], f"predicate should return boolean (got {result})")
    return _RESULTS[node.name](collection, predicate.ref or UNKNOWN, result)


def _check_third(checker: Visitor, node: Builtin) -> None:
    third = checker.visit(node.arguments[2])
    if node.name == "sortBy" and third.kind != "string" and not third.is_unknown:
        checker.fail(node.arguments[2], f"sortBy order argument must be a string (got {third})")


def _item(collection: Nature) -> Nature:
    return UNKNOWN if collection.is_unknown else collection.elem()


_Result = Callable[[Nature, Nature, Nature], Nature]
_RESULTS: dict[str, _Result] = {
    # collection, what the predicate says of itself, the type of its result
    "all": lambda _, __, ___: _BOOL,
    "none": lambda _, __, ___: _BOOL,
    "any": lambda _, __, ___: _BOOL,
    "one": lambda _, __, ___: _BOOL,
    "filter": lambda collection, _, __: _LIST if collection.is_unknown else collection.elem().list_of(),
    "map": lambda _, ref, __: ref.list_of(),
    "count": lambda _, __, ___: _INT,
    "sum": lambda _, __, result: result,
    "find": lambda collection, _, __: _item(collection),
    "findLast": lambda collection, _, __: _item(collection),
    "findIndex": lambda _, __, ___: _INT,
    "findLastIndex": lambda _, __, ___: _INT,
    "groupBy": lambda _, __, ___: nature_of(GROUPS),
    "sortBy": lambda collection, _, __: collection,
    "reduce": lambda _, ref, __: ref,
}
