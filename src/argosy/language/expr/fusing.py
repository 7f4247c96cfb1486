"""Loops are put together: what `filter` finds is counted, mapped or ended at once, and two questions are one."""

from __future__ import annotations

from argosy.language.expr import nodes
from argosy.language.expr.nodes import Binary, Builtin, Member, Node, Pointer, Predicate
from argosy.language.expr.rewriting import Pass, changed, is_int, typed, value_of

_COMBINED = {
    ("all", "and"): "and",
    ("all", "&&"): "&&",
    ("any", "or"): "or",
    ("any", "||"): "||",
    ("none", "and"): "or",
    ("none", "&&"): "||",
}


def _filter_of(node: Node) -> Builtin | None:
    return node if isinstance(node, Builtin) and node.name == "filter" else None


def filter_map(node: Node) -> Node | None:
    """`map(filter(...), ...)` is one loop."""
    if not isinstance(node, Builtin) or node.name != "map":
        return None
    if any(isinstance(part, Pointer) and part.name == "index" for part in nodes.walk(node.body())):
        return None
    found = _filter_of(node.arguments[0])
    if found is None or found.mapped is not None:
        return None
    combined = Builtin("filter", found.arguments)
    combined.mapped = node.body()
    return typed(combined, node.nature)


def filter_len(node: Node) -> Node | None:
    """`len(filter(...))` counts."""
    if isinstance(node, Builtin) and node.name == "len" and len(node.arguments) == 1:
        found = _filter_of(node.arguments[0])
        if found is not None:
            return typed(Builtin("count", found.arguments), node.nature)
    return None


def filter_end(index: int, function: str, finder: str) -> Pass:
    """`filter(...)[0]` and `first(filter(...))` stop at the first one; the same for the last."""

    def change(node: Node) -> Node | None:
        found: Builtin | None = None
        throws = isinstance(node, Member)
        if isinstance(node, Member) and not node.optional and is_int(node.prop) and value_of(node.prop) == index:
            found = _filter_of(node.node)
        elif isinstance(node, Builtin) and node.name == function and len(node.arguments) == 1:
            found = _filter_of(node.arguments[0])
        if found is None:
            return None
        combined = Builtin(finder, found.arguments)
        combined.throws, combined.mapped = throws, found.mapped
        return typed(combined, node.nature)

    return change


def combine_predicates(node: Node) -> Node | None:
    """`all(x, p) && all(x, q)` is one loop."""
    if not isinstance(node, Binary):
        return None
    left, right = node.left, node.right
    if not isinstance(left, Builtin) or not isinstance(right, Builtin) or left.name != right.name:
        return None
    operator = _COMBINED.get((left.name, node.operator))
    if operator is None or not _same(left.arguments[0], right.arguments[0]):
        return None
    both = changed(Binary(operator, left.body(), right.body()), combine_predicates)
    return typed(Builtin(left.name, [left.arguments[0], Predicate(both)]), node.nature)


def _same(one: Node, other: Node) -> bool:
    """Whether two parts are written alike and have the same type."""
    return one.nature.type is other.nature.type and _shape(one) == _shape(other)


def _shape(root: Node) -> list[tuple[object, ...]]:
    """What makes two parts written alike: their nodes without the places."""
    names = ("value", "name", "operator", "optional")
    return [
        (type(node), len(node.parts()), *(repr(getattr(node, name, None)) for name in names))
        for node in nodes.walk(root)
    ]
