"""expr's built-in functions that are no loops, by name: how many arguments, and what they do with them.

The checker has looked at the arguments where it could; what it could not know is looked at here, with the errors that
Go's type assertions give.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from argosy.errors import ExpressionError
from argosy.language import gojson, gomath
from argosy.language.expr import aggregates, lists
from argosy.language.expr import text_functions as texts
from argosy.language.expr.arithmetic import is_integer, is_number
from argosy.language.expr.codecs import decode_base64, encode_base64
from argosy.language.expr.dates import read_date, read_duration, read_timezone
from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.letters import to_lower, to_upper
from argosy.language.expr.numbers import parse_float, parse_int
from argosy.language.expr.text import format_any, to_json
from argosy.language.expr.values import (
    AnyMap,
    Duration,
    Function,
    Month,
    Weekday,
    as_string,
    type_name,
    wrap,
)


class BuiltinFunction(NamedTuple):
    """A function, with the least and the greatest number of its arguments."""

    call: Callable[..., Any]
    least: int
    most: int


def _length(value: Any) -> int:
    if isinstance(value, (str, list, bytes, dict, AnyMap)):
        return len(value)  # pyright: ignore[reportUnknownArgumentType]
    raise Panic(f"invalid argument for len (type {type_name(value).removeprefix('*')})")


def _type(value: Any) -> str:
    name = "nil" if value is None else type_name(value)
    if isinstance(value, Function):
        return "func"
    if is_integer(value):
        return "uint" if name.startswith("u") else "int"
    if name.startswith("["):
        return "array"
    if name.startswith("map"):
        return "map"
    return _POINTED_TO.get(name) or ("float" if name == "float64" else name)


_POINTED_TO = {"*time.Location": "time.Location", "*semver.Version": "github.com/Masterminds/semver/v3.Version"}


def _absolute(value: Any) -> Any:
    if is_integer(value):
        return type(value)(wrap(abs(value)))
    if isinstance(value, float):
        return -value if value < 0 else value
    raise Panic(f"invalid argument for abs (type {type_name(value)})")


def _rounding(name: str, function: Callable[[float], float]) -> Callable[[Any], float]:
    def rounded(value: Any) -> float:
        if not is_number(value):
            fail(f"invalid argument for {name} (type {type_name(value)})")
        number = float(value)
        if not math.isfinite(number):
            return number
        return function(number) or math.copysign(0.0, number)

    return rounded


def _half_away(value: float) -> float:
    """math.Round: halves away from zero."""
    whole = math.floor(abs(value))
    return math.copysign(whole + (abs(value) - whole >= 0.5), value)


def to_integer(value: Any) -> int:
    """`int(value)`: a number without its fraction, or a decimal text."""
    if is_integer(value) or isinstance(value, (Duration, Month, Weekday)):
        return int(value)
    if isinstance(value, float):
        return gomath.to_int64(value)
    if value is None:
        fail("reflect: call of reflect.Value.Type on zero Value")
    if not isinstance(value, str):
        fail(f"invalid operation: int({type_name(value)})")
    try:
        return parse_int(value, 10)
    except ExpressionError:
        raise Panic(f"invalid operation: int({value})") from None


def to_number(value: Any) -> float:
    """`float(value)`."""
    if is_number(value):
        return float(value)
    if not isinstance(value, str):
        fail(f"invalid operation: float({type_name(value)})")
    try:
        return parse_float(value)
    except ExpressionError:
        raise Panic(f"invalid operation: float({value})") from None


def _bits(name: str, function: Callable[[int, int], int]) -> BuiltinFunction:
    def combined(left: Any, right: Any) -> int:
        return wrap(function(_bit_argument(name, left), _bit_argument(name, right)))

    return BuiltinFunction(combined, 2, 2)


def _bit_argument(name: str, value: Any) -> int:
    if not is_integer(value):
        fail(f"cannot use {type_name(value)} as argument (type int) to call {name}")
    return int(value)


def _bit_not(value: Any) -> int:
    return ~_bit_argument("bitnot", value)


def _on_string(function: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: function(as_string(value))


def _indented(value: Any) -> str:
    return to_json(value, indent="  ")


def _shift(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def shifted(value: int, count: int) -> int:
        if count < 0:
            fail(f"invalid operation: negative shift count {count} (type int)")
        return function(value, min(count, 64))

    return shifted


def _repeat(text: Any, count: Any) -> str:
    as_string(text)
    times = _to_int(count)
    if times < 0:
        fail(f"invalid argument for repeat (expected positive integer, got {times})")
    if times > 1_000_000 or len(text) * times >= 1_000_000:
        fail("memory budget exceeded")
    return texts.repeat_text(text, times)


def _to_int(value: Any) -> int:
    if is_number(value):
        return to_integer(value)
    raise Panic(f"invalid operation: int({type_name(value)})")


_MASK = (1 << 64) - 1
BUILTIN_FUNCTIONS: dict[str, BuiltinFunction] = {
    "len": BuiltinFunction(_length, 1, 1),
    "type": BuiltinFunction(_type, 1, 1),
    "abs": BuiltinFunction(_absolute, 1, 1),
    "ceil": BuiltinFunction(_rounding("ceil", lambda value: float(math.ceil(value))), 1, 1),
    "floor": BuiltinFunction(_rounding("floor", lambda value: float(math.floor(value))), 1, 1),
    "round": BuiltinFunction(_rounding("round", _half_away), 1, 1),
    "int": BuiltinFunction(to_integer, 1, 1),
    "float": BuiltinFunction(to_number, 1, 1),
    "string": BuiltinFunction(format_any, 1, 1),
    "trim": BuiltinFunction(texts.trim, 1, 2),
    "trimPrefix": BuiltinFunction(texts.trim_prefix, 1, 2),
    "trimSuffix": BuiltinFunction(texts.trim_suffix, 1, 2),
    "upper": BuiltinFunction(_on_string(to_upper), 1, 1),
    "lower": BuiltinFunction(_on_string(to_lower), 1, 1),
    "split": BuiltinFunction(texts.split_text, 2, 3),
    "splitAfter": BuiltinFunction(texts.split_after, 2, 3),
    "replace": BuiltinFunction(texts.replace, 3, 4),
    "repeat": BuiltinFunction(_repeat, 2, 2),
    "join": BuiltinFunction(texts.join, 1, 2),
    "indexOf": BuiltinFunction(texts.index_of, 2, 2),
    "lastIndexOf": BuiltinFunction(texts.last_index_of, 2, 2),
    "hasPrefix": BuiltinFunction(texts.has_prefix, 2, 2),
    "hasSuffix": BuiltinFunction(texts.has_suffix, 2, 2),
    "max": BuiltinFunction(aggregates.largest, 0, 10_000),
    "min": BuiltinFunction(aggregates.smallest, 0, 10_000),
    "mean": BuiltinFunction(aggregates.mean, 0, 10_000),
    "median": BuiltinFunction(aggregates.median, 0, 10_000),
    "toJSON": BuiltinFunction(_indented, 1, 1),
    "fromJSON": BuiltinFunction(_on_string(gojson.decode), 1, 1),
    "toBase64": BuiltinFunction(_on_string(encode_base64), 1, 1),
    "fromBase64": BuiltinFunction(_on_string(decode_base64), 1, 1),
    "duration": BuiltinFunction(read_duration, 1, 1),
    "date": BuiltinFunction(read_date, 1, 4),
    "timezone": BuiltinFunction(read_timezone, 1, 1),
    "first": BuiltinFunction(lists.first, 1, 1),
    "last": BuiltinFunction(lists.last, 1, 1),
    "get": BuiltinFunction(lists.get, 2, 2),
    "take": BuiltinFunction(lists.take, 2, 2),
    "keys": BuiltinFunction(lists.keys, 1, 1),
    "values": BuiltinFunction(lists.values, 1, 1),
    "toPairs": BuiltinFunction(lists.to_pairs, 1, 1),
    "fromPairs": BuiltinFunction(lists.from_pairs, 1, 1),
    "reverse": BuiltinFunction(lists.reverse, 1, 1),
    "uniq": BuiltinFunction(lists.uniq, 1, 1),
    "concat": BuiltinFunction(lists.concat, 1, 10_000),
    "flatten": BuiltinFunction(lists.flatten, 1, 1),
    "sort": BuiltinFunction(lists.sort, 1, 2),
    "bitand": _bits("bitand", lambda left, right: left & right),
    "bitor": _bits("bitor", lambda left, right: left | right),
    "bitxor": _bits("bitxor", lambda left, right: left ^ right),
    "bitnand": _bits("bitnand", lambda left, right: left & ~right),
    "bitshl": _bits("bitshl", _shift(lambda value, count: value << count & _MASK)),
    "bitshr": _bits("bitshr", _shift(lambda value, count: value >> count)),
    "bitushr": _bits("bitushr", _shift(lambda value, count: (value & _MASK) >> count)),
    "bitnot": BuiltinFunction(_bit_not, 1, 1),
}
"""All but `now`, which needs a clock."""
GROWING = frozenset(("repeat", "reverse", "concat", "flatten", "sort"))
"""The functions whose results expr counts as memory."""
