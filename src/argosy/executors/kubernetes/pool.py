"""Work for the loop, so much of it at the same time, the rest in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

Work = Callable[[], Awaitable[None]]

STOP_SECONDS: Final = 1.0


class Pool:
    """Runs what is added, `at_once` at most. `on_error` hears of work that fails. Lives in one event loop."""

    def __init__(self, at_once: int, on_error: Callable[[BaseException], None]) -> None:
        self.at_once, self.on_error = at_once, on_error
        self._waiting: deque[tuple[Hashable, Work]] = deque()
        self._names: set[Hashable] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._later: dict[asyncio.TimerHandle, Callable[[], None]] = {}

    def add(self, work: Work, name: Hashable = None) -> None:
        """Do this when there is room. By its `name` it can be dropped before that."""
        self._waiting.append((name, work))
        self._names.add(name)
        if len(self._tasks) < self.at_once:
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def add_later(self, seconds: float, work: Work) -> None:
        """Do this after a while."""

        def add() -> None:
            self._later.pop(handle, None)
            self.add(work)

        handle = asyncio.get_running_loop().call_later(seconds, add)
        self._later[handle] = add

    def drop(self, name: Hashable) -> bool:
        """Don't do what waits under this name; False where nothing does."""
        if name not in self._names:
            return False
        self._names.discard(name)
        return True

    async def finish(self, seconds: float) -> None:
        """Do what is left, what was to be done later too, as far as the time allows; then stop."""
        for handle, add in list(self._later.items()):
            handle.cancel()
            add()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        await self.stop(0)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Drop what waits; what is at work has a little time to come to an end before it is cancelled."""
        self._waiting.clear()
        self._names.clear()
        for handle in self._later:
            handle.cancel()
        self._later.clear()
        tasks = list(self._tasks)
        if tasks and seconds:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        while self._waiting:
            name, work = self._waiting.popleft()
            if name is not None:
                if name not in self._names:
                    continue
                self._names.discard(name)
            try:
                await work()
            except Exception as error:
                self.on_error(error)
