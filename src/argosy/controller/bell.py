"""How an engine is told that something waits in its store: a byte into a named pipe that it reads.

There is nothing to lose in it: what waits is in the store. A pipe without a reader says that there is no engine.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

NAME = "engine.bell"


def ring(folder: Path) -> bool:
    """Wake the engine of the store in `folder`; whether there is one."""
    try:
        descriptor = os.open(folder / NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    with contextlib.suppress(BlockingIOError):  # full: it has been rung often enough
        os.write(descriptor, b"!")
    os.close(descriptor)
    return True


class Bell:
    """The engine's end: calls `rung` from a thread of its own after every ring."""

    def __init__(self, folder: Path, rung: Callable[[], None]) -> None:
        path = folder / NAME
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._own = os.open(path, os.O_WRONLY | os.O_CLOEXEC)  # without a writer, reading would not wait
        self._rung = rung
        os.set_blocking(self._descriptor, True)
        self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while b"." not in os.read(self._descriptor, 4096):
            self._rung()

    def close(self) -> None:
        """Stop listening: from now on `ring` says that there is no engine."""
        os.write(self._own, b".")
        self._thread.join()
        os.close(self._own)
        os.close(self._descriptor)
