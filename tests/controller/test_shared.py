"""Several workflows on one engine: the locks that they contend for, and what they remember for each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from argosy.engine.execution import Execution
from argosy.executors.fake import Outcome
from argosy.model.status import WorkflowStatus
from argosy.ports.events import StopRequested, TerminateRequested
from argosy.ports.limits import RateLimit
from argosy.ports.store import DeleteRequested, ObjectKey

from .test_loop import World

HEAD = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: NAME}
spec:
  entrypoint: main
"""
WHOLE = f"""{HEAD}
  synchronization: SYNC
  templates:
  - name: main
    container: {{image: alpine, command: ["true"]}}
"""
PARTS = f"""{HEAD}
  templates:
  - name: main
    steps: [[{{name: a, template: work}}, {{name: b, template: work}}]]
  - name: work
    synchronization: SYNC
    container: {{image: alpine, command: ["true"]}}
"""
GROUPS = f"""{HEAD}
  templates:
  - name: main
    synchronization: SYNC
    steps: [[{{name: a, template: work}}], [{{name: b, template: work}}]]
  - name: work
    container: {{image: alpine, command: ["true"]}}
"""
MUTEX = "{mutexes: [{name: x}]}"
SEMAPHORE = "{semaphores: [{configMapKeyRef: {name: limits, key: k}}]}"
KINDS = pytest.mark.parametrize("text", [WHOLE, PARTS, GROUPS], ids=["workflow", "template", "steps"])


def locked(text: str, sync: str = MUTEX) -> str:
    return text.replace("SYNC", sync)


def world(seconds: float = 10) -> World:
    return World(main=Outcome(seconds=seconds), work=Outcome(seconds=seconds))


def started(it: World) -> list[str]:
    """The workflows in the order in which their pods began."""
    return [request.workflow_name for request in it.executor.ran]


def say(it: World, limit: str) -> None:
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits", "namespace": "default"}}
    key = ObjectKey("v1", "ConfigMap", "default", "limits")
    known = [each["metadata"]["name"] for each in it.store.objects.list("v1", "ConfigMap", None)]
    write = it.store.objects.replace if key.name in known else it.store.objects.create
    write({**data, "data": {"k": limit}})


def pass_time(it: World, seconds: float = 10) -> None:
    it.executor.advance(seconds)
    it.settle()


def status(it: World, name: str) -> WorkflowStatus:
    return it.store.get("default", name).status


@KINDS
def test_the_more_important_go_first_then_the_older(text: str) -> None:
    it = world()
    for name, priority in (("first", 0), ("second", 0), ("urgent", 5), ("third", 0)):
        it.submit(locked(text), name, priority=priority)
        it.settle()
        it.clock.advance(1)
    assert started(it) == ["first"]
    for _ in range(8):
        pass_time(it)
    order = [name for name in started(it) if name != "first"]
    assert list(dict.fromkeys(order)) == ["urgent", "second", "third"]
    assert [it.phase(name) for name in ("first", "second", "urgent", "third")] == ["Succeeded"] * 4
    assert status(it, "third").synchronization is None
    assert it.controller.idle


@KINDS
@pytest.mark.parametrize("request_", [StopRequested(), TerminateRequested(), DeleteRequested()])
@pytest.mark.parametrize("who", ["holder", "waiter"])
def test_whoever_is_ended_keeps_nobody_waiting(text: str, request_: Any, who: str) -> None:
    it = world()
    for name in ("holder", "waiter", "last"):
        it.submit(locked(text), name)
        it.settle()
        it.clock.advance(1)
    it.store.post(f"uid-{who}", request_)
    it.controller.wake()
    it.settle()
    for _ in range(6):
        pass_time(it)
    assert it.phase("last") == "Succeeded"
    assert it.controller.idle
    assert it.bugs == []


@KINDS
def test_a_workflow_that_is_removed_lets_go(text: str) -> None:
    it = world()
    for name in ("holder", "last"):
        it.submit(locked(text), name)
        it.settle()
        it.clock.advance(1)
    it.store.delete("uid-holder")
    it.controller.wake()
    it.settle()
    assert started(it)[-1] == "last"


