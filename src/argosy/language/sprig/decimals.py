"""Decimal numbers of any size, as sprig's `addf` and its like use them (shopspring/decimal)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from argosy.language.expr.errors import fail

_PLACES = 16  # after the point, of a quotient


@dataclass(frozen=True, slots=True)
class Decimal:
    """`digits * 10**exponent`."""

    digits: int
    exponent: int

    @classmethod
    def of(cls, value: float) -> Decimal:
        """The shortest decimal number that stands for a float."""
        if not math.isfinite(value):
            fail(f"Cannot create a Decimal from {'NaN' if math.isnan(value) else '+Inf' if value > 0 else '-Inf'}")
        mantissa, _, exponent = repr(value).partition("e")
        whole, _, fraction = mantissa.partition(".")
        return cls(int(whole + fraction), int(exponent or "0") - len(fraction))

    def plus(self, other: Decimal) -> Decimal:
        """The sum."""
        low = min(self.exponent, other.exponent)
        return Decimal(self.digits * 10 ** (self.exponent - low) + other.digits * 10 ** (other.exponent - low), low)

    def minus(self, other: Decimal) -> Decimal:
        """The difference."""
        return self.plus(Decimal(-other.digits, other.exponent))

    def times(self, other: Decimal) -> Decimal:
        """The product."""
        return Decimal(self.digits * other.digits, self.exponent + other.exponent)

    def over(self, other: Decimal) -> Decimal:
        """The quotient to 16 places, halves away from zero."""
        if other.digits == 0:
            fail("decimal division by 0")
        shift = self.exponent - other.exponent + _PLACES
        dividend, divisor = abs(self.digits) * 10 ** max(shift, 0), abs(other.digits) * 10 ** max(-shift, 0)
        quotient, rest = divmod(dividend, divisor)
        quotient += rest * 2 >= divisor
        return Decimal(-quotient if (self.digits < 0) is not (other.digits < 0) else quotient, -_PLACES)

    def to_float(self) -> float:
        """The nearest float."""
        try:
            if self.exponent >= 0:
                return float(self.digits * 10 ** min(self.exponent, 400)) if self.digits else 0.0
            return self.digits / 10**-self.exponent
        except OverflowError:
            return math.inf if self.digits > 0 else -math.inf
