"""sprig's arithmetic: anything becomes a number (spf13/cast), and what cannot is 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gomath
from argosy.language.expr import numbers as strconv
from argosy.language.expr.errors import fail
from argosy.language.expr.text import format_any
from argosy.language.expr.values import Int64, Ints, wrap
from argosy.language.sprig.decimals import Decimal

_MOST = 1_000_000  # items of a list


def atoi(text: str) -> int:
    """A decimal integer; of one that is too large, the largest."""
    try:
        return strconv.parse_int(text, 10)
    except ExpressionError as error:
        return _clamped(text, error)


def _clamped(text: str, error: ExpressionError) -> int:
    """strconv gives the nearest number together with a range error."""
    if not error.message.endswith("value out of range"):
        return 0
    return -(1 << 63) if text.startswith("-") else (1 << 63) - 1


def _whole(value: Any) -> int:
    """cast.ToInt64."""
    if isinstance(value, (bool, int)):
        return wrap(int(value))
    if isinstance(value, float):
        return gomath.to_int64(value)
    if not isinstance(value, str) or not value:
        return 0
    try:
        return strconv.parse_int(_without_fraction(value), 0)
    except ExpressionError:
        return 0


def _without_fraction(text: str) -> str:
    """`1.9` is 1, `-.5` is 0; what is no decimal number stays."""
    whole, dot, fraction = text.partition(".")
    digits = whole[1:] if whole[:1] in ("+", "-") else whole
    if not dot or not all(part.isascii() and (part.isdecimal() or not part) for part in (digits, fraction)):
        return text
    return whole if digits else whole + "0"


def to_int(value: Any) -> int:
    """`int`."""
    return _whole(value)


def to_int64(value: Any) -> Int64:
    """`int64`."""
    return Int64(_whole(value))


def to_float64(value: Any) -> float:
    """`float64`."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if not isinstance(value, str) or not value:
        return 0.0
    try:
        return strconv.parse_float(value)
    except ExpressionError:
        return 0.0


def to_decimal(value: Any) -> Int64:
    """An octal number."""
    text = format_any(value)
    try:
        return Int64(strconv.parse_int(text, 8))
    except ExpressionError:
        return Int64(0)


def until(count: int) -> Ints:
    """From 0 to below the number, or down to above it."""
    return until_step(0, count, -1 if count < 0 else 1)


def until_step(start: int, stop: int, step: int) -> Ints:
    """From `start` in steps until `stop` is reached."""
    if step == 0 or (stop < start) is (step > 0):
        return Ints()
    numbers = range(start, stop, step)
    if abs(stop - start) // abs(step) >= _MOST:
        fail("memory budget exceeded")
    return Ints(numbers)


def seq(*bounds: int) -> str:
    """Numbers with spaces between them, the last one included, as the program seq has it."""
    if len(bounds) not in (1, 2, 3):
        return ""
    start, end = (1, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[-1])
    increment = -1 if end < start else 1
    step = bounds[1] if len(bounds) == 3 else increment
    if len(bounds) == 3 and end < start and step > 0:
        return ""
    return " ".join(map(str, until_step(start, end + increment, step)))


def add1(value: Any) -> Int64:
    """One more."""
    return Int64(wrap(_whole(value) + 1))


def add(*values: Any) -> Int64:
    """The sum."""
    return Int64(wrap(sum(map(_whole, values))))


def sub(left: Any, right: Any) -> Int64:
    """The difference."""
    return Int64(wrap(_whole(left) - _whole(right)))


def div(left: Any, right: Any) -> Int64:
    """The quotient without its fraction."""
    dividend, divisor = _operands(left, right)
    quotient = abs(dividend) // abs(divisor)
    return Int64(wrap(-quotient if (dividend < 0) is not (divisor < 0) else quotient))


def mod(left: Any, right: Any) -> Int64:
    """The rest, with the sign of the dividend."""
    dividend, divisor = _operands(left, right)
    rest = abs(dividend) % abs(divisor)
    return Int64(-rest if dividend < 0 else rest)


def _operands(left: Any, right: Any) -> tuple[int, int]:
    dividend, divisor = _whole(left), _whole(right)
    if divisor == 0:
        fail("runtime error: integer divide by zero")
    return dividend, divisor


def mul(first: Any, *others: Any) -> Int64:
    """The product."""
    product = _whole(first)
    for other in others:
        product = wrap(product * _whole(other))
    return Int64(product)


def _decimal(apply: Callable[[Decimal, Decimal], Decimal], first: Any, others: tuple[Any, ...]) -> float:
    """An operation on decimal numbers, which add 0.1 and 0.2 to 0.3."""
    total = Decimal.of(to_float64(first))
    for other in others:
        total = apply(total, Decimal.of(to_float64(other)))
    return total.to_float()


def add1f(value: Any) -> float:
    """One more."""
    return _decimal(Decimal.plus, value, (1,))


def addf(*values: Any) -> float:
    """The sum."""
    return _decimal(Decimal.plus, 0.0, values)


def subf(first: Any, *others: Any) -> float:
    """The difference."""
    return _decimal(Decimal.minus, first, others)


def divf(first: Any, *others: Any) -> float:
    """The quotient."""
    return _decimal(Decimal.over, first, others)


def mulf(first: Any, *others: Any) -> float:
    """The product."""
    return _decimal(Decimal.times, first, others)


def largest(first: Any, *others: Any) -> Int64:
    """The largest integer."""
    return Int64(max(map(_whole, (first, *others))))


def smallest(first: Any, *others: Any) -> Int64:
    """The smallest integer."""
    return Int64(min(map(_whole, (first, *others))))


def maxf(first: Any, *others: Any) -> float:
    """The largest number; NaN if there is one."""
    return _extreme(max, math.inf, first, others)


def minf(first: Any, *others: Any) -> float:
    """The smallest number; NaN if there is one."""
    return _extreme(min, -math.inf, first, others)


def _extreme(pick: Callable[[list[float]], float], strongest: float, first: Any, others: tuple[Any, ...]) -> float:
    values = list(map(to_float64, (first, *others)))
    if strongest in values:
        return strongest
    return math.nan if any(map(math.isnan, values)) else pick(values)


def ceil(value: Any) -> float:
    """Up to a whole number."""
    return _rounded(math.ceil, to_float64(value))


def floor(value: Any) -> float:
    """Down to a whole number."""
    return _rounded(math.floor, to_float64(value))


def _rounded(function: Callable[[float], int], value: float) -> float:
    if not math.isfinite(value):
        return value
    return float(function(value)) or math.copysign(0.0, value)


def round_to(value: Any, places: int, *threshold: float) -> float:
    """To so many decimal places; from `threshold` on, which is one half, up."""
    factor = gomath.power(10.0, float(places))
    digits = factor * to_float64(value)
    fraction = math.modf(digits)[0] if math.isfinite(digits) else math.nan
    up = fraction >= (threshold[0] if threshold else 0.5)
    return gomath.divide(_rounded(math.ceil if up else math.floor, digits), factor)
