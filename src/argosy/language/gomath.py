"""Arithmetic as Go does it on 64 bits: no exceptions, and the same last digit."""

from __future__ import annotations

import math

_MASK = (1 << 64) - 1


def divide(left: float, right: float) -> float:
    """`left / right`; by zero, an infinity or NaN."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def modulus(left: float, right: float) -> float:
    """math.Mod: the sign is the dividend's; by zero, NaN."""
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def power(base: float, exponent: float) -> float:
    """math.Pow, which squares and multiplies where C's pow computes to the last bit."""
    if base == 0 or not (math.isfinite(base) and math.isfinite(exponent)) or abs(exponent) in (0.0, 0.5, 1.0):
        return _special_power(base, exponent)
    fraction, whole = math.modf(abs(exponent))
    if fraction and base < 0:
        return math.nan
    if whole >= 2.0**63:
        return 1.0 if abs(base) == 1 else 0.0 if (abs(base) < 1) == (exponent > 0) else math.inf
    root = 1.0
    if fraction:
        if fraction > 0.5:
            fraction, whole = fraction - 1, whole + 1
        root = math.exp(fraction * math.log(base))
    mantissa, scale = _whole_power(root, base, int(whole))
    if exponent < 0:
        mantissa, scale = 1 / mantissa, -scale
    try:
        return math.ldexp(mantissa, scale)
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def _whole_power(mantissa: float, base: float, bits: int) -> tuple[float, int]:
    """`mantissa * base**bits` as a mantissa and a power of two."""
    scale = 0
    square, square_scale = math.frexp(base)
    while bits:
        if abs(square_scale) > 1 << 12:  # out of range whatever follows
            return mantissa, scale + square_scale
        if bits & 1:
            mantissa, scale = mantissa * square, scale + square_scale
        square, square_scale = square * square, square_scale * 2
        if square < 0.5:
            square, square_scale = square * 2, square_scale - 1
        bits >>= 1
    return mantissa, scale


def _special_power(base: float, exponent: float) -> float:
    try:
        if exponent == 0.5 and base == -math.inf:
            return math.inf
        return math.pow(base, exponent)
    except ValueError:  # a negative power of zero, or the root of a negative number
        if base != 0:
            return math.nan
        return math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf
    except OverflowError:
        return math.inf


def to_int64(value: float) -> int:
    """int64(value) as x86 has it: what does not fit becomes the smallest number."""
    return int(value) if -(2.0**63) <= value < 2.0**63 else -(1 << 63)


def to_uint64(value: float) -> int:
    """uint64(value) as x86 has it: negative numbers wrap around."""
    return int(value) if 2.0**63 <= value < 2.0**64 else to_int64(value) & _MASK


def shift_left(left: float, right: float) -> float:
    """`left << right` on unsigned integers."""
    amount = to_uint64(right)
    return float(to_uint64(left) << amount & _MASK) if amount < 64 else 0.0


def shift_right(left: float, right: float) -> float:
    """`left >> right` on unsigned integers."""
    amount = to_uint64(right)
    return float(to_uint64(left) >> amount) if amount < 64 else 0.0
