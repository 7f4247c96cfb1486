"""The controller of a cluster: it stands by until it is elected, and then runs the loop for as long as it is.

    stand by ──elected──> open the controller, turn the loop ──interrupted──> let go, leave the election
                                                             ──lost──> stop at once

Who is no longer elected must not do anything more, not even in a thread that is at work just then, and not to leave in
order. So that ends the process (`argosy.bootstrap_cluster`), and whoever started it starts it again.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Protocol

from argosy.controller.loop import Controller
from argosy.errors import StoreBusy

TURN_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 120.0


class Election(Protocol):
    """Who of several controllers acts (argosy.stores.kubernetes.lease.Election)."""

    def wait_held(self, timeout: float) -> bool:
        """Wait until this one is elected."""
        ...

    def holds(self) -> bool:
        """Whether this one may act now."""
        ...


class Leader:
    """Runs what `make_controller` gives, while elected. `say` is told what happens; `lost` has to end everything."""

    def __init__(
        self,
        election: Election,
        make_controller: Callable[[], Controller],
        *,
        say: Callable[[str], None],
        lost: Callable[[], None],
    ) -> None:
        self.election, self._make_controller, self._say, self._lost = election, make_controller, say, lost
        self._ours: Controller | None = None
        self._turned_at = time.monotonic()

    def wake(self) -> None:
        """Say, from any thread, that something waits in the store."""
        if self._ours is not None:
            self._ours.wake()

    @property
    def alive(self) -> bool:
        """Whether the loop turns."""
        return time.monotonic() - self._turned_at < STUCK_SECONDS

    def run(self) -> None:
        """Stand by and run until interrupted."""
        self._say("standing by")
        while not self.election.wait_held(TURN_SECONDS):
            self._turned_at = time.monotonic()
        self._say("elected: running workflows")
        controller = self._ours = self._make_controller()
        try:
            controller.open()
            while self.election.holds():
                self._turned_at = time.monotonic()
                controller.step(TURN_SECONDS)
            self._lost()
        except StoreBusy:
            self._lost()
            raise
        finally:
            self._ours = None
            controller.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM interrupts like Ctrl-C, once; where that is not possible, as in a thread, it stays as it is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        signal.signal(each, interrupt)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
