"""One engine per store: whoever holds the lock of its folder. The lock goes with the process, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Lease:
    """The right to be the engine of the store in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "engine.lock"
        self._descriptor = -1

    def take(self) -> bool:
        """Take it if nobody has it; whether this process has it now."""
        if self._descriptor >= 0:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return True

    def give_up(self) -> None:
        """Let somebody else have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
