"""A store, an executor of pods that runs nothing, and the executor for resource templates between them."""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from argosy.executors.fake import FakeExecutor
from argosy.executors.objects.executor import ObjectExecutor
from argosy.executors.objects.resources import find
from argosy.executors.routed import RoutedExecutor
from argosy.model.arguments import Outputs, Parameter, ValueFrom
from argosy.model.codec import decode_lenient, read_documents
from argosy.model.template import ResourceTemplate, Template
from argosy.model.workflow import Workflow
from argosy.ports.executor import Executor
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest
from argosy.ports.store import ObjectKey, Store
from argosy.stores.memory import MemoryStore
from argosy.testing.clock import VirtualClock

UID = "uid-of-wf"
SECONDS = 10.0


def resource(
    action: str, manifest: str = "", *, name: str = "node", outputs: dict[str, str] | None = None, **more: Any
) -> PodRequest:
    """A request for a resource template. `outputs`: parameter → its jsonPath."""
    deadline = more.pop("deadline_seconds", None)
    parameters = [Parameter(name=key, value_from=ValueFrom(json_path=path)) for key, path in (outputs or {}).items()]
    if "parameters" in more:
        parameters = more.pop("parameters")
    return PodRequest(
        key=PodKey(UID, name),
        namespace="default",
        workflow_name="wf",
        pod_name=f"wf-{name}",
        node_name=f"wf.{name}",
        template=Template(
            name=name,
            resource=ResourceTemplate(action=action, manifest=textwrap.dedent(manifest), **more),
            outputs=Outputs(parameters=parameters),
        ),
        deadline_seconds=deadline,
    )


class Stage:
    """One engine after the other on one store. Pods end as `outcomes` says: name of the container → Outcome."""

    def __init__(
        self,
        outcomes: dict[str, Any] | None = None,
        *,
        store: Store | None = None,
        pods: Executor | None = None,
        clock: Any = None,
        logs_dir: Path | None = None,
    ) -> None:
        self.clock = clock or VirtualClock()
        self.store = store or cast(Store, MemoryStore(now=self.clock.now))
        self.fake = FakeExecutor(outcomes, clock=self.clock)
        self.pods: Executor = pods or self.fake
        self.reports: dict[str, list[PodReport]] = {}
        self.submitted: list[dict[str, Any]] = []
        self.woken = 0
        self._logs_dir = logs_dir
        self._changed = threading.Condition()
        self.start_engine()

    def start_engine(self) -> None:
        """Begin, or take over."""
        self.objects = ObjectExecutor(
            self.store, self.pods, self.submit, self.clock, wake=self._wake, logs_dir=self._logs_dir
        )
        self.executor = RoutedExecutor(self.pods, {"resource": self.objects})
        self.executor.open(self._deliver)

    def crash(self) -> None:
        """The engine is gone; the store and the pods are not."""
        self.executor.close()

    def close(self) -> None:
        self.executor.close()
        assert self.fake.complaints == []

    def submit(self, data: dict[str, Any]) -> None:
        self.submitted.append(data)
        workflow = decode_lenient(data, Workflow)
        workflow.metadata.uid = f"uid-of-{workflow.metadata.name}"
        workflow.metadata.creation_timestamp = self.clock.now()
        self.store.create(workflow)

    def _wake(self) -> None:
        self.woken += 1

    def _deliver(self, key: PodKey, report: PodReport) -> None:
        with self._changed:
            assert key.workflow_uid == UID, "a report of a pod that is none of a node"
            reports = self.reports.setdefault(key.node_id, [])
            assert not reports or reports[-1].phase not in FINAL_POD_PHASES, "a report after the last one"
            reports.append(report)
            self._changed.notify_all()

    # --- what tests do

    def do(self, request: PodRequest) -> PodReport:
        """Start it and wait for its end."""
        self.executor.start(request)
        return self.end_of(request)

    def end_of(self, request: PodRequest, seconds: float = SECONDS) -> PodReport:
        """Wait for its end."""
        name = request.key.node_id
        with self._changed:
            assert self._changed.wait_for(lambda: self._ended(name), seconds), f"{name} has not ended: {self.reports}"
        return self.reports[name][-1]

    def _ended(self, name: str) -> bool:
        reports = self.reports.get(name, [])
        return bool(reports) and reports[-1].phase in FINAL_POD_PHASES

    def waits(self, request: PodRequest) -> bool:
        """Whether it is Running when all that was to be done is done."""
        self.settle()
        return self.reports[request.key.node_id][-1].phase == "Running"

    def settle(self) -> None:
        """Until the executor has nothing left to do now."""
        for _ in range(3):
            done = threading.Event()
            self.objects._post(done.set)
            assert done.wait(SECONDS)

    def advance(self, seconds: float) -> None:
        """Let time pass, and let everybody see that it has."""
        self.clock.advance(seconds)
        self.fake.advance(seconds)
        self.objects.look()
        self.settle()
        time.sleep(0.02)
        self.settle()

    def create(self, text: str) -> dict[str, Any]:
        """What `argosy apply` in another process would do."""
        return self.store.objects.create(read_documents(textwrap.dedent(text))[0].data)

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """The object. Raises NotFound."""
        found = find(kind)
        return self.store.objects.get(
            ObjectKey(found.api_version, found.kind, "default" if found.namespaced else "", name)
        )

    def names(self, kind: str) -> list[str]:
        """The names of all objects of the kind."""
        found = find(kind)
        return [data["metadata"]["name"] for data in self.store.objects.list(found.api_version, found.kind, None)]

    def change(self, kind: str, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change an object as another process would."""
        data = self.get(kind, name)
        change(data)
        self.store.objects.replace(data)
