"""Locks as everybody names them, and who holds them by what a status says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from argosy.model.status import WorkflowStatus


class Lock(NamedTuple):
    """A lock by Argo's name: `NAMESPACE/Mutex/NAME`, `NAMESPACE/ConfigMap/NAME/KEY` or `NAMESPACE/Database/KEY`."""

    name: str
    is_mutex: bool


class Holding(NamedTuple):
    """A lock that is held, and by whom: `NAMESPACE/WORKFLOW` or `NAMESPACE/WORKFLOW/NODE-ID`."""

    lock: Lock
    holder: str


class HeldLock(NamedTuple):
    """A holding as a store keeps it: the uid of the workflow whose it is, and its fence.

    A fence is a number that is greater than that of every holding before it, of any lock. So whoever is told of two
    holders knows which of them is late. None where a store has no such numbers.
    """

    holding: Holding
    workflow_uid: str
    fence: int | None


def holdings(status: WorkflowStatus) -> Iterator[Holding]:
    """What a workflow and its nodes hold, as `status.synchronization` says."""
    kept = status.synchronization
    for each in kept.mutex.holding if kept and kept.mutex else ():
        yield Holding(Lock(each.mutex, is_mutex=True), each.holder)
    for each in kept.semaphore.holding if kept and kept.semaphore else ():
        for holder in each.holders:
            yield Holding(Lock(each.semaphore, is_mutex=False), holder)
