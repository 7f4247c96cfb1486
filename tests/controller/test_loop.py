"""The loop: from the store to the machine to the executor and back, and what it does when something breaks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from argosy.controller.loop import Controller
from argosy.controller.throttle import POSTPONED
from argosy.engine.execution import Execution
from argosy.errors import InvalidRequest
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.model.codec import decode, read_documents
from argosy.model.workflow import Workflow
from argosy.ports.events import ResumeRequested, StopRequested, SuspendRequested
from argosy.ports.limits import Limits
from argosy.ports.pods import PodKey, PodReport
from argosy.ports.store import DeleteRequested
from argosy.stores.memory import MemoryStore
from argosy.testing import VirtualClock

STEPS = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: NAME}
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{name: a, template: work}], [{name: b, template: work}]]
  - name: work
    container: {image: alpine, command: ["true"]}
"""
WAITS = STEPS.replace('container: {image: alpine, command: ["true"]}', "suspend: {duration: 10s}")


class World:
    """A store, a fake executor, a clock, and a controller that can be replaced by the next one."""

    def __init__(self, **outcomes: Outcome) -> None:
        self.clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.store = MemoryStore(now=self.clock.now)
        self.executor = FakeExecutor(outcomes, clock=self.clock)
        self.bugs: list[Exception] = []
        self.controller = self.engine()

    def engine(self, **limits: Any) -> Controller:
        controller = Controller(
            self.store,
            self.executor,
            self.clock,
            limits=Limits(**limits),
            on_bug=lambda _uid, error: self.bugs.append(error),
        )
        controller.open()
        self.controller = controller
        return controller

    def restart(self, **limits: Any) -> None:
        """The engine dies where it stands; another one begins."""
        self.controller.close()
        self.engine(**limits)

    def submit(self, text: str = STEPS, name: str = "wf", namespace: str = "default", **spec: Any) -> str:
        workflow = decode(read_documents(text.replace("NAME", name), "workflow.yaml")[0])
        assert isinstance(workflow, Workflow)
        workflow.metadata.namespace, workflow.metadata.uid = namespace, f"uid-{name}"
        workflow.metadata.creation_timestamp = self.clock.now()
        for field, value in spec.items():
            setattr(workflow.spec, field, value)
        self.store.create(workflow)
        self.controller.wake()
        return workflow.metadata.uid

    def settle(self) -> None:
        """Turn the loop until nothing happens."""
        quiet = 0
        while quiet < 3:
            quiet = 0 if self.controller.step(0.001) else quiet + 1

    def phase(self, name: str = "wf") -> str:
        return self.store.get("default", name).status.phase


def test_a_workflow_runs_to_its_end() -> None:
    world = World()
    world.submit()
    world.settle()
    assert world.phase() == "Succeeded"
    assert [request.node_name for request in world.executor.ran] == ["wf[0].a", "wf[1].b"]
    assert world.controller.idle
    assert world.executor.complaints == []


def test_what_ended_is_forgotten_once_it_is_kept() -> None:
    world = World()
    world.submit()
    world.settle()
    assert sum(verb == "forget" for verb, _ in world.executor.calls) == 2


def test_requests_reach_the_workflow_once() -> None:
    world = World(work=Outcome(seconds=5))
    uid = world.submit()
    world.settle()
    world.store.post(uid, SuspendRequested())
    world.controller.wake()
    world.executor.advance(5)
    world.settle()
    assert world.store.requests() == []
    assert world.store.get("default", "wf").spec.suspend is True
    assert len(world.executor.ran) == 1
    world.store.post(uid, ResumeRequested())
    world.controller.wake()
    world.settle()
    assert len(world.executor.ran) == 2


def test_a_request_for_a_finished_workflow_is_dropped() -> None:
    world = World()
    uid = world.submit()
    world.settle()
    world.store.post(uid, StopRequested())
    world.controller.wake()
    world.settle()
    assert world.store.requests() == []
    assert world.phase() == "Succeeded"


def test_time_wakes_a_workflow() -> None:
    world = World()
    world.submit(WAITS)
    world.settle()
    assert world.phase() == "Running"
    world.clock.advance(10)
    world.settle()
    world.clock.advance(10)
    world.settle()
    assert world.phase() == "Succeeded"


def test_the_next_engine_goes_on_and_runs_nothing_twice() -> None:
    world = World(work=Outcome(seconds=5))
    world.submit()
    world.settle()
    world.restart()
    world.settle()
    world.executor.advance(5)
    world.settle()
    world.restart()
    world.executor.advance(5)
    world.settle()
    assert world.phase() == "Succeeded"
    assert len(world.executor.ran) == 2
    assert world.executor.complaints == []


