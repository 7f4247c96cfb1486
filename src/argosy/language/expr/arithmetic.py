"""Arithmetic on values (expr's vm/runtime): Go's, with no conversion but from integer to float."""

from __future__ import annotations

import math
from typing import Any

from argosy.language import gomath
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.values import (
    Duration,
    Time,
    type_name,
    wrap,
)
from argosy.language.gotext import utf8

_INTEGERS = frozenset(("int", "int64", "int32", "uint8", "uint64"))
MOST_TEXT = 1 << 24  # characters of one string that an expression may make


def is_integer(value: Any) -> bool:
    """Whether it is a plain integer; a boolean or a duration is none."""
    return type(value) is int or (isinstance(value, int) and type_name(value) in _INTEGERS)


def is_number(value: Any) -> bool:
    """Whether it is a plain number."""
    return type(value) is int or type(value) is float or is_integer(value)


def to_int(value: Any) -> int:
    """The number without its fraction (runtime.ToInt)."""
    if is_integer(value):
        return int(value)
    if type(value) is float:
        return gomath.to_int64(value)
    raise Panic(f"invalid operation: int({type_name(value)})")


def to_float(value: Any) -> float:
    """The number as a float (runtime.ToFloat64)."""
    if is_number(value):
        return float(value)
    raise Panic(f"invalid operation: float({type_name(value)})")


def invalid(left: Any, symbol: str, right: Any) -> Panic:
    """The error of an operator that makes no sense of its operands."""
    return Panic(f"invalid operation: {type_name(left)} {symbol} {type_name(right)}")


def add(left: Any, right: Any) -> Any:
    """`left + right`."""
    kind = left.__class__
    if kind is type(right):
        if kind is int:
            return wrap(left + right)
        if kind is str:
            return join_text(left + right)
        if kind is float:
            return left + right
        if kind is Duration:
            return Duration(wrap(left + right))
    if is_number(left) and is_number(right):
        return wrap(left + right) if is_integer(left) and is_integer(right) else float(left) + float(right)
    if kind is Time and type(right) is Duration:
        return left.add(right)
    if kind is Duration and type(right) is Time:
        return right.add(left)
    raise invalid(left, "+", right)


def join_text(text: str) -> str:
    """A text put together from others, whose broken characters may have become whole ones."""
    if len(text) > MOST_TEXT:
        fail("memory budget exceeded")
    return text if text.isascii() else utf8(text).decode("utf-8", "surrogateescape")


def subtract(left: Any, right: Any) -> Any:
    """`left - right`."""
    kind = left.__class__
    if kind is int and type(right) is int:
        return wrap(left - right)
    if is_number(left) and is_number(right):
        return wrap(left - right) if is_integer(left) and is_integer(right) else float(left) - float(right)
    if kind is Time and type(right) is Time:
        return Duration(left.sub(right))
    if kind is Time and type(right) is Duration:
        return left.add(-right)
    if kind is Duration and type(right) is Duration:
        return Duration(wrap(left - right))
    raise invalid(left, "-", right)


def multiply(left: Any, right: Any) -> Any:
    """`left * right`. A duration times an integer is a duration, times a float a float."""
    if type(left) is int and type(right) is int:
        return wrap(left * right)
    if is_number(left) and is_number(right):
        return wrap(left * right) if is_integer(left) and is_integer(right) else float(left) * float(right)
    for one, other in ((left, right), (right, left)):
        if type(one) is Duration:
            if is_integer(other) or type(other) is Duration:
                return Duration(wrap(left * right))
            if type(other) is float:
                return float(left) * float(right)
    raise invalid(left, "*", right)


def divide(left: Any, right: Any) -> float:
    """`left / right`, always a float."""
    if is_number(left) and is_number(right):
        return gomath.divide(float(left), float(right))
    raise invalid(left, "/", right)


def modulo(left: Any, right: Any) -> int:
    """`left % right` of integers, with the sign of `left`."""
    if not is_integer(left) or not is_integer(right):
        raise invalid(left, "%", right)
    if right == 0:
        fail("runtime error: integer divide by zero")
    rest = abs(left) % abs(right)
    return -rest if left < 0 else int(rest)


def power(left: Any, right: Any) -> float:
    """`left ** right`, always a float."""
    base, exponent = to_float(left), to_float(right)
    if exponent == -0.5 and base > 0:  # Go's math.Pow has a case of its own for it
        return 1 / math.sqrt(base)
    return gomath.power(base, exponent)


def negate(value: Any) -> Any:
    """`-value`."""
    if type(value) is int:
        return wrap(-value)
    if type(value) is float:
        return -value
    if is_integer(value):
        bits = {"uint8": 8, "uint64": 64, "int32": 32}.get(type_name(value))
        return type(value)(-value % (1 << bits) if bits and type_name(value)[0] == "u" else wrap(-value))
    raise Panic(f"invalid operation: - {type_name(value)}")
