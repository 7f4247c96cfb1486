"""The time, from the world around an evaluation."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.errors import fail
from argosy.language.expr.state import State
from argosy.language.scopes import World
from argosy.language.times import Location, Time
from argosy.language.times.moments import SECOND


def world_of(state: State, what: str) -> World:
    """The world around; an error where there is none."""
    if state.world is None:
        fail(f"{what} cannot be used here: the result would change from run to run")
    return state.world


def now_in(state: State, arguments: list[Any]) -> Time:
    """`now()` and `now(timezone)`."""
    if len(arguments) > 1 or (arguments and not isinstance(arguments[0], Location)):
        fail(f"invalid number of arguments (expected 0, got {len(arguments)})")
    time = Time(*divmod(world_of(state, "now()").nanoseconds(), SECOND))
    return time.inside(arguments[0]) if arguments else time
