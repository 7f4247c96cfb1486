"""Operators with two operands become closures. A chain of them, however long, is one."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.expr import arithmetic, comparisons, contents, nodes
from argosy.language.expr.errors import ExprError, Panic, placed
from argosy.language.expr.invoke import HEAVY
from argosy.language.expr.nodes import Binary, Node
from argosy.language.expr.state import Code, State
from argosy.language.expr.types import INT, STRING
from argosy.language.expr.values import NILS, Ints, as_string, bad_conversion
from argosy.language.regexp import compile_regexp

Compile = Callable[[Node], Code]
_APPLY: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": comparisons.equal,
    "!=": lambda left, right: not comparisons.equal(left, right),
    "<": comparisons.less,
    ">": comparisons.more,
    "<=": comparisons.less_or_equal,
    ">=": comparisons.more_or_equal,
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "%": arithmetic.modulo,
    "**": arithmetic.power,
    "^": arithmetic.power,
    "contains": comparisons.contains,
    "startsWith": comparisons.starts_with,
    "endsWith": comparisons.ends_with,
}


def compile_binary(node: Binary, compile_node: Compile) -> Code:
    """The closure of an operator with two operands, or of a chain of them."""
    if node.operator in ("or", "||"):
        return _logic(node, compile_node, ("or", "||"), True)
    if node.operator in ("and", "&&"):
        return _logic(node, compile_node, ("and", "&&"), False)
    if node.operator == "??":
        return _coalesce(node, compile_node)
    left, spine = _chain(node, _OPERATORS)
    first = compile_node(left)
    steps = [(_applier(part), compile_node(part.right), part.at) for part in spine]
    return _chained(first, steps) if len(steps) > 1 else _operation(first, *steps[0])


def _chain(node: Binary, operators: Container[str]) -> tuple[Node, list[Binary]]:
    """`a + b - c`, taken apart: what it begins with, and each operator with what is left of it and right of it."""
    spine: list[Binary] = []
    left: Node = node
    while isinstance(left, Binary) and left.operator in operators:
        spine.append(left)
        left = left.left
    return left, spine[::-1]


def _applier(node: Binary) -> Callable[[Any, Any, State], Any]:
    """What an operator does to its operands."""
    special = _SPECIAL.get(node.operator)
    if special is not None:
        return special(node)
    if node.operator in ("==", "!=") and node.left.nature.type is node.right.nature.type in (INT, STRING):
        return _typed_equality(int if node.left.nature.type is INT else str, node.operator == "==")
    function = _APPLY[node.operator]
    if node.operator == "+":
        return _add
    return lambda left, right, _: function(left, right)


def _logic(node: Binary, compile_node: Compile, names: tuple[str, str], decisive: bool) -> Code:
    """`a || b || c`: all but the last have to be booleans."""
    left, spine = _chain(node, names)
    first = compile_node(left)
    rest = [(compile_node(part.right), part.at) for part in spine]

    def decide(state: State) -> Any:
        value = first(state)
        for operand, at in rest:
            if value is decisive:
                return value
            if value is not True and value is not False:
                raise placed(bad_conversion(value, "bool"), at)
            value = operand(state)
        return value

    return decide


def _coalesce(node: Binary, compile_node: Compile) -> Code:
    left, spine = _chain(node, ("??",))
    first, others = compile_node(left), [compile_node(part.right) for part in spine]

    def pick(state: State) -> Any:
        value = first(state)
        for operand in others:
            if type(value) not in NILS:
                return value
            value = operand(state)
        return value

    return pick


def _operation(left: Code, apply: Callable[[Any, Any, State], Any], right: Code, at: int) -> Code:
    def run(state: State) -> Any:
        one = left(state)
        other = right(state)
        try:
            return apply(one, other, state)
        except Panic as panic:
            raise placed(panic, at) from None

    return run


def _chained(first: Code, steps: list[tuple[Callable[[Any, Any, State], Any], Code, int]]) -> Code:
    def run(state: State) -> Any:
        value = first(state)
        for apply, operand, at in steps:
            other = operand(state)
            try:
                value = apply(value, other, state)
            except Panic as panic:
                raise placed(panic, at) from None
        return value

    return run


def _add(left: Any, right: Any, state: State) -> Any:
    result = arithmetic.add(left, right)
    if type(result) is str and len(result) > HEAVY:
        state.spend(len(result) // 4)
    return result


def _typed_equality(kind: type, wanted: bool) -> Callable[[Any, Any, State], bool]:
    """`==` of two values that the checker knows to be integers or strings, and that had better be (OpEqualInt)."""

    def compare(left: Any, right: Any, _: State) -> bool:
        for value in (left, right):
            if type(value) is not kind:
                raise bad_conversion(value, "int" if kind is int else "string")
        return (left == right) is wanted

    return compare


def _range(_: Binary) -> Callable[[Any, Any, State], Any]:
    def span(left: Any, right: Any, state: State) -> Ints:
        low, high = arithmetic.to_int(left), arithmetic.to_int(right)
        state.grow(max(high - low + 1, 0))
        return Ints(range(low, high + 1))

    return span


def _in(_: Binary) -> Callable[[Any, Any, State], Any]:
    def find(left: Any, right: Any, state: State) -> bool:
        if isinstance(right, list):
            state.spend(len(right))  # pyright: ignore[reportUnknownArgumentType]
        return contents.contained(left, right)

    return find


def _matches(node: Binary) -> Callable[[Any, Any, State], Any]:
    pattern = node.right.value if isinstance(node.right, nodes.Literal) else None
    is_constant = isinstance(pattern, str)
    if is_constant:
        try:
            compile_regexp(pattern)
        except ExpressionError as error:
            raise ExprError(error.message, "", 0, "compile") from None

    def match(left: Any, right: Any, state: State) -> bool:
        if left is None or right is None:
            return False
        if not is_constant:
            as_string(right)
        if not isinstance(left, (str, bytes)):
            raise bad_conversion(left, "[]uint8")
        text = left.decode("utf-8", "surrogateescape") if isinstance(left, bytes) else left
        state.spend(len(text) * (len(right) + 16) // 16)
        try:
            return compile_regexp(right).search(text)
        except ExpressionError as error:
            raise Panic(error.message) from None

    return match


_SPECIAL: dict[str, Callable[[Binary], Callable[[Any, Any, State], Any]]] = {
    "..": _range,
    "in": _in,
    "matches": _matches,
}
_OPERATORS = _APPLY.keys() | _SPECIAL.keys()
