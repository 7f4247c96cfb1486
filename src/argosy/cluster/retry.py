"""How long to wait before trying again: longer each time, and never in step with others."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from msgspec import Struct

Jitter = Callable[[], float]
"""A number from 0 up to 1, another one each time."""


class Backoff(Struct, frozen=True, kw_only=True):
    """The first pause, how much longer each next one is, the longest, and for how long to go on trying at all."""

    first_seconds: float = 0.1
    factor: float = 2.0
    longest_seconds: float = 10.0
    patience_seconds: float = 20.0

    def pause(self, attempt: int, jitter: Jitter) -> float:
        """How long to wait after this attempt, counted from 0: between half of what is due and all of it."""
        due = min(self.longest_seconds, self.first_seconds * self.factor ** min(attempt, 60))
        return due * (0.5 + jitter() / 2)


WATCHING = Backoff(first_seconds=0.2, longest_seconds=30.0)
"""Between a watch that broke and the next one."""


class Attempts:
    """One thing that is tried until it works: `again` waits, or says that patience is at its end."""

    def __init__(self, backoff: Backoff, jitter: Jitter = random.random) -> None:
        self.backoff, self.jitter, self.count = backoff, jitter, 0
        self._began = asyncio.get_running_loop().time()

    async def again(self, at_least: float | None = None) -> bool:
        """Wait before the next attempt, as long as the server asks for where that is longer; False: give up."""
        pause = self.backoff.pause(self.count, self.jitter)
        if at_least is not None:
            pause = max(pause, at_least)
        passed = asyncio.get_running_loop().time() - self._began
        if passed + pause > self.backoff.patience_seconds:
            return False
        self.count += 1
        await asyncio.sleep(pause)
        return True

    def restart(self) -> None:
        """It worked: the next failure is a first one again."""
        self.count = 0
        self._began = asyncio.get_running_loop().time()
