"""With everything real: the store in a file, the pods as processes, the engine's loop."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from argosy.controller.loop import Controller
from argosy.executors.objects.executor import ObjectExecutor
from argosy.executors.process.executor import ProcessExecutor
from argosy.executors.routed import RoutedExecutor
from argosy.model.codec import decode, decode_lenient, read_documents
from argosy.model.workflow import Workflow
from argosy.operations.submit import SubmitRequest
from argosy.operations.submit import run as submit
from argosy.ports.executor import LogQuery
from argosy.ports.operation import Services
from argosy.ports.pods import PodKey
from argosy.ports.store import Store
from argosy.stores.sqlite import SqliteStore

SECONDS = 30.0

PI = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: pi-
spec:
  entrypoint: pi
  templates:
  - name: pi
    resource:
      action: create
      setOwnerReference: true
      successCondition: status.succeeded > 0
      failureCondition: status.failed > 3
      manifest: |
        apiVersion: batch/v1
        kind: Job
        metadata:
          generateName: pi-job-
        spec:
          template:
            metadata:
              name: pi
            spec:
              containers:
              - name: pi
                image: perl
                command: [sh, -c, "COMMAND"]
              restartPolicy: Never
          backoffLimit: 4
    outputs:
      parameters:
      - name: job
        valueFrom: {jsonPath: '{.metadata.name}'}
      - name: uid
        valueFrom: {jsonPath: '{.metadata.uid}'}
"""
NESTED = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: outer
spec:
  entrypoint: main
  templates:
  - name: main
    resource:
      action: create
      successCondition: status.phase == Succeeded
      failureCondition: status.phase in (Failed, Error)
      manifest: |
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata:
          generateName: inner-
        spec:
          entrypoint: main
          templates:
          - name: main
            container: {image: any, command: [sh, -c, "COMMAND"]}
