"""Which operands an operator takes, and what it gives (the checker's rules for unary and binary operators)."""

from __future__ import annotations

from collections.abc import Callable

from argosy.errors import ExpressionError
from argosy.language.expr.nodes import Binary, Literal
from argosy.language.expr.types import (
    BOOL,
    BYTES,
    DURATION,
    FLOAT,
    INT,
    NIL,
    STRING,
    TIME,
    UNKNOWN,
    Check,
    Nature,
    nature_of,
)
from argosy.language.regexp import compile_regexp

_BOOL, _FLOAT, _INT, _STRING = (nature_of(type_) for type_ in (BOOL, FLOAT, INT, STRING))
_DURATION, _TIME = nature_of(DURATION), nature_of(TIME)
_INTS = nature_of(INT).list_of()


def _is_bool(nature: Nature) -> bool:
    return nature.kind == "bool"


def _is_string(nature: Nature) -> bool:
    return nature.kind == "string"


def _is_number(nature: Nature) -> bool:
    return nature.is_number


def _is_integer(nature: Nature) -> bool:
    return nature.is_integer


def _is_time(nature: Nature) -> bool:
    return nature.type is TIME


def _is_duration(nature: Nature) -> bool:
    return nature.type is DURATION


def check_unary(operator: str, operand: Nature) -> Nature:
    """The nature of `operator operand`. Raises ExpressionError, `invalid operation: - (mismatched type string)`."""
    if operator in ("!", "not"):
        if _is_bool(operand) or operand.is_unknown:
            return _BOOL
    elif operand.is_number:
        return operand
    elif operand.is_unknown:
        return UNKNOWN
    raise ExpressionError(f"invalid operation: {operator} (mismatched type {operand})")


def check_binary(node: Binary, left: Nature, right: Nature) -> Nature:
    """The nature of `left operator right`. Raises ExpressionError."""
    nature = _RULES[node.operator](node, left, right)
    if nature is None:
        raise ExpressionError(f"invalid operation: {node.operator} (mismatched types {left} and {right})")
    return nature


_Rule = Callable[[Binary, Nature, Nature], "Nature | None"]


def _equality(_: Binary, left: Nature, right: Nature) -> Nature | None:
    return _BOOL if left.comparable_to(right) else None


def _both(checks: tuple[Check, ...], result: Nature) -> _Rule:
    """Both operands pass the same check, or one passes and the other is unknown, or both are unknown."""

    def rule(_: Binary, left: Nature, right: Nature) -> Nature | None:
        if any(check(left) and check(right) for check in checks) or left.maybe(right, *checks):
            return result
        return None

    return rule


def _promoted(left: Nature, right: Nature) -> Nature:
    return _FLOAT if left.is_float or right.is_float else _INT


def _arithmetic(checks: tuple[Check, ...], typed: dict[tuple[Check, Check], Nature]) -> _Rule:
    """Two numbers, or one of the pairs in `typed`, or something unknown."""

    def rule(_: Binary, left: Nature, right: Nature) -> Nature | None:
        if left.is_number and right.is_number:
            return _promoted(left, right)
        for (check_left, check_right), result in typed.items():
            if check_left(left) and check_right(right):
                return result
        return UNKNOWN if left.maybe(right, *checks) else None

    return rule


def _in(_: Binary, left: Nature, right: Nature) -> Nature | None:
    if (_is_string(left) or left.is_unknown) and right.kind == "struct":
        return _BOOL
    if right.kind == "map":
        key = nature_of(right.type.key if right.type else None)
        if not left.is_unknown and not left.assignable_to(key):
            raise ExpressionError(f"cannot use {left} as type {key} in map key")
        return _BOOL
    if right.is_array:
        if not left.comparable_to(right.elem()):
            raise ExpressionError(f"cannot use {left} as type {right.elem()} in array")
        return _BOOL
    return _BOOL if (left.is_unknown and _is_string(right)) or right.is_unknown else None


def _matches(node: Binary, left: Nature, right: Nature) -> Nature | None:
    if isinstance(node.right, Literal) and isinstance(node.right.value, str):
        compile_regexp(node.right.value)
    if left.type is BYTES and _is_string(right):
        return _BOOL
    return _STRINGS(node, left, right)


def _coalesce(_: Binary, left: Nature, right: Nature) -> Nature:
    if left.nil or right.nil:
        return NIL if left.nil and right.nil else right if left.nil else left
    return left if right.assignable_to(left) else UNKNOWN


_STRINGS = _both((_is_string,), _BOOL)
_BOOLEAN = _both((_is_bool,), _BOOL)
_ORDER = _both((_is_number, _is_string, _is_time, _is_duration), _BOOL)
_POWER = _both((_is_number,), _FLOAT)
_RULES: dict[str, _Rule] = {
    "==": _equality,
    "!=": _equality,
    "or": _BOOLEAN,
    "||": _BOOLEAN,
    "and": _BOOLEAN,
    "&&": _BOOLEAN,
    "<": _ORDER,
    ">": _ORDER,
    "<=": _ORDER,
    ">=": _ORDER,
    "-": _arithmetic(
        (_is_number, _is_time, _is_duration),
        {(_is_time, _is_time): _DURATION, (_is_time, _is_duration): _TIME, (_is_duration, _is_duration): _DURATION},
    ),
    "*": _arithmetic(
        (_is_number, _is_duration),
        {
            (_is_number, _is_duration): _DURATION,
            (_is_duration, _is_number): _DURATION,
            (_is_duration, _is_duration): _DURATION,
        },
    ),
    "+": _arithmetic(
        (_is_number, _is_string, _is_time, _is_duration),
        {
            (_is_string, _is_string): _STRING,
            (_is_time, _is_duration): _TIME,
            (_is_duration, _is_time): _TIME,
            (_is_duration, _is_duration): _DURATION,
        },
    ),
    "/": _POWER,
    "**": _POWER,
    "^": _POWER,
    "%": _both((_is_integer,), _INT),
    "..": _both((_is_integer,), _INTS),
    "in": _in,
    "matches": _matches,
    "contains": _STRINGS,
    "startsWith": _STRINGS,
    "endsWith": _STRINGS,
    "??": _coalesce,
}