def test_a_pod_that_nobody_wants_any_more_is_stopped() -> None:
    world = World(work=Outcome(seconds=5))
    world.submit()
    world.settle()
    world.controller.executor.calls.clear()  # type: ignore[attr-defined]
    key = PodKey("uid-of-another", "node")
    world.controller._inbox.put((key, PodReport(phase="Running")))
    world.settle()
    assert ("stop", key) in world.executor.calls


def test_delete_ends_a_workflow_and_removes_it() -> None:
    world = World(work=Outcome(seconds=5))
    uid = world.submit()
    world.settle()
    world.store.post(uid, DeleteRequested())
    world.controller.wake()
    world.settle()
    assert world.store.unfinished() == []
    assert world.store.requests() == []
    assert any(verb == "stop" for verb, _ in world.executor.calls)
    assert world.controller.idle


def test_only_so_many_run_at_once_by_priority_and_age() -> None:
    world = World(work=Outcome(seconds=5))
    world.restart(parallelism=1)
    for name, priority in (("first", None), ("second", None), ("urgent", 9)):
        world.submit(name=name, priority=priority)
        world.settle()
        world.clock.advance(1)
    assert [world.phase(name) for name in ("first", "second", "urgent")] == ["Running", "Pending", "Pending"]
    assert world.store.get("default", "second").status.message == POSTPONED
    for _ in range(2):
        world.executor.advance(5)
        world.settle()
    assert [world.phase(name) for name in ("first", "second", "urgent")] == ["Succeeded", "Pending", "Running"]


def test_only_so_many_of_a_namespace_run_at_once() -> None:
    world = World(work=Outcome(seconds=5))
    world.restart(namespace_parallelism=1, parallelism=2)
    for name, namespace in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("c1", "c")):
        world.submit(name=name, namespace=namespace)
        world.settle()
        world.clock.advance(1)
    names = (("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1"))
    assert [world.store.get(*each).status.phase for each in names] == ["Running", "Pending", "Running", "Pending"]
    for _ in range(2):
        world.executor.advance(5)
        world.settle()
    assert [world.store.get(*each).status.phase for each in names] == ["Succeeded", "Running", "Succeeded", "Running"]


def test_a_postponed_workflow_can_be_stopped() -> None:
    world = World(work=Outcome(seconds=5))
    world.restart(parallelism=1)
    world.submit(name="first")
    uid = world.submit(name="second")
    world.settle()
    world.store.post(uid, StopRequested())
    world.controller.wake()
    world.settle()
    assert world.phase("second") == "Failed"


def test_a_bug_in_one_workflow_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(work=Outcome(seconds=5))
    world.submit(name="good")
    world.submit(name="cursed")
    world.settle()
    honest = Execution.handle

    def handle(self: Execution, *events: Any, now: datetime) -> Any:
        if self.state.resolved.name == "cursed":
            raise RuntimeError("a bug")
        return honest(self, *events, now=now)

    monkeypatch.setattr(Execution, "handle", handle)
    for _ in range(2):
        world.executor.advance(5)
        world.settle()
    assert world.phase("good") == "Succeeded"
    assert world.phase("cursed") == "Error"
    assert world.store.get("default", "cursed").status.message == "RuntimeError: a bug"
    assert [str(bug) for bug in world.bugs] == ["a bug"]


def test_a_workflow_that_cannot_be_resolved_has_failed() -> None:
    world = World()
    world.submit(entrypoint="")
    world.settle()
    assert world.phase() == "Failed"
    message = world.store.get("default", "wf").status.message
    assert message == "invalid spec: spec.entrypoint is required"


def test_a_workflow_that_is_removed_from_the_store_is_let_go() -> None:
    world = World(work=Outcome(seconds=5))
    uid = world.submit()
    world.settle()
    world.store.delete(uid)
    world.controller.wake()
    world.settle()
    assert world.controller.idle
    assert any(verb == "stop" for verb, _ in world.executor.calls)


def test_a_workflow_that_must_not_go_on_ends_in_error() -> None:
    world = World(work=Outcome(seconds=10))
    world.submit()
    world.submit(name="other")
    world.settle()

    def guard(workflow: Workflow) -> None:
        if workflow.metadata.name == "wf":
            raise InvalidRequest("its template has changed")

    world.controller.close()
    world.controller = Controller(
        world.store, world.executor, world.clock, guard=guard, on_bug=lambda *_: pytest.fail()
    )
    world.controller.open()
    world.settle()
    status = world.store.get("default", "wf").status
    assert (status.phase, status.message) == ("Error", "its template has changed")
    assert {node.phase for node in status.nodes.values()} == {"Error"}
    assert world.phase("other") == "Running"
