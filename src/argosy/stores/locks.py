"""Rows of the locks that are held: an index of the statuses, so that a second holder of a mutex can't be written."""

from __future__ import annotations

from collections.abc import Iterable

from argosy.errors import Conflict
from argosy.model.status import WorkflowStatus
from argosy.ports.locks import HeldLock, Holding, Lock, holdings
from argosy.stores.session import Session


class LockRows:
    """The rows of the workflows that one transaction changes. They are written at its end, all releases first.

    So what one workflow lets go of another one has in the same transaction, in whatever order the two come.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: dict[int, dict[Holding, None]] = {}

    def note(self, workflow: int, status: WorkflowStatus, *, has_rows: bool) -> None:
        """This workflow has that status now. `has_rows`: it held something before the transaction."""
        told = self._told.pop(workflow, None)
        if has_rows or told is not None or status.synchronization is not None:
            self._told[workflow] = dict.fromkeys(holdings(status))

    def write(self) -> None:
        """Make the rows what the statuses say. Raises Conflict for a second holder of a mutex."""
        taken: list[tuple[int, Holding]] = []
        for workflow, held in self._told.items():
            rows = {_holding(*row) for row in self._session.all("locks_of_workflow", {"workflow": workflow})}
            self._session.many("delete_lock", (_columns(workflow, each) for each in rows if each not in held))
            taken += [(workflow, each) for each in held if each not in rows]
        for workflow, each in taken:
            if not self._session.run("add_lock", _columns(workflow, each)):
                (holder,) = self._session.one("holder_of_mutex", {"name": each.lock.name}) or ("",)
                raise second(each, holder)


def held_locks(session: Session, namespace: str | None) -> list[HeldLock]:
    """Those of a namespace or (None) of all, as `argosy.ports.store.Store.locks` gives them."""
    rows = session.all("locks", {"prefix": prefix_of(namespace)})
    return [HeldLock(_holding(*row), uid, fence) for fence, uid, *row in rows]


def prefix_of(namespace: str | None) -> str:
    """How the names of a namespace's locks begin."""
    return "" if namespace is None else f"{namespace}/"


def second(wanted: Holding, holder: str) -> Conflict:
    """The error for a mutex that somebody else holds."""
    return Conflict(f"the mutex {wanted.lock.name} can't be given to {wanted.holder}: {holder} holds it")


def in_order(held: Iterable[HeldLock]) -> list[HeldLock]:
    """By lock, and those of one lock in the order in which they got it."""
    return sorted(held, key=lambda each: (each.holding.lock, each.fence or 0, each.holding.holder))


def _holding(name: str, is_mutex: int, holder: str) -> Holding:
    return Holding(Lock(name, bool(is_mutex)), holder)


def _columns(workflow: int, held: Holding) -> dict[str, int | str]:
    return {"workflow": workflow, **held.lock._asdict(), "holder": held.holder}
