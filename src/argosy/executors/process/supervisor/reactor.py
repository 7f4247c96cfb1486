"""Waits for whatever comes first: something to read, a child's end, a time."""

from __future__ import annotations

import heapq
import os
import select
import signal
import time
from collections.abc import Callable

Reader = Callable[[int], object]
Action = Callable[[], object]


class Reactor:
    """Descriptors with readers, and timers. It never calls anything but from `wait`."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.terminated = False
        self._readers: dict[int, Reader] = {}
        self._timers: list[tuple[float, int, Action]] = []
        self._count = 0
        self._watch_signals()

    def register(self, descriptor: int, reader: Reader) -> None:
        """Call this when there is something to read."""
        self._readers[descriptor] = reader
        self.poll.register(descriptor, select.EPOLLIN)

    def unregister(self, descriptor: int) -> None:
        """Not any more; nothing happens where it was not registered."""
        if self._readers.pop(descriptor, None):
            self.poll.unregister(descriptor)

    def watch_writing(self, descriptor: int, wanted: bool) -> None:
        """Whether to wake up when it can be written to, too."""
        self.poll.modify(descriptor, select.EPOLLIN | (select.EPOLLOUT if wanted else 0))

    def after(self, seconds: float, action: Action) -> None:
        """Call this in so many seconds."""
        self._count += 1
        heapq.heappush(self._timers, (time.monotonic() + seconds, self._count, action))

    def wait(self, seconds: float) -> None:
        """Wait no longer than that for something to happen, and call whatever is to be called."""
        if self._timers:
            seconds = min(seconds, self._timers[0][0] - time.monotonic())
        for descriptor, _ in self.poll.poll(max(seconds, 0)):
            if reader := self._readers.get(descriptor):
                reader(descriptor)
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()

    def _watch_signals(self) -> None:
        """The end of a child, and the wish that this program ends, interrupt a wait."""
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGINT):  # ignored, but not by the children too
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "terminated", True))
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        self.register(read, lambda descriptor: os.read(descriptor, 4096))
