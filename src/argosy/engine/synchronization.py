"""Synchronization: the locks that a workflow and its nodes have to hold to run (`synchronization`).

A node that wants locks gets its node, waits as Pending until it has all of them, and holds them until it has ended, in
whatever way. Of a template with retries the Retry node holds them. The workflow itself may want locks too, before its
root begins. `status.synchronization` says what is held and waited for; it is all that has to survive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from argosy.engine.locks import Claim, LockTable, Refusal
from argosy.engine.state import State
from argosy.errors import InvalidRequest
from argosy.language.names import node_id
from argosy.model.kinds import PENDING
from argosy.model.policies import Mutex, SemaphoreRef
from argosy.model.policies import Synchronization as Wanted
from argosy.model.status import MutexHolding, MutexStatus, SemaphoreHolding, SemaphoreStatus, SynchronizationStatus
from argosy.ports.locks import Lock, holdings
from argosy.templates.base import Activity, NodeContext

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LockWait(Activity):
    """A node that waits for its locks; `begin` is called once it has them."""

    def __init__(self, context: NodeContext, begin: Callable[[], None]) -> None:
        super().__init__(context)
        self.begin = begin


class Synchronization:
    """The claims of one workflow in the table of all: those that are granted and those that wait, by their holder.

    Where the workflow is suspended nobody of it stands in a queue, so that it keeps nobody else waiting.
    """

    def __init__(self, state: State, locks: LockTable) -> None:
        self.state, self._locks = state, locks
        self._held: dict[str, Claim] = {}
        self._waiting: dict[str, Claim] = {}
        self._wanted: Counter[Lock] = Counter()
        self._in_line = not state.suspended
        self._changed = False
        self._take_up()

    @property
    def key(self) -> str:
        """The workflow as a holder."""
        return f"{self.state.resolved.namespace}/{self.state.resolved.name}"

    @property
    def is_waiting(self) -> bool:
        """Whether anybody of the workflow waits for a lock."""
        return bool(self._waiting)

    def request(self, wanted: Wanted | None, name: str = "") -> Refusal | None:
        """Get the locks for the node of that name (none: the workflow), or wait for them: why they are not to be had.

        Raises InvalidRequest for locks that nobody can have.
        """
        if wanted is None or self._holder(name) in self._held:
            return None
        claim = self._claim(wanted, name)
        if claim.holder not in self._waiting:
            for lock in claim.locks:
                if not self._locks.is_known(lock):
                    raise InvalidRequest(f"failed to initialize semaphore {lock.name} with limit")
            self.wait(wanted, name)
        refusal = self._locks.acquire(claim)
        if refusal is None:
            self._grant(claim)
        return refusal

    def wait(self, wanted: Wanted, name: str) -> None:
        """Stand in line for the locks of a node, or (no name) of the workflow."""
        claim = self._claim(wanted, name)
        if claim.holder in self._waiting:
            return
        self._waiting[claim.holder] = claim
        self._wanted.update(claim.locks)
        self._changed = True
        if self._in_line:
            self._locks.wait(claim)

    def grant(self) -> str | None:
        """Get the locks of the first that waits and can have them; its node's id, None where there is nobody."""
        for lock in sorted(self._wanted):
            claim = self._locks.first_ready(self.state.resolved.uid, lock)
            if claim is not None and claim.holder != self.key and self._locks.acquire(claim) is None:
                self._grant(claim)
                return claim.holder.rpartition("/")[2]
        return None

    def release(self, name: str = "") -> None:
        """A node has ended, or (no name) the workflow: it holds nothing and waits for nothing any more."""
        holder = self._holder(name)
        held, waiting = self._held.pop(holder, None), self._waiting.get(holder)
        if held is not None:
            self._locks.release(held)
            self._changed = True
        if waiting is not None:
            self._locks.leave(waiting)
            self._no_longer_waits(waiting)

    def stand_in_line(self) -> None:
        """Leave the queues where the workflow is suspended, and come back where it no longer is."""
        wants = not self.state.suspended
        if wants != self._in_line:
            self._in_line = wants
            for claim in self._waiting.values():
                (self._locks.wait if wants else self._locks.leave)(claim)

    def tell(self) -> None:
        """Bring `status.synchronization` up to date."""
        if not self._changed and not self._waiting:
            return
        told = self._status()
        if told != self.state.status.synchronization:
            self.state.status.synchronization = told
            self.state.head_changed.add("status")
        self._changed = False

    def _holder(self, name: str) -> str:
        return f"{self.key}/{node_id(self.state.resolved.name, name)}" if name else self.key

    def _claim(self, wanted: Wanted, name: str) -> Claim:
        state, holder = self.state, self._holder(name)
        created = state.workflow.metadata.creation_timestamp or EPOCH
        nodes = state.nodes.order
        place = nodes.get(holder.rpartition("/")[2], len(nodes)) if name else 0
        turn = (-(state.resolved.spec.priority or 0), created.timestamp(), self.key, place)
        return Claim(turn, holder, state.resolved.uid, locks_of(wanted, state.resolved.namespace))

    def _grant(self, claim: Claim) -> None:
        self._no_longer_waits(claim)
        self._held[claim.holder] = claim

    def _no_longer_waits(self, claim: Claim) -> None:
        del self._waiting[claim.holder]
        self._wanted.subtract(claim.locks)
        self._wanted = +self._wanted
        self._changed = True

    def _take_up(self) -> None:
        """After a restart: hold what the status says is held. Nodes that wait are taken up with their nodes."""
        status, spec = self.state.status.synchronization, self.state.resolved.spec
        if status is None:
            return
        held: dict[str, list[Lock]] = {}
        for lock, holder in holdings(self.state.status):
            held.setdefault(holder, []).append(lock)
            self._locks.hold(lock, holder, self.state.resolved.uid)
        for holder, locks in held.items():
            self._held[holder] = Claim((0, 0.0, "", 0), holder, self.state.resolved.uid, tuple(locks))
        if spec.synchronization is not None and self.state.status.phase == PENDING:
            self.wait(spec.synchronization, "")

    def _status(self) -> SynchronizationStatus | None:
        if not self._held and not self._waiting:
            return None
        holding = [(lock, claim.holder) for claim in self._held.values() for lock in claim.locks]
        waiting = [(lock, self._locks.holders(lock)) for lock in sorted(self._wanted)]
        return SynchronizationStatus(mutex=_mutexes(holding, waiting), semaphore=_semaphores(holding, waiting))


