"""The supervisor as a program, run with FOLDER SLOTS LINGER and a connection to its engine as descriptor 3."""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH100, PTH108, PTH110

from __future__ import annotations

import fcntl
import gc
import os
import sys
import time

from .journal import Journal
from .loop import Supervisor

FIRST_CONNECTION = 3
LOCK_PATIENCE = 5.0


def main(arguments: list[str]) -> None:
    """Supervise until nothing runs and nobody is connected."""
    folder, slots, linger = arguments[0], int(arguments[1]), float(arguments[2])
    os.closerange(FIRST_CONNECTION + 1, 1 << 16)
    os.set_inheritable(FIRST_CONNECTION, False)
    gc.set_threshold(100_000)  # orders that wait are many objects, and hardly anything here is in a cycle
    os.chdir(folder)
    lock = _lock()
    if lock < 0:
        return  # there is one already; the engine tries again and finds its socket
    supervisor = Supervisor(Journal(os.path.abspath("journal")), lock, slots, linger)
    supervisor.welcome(FIRST_CONNECTION)
    supervisor.turn(0)
    supervisor.listen(folder)
    supervisor.run()
    os.unlink(f"{folder}/socket")


def _lock() -> int:
    """The lock that makes this the only supervisor of its home, as a descriptor; -1 where another keeps it."""
    lock = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_up = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.truncate(lock, 0)
            os.write(lock, b"%d\n" % os.getpid())  # for people who look for it
            return lock
        except BlockingIOError:
            if os.path.exists("socket") or time.monotonic() > give_up:
                return -1
            time.sleep(0.005)  # one that is about to leave has taken its socket away already


if __name__ == "__main__":
    main(sys.argv[1:])
