"""Locks: who gets them, who waits, and that they are let go of whatever happens."""

from __future__ import annotations

import pytest

from argosy.engine.execution import Execution
from argosy.engine.locks import Claim, ClosedTable
from argosy.engine.why import Explainer
from argosy.model.status import MutexHolding, SemaphoreHolding
from argosy.ports.locks import Lock
from argosy.testing import Harness

X = Lock("default/Mutex/x", is_mutex=True)
OTHER = Claim((0, 0.0, "default/other", 0), "default/other/n", "uid-of-other", (X,))
WAITS = "Waiting for default/Mutex/x lock. Lock status: 0/1"
MUTEX = "mutexes: [{name: x}]"


ECHO = "container: {image: alpine, command: [echo]}"


def fan(sync: str = MUTEX, *, kind: str = ECHO, spec: str = "") -> str:
    """Three of a template that wants these locks, side by side."""
    return (
        f"spec:\n  entrypoint: main\n  {spec}\n  templates:\n  - name: main\n"
        "    steps: [[{name: a, template: leaf, withItems: [1, 2, 3]}]]\n"
        f"  - name: leaf\n    synchronization: {{{sync}}}\n    {kind}\n"
    )


def held_by_other(text: str) -> Harness:
    """A workflow that begins while another one holds the mutex x."""
    run = Harness(text)
    run.execution.locks.hold(X, OTHER.holder, OTHER.owner)
    run.start()
    return run


def test_one_at_a_time() -> None:
    run = Harness(fan())
    run.start()
    assert run.running == ["a(0:1)"]
    waiting = run.node("a(1:2)")
    assert (waiting.phase, waiting.type, waiting.message) == ("Pending", "Pod", WAITS)
    assert waiting.synchronization_status is not None
    assert waiting.synchronization_status.waiting == "default/Mutex/x"
    status = run.execution.workflow.status.synchronization
    holder = f"default/wf/{run.node('a(0:1)').id}"
    assert status is not None
    assert status.mutex is not None
    assert status.mutex.holding == status.mutex.waiting == [MutexHolding(mutex="default/Mutex/x", holder=holder)]
    run.pod("a(0:1)").succeed()
    assert run.running == ["a(1:2)"]
    assert (waiting.message, waiting.synchronization_status) == ("", None)
    assert run.run_all() == "Succeeded"
    assert run.execution.workflow.status.synchronization is None


@pytest.mark.parametrize("limits", [{"cm": {"k": "2"}}, {"argosy-sync-limits": {"k": "2"}}])
def test_so_many_at_a_time(limits: dict[str, dict[str, str]]) -> None:
    kind = "configMapKeyRef: {name: cm, key: k}" if "cm" in limits else "database: {key: k}"
    run = Harness(fan(f"semaphores: [{{{kind}}}]"), config_maps=limits)
    run.start()
    assert run.running == ["a(0:1)", "a(1:2)"]
    name = "default/ConfigMap/cm/k" if "cm" in limits else "default/Database/k"
    assert run.node("a(2:3)").message == f"Waiting for {name} lock. Lock status: 0/2"
    status = run.execution.workflow.status.synchronization
    assert status is not None
    assert status.semaphore is not None
    holders = sorted(f"default/wf/{run.node(each).id}" for each in run.running)
    assert status.semaphore.holding == [SemaphoreHolding(semaphore=name, holders=holders)]
    run.pod("a(1:2)").fail()
    assert run.running == ["a(0:1)", "a(2:3)"]


def test_a_limit_may_change_while_it_is_waited_for() -> None:
    limits = {"cm": {"k": "1"}}
    run = Harness(fan("semaphores: [{configMapKeyRef: {name: cm, key: k}}]"), config_maps=limits)
    run.start()
    assert run.running == ["a(0:1)"]
    limits["cm"]["k"] = "3"
    run.execution.locks.look(run.clock.now())
    assert run.execution.locks.take_woken() == ["uid-of-wf"]
    run.tell()
    assert run.running == ["a(0:1)", "a(1:2)", "a(2:3)"]
    limits["cm"]["k"] = "1"
    run.pod("a(0:1)").succeed()
    assert run.execution.locks.take_woken() == []


@pytest.mark.parametrize("data", [{}, {"cm": {}}, {"cm": {"k": "many"}}, {"cm": {"k": "0"}}])
def test_a_limit_that_nobody_says_is_an_error(data: dict[str, dict[str, str]]) -> None:
    run = Harness(fan("semaphores: [{configMapKeyRef: {name: cm, key: k}}]"), config_maps=data)
    run.start()
    assert run.node("a(0:1)").message == "failed to initialize semaphore default/ConfigMap/cm/k with limit"
    assert run.phase == "Failed"


def test_the_same_lock_twice_is_an_error() -> None:
    run = Harness(fan("mutexes: [{name: x}, {name: x}]"))
    run.start()
    assert "duplicate synchronization item found" in run.message


def test_all_or_none() -> None:
    run = held_by_other(fan("mutexes: [{name: x}, {name: z}]"))
    assert run.running == []
    assert not run.execution.locks.holders(Lock("default/Mutex/z", is_mutex=True))
    run.execution.locks.release(OTHER)
    run.tell()
    assert run.running == ["a(0:1)"]


def test_the_retry_holds_the_lock_between_its_tries() -> None:
    run = Harness(fan(kind="retryStrategy: {limit: 1}\n    container: {image: alpine, command: [echo]}"))
    run.start()
    assert run.running == ["a(0:1)(0)"]
    assert run.node("a(1:2)").type == "Retry"
    run.pod("a(0:1)(0)").fail()
    assert run.running == ["a(0:1)(1)"]
    run.pod("a(0:1)(1)").fail()
    assert run.running == ["a(1:2)(0)"]


@pytest.mark.parametrize("kind", ["suspend: {}", "steps: [[{name: in, template: inner}]]"])
def test_any_type_waits(kind: str) -> None:
    inner = "\n  - {name: inner, suspend: {}}"
    run = Harness(fan(kind=kind) + inner)
    run.start()
    assert [run.node(f"a({place})").phase for place in ("0:1", "1:2", "2:3")] == ["Running", "Pending", "Pending"]
    for _ in range(3):
        run.resume()
    assert run.phase == "Succeeded"


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_who_waits_can_be_stopped(how: str) -> None:
    run = held_by_other(fan())
    getattr(run, how)()
    assert run.phase == "Failed"
    assert run.node("a(0:1)").message == f"Stopped with strategy '{how.title()}'"
    assert run.execution.locks.holders(X) == [OTHER.holder]


@pytest.mark.parametrize(
    ("spec", "kind"), [("activeDeadlineSeconds: 5", ""), ("", "timeout: 5s\n    "), ("", "pendingTimeout: 5s\n    ")]
)
def test_who_waits_can_run_out_of_time(spec: str, kind: str) -> None:
    run = held_by_other(fan(kind=f"{kind}container: {{image: alpine, command: [echo]}}", spec=spec))
    run.advance(5)
    assert run.phase == "Failed"


def test_a_sibling_that_failed_leaves_no_lock_behind() -> None:
    text = (
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n    failFast: true\n"
        "    dag: {tasks: [{name: a, template: locked}, {name: b, template: locked}, {name: c, template: bad}]}\n"
        f"  - {{name: locked, synchronization: {{{MUTEX}}}, container: {{image: alpine, command: [echo]}}}}\n"
        "  - {name: bad, container: {image: alpine, command: [echo]}}\n"
    )
    run = Harness(text)
    run.start()
    assert run.running == ["a", "c"]
    run.pod("c").fail()
    run.pod("a").succeed()
    while run.running:
        run.pod(run.running[0]).succeed()
    assert run.phase == "Failed"
    assert run.execution.locks.holders(X) == []


def test_waiting_for_a_lock_is_not_running() -> None:
    run = Harness(fan(spec="parallelism: 1"))
    run.start()
    assert run.running == ["a(0:1)"]
    run.pod("a(0:1)").succeed()
    assert run.running == ["a(1:2)"]


def test_a_suspended_workflow_keeps_nobody_waiting() -> None:
    run = held_by_other(fan())
    late = OTHER._replace(turn=(0, 9e9, "z", 0), holder="default/late/n", owner="uid-of-late")
    run.execution.locks.wait(late)
    run.suspend()
    run.execution.locks.release(OTHER)
    assert run.execution.locks.take_woken() == ["uid-of-late"]
    run.resume()
    run.execution.locks.take_woken()
    assert run.running == ["a(0:1)"]


def test_the_workflow_waits_before_it_begins() -> None:
    text = fan(spec=f"synchronization: {{{MUTEX}}}", sync="mutexes: [{name: z}]")
    run = held_by_other(text)
    assert (run.phase, run.message, run.nodes) == ("Pending", WAITS, {})
    assert run.execution.workflow.status.started_at is None
    run.execution.locks.release(OTHER)
    run.tell()
    assert run.phase == "Running"
    assert run.execution.locks.holders(X) == ["default/wf"]
    run.run_all()
    assert run.execution.locks.holders(X) == []


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_a_workflow_that_waits_can_be_stopped(how: str) -> None:
    run = held_by_other(fan(spec=f"synchronization: {{{MUTEX}}}"))
    getattr(run, how)()
    assert (run.phase, run.message) == ("Failed", f"Stopped with strategy '{how.title()}'")


def test_a_workflow_whose_limit_nobody_says_fails() -> None:
    run = Harness(fan(spec="synchronization: {semaphores: [{configMapKeyRef: {name: cm, key: k}}]}"))
    run.start()
    assert run.phase == "Failed"
    assert run.message == (
        "Failed to acquire the synchronization lock. failed to initialize semaphore default/ConfigMap/cm/k with limit"
    )


def test_hooks_take_turns() -> None:
    text = (
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n    steps: [[{name: job, template: free, hooks: {"
        "one: {expression: \"steps['job'].status == 'Pending'\", template: locked}, "
        "two: {expression: \"steps['job'].status == 'Pending'\", template: locked}}}]]\n"
        "  - {name: free, container: {image: alpine, command: [echo]}}\n"
        f"  - {{name: locked, synchronization: {{{MUTEX}}}, container: {{image: alpine, command: [echo]}}}}\n"
    )
    run = Harness(text)
    run.start()
    assert run.running == ["job", "job.hooks.one"]
    assert run.run_all() == "Succeeded"
    assert run.phases["job.hooks.two"] == "Succeeded"


def test_why_says_who_holds_the_lock() -> None:
    run = held_by_other(fan())
    found = Explainer(run.execution).node(run.node("a(0:1)"))
    assert (found.text, found.causes[0].what, found.causes[0].text) == (WAITS, X.name, "held by default/other")
    run.execution.locks.release(OTHER)
    run.tell()
    found = Explainer(run.execution).node(run.node("a(1:2)"))
    assert found.causes[0].text == "held by wf[0].a(0:1)"


def test_who_only_asks_gets_no_lock() -> None:
    run = Harness(fan())
    run.start()
    asked = Execution(run.execution.state.resolved, run.execution.workflow, locks=ClosedTable())
    assert asked.handle(now=run.clock.now()) == []
    assert run.phases["a(1:2)"] == "Pending"
