"""Who of several controllers acts: the one that holds a Lease of the cluster (coordination.k8s.io/v1).

The rules are those of client-go (tools/leaderelection), and so are the fields; so whoever holds the Lease by that name,
Argo's controller too, is respected, and respects us.

- The holder renews the Lease every `retry_seconds`. It may act until `renew_seconds` after it last began to renew with
  success; then, or when it sees another holder, it has lost the Lease, and acts no more.
- Whoever does not hold it takes it when it has not changed for as long as it is valid (`duration_seconds`, by the clock
  of the one who looks, from the moment he saw it change; clocks of others are not compared), or when nobody holds it.
- Who leaves in order says that nobody holds it, so that another one takes over at once.

`duration_seconds` being the longer, the old holder has stopped before another one begins. Changes are watched: so
another one begins when the Lease ends, and not only when it next looks.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from argosy.cluster.cluster import Cluster
from argosy.cluster.requests import Object, Selection
from argosy.errors import AlreadyExists, ArgosyError, Conflict, ExecutorError, NotFound
from argosy.ports.store import ObjectKey

LEASE: Final = ("coordination.k8s.io/v1", "Lease")
MICRO: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
LEAVE_SECONDS: Final = 5.0
AGAIN_SECONDS: Final = 1.0
"""After what did not succeed."""


class Timing(Struct, frozen=True, kw_only=True):
    """Argo's defaults (LEADER_ELECTION_LEASE_DURATION, _RENEW_DEADLINE, _RETRY_PERIOD)."""

    duration_seconds: float = 15.0
    renew_seconds: float = 10.0
    retry_seconds: float = 5.0


class Candidate:
    """The rules, without clock and cluster: what was seen and done when, and so what is to be done now.

    Times are seconds of one clock that never goes back.
    """

    def __init__(self, identity: str, timing: Timing) -> None:
        self.identity, self.timing = identity, timing
        self.lease: Object | None = None
        self._seen_at = self._tried_at = self._renewed_at = float("-inf")

    @property
    def holder(self) -> str:
        """Who holds it, as far as is known; "" for nobody."""
        return str(_spec(self.lease).get("holderIdentity") or "")

    def observe(self, lease: Object | None, now: float) -> None:
        """The Lease was seen to be so; None: there is none."""
        if _term(lease) != _term(self.lease):
            self._seen_at = now
        self.lease = lease
        if self.holder != self.identity:
            self._renewed_at = float("-inf")

    def holds(self, now: float) -> bool:
        """Whether it may act."""
        return now < self.lost_at

    @property
    def lost_at(self) -> float:
        """Until when it may act, if nothing happens."""
        return self._renewed_at + self.timing.renew_seconds

    @property
    def due_at(self) -> float:
        """When it has to try to write next."""
        again = self._tried_at + min(AGAIN_SECONDS, self.timing.retry_seconds)
        if self.holder == self.identity:
            return again if self._tried_at > self._renewed_at else self._renewed_at + self.timing.retry_seconds
        if not self.holder:
            return again
        valid = _spec(self.lease).get("leaseDurationSeconds") or self.timing.duration_seconds
        return max(again, self._seen_at + float(valid))

    def bid(self, now: float, clock: datetime) -> Object:
        """The Lease as it has to be for this one to hold it. Whatever comes of it, that was a try."""
        self._tried_at = now
        spec = _spec(self.lease)
        changes = int(spec.get("leaseTransitions") or 0)
        ours = self.holder == self.identity
        return {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": max(1, round(self.timing.duration_seconds)),
            "acquireTime": spec.get("acquireTime") if ours else clock.strftime(MICRO),
            "renewTime": clock.strftime(MICRO),
            "leaseTransitions": changes if ours or self.lease is None else changes + 1,
        }

    def won(self, lease: Object, now: float) -> None:
        """The bid that began at `now` was accepted."""
        self.observe(lease, now)
        self._renewed_at = now


