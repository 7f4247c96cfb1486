"""The executor for resource templates without a cluster: a thread of its own between the engine and the objects.

Everything that is asked, and everything that other executors report, goes into one inbox, and one thread does it, one
thing after the other. So nothing here needs a lock, and nobody who asks is kept waiting by the store.

Most engines never have a resource template: what acts on objects (`core`) is imported when there is something to do.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from argosy.errors import NotFound, StoreError
from argosy.executors.objects.kinds import KINDS, number_of
from argosy.executors.objects.resources import DEPENDENTS
from argosy.ports.clock import Clock
from argosy.ports.executor import Deliver, Executor, LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest
from argosy.ports.store import ObjectKey, Store

if TYPE_CHECKING:
    from argosy.executors.objects.core import Core

POLL_SECONDS = 0.5
"""How often to look whether another process has changed anything, while something waits."""
RELAXED = 10
"""Looking is not done again for so many times as long as it took."""
CLOSE_SECONDS = 5.0

Order = tuple[Callable[..., None], tuple[Any, ...]]


def _nothing() -> None:
    """There is nobody to wake."""


class ObjectExecutor:
    """Acts on the objects of a store, and runs those that do something.

    `pods` runs the pods of Jobs and Pods. It belongs to somebody else, who opens and closes it, and who calls `heard`
    with those of its reports that are `ours`. `submit_workflow` makes a workflow of a manifest; `wake` tells the engine
    that something waits in the store. With `logs_dir`, what kubectl would print is kept there, as the logs of pods are.
    `on_bug` hears of exceptions that nobody expected; what was being done is left undone, all else goes on.

    To be the one that runs objects, it has to be the only open one on its store. What was not opened can still be asked
    for logs, and to delete what a workflow has left.
    """

    name = "objects"

    def __init__(
        self,
        store: Store,
        pods: Executor,
        submit_workflow: Callable[[dict[str, Any]], Any],
        clock: Clock,
        *,
        wake: Callable[[], object] = _nothing,
        logs_dir: Path | None = None,
        on_bug: Callable[[Exception], None] = traceback.print_exception,
    ) -> None:
        self._store, self._pods, self._clock, self._on_bug = store, pods, clock, on_bug
        self._submit_workflow, self._wake_engine, self._logs_dir = submit_workflow, wake, logs_dir
        self._deliver: Deliver = lambda _key, _report: None
        self._core: Core | None = None
        self._inbox: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._again: list[Order] = []
        self._thread: threading.Thread | None = None
        self._version = -1
        self._next_look = 0.0
        self._next_glance = 0.0

    # --- the port; called from any thread

    def open(self, deliver: Deliver) -> None:
        """Make ready, and take up the objects that an engine before this one ran."""
        self._deliver = deliver
        self._post(self._look)
        self._thread = threading.Thread(target=self._work, name="argosy-objects", daemon=True)
        self._thread.start()

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for: what they have done is not done again."""
        for request in requests:
            self.start(request)

    def start(self, request: PodRequest) -> None:
        """Act, once per key however often it is asked for."""
        self._post(lambda: self._made().nodes.start(request))

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod at once; what it has made goes on."""
        del grace_seconds
        self._post(lambda: self._made().nodes.stop(key))

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these pods are committed."""
        self._post(lambda: self._made().nodes.forget(keys))

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines, which are kept where the other executor keeps its own. Raises NotFound."""
        return self._pods.logs(request_key, pod_name, query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Delete the objects that the workflow owns."""
        if self._thread is None:
            self._collect(workflow_uid)
        else:
            self._post(self._collect, workflow_uid)

    def close(self) -> None:
        """Let go without ending anything."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._inbox.put(None)
            thread.join(CLOSE_SECONDS)

    # --- what whoever holds it tells it, from any thread

    def ours(self, key: PodKey) -> bool:
        """Whether this is a pod of an object that runs, and none of a workflow's node."""
        return number_of(key) is not None

    def heard(self, key: PodKey, report: PodReport) -> None:
        """Take a report of one of our pods."""
        self._post(lambda: self._made().runs.heard(key, report))

    def committed(self) -> None:
        """Take note that the engine has committed the end of pods, and so maybe of workflows."""
        if self._core is not None and self._core.nodes.waits_for_workflows:
            self._post(self._glance)

    def look(self) -> None:
        """Look at once whether anybody has changed anything: a workflow has ended, objects were applied."""
        self._post(self._look)

    @property
    def active(self) -> bool:
        """Whether anything is left to do, so that leaving would leave it undone until the next engine comes."""
        return not self._inbox.empty() or (self._core is not None and self._core.active)

    # --- the thread

    def _post(self, action: Callable[..., None], *arguments: Any) -> None:
        self._inbox.put((action, arguments))

    def _made(self) -> Core:
        if self._core is None:
            from argosy.executors.objects.core import Core

            self._core = Core(
                self._store, self._pods, self._submit_workflow, self._wake_engine, self._clock, self._logs_dir
            )
            self._core.nodes.deliver = self._deliver
        return self._core

    def _work(self) -> None:
        while True:
            try:
                order = self._inbox.get(timeout=self._patience())
            except queue.Empty:
                order = (self._wake, ())
            if order is None:
                return
            self._guarded(order[0], *order[1])
            while self._core is not None and (changed := self._core.take_changed()):
                for key in changed:
                    self._guarded(self._core.runs.sync, key)
                self._guarded(self._core.nodes.changed, changed)

    def _guarded(self, action: Callable[..., None], *arguments: Any) -> None:
        try:
            action(*arguments)
        except StoreError:  # somebody writes for very long, or the disk is full: that may pass
            self._again.append((action, arguments))
            self._version = -1
        except Exception as error:  # what goes wrong with one object must not stop the others
            self._on_bug(error)

    def _patience(self) -> float | None:
        """How long to wait for an order; None: until there is one."""
        waits: list[float] = []
        if self._core is not None and (wake_at := self._core.wake_at) is not None:
            waits.append((wake_at - self._clock.now()).total_seconds())
        if self._again or (self._core is not None and self._core.active):
            waits.append(self._next_look - time.monotonic())
        return max(0.0, min(waits)) if waits else None

    def _wake(self) -> None:
        if self._core is not None:
            self._core.due(self._clock.now())
        if time.monotonic() >= self._next_look:
            again, self._again = self._again, []
            for action, arguments in again:
                self._guarded(action, *arguments)
            self._poll()

    def _poll(self) -> None:
        version = self._store.version()
        if version != self._version:
            self._version = version
            self._look()
        self._next_look = max(self._next_look, time.monotonic() + POLL_SECONDS)

    def _look(self) -> None:
        """Look at everything, whoever changed it."""
        began = time.monotonic()
        if self._core is not None or self._anything_runs():
            self._made().look()
        ended = time.monotonic()
        self._next_look = ended + max(POLL_SECONDS, (ended - began) * RELAXED)

    def _glance(self) -> None:
        """Often a look at workflows comes too early, and large ones take a while: what is missed is polled for."""
        began = time.monotonic()
        if began >= self._next_glance:
            self._made().nodes.look_at_workflows()
            ended = time.monotonic()
            self._next_glance = ended + (ended - began) * RELAXED

    def _anything_runs(self) -> bool:
        kinds = [name.rpartition("/") for name in KINDS]
        return any(self._store.objects.list(api_version, kind, None) for api_version, _, kind in kinds)

    def _collect(self, owner_uid: str) -> None:
        try:
            self._store.objects.get(ObjectKey(*DEPENDENTS, "", owner_uid))
        except NotFound:
            return
        if self._thread is None:
            self._made().collect_without_engine(owner_uid)
        else:
            self._made().world.collect(owner_uid)
