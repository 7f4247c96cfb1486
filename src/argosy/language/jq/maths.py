"""The functions on numbers: `floor`, `pow(x; y)`, `frexp` and their like."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from argosy.language.gomath import power
from argosy.language.jq.encoding import is_number
from argosy.language.jq.functions import Function, refused
from argosy.language.jq.operators import to_float, to_int


def _numeric(name: str, function: Callable[..., float]) -> Function:
    """A function of floats: of the input, or where there are arguments of them. What is out of its domain is NaN."""

    def call(_: object, value: Any, *arguments: Any) -> float:
        given = arguments or (value,)
        for each in given:
            if not is_number(each):
                raise refused(name, each)
        try:
            return float(function(*map(to_float, given)))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return call


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda number: math.copysign(function(number), number) if math.isfinite(number) else number


def _round(number: float) -> int:
    return math.floor(abs(number) + 0.5) if abs(number) != 0.49999999999999994 else 0


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else function(number)


def _frexp(_: object, value: Any) -> list[Any]:
    if not is_number(value):
        raise refused("frexp", value)
    mantissa, exponent = math.frexp(to_float(value))
    return [mantissa, exponent]


def _modf(_: object, value: Any) -> list[Any]:
    if not is_number(value):
        raise refused("modf", value)
    return list(math.modf(to_float(value)))


def _or_other(function: Callable[[float, float], float]) -> Callable[[float, float], float]:
    return lambda one, other: other if math.isnan(one) else one if math.isnan(other) else function(one, other)


def _drem(one: float, other: float) -> float:
    rest = math.remainder(one, other)
    return math.copysign(rest, one) if rest == 0 else rest


def _logb(number: float) -> float:
    if number == 0:
        return -math.inf
    return abs(number) if not math.isfinite(number) else float(math.frexp(number)[1] - 1)


def _fma(one: float, two: float, three: float) -> float:
    if not all(map(math.isfinite, (one, two, three))):
        return one * two + three
    left, right, rest = (number.as_integer_ratio() for number in (one, two, three))
    over = left[0] * right[0] * rest[1] + rest[0] * left[1] * right[1]
    return over / (left[1] * right[1] * rest[1])


def _ldexp(number: float, exponent: float) -> float:
    return math.ldexp(number, max(-5000, min(to_int(exponent), 5000)))


_ONE: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "floor": _whole(lambda number: math.floor(number) if number > 0 else -math.floor(number)),
    "ceil": _whole(lambda number: math.ceil(number) if number > 0 else -math.ceil(number)),
    "round": _whole(_round),
    "nearbyint": _whole(round),
    "rint": _whole(round),
    "trunc": _whole(math.trunc),
    "significand": lambda number: math.frexp(number)[0] * 2,
    "fabs": abs,
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "exp": math.exp,
    "exp10": lambda number: power(10.0, number),
    "exp2": math.exp2,
    "expm1": math.expm1,
    "log": _log(math.log),
    "log10": _log(math.log10),
    "log2": _log(math.log2),
    "log1p": lambda number: -math.inf if number == -1 else math.log1p(number),
    "logb": _logb,
    "gamma": math.gamma,
    "tgamma": math.gamma,
    "lgamma": math.lgamma,
    "erf": math.erf,
    "erfc": math.erfc,
}
_TWO: dict[str, Callable[[float, float], float]] = {
    "atan2": math.atan2,
    "copysign": math.copysign,
    "drem": _drem,
    "fdim": lambda one, other: max(one - other, 0.0),
    "fmax": _or_other(max),
    "fmin": _or_other(min),
    "fmod": math.fmod,
    "hypot": math.hypot,
    "ldexp": _ldexp,
    "scalb": _ldexp,
    "scalbln": _ldexp,
    "nextafter": math.nextafter,
    "nexttoward": math.nextafter,
    "pow": power,
    "remainder": math.remainder,
}

FUNCTIONS: dict[str, Function] = {
    **{f"{name}/0": _numeric(name, function) for name, function in _ONE.items()},
    **{f"{name}/2": _numeric(name, function) for name, function in _TWO.items()},
    "fma/3": _numeric("fma", _fma),
    "frexp/0": _frexp,
    "modf/0": _modf,
}
