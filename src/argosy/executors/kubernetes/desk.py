"""Where orders meet what is seen: the part of an executor that lives in the event loop, from its opening to its close.

Four pools keep things apart that must not wait for each other: creations, the orders to stop, the reading of results,
and tidying up. What the cluster does not take now is tried again for as long as it takes, and said as the reason why
the leaf is pending.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol

from msgspec.structs import replace

from argosy.cluster.cluster import Cluster
from argosy.cluster.failures import Refused
from argosy.cluster.informer import Informer
from argosy.cluster.requests import Selection
from argosy.cluster.retry import Backoff
from argosy.errors import AlreadyExists, ArgosyError, ExecutorError, NotFound
from argosy.executors.kubernetes.leaf import Leaf
from argosy.executors.kubernetes.logs import Results
from argosy.executors.kubernetes.names import pod_key
from argosy.executors.kubernetes.pool import Pool
from argosy.executors.kubernetes.reports import DELETED
from argosy.executors.kubernetes.settings import PodSettings
from argosy.ports.executor import Deliver
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest

Object = dict[str, Any]

OPEN_SECONDS: Final = 20.0
FINISH_SECONDS: Final = 3.0
SWEEP_SECONDS: Final = 300.0
"""How long what has ended, and nobody has asked for since, is kept for whoever may still ask."""
STOPS_AT_ONCE: Final = 8
READS_AT_ONCE: Final = 8
AGAIN: Final = Backoff(first_seconds=0.5, longest_seconds=30.0)
"""Between attempts at what the cluster does not take now."""
NO_RESULT: Final = "the result could not be read: {}"
UNREADABLE: Final = 5
"""After so many attempts a log is given up."""
TAKEN: Final = "{}, and is not of this workflow"


class Form(Protocol):
    """What differs between leaves that are Pods and leaves that are Jobs."""

    desk: Desk

    def selections(self) -> Iterable[Selection]:
        """What is to be watched."""
        ...

    def note(self, leaf: Leaf, item: Object, gone: bool) -> None:
        """An object of the leaf is so now, or was so before it went."""
        ...

    def assess(self, leaf: Leaf) -> PodReport | None:
        """What is known of the leaf; None: nothing yet."""
        ...

    async def create(self, leaf: Leaf) -> Object:
        """Make its objects; gives the one that stands for it. Raises AlreadyExists and whatever the API raises."""
        ...

    async def find(self, leaf: Leaf) -> Object:
        """The object of its name, whoever made it. Raises NotFound."""
        ...

    async def stop(self, leaf: Leaf) -> None:
        """End it."""
        ...

    def tidy(self, leaf: Leaf) -> None:
        """Its end is committed: label it, or delete it."""
        ...


class Desk:
    """The leaves of one engine. `form` says as what they run."""

    def __init__(self, cluster: Cluster, settings: PodSettings, deliver: Deliver, form: Form) -> None:
        self.api, self.settings, self.form = cluster.api, settings, form
        self.leaves: dict[PodKey, Leaf] = {}
        self.on_error = cluster.on_error
        self.creations = Pool(settings.at_once, self.on_error)
        self.orders = Pool(STOPS_AT_ONCE, self.on_error)
        self.reads = Pool(READS_AT_ONCE, self.on_error)
        self.tidying = Pool(settings.at_once, self.on_error)
        self.results = Results(self.api)
        self._informers = cluster.informers
        self._taken: list[tuple[Informer, _Watcher]] = []
        self._deliver: Deliver | None = deliver
        self._ready = False  # a Job says little before its pod is known too
        form.desk = self

    # --- orders

    async def open(self) -> None:
        """Watch, and wait until everything that is there is known. Raises ExecutorError where that can't be."""
        for selection in self.form.selections():
            watcher = _Watcher(self._seen)
            self._taken.append((self._informers.take(selection, watcher), watcher))
        try:
            await self._until_synced()
        except BaseException:
            self._release()
            raise
        self._ready = True
        for leaf in list(self.leaves.values()):
            self.changed(leaf)

    async def _until_synced(self) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + OPEN_SECONDS
        for informer, _ in self._taken:
            while not informer.synced.is_set():
                late, error = clock() > deadline, informer.last_error
                if error and (late or isinstance(error, Refused)):
                    raise error
                if late:
                    raise ExecutorError("the cluster does not answer")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(informer.synced.wait(), 0.1)

    def _release(self) -> None:
        for informer, watcher in self._taken:
            self._informers.release(informer, watcher)
        self._taken.clear()

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up what an engine before this one had asked for."""
        for request in requests:
            self.start(request)

    def start(self, request: PodRequest) -> None:
        """Run the leaf, if it neither runs nor ran."""
        leaf = self.leaves.setdefault(request.key, Leaf(request.key))
        if leaf.request is not None:
            return
        leaf.request = request
        only = self.settings.namespace
        if only and request.namespace != only:
            self._end(leaf, _error(f"this engine works in the namespace {only!r} only, not in {request.namespace!r}"))
        elif leaf.seen:
            leaf.told = None
            self.changed(leaf)
        else:
            self.creations.add(partial(self._create, leaf, 0), leaf.key)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the leaf; nothing happens to one that is unknown or over."""
        leaf = self.leaves.get(key)
        if leaf is None or leaf.over or leaf.forgotten:
            return
        if leaf.grace is None or grace_seconds < leaf.grace:
            leaf.grace, leaf.stop_sent = grace_seconds, False
        if leaf.seen:
            self.changed(leaf)
        elif self.creations.drop(key):
            self._end(leaf, _error(DELETED))

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these are committed."""
        for key in keys:
            leaf = self.leaves.get(key)
            if leaf is not None and not leaf.forgotten:
                self._forget(leaf)

    def drop_workflow(self, uid: str) -> None:
        """Know nothing any more of a workflow that is being deleted."""
        for key in [key for key in self.leaves if key.workflow_uid == uid]:
            self.creations.drop(key)
            del self.leaves[key]

    async def close(self) -> None:
        """Tell nothing any more; carry out the stops and the tidying that were asked for, as far as there is time."""
        self._deliver = None
        self._release()
        await asyncio.gather(
            self.creations.stop(),
            self.reads.stop(),
            self.orders.finish(FINISH_SECONDS),
            self.tidying.finish(FINISH_SECONDS),
        )

    # --- what is seen

    def _seen(self, item: Object, gone: bool) -> None:
        key = pod_key(item)
        leaf = self.leaves.get(key) if key else None
        if leaf is None:
            if key is None or gone:
                return
            leaf = self.leaves[key] = Leaf(key)
        self.form.note(leaf, item, gone)
        if leaf.gone and (leaf.forgotten or not leaf.wanted):
            self.leaves.pop(leaf.key, None)
        elif self._ready:
            self.changed(leaf)

    def changed(self, leaf: Leaf) -> None:
        """Tell what is new of it; end it if it is to be ended."""
        if leaf.forgotten or leaf.over:
            return
        report = self.form.assess(leaf)
        if report is not None and report.phase in FINAL_POD_PHASES:
            self._end(leaf, report)
            return
        if report is not None and leaf.is_news(report):
            self._tell(leaf, report)
        if leaf.grace is not None and not leaf.stop_sent:
            leaf.stop_sent = True
            self.orders.add(partial(self.persist, partial(self.form.stop, leaf), self.orders))

    def _end(self, leaf: Leaf, report: PodReport) -> None:
        if leaf.over:
            return
        if not leaf.wanted:
            asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep, leaf)
            return
        leaf.over = True
        report = replace(report, finished_at=report.finished_at or datetime.now(UTC))
        if leaf.request is not None and leaf.request.wants_result and leaf.pod and report.exit_code:
            self.reads.add(partial(self._read_result, leaf, report, 0))
        else:
            self._tell(leaf, report)

    def _tell(self, leaf: Leaf, report: PodReport) -> None:
        leaf.told = report
        if self._deliver is not None:
            self._deliver(leaf.key, report)

    async def _read_result(self, leaf: Leaf, report: PodReport, attempt: int) -> None:
        assert leaf.pod is not None
        metadata = leaf.pod["metadata"]
        try:
            report = replace(report, result=await self.results.read(metadata["namespace"], metadata["name"]))
        except ArgosyError as error:
            if error.transient and attempt < UNREADABLE:
                again = partial(self._read_result, leaf, report, attempt + 1)
                self.reads.add_later(AGAIN.pause(attempt, self.api.jitter), again)
                return
            if report.phase == "Succeeded":
                report = replace(report, phase="Error", message=NO_RESULT.format(error))
        self._tell(leaf, report)

    # --- what is done

    async def _create(self, leaf: Leaf, attempt: int) -> None:
        if leaf.over or leaf.seen or self.leaves.get(leaf.key) is not leaf:
            return
        if leaf.grace is not None:
            self._end(leaf, _error(DELETED))
            return
        try:
            made = await self.form.create(leaf)
        except AlreadyExists as error:
            await self._claim(leaf, error, attempt)
        except ArgosyError as error:
            if not error.transient:
                self._end(leaf, _error(str(error)))
                return
            self._create_again(leaf, attempt, error)
        except Exception as error:  # a bug of ours in one leaf must not leave it without an end
            self.on_error(error)
            self._end(leaf, _error(f"the pod could not be prepared: {type(error).__name__}: {error}"))
        else:
            self._take(leaf, made)

    def _take(self, leaf: Leaf, there: Object) -> None:
        """Its object is there; where the informer has seen it already, that is the later state."""
        if (leaf.job if there["kind"] == "Job" else leaf.pod) is None:
            self.form.note(leaf, there, False)
        self.changed(leaf)

    def _create_again(self, leaf: Leaf, attempt: int, error: ArgosyError) -> None:
        waiting = PodReport(phase="Pending", message=str(error))
        if leaf.is_news(waiting):
            self._tell(leaf, waiting)
        pause = AGAIN.pause(attempt, self.api.jitter)
        self.creations.add_later(pause, partial(self._create, leaf, attempt + 1))

    async def _claim(self, leaf: Leaf, error: AlreadyExists, attempt: int) -> None:
        """There is one of that name: ours, from before, or somebody else's."""
        try:
            there = await self.form.find(leaf)
        except NotFound:
            self._create_again(leaf, attempt, error)
            return
        except ArgosyError as other:
            self._create_again(leaf, attempt, other)
            return
        if pod_key(there) == leaf.key:
            self._take(leaf, there)
        elif "deletionTimestamp" in there["metadata"]:
            self._create_again(leaf, attempt, error)
        else:
            self._end(leaf, _error(TAKEN.format(error)))

    async def persist(self, work: Callable[[], Awaitable[None]], pool: Pool, attempt: int = 0) -> None:
        """Do this, again and again until the cluster takes it; what it is about may be gone."""
        try:
            await work()
        except NotFound:
            return
        except ArgosyError as error:
            if not error.transient:
                raise
            again = partial(self.persist, work, pool, attempt + 1)
            pool.add_later(AGAIN.pause(attempt, self.api.jitter), again)

    def _forget(self, leaf: Leaf) -> None:
        leaf.forgotten = True
        if not leaf.seen or leaf.gone:
            self.leaves.pop(leaf.key, None)
        if leaf.seen and not leaf.gone:
            self.form.tidy(leaf)

    def _sweep(self, leaf: Leaf) -> None:
        """What has ended, and nobody has asked for in all the time since, an engine before this one had forgotten."""
        waits = self._deliver is not None and not leaf.wanted and not leaf.forgotten
        if waits and self.leaves.get(leaf.key) is leaf:
            self._forget(leaf)


class _Watcher:
    """An informer's handler that tells the new state, and whether it is the last."""

    def __init__(self, seen: Callable[[Object, bool], None]) -> None:
        self._seen = seen

    def added(self, new: Object) -> None:
        """It is there."""
        self._seen(new, False)

    def updated(self, _old: Object, new: Object) -> None:
        """It is another one."""
        self._seen(new, False)

    def deleted(self, old: Object) -> None:
        """It is gone."""
        self._seen(old, True)


def _error(message: str) -> PodReport:
    return PodReport(phase="Error", message=message)