"""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Engine:
    """One engine on a home."""

    def __init__(self, home: Path) -> None:
        self.store = cast(Store, SqliteStore(home / "argosy.db"))
        self.processes = ProcessExecutor(home, linger_seconds=0.2)
        self.objects = ObjectExecutor(
            self.store, self.processes, self._submit, SystemClock(), wake=self._wake, logs_dir=home / "logs"
        )
        executor = RoutedExecutor(self.processes, {"resource": self.objects})
        self.controller = Controller(self.store, executor, SystemClock())
        self.controller.open()
        self._numbers = iter(range(1, 1000))

    def _wake(self) -> None:
        self.controller.wake()

    def _services(self) -> Services:
        return Services(
            store=self.store,
            logs=self.processes,
            clock=SystemClock(),
            new_uid=lambda: f"{time.monotonic_ns():x}",
            new_suffix=lambda: f"{next(self._numbers):05}",
            wake=self._wake,
            defaults={},
            delete_leftovers=lambda _uid: None,
            honoured=frozenset(),
        )

    def _submit(self, data: dict[str, Any]) -> Any:
        return submit(self._services(), SubmitRequest(workflow=decode_lenient(data, Workflow)))

    def submit(self, text: str) -> Workflow:
        workflow = decode(read_documents(text)[0])
        return submit(self._services(), SubmitRequest(workflow=workflow)).workflow

    def run_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, [self.store.load(uid).status for uid in self.store.unfinished()]
            self.controller.step(0.05)

    def finish(self, workflow: Workflow) -> Workflow:
        """Run until it has ended; gives it then."""
        name = workflow.metadata.name
        self.run_until(lambda: self.store.get("default", name).status.phase in ("Succeeded", "Failed", "Error"))
        return self.store.get("default", name)

    def close(self) -> None:
        self.controller.close()
        self.store.close()


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    made: list[Engine] = []

    def make() -> Engine:
        made.append(Engine(tmp_path))
        return made[-1]

    yield make
    for engine in made[-1:]:
        engine.close()


def test_pi(engines: Callable[[], Engine], tmp_path: Path) -> None:
    engine = engines()
    workflow = engine.finish(engine.submit(PI.replace("COMMAND", "echo 3.14159")))
    assert (workflow.status.phase, workflow.status.message) == ("Succeeded", "")
    (node,) = workflow.status.nodes.values()
    assert node.outputs is not None
    outputs = {each.name: each.value for each in node.outputs.parameters}
    (log,) = (tmp_path / "logs" / str(outputs["uid"])).glob("*.log")
    assert log.read_text() == "3.14159\n"
    lines = engine.processes.logs(PodKey(workflow.metadata.uid, node.id), node.id, LogQuery())
    first, second = lines
    assert first == f"job.batch/{outputs['job']} created"
    assert second.startswith(f"{outputs['job']}-")
    assert second.endswith(": 3.14159")


def test_a_job_that_fails(engines: Callable[[], Engine]) -> None:
    engine = engines()
    text = PI.replace("COMMAND", "exit 3").replace("backoffLimit: 4", "backoffLimit: 0")
    workflow = engine.finish(engine.submit(text))
    assert workflow.status.phase == "Failed"
    (node,) = workflow.status.nodes.values()
    assert "BackoffLimitExceeded" in node.message


def test_the_next_engine_goes_on(engines: Callable[[], Engine], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    engine = engines()
    text = PI.replace("COMMAND", f"echo x >> {ran}; while [ ! -e {tmp_path}/go ]; do sleep 0.05; done")
    workflow = engine.submit(text)
    engine.run_until(ran.exists)
    engine.close()
    engine = engines()
    (tmp_path / "go").touch()
    workflow = engine.finish(workflow)
    assert workflow.status.phase == "Succeeded"
    assert ran.read_text() == "x\n"
    assert len(engine.store.objects.list("batch/v1", "Job", None)) == 1


def test_a_workflow_in_a_workflow(engines: Callable[[], Engine]) -> None:
    engine = engines()
    workflow = engine.finish(engine.submit(NESTED.replace("COMMAND", "true")))
    assert workflow.status.phase == "Succeeded"
    assert len(engine.store.list(_everything()).items) == 2


def test_a_workflow_in_a_workflow_that_fails(engines: Callable[[], Engine]) -> None:
    engine = engines()
    workflow = engine.finish(engine.submit(NESTED.replace("COMMAND", "exit 1")))
    assert workflow.status.phase == "Failed"


def test_what_it_owns_goes_with_it(engines: Callable[[], Engine], tmp_path: Path) -> None:
    engine = engines()
    workflow = engine.finish(engine.submit(PI.replace("COMMAND", "true")))
    engine.controller.executor.delete_workflow(workflow.metadata.uid)
    engine.run_until(lambda: not engine.store.objects.list("batch/v1", "Job", None))
    engine.run_until(lambda: not any((tmp_path / "logs").iterdir()))


def _everything() -> Any:
    from argosy.ports.store import WorkflowQuery

    return WorkflowQuery()


MANY = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: many
spec:
  entrypoint: many
  templates:
  - name: many
    resource:
      action: create
      successCondition: status.succeeded > 23
      failureCondition: status.failed > 0
      manifest: |
        apiVersion: batch/v1
        kind: Job
        metadata:
          generateName: many-
        spec:
          completions: 24
          parallelism: 4
          template:
            spec:
              containers:
              - {name: one, image: any, command: [sh, -c, "echo $ARGO_NODE_ID >> RAN; sleep 0.2"]}
              restartPolicy: Never
"""
BE_THE_ENGINE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.executors.objects.test_processes import Engine
engine = Engine(Path(sys.argv[2]))
engine.run_until(lambda: not engine.store.unfinished())
engine.close()
"""


def test_engines_that_are_killed_run_nothing_twice(engines: Callable[[], Engine], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    engine = engines()
    workflow = engine.submit(MANY.replace("RAN", str(ran)))
    engine.close()
    command = [sys.executable, "-c", BE_THE_ENGINE, str(Path(__file__).parents[3]), str(tmp_path)]
    for lines in (1, 6, 11, 16):
        killed = subprocess.Popen(command)
        while killed.poll() is None and (not ran.exists() or len(ran.read_text().splitlines()) < lines):
            time.sleep(0.005)
        killed.kill()
        killed.wait()
    engine = engines()
    assert engine.finish(workflow).status.phase == "Succeeded"
    lines = ran.read_text().splitlines()
    assert sorted(lines) == sorted({f"object/{number}/0" for number in range(24)})
