"""Finds the processes that a killed supervisor left running."""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import os

from .journal import Begun
from .pods import process_stat

SLACK = 0.05  # the kernel counts start times in hundredths of a second


def find_orphan(begun: Begun) -> int:
    """The pid of this pod's process, where it still runs; 0 where it does not."""
    if begun.pid < 0:
        return 0
    if begun.pid:
        return begun.pid if _is_from(begun.pid, begun) else 0
    # Killed while it spawned: the pid never came into the journal, but the environment tells whose process it is.
    mark = f"ARGO_NODE_ID={begun.key.partition('/')[2]}".encode()
    for name in os.listdir("/proc"):
        if name.isdigit() and _is_from(int(name), begun) and mark in _environment(int(name)):
            return int(name)
    return 0


def _is_from(pid: int, begun: Begun) -> bool:
    """Whether the process is one that was spawned then: pids are used again, start times are not."""
    stat = process_stat(pid)
    if not stat or stat[0] == "Z" or int(stat[2]) != pid:
        return False
    started = int(stat[19]) / os.sysconf("SC_CLK_TCK")
    return begun.since - SLACK <= started <= begun.until + SLACK


def _environment(pid: int) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []
