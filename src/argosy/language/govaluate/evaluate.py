"""A tree becomes a value: a float, str, bool, list or None (govaluate's evaluationStage.go)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gomath
from argosy.language.govaluate.lexer import Kind
from argosy.language.govaluate.parser import Access, Chain, Literal, Node, Parameter, Prefix
from argosy.language.govalues import format_value, is_list
from argosy.language.regexp import Regexp, compile_regexp

Parameters = Mapping[str, object]

_TYPE_ERRORS = {
    Kind.LOGICALOP: "Value '{}' cannot be used with the logical operator '{}', it is not a bool",
    Kind.MODIFIER: "Value '{}' cannot be used with the modifier '{}', it is not a number",
    Kind.COMPARATOR: "Value '{}' cannot be used with the comparator '{}', it is not a number",
    Kind.TERNARY: "Value '{}' cannot be used with the ternary operator '{}', it is not a bool",
}


def evaluate_tree(node: Node | None, parameters: Parameters) -> object:
    """The value of a tree; raises ExpressionError for a value of the wrong type and an unknown parameter."""
    if node is None:
        return None
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Chain):
        return _evaluate_chain(node, parameters)
    if isinstance(node, Prefix):
        return _apply_prefix(node.symbol, evaluate_tree(node.operand, parameters))
    if isinstance(node, Parameter):
        return _parameter(node.name, parameters)
    evaluate_tree(node.argument, parameters)
    return _access(node, parameters)


def _evaluate_chain(chain: Chain, parameters: Parameters) -> object:
    value = evaluate_tree(chain.first, parameters)
    for symbol, operand in chain.links:
        if symbol in _SHORT_CIRCUITS and _SHORT_CIRCUITS[symbol](value):
            value = None if symbol == "?" else value
            continue
        right = evaluate_tree(operand, parameters)
        is_left_wrong, is_right_wrong = _wrong_types(symbol, value, right)
        if is_left_wrong or is_right_wrong:
            raise ExpressionError(
                _TYPE_ERRORS[chain.kind].format(format_value(value if is_left_wrong else right), symbol)
            )
        value = _OPERATIONS[symbol](value, right)
    return value


_SHORT_CIRCUITS: dict[str, Callable[[object], bool]] = {
    "&&": lambda left: left is False,
    "||": lambda left: left is True,
    "?": lambda left: left is False,
    ":": lambda left: left is not None,
    "??": lambda left: left is not None,
}


def _wrong_types(symbol: str, left: Any, right: Any) -> tuple[bool, bool]:
    """Which of the operands an operator cannot take."""
    if symbol in ("&&", "||"):
        return not isinstance(left, bool), not isinstance(right, bool)
    if symbol == "?":
        return not isinstance(left, bool), False
    if symbol in (">", ">=", "<", "<="):
        return not (_are(float, left, right) or _are(str, left, right)), False
    if symbol == "+":
        return not (_are(float, left, right) or isinstance(left, str) or isinstance(right, str)), False
    if symbol in ("=~", "!~"):
        return not isinstance(left, str), not isinstance(right, (str, Regexp))
    if symbol == "in":
        return False, not isinstance(right, list)
    if symbol in ("==", "!=", ":", "??", ","):
        return False, False
    return not isinstance(left, float), not isinstance(right, float)


def _are(kind: type, left: Any, right: Any) -> bool:
    return isinstance(left, kind) and isinstance(right, kind)


def _apply_prefix(symbol: str, value: object) -> object:
    if symbol == "!" and isinstance(value, bool):
        return not value
    if symbol == "-" and isinstance(value, float):
        return -value
    if symbol == "~" and isinstance(value, float):
        return float(~gomath.to_int64(value))
    raise ExpressionError(f"Value '{format_value(value)}' cannot be used with the prefix '{symbol}'")


def _parameter(name: str, parameters: Parameters) -> object:
    if name not in parameters:
        raise ExpressionError(f"No parameter '{name}' found.")
    value = parameters[name]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _access(node: Access, parameters: Parameters) -> object:
    """No parameter of ours is a Go struct, so an accessor always fails."""
    _parameter(node.names[0], parameters)
    raise ExpressionError(f"Unable to access '{node.names[1]}', '{node.names[0]}' is not a struct")


def _equal(left: Any, right: Any) -> bool:
    """reflect.DeepEqual: `1 == true` is false."""
    if is_list(left) and is_list(right):
        return len(left) == len(right) and all(map(_equal, left, right))
    return type(left) is type(right) and left == right


def _not_equal(left: Any, right: Any) -> bool:
    return not _equal(left, right)


def _is_in(left: Any, right: list[Any]) -> bool:
    if is_list(left) and any(map(is_list, right)):
        raise ExpressionError("runtime error: comparing uncomparable type []interface {}")
    return any(_equal(left, value) for value in right)


def _add(left: Any, right: Any) -> object:
    if isinstance(left, float) and isinstance(right, float):
        return left + right
    return format_value(left) + format_value(right)


def _separate(left: Any, right: Any) -> list[Any]:
    return [*left, right] if is_list(left) else [left, right]


def _matches(left: Any, right: Any) -> bool:
    if isinstance(right, Regexp):
        return right.search(str(left))
    try:
        return compile_regexp(str(right)).search(str(left))
    except ExpressionError as error:
        raise ExpressionError(f"Unable to compile regexp pattern '{right}': {error}") from None


def _does_not_match(left: Any, right: Any) -> bool:
    return not _matches(left, right)


def _right(_left: Any, right: Any) -> object:
    """What is left of an operator whose short cut was not taken."""
    return right


def _bitwise(combine: Callable[[int, int], int]) -> Callable[[float, float], float]:
    return lambda left, right: float(combine(gomath.to_int64(left), gomath.to_int64(right)))


_OPERATIONS: dict[str, Callable[..., object]] = {
    "==": _equal,
    "!=": _not_equal,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=~": _matches,
    "!~": _does_not_match,
    "in": _is_in,
    **dict.fromkeys(_SHORT_CIRCUITS, _right),
    ",": _separate,
    "+": _add,
    "-": operator.sub,
    "*": operator.mul,
    "/": gomath.divide,
    "%": gomath.modulus,
    "**": gomath.power,
    "&": _bitwise(int.__and__),
    "|": _bitwise(int.__or__),
    "^": _bitwise(int.__xor__),
    "<<": gomath.shift_left,
    ">>": gomath.shift_right,
}
