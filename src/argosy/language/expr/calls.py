"""Calls of functions that are values: sprig's, Argo's, and methods. Arguments are checked as Go's reflect does it."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.state import State
from argosy.language.expr.types import ANY, Nature, Type
from argosy.language.expr.values import Function, NilMap, bad_conversion, type_name, type_of
from argosy.language.times.moments import ZERO

_TYPED = frozenset(
    (
        "func() time.Duration",
        "func() time.Month",
        "func() time.Time",
        "func() time.Weekday",
        "func() bool",
        "func() float64",
        "func() int",
        "func() int64",
        "func() string",
        "func() uint64",
        "func(time.Duration) time.Duration",
        "func(time.Duration) time.Time",
        "func(time.Time) time.Duration",
        "func(time.Time) bool",
        "func(interface {}) interface {}",
        "func(interface {}) string",
        "func(string) string",
    )
)
"""The types of functions that expr calls without reflect, whose errors are others."""
_ZEROS: dict[str, Any] = {
    "string": "",
    "time.Time": ZERO,
    "bool": False,
    "float64": 0.0,
    "int": 0,
    "int64": 0,
    "uint8": 0,
    "uint32": 0,
    "uint64": 0,
}


def typed_signature(nature: Nature) -> str:
    """The type of a function if expr knows it, and calls such functions without reflect; else nothing."""
    if nature.type is None or nature.type.kind != "func":
        return ""
    params = nature.type.params[1:] if nature.is_method else nature.type.params
    results = nature.type.results
    signature = f"func({', '.join(map(repr, params))}) {results[0]}" if len(results) == 1 else ""
    return signature if signature in _TYPED else ""


def call_function(function: Any, arguments: list[Any], state: State, *, typed: str) -> Any:
    """What a function gives. Raises Panic, or the ExpressionError of the function itself."""
    if function is None and typed:
        raise bad_conversion(None, typed)
    if function is None:
        fail("invalid operation: cannot call nil")
    if not isinstance(function, Function):
        fail(f"invalid operation: cannot call non-function of type {type_name(function)}")
    type_ = function.type
    least = len(type_.params) - type_.variadic
    if type_.variadic and len(arguments) < least:
        fail(f"invalid number of arguments: expected at least {least}, got {len(arguments)}")
    if not type_.variadic and len(arguments) != least:
        fail(f"invalid number of arguments: expected {least}, got {len(arguments)}")
    given: list[Any] = []
    for index, argument in enumerate(arguments):
        is_rest = index >= least
        wanted = type_.params[-1].elem if is_rest else type_.params[index]
        if wanted is None or wanted is ANY:
            given.append(argument)
        elif typed:
            given.append(_asserted(argument, wanted))
        else:
            given.append(_converted(argument, wanted, is_rest=is_rest))
    return function.call(state, *given) if function.needs_state else function.call(*given)


def _asserted(argument: Any, wanted: Type) -> Any:
    if type_of(argument) is not wanted:
        raise bad_conversion(argument, wanted.name)
    return argument


def _converted(argument: Any, wanted: Type, *, is_rest: bool) -> Any:
    """The argument, if Go would assign it; nil is the zero value of any type."""
    type_ = type_of(argument)
    if type_ is None:
        zero = _ZEROS.get(wanted.name)
        return NilMap() if wanted.kind == "map" else zero
    if type_.assignable_to(wanted):
        return argument
    if is_rest:
        raise Panic(f"reflect: cannot use {type_} as type {wanted} in Call")
    raise Panic(f"reflect: Call using {type_} as type {wanted}")
