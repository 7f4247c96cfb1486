"""Who is the engine of a store: the process that waits for a workflow, or one in the background.

Anybody may be a client. A process that waits (`submit --wait`, `wait`, `watch`) becomes the engine if there is none;
one that only asks for something starts an engine in the background, which leaves when it has nothing left to do.
Whoever stops being the engine ends nothing: the pods go on, and the next engine adopts them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from argosy.controller.bell import Bell, ring
from argosy.controller.lease import Lease
from argosy.controller.loop import Controller
from argosy.ports.store import Store

POLL_SECONDS = 0.03
"""How often a process that waits while another is the engine looks whether the store has changed."""
IDLE_SECONDS = 2.0
TAKE_OVER_SECONDS = 2.0
"""How long an engine in the background tries for the lease: the one before it may just be leaving."""


class Host:
    """The engine of the store in `home`, wherever it runs. `make_controller` builds one when this process has to."""

    def __init__(self, home: Path, store: Store, make_controller: Callable[[], Controller]) -> None:
        self.home, self.store, self._make_controller = home, store, make_controller
        self._lease = Lease(home)
        self._ours: Controller | None = None

    def wake(self) -> bool:
        """Tell the engine that something waits in the store; whether there is one."""
        if self._ours is not None:
            self._ours.wake()
            return True
        return ring(self.home)

    def start_in_background(self) -> None:
        """Start an engine that outlives this process."""
        log = os.open(self.home / "engine.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            subprocess.Popen(
                [sys.executable, "-m", "argosy", "controller", "--leave-when-idle"],
                env={**os.environ, "ARGOSY_HOME": str(self.home)},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Wait until `done()`, being the engine if nobody else is; `changed()` is called after every change.

        An interrupt or SIGTERM leaves what runs to an engine in the background, and comes out as KeyboardInterrupt.
        """
        with _interruptible():
            seen = -1
            while not done():
                if self._lease.take():
                    self._run(done, changed)
                    continue
                version = self.store.version()
                if version != seen:
                    seen = version
                    changed()
                else:
                    time.sleep(POLL_SECONDS)

    def run(self, *, leave_when_idle: bool) -> bool:
        """Be the engine until interrupted, or until nothing is left to do; whether the lease could be had."""
        deadline = time.monotonic() + TAKE_OVER_SECONDS
        while not self._lease.take():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        idle_since = [time.monotonic()]

        def done() -> bool:
            if self._ours is None or not self._ours.idle:
                idle_since[0] = time.monotonic()
            return leave_when_idle and time.monotonic() - idle_since[0] > IDLE_SECONDS

        with _interruptible():
            self._run(done, lambda: None)
        return True

    def _run(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Be the engine until `done()`; then, or when interrupted, leave the rest to one in the background."""
        controller = self._ours = self._make_controller()
        try:
            controller.open()
            bell = Bell(self.home, controller.wake)
            try:
                while not done():
                    if controller.step(IDLE_SECONDS / 4):
                        changed()
            finally:
                bell.close()
        finally:
            self._ours = None
            controller.close()
            self._lease.give_up()
            if controller.residents.lasting or self.store.unfinished() or self.store.requests():
                self.start_in_background()


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM and SIGHUP interrupt like Ctrl-C, once: while the engine hands over, further ones are ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in wanted:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, interrupt) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
