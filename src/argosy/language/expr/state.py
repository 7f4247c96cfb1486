"""What one evaluation holds: variables, the loop it is in, what it may still use, and the world around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.language.expr.errors import fail
from argosy.language.scopes import World

_MEMORY = 1_000_000  # items, as expr counts them
_WORK = 10_000_000  # steps, of which a million take about a second


class Patience:
    """Accounts for time within one function."""

    __slots__ = ("work",)

    def __init__(self) -> None:
        self.work = 0

    def spend(self, steps: int) -> None:
        """Account for some steps."""
        self.work += steps
        if self.work > _WORK:
            fail("the expression takes too long")


class State(Patience):
    """One evaluation. `item`, `index` and `acc` are those of the innermost loop."""

    __slots__ = ("acc", "env", "index", "item", "memory", "variables", "world")

    def __init__(self, env: dict[str, Any], variables: int, world: World | None) -> None:
        self.env = env
        self.variables: list[Any] = [None] * variables
        self.world = world
        self.item: Any = None
        self.index = 0
        self.acc: Any = None
        self.memory = self.work = 0

    def grow(self, items: int) -> None:
        """Account for a list, map or repeated text; expr's limit and its error."""
        self.memory += items
        if self.memory >= _MEMORY:
            fail("memory budget exceeded")


Code = Callable[[State], Any]
"""A compiled node: what it gives in a state."""