class Election:
    """Takes part from `start` to `leave`. `lost` is called, in the cluster's thread, where it has lost the Lease."""

    def __init__(
        self,
        cluster: Cluster,
        key: tuple[str, str],
        identity: str,
        *,
        lost: Callable[[], None],
        timing: Timing | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.cluster, self.key, self._lost, self._clock = cluster, ObjectKey(*LEASE, *key), lost, clock
        self.candidate = Candidate(identity, timing or Timing())
        self._held = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    # --- from any thread

    def start(self) -> None:
        """Take part. Raises ExecutorError where the cluster can't be reached."""
        self.cluster.retain()
        self.cluster.runtime.run(self._start())

    def wait_held(self, timeout: float) -> bool:
        """Wait until this one holds the Lease."""
        return self._held.wait(timeout)

    def holds(self) -> bool:
        """Whether this one may act now."""
        return self.cluster.runtime.running and self.candidate.holds(self.cluster.runtime.loop.time())

    def leave(self) -> None:
        """Take part no longer; where this one holds the Lease, let another one take over at once."""
        self.cluster.runtime.run(self._leave())
        self.cluster.release()

    # --- argosy.cluster.informer.Handler

    def added(self, new: Object, /) -> None:
        """There is a Lease."""
        self._see(new)

    def updated(self, _old: Object, new: Object, /) -> None:
        """It has changed."""
        self._see(new)

    def deleted(self, _old: Object, /) -> None:
        """There is none any more."""
        self._see(None)

    # --- in the loop

    async def _start(self) -> None:
        self._news = asyncio.Event()
        selection = Selection(*LEASE, self.key.namespace, fields=f"metadata.name={self.key.name}")
        self._informer = self.cluster.informers.take(selection, self)
        self._task = asyncio.get_running_loop().create_task(self._live(), name="election")

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        await self._informer.synced.wait()
        while True:
            if loop.time() >= self.candidate.due_at:
                await self._bid()
            self._note_loss()
            self._news.clear()
            ends = [self.candidate.due_at, *([self.candidate.lost_at] if self._held.is_set() else [])]
            try:
                async with asyncio.timeout_at(min(ends)):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _bid(self) -> None:
        """Try to hold it, or to go on holding it."""
        loop = asyncio.get_running_loop()
        began, lease = loop.time(), self.candidate.lease
        spec = self.candidate.bid(began, self._clock())
        try:
            async with asyncio.timeout_at(self._patience(began)):
                made = await self._write(lease, spec)
        except TimeoutError:
            self.cluster.on_error(ExecutorError(f"no answer in time to the bid for the Lease {self.key.name}"))
            return
        except ArgosyError as error:
            self.cluster.on_error(error)
            if isinstance(error, Conflict | AlreadyExists | NotFound):
                await self._look()
            return
        self.candidate.won(made, began)
        if self.candidate.holds(loop.time()):
            self._held.set()

    def _patience(self, began: float) -> float:
        """Until when to wait for an answer: not longer than it may act, and not so long that there is no second try."""
        end = began + self.candidate.timing.retry_seconds / 2
        return min(end, self.candidate.lost_at) if self._held.is_set() else end

    async def _write(self, lease: Object | None, spec: Object) -> Object:
        api = self.cluster.api
        if lease is None:
            metadata = {"namespace": self.key.namespace, "name": self.key.name}
            return await api.create({"apiVersion": LEASE[0], "kind": LEASE[1], "metadata": metadata, "spec": spec})
        return await api.replace({**lease, "spec": {**_spec(lease), **spec}})

    async def _look(self) -> None:
        """See what it is like now, where it was not as it was thought to be."""
        try:
            self._see(await self.cluster.api.get(self.key))
        except NotFound:
            self._see(None)
        except ArgosyError as error:
            self.cluster.on_error(error)

    def _see(self, lease: Object | None) -> None:
        known = self.candidate.lease
        if lease is None or known is None or _version(lease) >= _version(known) or _uid(lease) != _uid(known):
            self.candidate.observe(lease, asyncio.get_running_loop().time())
            self._news.set()

    def _note_loss(self) -> None:
        if self._held.is_set() and not self.candidate.holds(asyncio.get_running_loop().time()):
            self._held.clear()
            self._lost()

    async def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.cluster.informers.release(self._informer, self)
        lease = self.candidate.lease
        if self._held.is_set() and lease is not None:
            self._held.clear()
            spec = {**_spec(lease), "holderIdentity": "", "leaseDurationSeconds": 1}
            spec |= {"renewTime": self._clock().strftime(MICRO)}
            try:
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self.cluster.api.replace({**lease, "spec": spec})
            except (ArgosyError, TimeoutError) as error:
                self.cluster.on_error(error)


def _spec(lease: Object | None) -> dict[str, Any]:
    return (lease or {}).get("spec") or {}


def _term(lease: Object | None) -> tuple[Any, ...]:
    """What of a Lease says that its holder is alive."""
    spec = _spec(lease)
    return lease is not None, spec.get("holderIdentity"), spec.get("renewTime"), spec.get("leaseDurationSeconds")


def _version(lease: Object) -> int:
    return int(lease["metadata"].get("resourceVersion") or 0)


def _uid(lease: Object) -> str:
    return lease["metadata"].get("uid", "")
