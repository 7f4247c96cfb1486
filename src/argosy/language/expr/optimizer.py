"""The tree becomes a simpler one before the run (expr's optimizer).

Users see this: `true || x` is true whatever x is, `1 % 0` is an error before the run, a list of literals is looked up
in by type, and what a rewritten part is blamed at is the place of the part it was made from, or the first character.
The passes run in expr's order; each looks at every node, parts before wholes.
"""

from __future__ import annotations

from collections.abc import Callable

from argosy.language.expr import nodes
from argosy.language.expr.errors import ExprError
from argosy.language.expr.folding import CannotFold, fold, in_literals
from argosy.language.expr.nodes import Binary, Builtin, Literal, Member, Node, Pointer, Predicate
from argosy.language.expr.types import INT, Nature, nature_of
from argosy.language.expr.values import wrap

_Pass = Callable[[Node], "Node | None"]
_MOST_SUMMED = 50  # items of a sum that becomes additions, which nest
_INT = nature_of(INT)


def optimize(root: Node, text: str) -> Node:
    """The simpler tree. Raises ExprError, `integer divide by zero`."""
    used = _used(root)
    if "in" in used:
        root = _rewrite(root, in_literals)
    root = _fold_all(root, text)
    for words, optimization in _PASSES:
        if not used.isdisjoint(words):
            root = _rewrite(root, optimization)
    return root


def _used(root: Node) -> set[str]:
    """The operators and functions of a tree, for there is mostly nothing to do."""
    used: set[str] = set()
    for node in nodes.walk(root):
        if isinstance(node, Binary):
            used.add(node.operator)
        elif isinstance(node, Builtin):
            used.add(node.name)
    return used


def _fold_all(root: Node, text: str) -> Node:
    changed = True

    def fold_once(node: Node) -> Node | None:
        nonlocal changed
        folded = fold(node)
        if folded is not None:
            changed = True
        return folded

    while changed:
        changed = False
        try:
            root = _rewrite(root, fold_once)
        except CannotFold as error:
            raise ExprError(str(error), text, error.node.at, "compile") from None
    return root


def _rewrite(root: Node, change: _Pass) -> Node:
    """The tree with every node that `change` has something else for replaced; the place stays the old one's."""

    def rewrite(node: Node) -> Node:
        if type(node) is not Binary:
            node.change(rewrite)
            return _changed(node, change)
        spine: list[Binary] = []
        first: Node = node
        while type(first) is Binary:
            spine.append(first)
            first = first.left
        left = rewrite(first)
        for part in reversed(spine):
            part.left, part.right = left, rewrite(part.right)
            left = _changed(part, change)
        return left

    return rewrite(root)


def _changed(node: Node, change: _Pass) -> Node:
    changed = change(node)
    if changed is None:
        return node
    changed.at = node.at
    return changed


def _typed(node: Node, nature: Nature) -> Node:
    """A new node with the type of the one that it replaces."""
    node.nature = nature if nature.ref is None else nature_of(nature.type)
    return node


def _in_range(node: Node) -> Node | None:
    """`x in 1..3` compares twice."""
    if isinstance(node, Binary) and node.operator == "in" and node.left.nature.kind == "int":
        numbers = _literal_range(node.right)
        if numbers is not None:
            least = Binary(">=", node.left, numbers.left)
            return _typed(Binary("and", least, Binary("<=", node.left, numbers.right)), node.nature)
    return None


def _is_int(node: Node) -> bool:
    return isinstance(node, Literal) and type(node.value) is int


def _literal_range(node: Node) -> Binary | None:
    """The node, if it is a range of literals."""
    if isinstance(node, Binary) and node.operator == ".." and _is_int(node.left) and _is_int(node.right):
        return node
    return None


def _filter_of(node: Node) -> Builtin | None:
    return node if isinstance(node, Builtin) and node.name == "filter" else None


def _filter_map(node: Node) -> Node | None:
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
    return _typed(combined, node.nature)


def _filter_len(node: Node) -> Node | None:
    """`len(filter(...))` counts."""
    if isinstance(node, Builtin) and node.name == "len" and len(node.arguments) == 1:
        found = _filter_of(node.arguments[0])
        if found is not None:
            return _typed(Builtin("count", found.arguments), node.nature)
    return None


def _filter_end(index: int, function: str, finder: str) -> _Pass:
    """`filter(...)[0]` and `first(filter(...))` stop at the first one; the same for the last."""

    def change(node: Node) -> Node | None:
        found: Builtin | None = None
        throws = isinstance(node, Member)
        if isinstance(node, Member) and not node.optional and _is_int(node.prop) and _value(node.prop) == index:
            found = _filter_of(node.node)
        elif isinstance(node, Builtin) and node.name == function and len(node.arguments) == 1:
            found = _filter_of(node.arguments[0])
        if found is None:
            return None
        combined = Builtin(finder, found.arguments)
        combined.throws, combined.mapped = throws, found.mapped
        return _typed(combined, node.nature)

    return change


def _value(node: Node) -> int:
    return node.value if isinstance(node, Literal) else 0


_COMBINED = {
    ("all", "and"): "and",
    ("all", "&&"): "&&",
    ("any", "or"): "or",
    ("any", "||"): "||",
    ("none", "and"): "or",
    ("none", "&&"): "||",
}


