"""Operators on literals are applied before the run (expr's optimizer: fold, in_array, in_range)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.language.expr import arithmetic
from argosy.language.expr.nodes import Array, Binary, Builtin, Constant, Literal, Node, Predicate, Unary
from argosy.language.expr.rewriting import literal_range, typed
from argosy.language.expr.types import LIST, go_type, nature_of
from argosy.language.expr.values import TYPES, Members, wrap


class CannotFold(Exception):
    """Something that can only go wrong."""

    def __init__(self, problem: str, node: Node) -> None:
        super().__init__(problem)
        self.node = node


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "**": arithmetic.power,
    "^": arithmetic.power,
}
_AND, _OR = ("and", "&&"), ("or", "||")


def fold(node: Node) -> Node | None:
    """The simpler node, None where there is none. Raises CannotFold."""
    if isinstance(node, Binary):
        if node.operator in _AND or node.operator in _OR:
            return _fold_boolean(node)
        return _fold_binary(node)
    if isinstance(node, Unary):
        return _fold_unary(node)
    if isinstance(node, Array):
        return _fold_array(node)
    if isinstance(node, Builtin) and node.name == "filter":
        return _fold_filters(node)
    return None


def _literal(value: Any) -> Literal:
    literal = Literal(value)
    literal.nature = nature_of(TYPES[type(value)])
    return literal


def _fold_unary(node: Unary) -> Node | None:
    value = node.operand.value if isinstance(node.operand, Literal) else None
    if type(value) is int or type(value) is float:
        if node.operator == "-":
            return _literal(wrap(-value) if type(value) is int else -value)
        return _literal(value) if node.operator == "+" else None
    return _literal(not value) if type(value) is bool and node.operator in ("!", "not") else None


def _fold_binary(node: Binary) -> Node | None:
    if not isinstance(node.left, Literal) or not isinstance(node.right, Literal):
        return None
    left, right = node.left.value, node.right.value
    kinds = (left.__class__, right.__class__)
    if node.operator == "%":
        if kinds != (int, int):
            return None
        if right == 0:
            raise CannotFold("integer divide by zero", node)
        return _literal(arithmetic.modulo(left, right))
    if node.operator == "==":
        return _literal(left == right) if kinds in ((int, int), (str, str), (bool, bool)) else None
    apply = _ARITHMETIC.get(node.operator)
    if apply is None:
        return None
    if set(kinds) <= {int, float} or (node.operator == "+" and kinds == (str, str)):
        return _literal(apply(left, right))
    return None


def _fold_boolean(node: Binary) -> Node | None:
    """`true && x` is x, `x && true` is x, `x && false` is false; `||` the other way round."""
    neutral = node.operator in _AND
    left = node.left.value if isinstance(node.left, Literal) and type(node.left.value) is bool else None
    right = node.right.value if isinstance(node.right, Literal) and type(node.right.value) is bool else None
    kept = node.right if left is neutral else node.left if right is neutral else None
    if kept is not None:
        kept.nature = nature_of(node.nature.type)
        return kept
    return None if left is None and right is None else _literal(not neutral)


def _fold_array(node: Array) -> Node | None:
    if not node.nodes or not all(isinstance(item, Literal) and type(item.value) is not bytes for item in node.nodes):
        return None
    constant = Constant([item.value for item in node.nodes if isinstance(item, Literal)])
    constant.nature = nature_of(LIST)
    return constant


def _fold_filters(node: Builtin) -> Node | None:
    """A filter of a filter asks both in one loop."""
    base = node.arguments[0]
    if not isinstance(base, Builtin) or base.name != "filter":
        return None
    combined = Builtin("filter", [base.arguments[0], Predicate(Binary("&&", base.body(), node.body()))])
    combined.nature = nature_of(node.nature.type)
    return combined


def in_literals(node: Node) -> Node | None:
    """`x in ["a", "b"]` and, for an integer x, `x in [1, 2]` look up in a set."""
    if not isinstance(node, Binary) or node.operator != "in" or not isinstance(node.right, Array):
        return None
    items = [item.value if isinstance(item, Literal) else None for item in node.right.nodes]
    kinds = set(map(type, items))
    if kinds == {str} or (kinds == {int} and node.left.nature.kind == "int"):
        members = Constant(Members(items))
        members.nature = nature_of(go_type(f"map[{'string' if kinds == {str} else 'int'}]struct {{}}"))
        changed = Binary("in", node.left, members)
        changed.nature = nature_of(node.nature.type)
        return changed
    return None


def in_range(node: Node) -> Node | None:
    """`x in 1..3` compares twice."""
    if isinstance(node, Binary) and node.operator == "in" and node.left.nature.kind == "int":
        numbers = literal_range(node.right)
        if numbers is not None:
            least = Binary(">=", node.left, numbers.left)
            return typed(Binary("and", least, Binary("<=", node.left, numbers.right)), node.nature)
    return None
