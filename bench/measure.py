"""Runs a command and says what it cost: it, what it starts, and what it leaves running.

The harness makes itself the subreaper of what it starts, so a process that outlives its parent becomes the harness's
child, and `wait4` tells what it used: itself and all that it had waited for itself. The sum over every such process is
the whole cost, with one gap: what a process used whose parent lets the kernel reap it (SIGCHLD ignored) is lost.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 15.0
"""Seconds that a process left behind has for leaving by itself before it is asked to."""


class Cost(NamedTuple):
    """Seconds. `wall`: until the command ended; `cpu`: of all processes; `linger`: from then until the last ended."""

    wall: float
    cpu: float
    linger: float


def become_subreaper() -> None:
    """Make orphans of what is started from now on children of this process."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run the command to its end, and wait for all that it left. Raises CalledProcessError where it failed."""
    with (folder / "output").open("wb") as output:
        begin = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        cpu = 0.0
        while True:
            pid, status, usage = os.wait4(-1, 0)
            cpu += usage.ru_utime + usage.ru_stime
            if pid == child.pid:
                break
    end = time.perf_counter()
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu += reap_the_rest(end + PATIENCE)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, (folder / "output").read_bytes())
    return Cost(end - begin, cpu, time.perf_counter() - end)


def reap_the_rest(deadline: float) -> float:
    """Wait until no child is left; past the deadline ask the rest to leave. Gives what they used."""
    cpu = 0.0
    asked: set[int] = set()
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
            cpu += usage.ru_utime + usage.ru_stime
            if pid == 0:
                if time.perf_counter() > deadline:
                    asked |= ask_to_leave(asked)
                time.sleep(0.005)
    return cpu


def ask_to_leave(already: set[int]) -> set[int]:
    """SIGTERM to the children of this process, SIGKILL to those that had it already."""
    children = {
        int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()
    }
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if pid in already else signal.SIGTERM)
    time.sleep(0.5)
    return children
