"""Functions are called: what goes wrong gets its place, and what takes long is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.expr.errors import Panic, placed
from argosy.language.expr.state import Code, State

HEAVY = 4096
"""Characters from which on text counts as work."""


def failing(problem: str, at: int) -> Code:
    """What can only go wrong."""

    def run(_: State) -> Any:
        raise Panic(problem, at)

    return run


def guarded(code: Code, at: int) -> Code:
    """The same code, whose errors have a place."""

    def run(state: State) -> Any:
        try:
            return code(state)
        except Panic as panic:
            raise placed(panic, at) from None

    return run


def applied(function: Callable[[Any], Any], argument: Code, at: int) -> Code:
    """A function of one argument."""

    def run(state: State) -> Any:
        value = argument(state)
        try:
            result = function(value)
            if type(result) is str and len(result) > HEAVY:
                state.spend(len(result) // 4)
            return result
        except (Panic, ExpressionError) as error:
            raise placed(error, at) from None

    return run


def called(function: Callable[..., Any], arguments: list[Code], at: int, *, grows: bool) -> Code:
    """A function of several arguments; `grows`: its result counts as memory."""

    def run(state: State) -> Any:
        given = [argument(state) for argument in arguments]
        try:
            spend_on(state, given)
            result = function(*given)
            if grows:
                state.grow(len(result))
            spend_on(state, [result])
            return result
        except (Panic, ExpressionError) as error:
            raise placed(error, at) from None

    return run


def spend_on(state: State, values: list[Any]) -> None:
    """Account for the time that a function takes with long texts and lists."""
    for value in values:
        if isinstance(value, str):
            if len(value) > HEAVY:
                state.spend(len(value) // 4)
        elif isinstance(value, list):
            state.spend(4 * len(value))  # pyright: ignore[reportUnknownArgumentType]
