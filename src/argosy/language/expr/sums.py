"""Sums and counts become cheaper ones: additions, formulas, and loops that stop when the answer is known."""

from __future__ import annotations

from argosy.language.expr import nodes
from argosy.language.expr.nodes import Binary, Builtin, Literal, Node, Pointer
from argosy.language.expr.rewriting import is_int, literal_range, typed, value_of
from argosy.language.expr.types import INT, nature_of
from argosy.language.expr.values import wrap

_MOST_SUMMED = 50  # items of a sum that becomes additions, which nest
_INT = nature_of(INT)


def sum_array(node: Node) -> Node | None:
    """`sum([a, b, c])` is `a + (b + c)`."""
    if isinstance(node, Builtin) and node.name == "sum" and len(node.arguments) == 1:
        array = node.arguments[0]
        if isinstance(array, nodes.Array) and 2 <= len(array.nodes) <= _MOST_SUMMED:
            total = array.nodes[-1]
            for item in reversed(array.nodes[:-1]):
                total = Binary("+", item, total)
            return typed(total, node.nature)
    return None


def sum_map(node: Node) -> Node | None:
    """`sum(map(...))` is one loop."""
    if isinstance(node, Builtin) and node.name == "sum" and len(node.arguments) == 1:
        mapped = node.arguments[0]
        if isinstance(mapped, Builtin) and mapped.name == "map" and len(mapped.arguments) == 2:
            return typed(Builtin("sum", list(mapped.arguments)), node.nature)
    return None


def sum_range(node: Node) -> Node | None:
    """A sum over a range of literals is computed."""
    if not isinstance(node, Builtin) or node.name not in ("sum", "reduce") or not node.arguments:
        return None
    numbers = literal_range(node.arguments[0])
    if numbers is None:
        return None
    low, high = value_of(numbers.left), value_of(numbers.right)
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
    if _is_pointer(left, "") and is_int(right):
        number, is_left = value_of(right), True
    elif is_int(left) and _is_pointer(right, ""):
        number, is_left = value_of(left), False
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
    return value_of(node.arguments[2]) + total if is_int(node.arguments[2]) else None


def _is_pointer(node: Node, name: str) -> bool:
    return isinstance(node, Pointer) and node.name == name


def _counted(node: Node) -> tuple[Builtin, str, int] | None:
    """`count(list, predicate) > 5`, taken apart."""
    if isinstance(node, Binary) and is_int(node.right):
        count = node.left
        if isinstance(count, Builtin) and count.name == "count" and len(count.arguments) == 2:
            return count, node.operator, value_of(node.right)
    return None


def count_any(node: Node) -> Node | None:
    """`count(...) > 0` stops at the first one."""
    counted = _counted(node)
    if counted is not None and counted[1:] in ((">", 0), (">=", 1)):
        return typed(Builtin("any", counted[0].arguments), node.nature)
    return None


def count_threshold(node: Node) -> None:
    """`count(...) > 5` stops at the sixth one."""
    counted = _counted(node)
    if counted is not None and counted[2] >= 0 and counted[1] in ("<", ">", "<=", ">="):
        threshold = counted[2] + (counted[1] in (">", "<="))
        if threshold > 1:
            counted[0].threshold = threshold
