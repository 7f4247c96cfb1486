"""Rules for the arguments of built-in functions whose types no signature can say (expr's builtin.Validate).

A rule gets the types of the arguments, None for nil, and gives the type of the result or raises ExpressionError.
"""

from __future__ import annotations

from collections.abc import Callable

from argosy.errors import ExpressionError
from argosy.language.expr.types import ANY, ANY_MAP, FLOAT, INT, LIST, LOCATION, TIME, Type

Arguments = list[Type | None]
Rule = Callable[[Arguments], Type]

_INTEGER_KINDS = ("int", "int8", "int16", "int32", "int64")
_NUMBER_KINDS = (*_INTEGER_KINDS, "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
_LIST_KINDS = ("interface", "slice", "array")


def _kind(type_: Type | None) -> str:
    while type_ is not None and type_.kind == "ptr":
        type_ = type_.elem
    return "invalid" if type_ is None else type_.kind


def _shown(type_: Type | None) -> str:
    return "%!s(<nil>)" if type_ is None else type_.name


def _count(types: Arguments, count: int) -> None:
    if len(types) != count:
        raise ExpressionError(f"invalid number of arguments (expected {count}, got {len(types)})")


def _one(problem: str, kinds: tuple[str, ...], result: Callable[[Type], Type]) -> Rule:
    """The rule of a function with one argument of certain kinds."""

    def rule(types: Arguments) -> Type:
        _count(types, 1)
        type_ = types[0]
        if type_ is None or _kind(type_) not in kinds:
            raise ExpressionError(problem % _shown(type_))
        return result(type_)

    return rule


def _elem(type_: Type) -> Type:
    return ANY if type_.elem is None or type_.kind == "interface" else type_.elem


def _aggregate(name: str) -> Rule:
    def rule(types: Arguments) -> Type:
        if not types:
            raise ExpressionError(f"not enough arguments to call {name}")
        for type_ in types:
            if _kind(type_) in _LIST_KINDS:
                return ANY
            if _kind(type_) not in _NUMBER_KINDS:
                raise ExpressionError(f"invalid argument for {name} (type {_shown(type_)})")
        return types[0] or ANY

    return rule


def _is_location(type_: Type | None) -> bool:
    return type_ is LOCATION


def _now(types: Arguments) -> Type:
    if not types or (len(types) == 1 and _is_location(types[0])):
        return TIME
    raise ExpressionError(f"invalid number of arguments (expected 0, got {len(types)})")


def _date(types: Arguments) -> Type:
    if not types:
        raise ExpressionError("invalid number of arguments (expected at least 1, got 0)")
    count = len(types) - _is_location(types[0])
    if count > 3:
        raise ExpressionError(f"invalid number of arguments (expected at most 3, got {count})")
    return TIME


def _take(types: Arguments) -> Type:
    _count(types, 2)
    if _kind(types[0]) not in _LIST_KINDS:
        raise ExpressionError(f"cannot take from {_shown(types[0])}")
    if _kind(types[1]) not in ("interface", *_INTEGER_KINDS):
        raise ExpressionError(f"cannot take {_shown(types[1])} elements")
    return types[0] or ANY


def _concat(types: Arguments) -> Type:
    if not types:
        raise ExpressionError("invalid number of arguments (expected at least 1, got 0)")
    for type_ in types:
        if _kind(type_) not in _LIST_KINDS:
            raise ExpressionError(f"cannot concat {_shown(type_)}")
    return LIST


_NUMBERS = ("interface", *_NUMBER_KINDS)
RULES: dict[str, Rule] = {
    "len": _one("invalid argument for len (type %s)", (*_LIST_KINDS, "map", "string"), lambda _: INT),
    "abs": _one("invalid argument for abs (type %s)", _NUMBERS, lambda type_: type_),
    "ceil": _one("invalid argument for ceil (type %s)", _NUMBERS, lambda _: FLOAT),
    "floor": _one("invalid argument for floor (type %s)", _NUMBERS, lambda _: FLOAT),
    "round": _one("invalid argument for round (type %s)", _NUMBERS, lambda _: FLOAT),
    "int": _one("invalid argument for int (type %s)", (*_NUMBERS, "string"), lambda _: INT),
    "float": _one("invalid argument for float (type %s)", (*_NUMBERS, "string"), lambda _: FLOAT),
    "max": _aggregate("max"),
    "min": _aggregate("min"),
    "mean": _aggregate("mean"),
    "median": _aggregate("median"),
    "now": _now,
    "date": _date,
    "first": _one("cannot get first element from %s", _LIST_KINDS, _elem),
    "last": _one("cannot get last element from %s", _LIST_KINDS, _elem),
    "take": _take,
    "keys": _one("cannot get keys from %s", ("interface", "map"), lambda _: LIST),
    "values": _one("cannot get values from %s", ("interface", "map"), lambda _: LIST),
    "toPairs": _one("cannot transform %s to pairs", ("interface", "map"), lambda _: LIST),
    "fromPairs": _one("cannot transform %s from pairs", _LIST_KINDS, lambda _: ANY_MAP),
    "reverse": _one("cannot reverse %s", _LIST_KINDS, lambda _: LIST),
    "uniq": _one("cannot uniq %s", _LIST_KINDS, lambda _: LIST),
    "concat": _concat,
    "flatten": _one("cannot flatten %s", _LIST_KINDS, lambda _: LIST),
}