@KINDS
def test_a_bug_in_one_leaves_no_lock_behind(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    it = world()
    for name in ("holder", "last"):
        it.submit(locked(text), name)
        it.settle()
        it.clock.advance(1)
    broken = it.controller.executions["uid-holder"]
    monkeypatch.setattr(broken, "handle", lambda *_events, now: 1 / 0)
    it.store.post("uid-holder", TerminateRequested())
    it.controller.wake()
    it.settle()
    assert [type(bug) for bug in it.bugs] == [ZeroDivisionError]
    assert it.phase("holder") == "Error"
    assert status(it, "holder").synchronization is None
    assert started(it)[-1] == "last"


@KINDS
@pytest.mark.parametrize("sync", [MUTEX, SEMAPHORE])
def test_the_next_engine_knows_who_holds_what(text: str, sync: str) -> None:
    it = world()
    say(it, "1")
    for name in ("first", "second"):
        it.submit(locked(text, sync), name)
        it.settle()
        it.clock.advance(1)
    for _ in range(8):
        it.restart()
        it.settle()
        pass_time(it)
    assert [it.phase("first"), it.phase("second")] == ["Succeeded", "Succeeded"]
    count = 2 if text is WHOLE else 4
    assert len({request.key for request in it.executor.ran}) == count
    assert it.bugs == []


@KINDS
def test_a_limit_that_is_raised_lets_more_in(text: str) -> None:
    it = world(seconds=100)
    say(it, "1")
    for name in ("first", "second", "third"):
        it.submit(locked(text, SEMAPHORE), name)
        it.settle()
    assert started(it) == ["first"]
    say(it, "2")
    it.clock.advance(1)
    it.settle()
    assert len(started(it)) == 2


def test_what_one_remembers_the_other_has() -> None:
    memo = "memoize: {key: k, cache: {configMap: {name: kept}}}\n    container"
    text = locked(PARTS).replace("container", memo)
    it = world()
    for name in ("first", "second"):
        it.submit(text, name)
        it.settle()
        it.clock.advance(1)
    pass_time(it)
    assert [it.phase("first"), it.phase("second")] == ["Succeeded", "Succeeded"]
    assert len(it.executor.ran) == 1
    kept = it.store.objects.get(ObjectKey("v1", "ConfigMap", "default", "kept"))
    assert kept["metadata"]["labels"] == {"workflows.argoproj.io/configmap-type": "Cache"}
    assert list(kept["data"]) == ["k"]


def test_a_config_map_that_is_no_cache_is_not_written_to() -> None:
    it = world()
    say(it, "1")
    memo = "memoize: {key: k, cache: {configMap: {name: limits}}}\n    container"
    it.submit(locked(PARTS, "{}").replace("container", memo), "first")
    it.settle()
    assert it.phase("first") == "Failed"
    messages = {node.message for node in status(it, "first").nodes.values()}
    assert (
        "memoization configmap doesn't have workflows.argoproj.io/configmap-type label, refusing to use it" in messages
    )


@KINDS
def test_one_that_can_not_be_taken_up_again_lets_go(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    it = world()
    for name in ("holder", "last"):
        it.submit(locked(text), name)
        it.settle()
        it.clock.advance(1)
    honest = Execution._take_up

    def take_up(self: Execution) -> None:
        if self.state.resolved.name == "holder":
            raise RuntimeError("a bug")
        honest(self)

    monkeypatch.setattr(Execution, "_take_up", take_up)
    it.restart()
    it.settle()
    assert it.phase("holder") == "Error"
    assert started(it)[-1] == "last"


def test_so_many_pods_begin_in_a_second_of_all_workflows_the_more_important_first() -> None:
    it = World(main=Outcome(seconds=100))
    it.restart(rate=RateLimit(limit=1, burst=2))
    for name, priority in (("one", 0), ("two", 0), ("three", 0), ("four", 0), ("urgent", 5)):
        it.submit(WHOLE.replace("  synchronization: SYNC\n", ""), name, priority=priority)
        it.settle()
        it.clock.advance(0.01)
    assert started(it) == ["one", "two"]
    assert status(it, "three").message == "resource creation rate-limit reached: 1 a second"
    begun = []
    for _ in range(4):
        it.clock.advance(1)
        it.settle()
        begun.append(len(started(it)))
    assert (begun, started(it)[2:]) == ([3, 4, 5, 5], ["urgent", "three", "four"])


def test_the_loop_waits_until_the_next_pod_may_begin() -> None:
    it = world()
    it.restart(rate=RateLimit(limit=0.5, burst=1))
    it.submit(locked(PARTS, "{}"), "first")
    it.settle()
    assert len(started(it)) == 1
    assert it.controller._patience(60) == 2.0
    it.clock.advance(2)
    it.settle()
    assert len(started(it)) == 2


def test_who_waits_for_a_start_is_asked_once_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    it = World(main=Outcome(seconds=100))
    it.restart(rate=RateLimit(limit=1, burst=1))
    for number in range(20):
        it.submit(WHOLE.replace("  synchronization: SYNC\n", ""), f"w{number}")
    it.settle()
    asked: list[str] = []
    honest = Execution.handle

    def handle(self: Execution, *events: Any, now: datetime) -> Any:
        asked.append(self.state.resolved.name)
        return honest(self, *events, now=now)

    monkeypatch.setattr(Execution, "handle", handle)
    it.clock.advance(1)
    it.settle()
    assert len(started(it)) == 2
    assert set(asked) == {started(it)[-1]}
