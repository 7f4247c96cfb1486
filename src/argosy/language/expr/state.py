"""What one evaluation holds: variables, the loop it is in, what it may still use, and the world around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from argosy.language.expr.errors import fail

_MEMORY = 1_000_000  # items, as expr counts them
_WORK = 10_000_000  # steps, of which a million take about a second


class World(Protocol):
    """What functions such as `now()` and `sprig.randAlpha(8)` need, and the pure core does not have."""

    def nanoseconds(self) -> int:
        """Nanoseconds since 1970."""
        ...

    def random_bytes(self, count: int) -> bytes:
        """So many bytes by chance."""
        ...


class State:
    """One evaluation. `item`, `index` and `acc` are those of the innermost loop."""

    __slots__ = ("acc", "env", "index", "item", "memory", "variables", "work", "world")

    def __init__(self, env: dict[str, Any], variables: int, world: World | None) -> None:
        self.env = env
        self.variables: list[Any] = [None] * variables
        self.world = world
        self.item: Any = None
        self.index = 0
        self.acc: Any = None
        self.memory = 0
        self.work = 0

    def grow(self, items: int) -> None:
        """Account for a list, map or repeated text; expr's limit and its error."""
        self.memory += items
        if self.memory >= _MEMORY:
            fail("memory budget exceeded")

    def spend(self, steps: int) -> None:
        """Account for time, so that no expression runs without end."""
        self.work += steps
        if self.work > _WORK:
            fail("the expression takes too long")


Code = Callable[[State], Any]
"""A compiled node: what it gives in a state."""
