"""Locks become the table that `argosy sync holders` shows: a line for each who holds one or waits for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from argosy.cli.printers.table import columns
from argosy.operations.locks import LockState

HEAD = ("LOCK", "HELD", "STATUS", "FENCE", "WORKFLOW", "NODE")


def table(locks: Sequence[LockState], *, headers: bool = True) -> str:
    """The table."""
    rows = [row for lock in locks for row in _rows(lock)]
    return columns([HEAD, *rows] if headers else rows, 3)


def _rows(lock: LockState) -> Iterator[list[str]]:
    held = f"{len(lock.holders)}/{'?' if lock.limit is None else lock.limit}"
    for status, users in (("held", lock.holders), ("waits", lock.waiting)):
        for user in users:
            fence = "-" if user.fence is None else str(user.fence)
            yield [lock.name, held, status, fence, user.workflow, user.node]