def locks_of(wanted: Wanted, namespace: str) -> tuple[Lock, ...]:
    """The locks that are wanted, each once. Raises InvalidRequest for one that nobody can tell from another."""
    items: list[Mutex | SemaphoreRef] = [*wanted.semaphores, *wanted.mutexes]
    if any(item in items[:place] for place, item in enumerate(items)):
        raise InvalidRequest("requested configuration is invalid: duplicate synchronization item found")
    return tuple(dict.fromkeys(_lock(item, item.namespace or namespace) for item in items))


def _lock(item: Mutex | SemaphoreRef, namespace: str) -> Lock:
    if isinstance(item, Mutex):
        return Lock(f"{namespace}/{'Database' if item.database else 'Mutex'}/{item.name}", is_mutex=True)
    if item.config_map_key_ref is not None and item.database is not None:
        raise InvalidRequest(
            "requested configuration is invalid: invalid semaphore with both ConfigMapKeyRef and Database"
        )
    if item.config_map_key_ref is not None:
        reference = item.config_map_key_ref
        return Lock(f"{namespace}/ConfigMap/{reference.name}/{reference.key}", is_mutex=False)
    if item.database is not None:
        return Lock(f"{namespace}/Database/{item.database.key}", is_mutex=False)
    raise InvalidRequest(
        "requested configuration is invalid: cannot get LockName for a Semaphore without a ConfigMapRef or Database"
    )


def _mutexes(holding: list[tuple[Lock, str]], waiting: list[tuple[Lock, list[str]]]) -> MutexStatus | None:
    held = [MutexHolding(mutex=lock.name, holder=holder) for lock, holder in sorted(holding) if lock.is_mutex]
    wanted = [MutexHolding(mutex=lock.name, holder=by[0]) for lock, by in waiting if lock.is_mutex and by]
    return MutexStatus(holding=held, waiting=wanted) if held or wanted else None


def _semaphores(holding: list[tuple[Lock, str]], waiting: list[tuple[Lock, list[str]]]) -> SemaphoreStatus | None:
    by_lock: dict[Lock, list[str]] = {}
    for lock, holder in sorted(holding):
        if not lock.is_mutex:
            by_lock.setdefault(lock, []).append(holder)
    held = [SemaphoreHolding(semaphore=lock.name, holders=holders) for lock, holders in by_lock.items()]
    wanted = [SemaphoreHolding(semaphore=lock.name, holders=by) for lock, by in waiting if not lock.is_mutex]
    return SemaphoreStatus(holding=held, waiting=wanted) if held or wanted else None