def _combine_predicates(node: Node) -> Node | None:
    """`all(x, p) && all(x, q)` is one loop."""
    if not isinstance(node, Binary):
        return None
    left, right = node.left, node.right
    if not isinstance(left, Builtin) or not isinstance(right, Builtin) or left.name != right.name:
        return None
    operator = _COMBINED.get((left.name, node.operator))
    if operator is None or not _same(left.arguments[0], right.arguments[0]):
        return None
    both = _changed(Binary(operator, left.body(), right.body()), _combine_predicates)
    return _typed(Builtin(left.name, [left.arguments[0], Predicate(both)]), node.nature)


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


def _sum_array(node: Node) -> Node | None:
    """`sum([a, b, c])` is `a + (b + c)`."""
    if isinstance(node, Builtin) and node.name == "sum" and len(node.arguments) == 1:
        array = node.arguments[0]
        if isinstance(array, nodes.Array) and 2 <= len(array.nodes) <= _MOST_SUMMED:
            total = array.nodes[-1]
            for item in reversed(array.nodes[:-1]):
                total = Binary("+", item, total)
            return _typed(total, node.nature)
    return None


def _sum_map(node: Node) -> Node | None:
    """`sum(map(...))` is one loop."""
    if isinstance(node, Builtin) and node.name == "sum" and len(node.arguments) == 1:
        mapped = node.arguments[0]
        if isinstance(mapped, Builtin) and mapped.name == "map" and len(mapped.arguments) == 2:
            return _typed(Builtin("sum", list(mapped.arguments)), node.nature)
    return None


def _sum_range(node: Node) -> Node | None:
    """A sum over a range of literals is computed."""
    if not isinstance(node, Builtin) or node.name not in ("sum", "reduce") or not node.arguments:
        return None
    numbers = _literal_range(node.arguments[0])
    if numbers is None:
        return None
    low, high = _value(numbers.left), _value(numbers.right)
    if high < low:
        return None
    count = wrap(high - low + 1)
    product = wrap(count * (low + high))
    total = -(abs(product) // 2) if product < 0 else product // 2
    result = _summed(node, total, count) if node.name == "sum" else _reduced(node, total)
    if result is None:
        return None
    literal = Literal(wrap(result))
    literal.nature = _INT
    return literal


def _summed(node: Builtin, total: int, count: int) -> int | None:
    if len(node.arguments) == 1:
        return total
    body = node.body()
    if _is_pointer(body, ""):
        return total
    if not isinstance(body, Binary):
        return None
    left, right = body.left, body.right
    if _is_pointer(left, "") and _is_int(right):
        number, is_left = _value(right), True
    elif _is_int(left) and _is_pointer(right, ""):
        number, is_left = _value(left), False
    else:
        return None
    if body.operator == "*":
        return number * total
    if body.operator == "+":
        return total + count * number
    if body.operator == "-":
        return total - count * number if is_left else count * number - total
    return None


def _reduced(node: Builtin, total: int) -> int | None:
    body = node.body()
    if not isinstance(body, Binary) or body.operator != "+":
        return None
    pair = (body.left, body.right)
    if not all(_is_pointer(part, name) for part, name in zip(pair, ("", "acc"), strict=True)) and not all(
        _is_pointer(part, name) for part, name in zip(pair, ("acc", ""), strict=True)
    ):
        return None
    if len(node.arguments) == 2:
        return total
    return _value(node.arguments[2]) + total if _is_int(node.arguments[2]) else None


def _is_pointer(node: Node, name: str) -> bool:
    return isinstance(node, Pointer) and node.name == name


def _counted(node: Node) -> tuple[Builtin, str, int] | None:
    """`count(list, predicate) > 5`, taken apart."""
    if isinstance(node, Binary) and _is_int(node.right):
        count = node.left
        if isinstance(count, Builtin) and count.name == "count" and len(count.arguments) == 2:
            return count, node.operator, _value(node.right)
    return None


def _count_any(node: Node) -> Node | None:
    """`count(...) > 0` stops at the first one."""
    counted = _counted(node)
    if counted is not None and counted[1:] in ((">", 0), (">=", 1)):
        return _typed(Builtin("any", counted[0].arguments), node.nature)
    return None


def _count_threshold(node: Node) -> None:
    """`count(...) > 5` stops at the sixth one."""
    counted = _counted(node)
    if counted is not None and counted[2] >= 0 and counted[1] in ("<", ">", "<=", ">="):
        threshold = counted[2] + (counted[1] in (">", "<="))
        if threshold > 1:
            counted[0].threshold = threshold


_PASSES: tuple[tuple[tuple[str, ...], _Pass], ...] = (
    # where none of the words occurs, there is nothing to do
    (("in",), _in_range),
    (("filter",), _filter_map),
    (("filter",), _filter_len),
    (("filter",), _filter_end(-1, "last", "findLast")),
    (("filter",), _filter_end(0, "first", "find")),
    (("all", "any", "none"), _combine_predicates),
    (("sum", "reduce"), _sum_range),
    (("sum",), _sum_array),
    (("sum",), _sum_map),
    (("count", "filter"), _count_any),
    (("count", "filter"), _count_threshold),
)
