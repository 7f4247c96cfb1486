"""How fast pods may begin (resourceRateLimit): so many at once, then so many in a second, of all workflows together."""

from __future__ import annotations

import pytest

from argosy.engine.execution import Execution
from argosy.engine.rate import ClosedRate, StartRate
from argosy.engine.why import Explainer
from argosy.ports.limits import RateLimit
from argosy.testing import Harness

LEAF = "container: {image: alpine, command: [echo]}"
SLOW = "resource creation rate-limit reached: 2 a second"


def rate(limit: float = 2, burst: int = 1) -> StartRate:
    return StartRate(RateLimit(limit=limit, burst=burst))


def fan(count: int, leaf: str = LEAF, spec: str = "") -> str:
    """So many of a template side by side."""
    items = list(range(count))
    return (
        f"spec:\n  entrypoint: main\n  {spec}\n  templates:\n"
        f"  - {{name: main, steps: [[{{name: a, template: leaf, withItems: {items}}}]]}}\n  - {{name: leaf, {leaf}}}\n"
    )


def begun(run: Harness) -> int:
    return sum(node.type == "Pod" for node in run.nodes.values())


def counts(run: Harness, seconds: float, steps: int) -> list[int]:
    """How many pods have begun, now and after each of these steps of time."""
    found = [begun(run)]
    for _ in range(steps):
        run.advance(seconds)
        found.append(begun(run))
    return found


@pytest.mark.parametrize(
    ("limit", "burst", "expected"),
    [
        (2, 1, [1, 2, 3, 4, 5, 5]),
        (2, 3, [3, 4, 5, 5, 5, 5]),
        (4, 1, [1, 3, 5, 5, 5, 5]),
        (0.5, 2, [2, 2, 2, 2, 3, 3]),
        (1000, 1, [1, 5, 5, 5, 5, 5]),
    ],
)
def test_a_burst_at_once_then_so_many_in_a_second(limit: float, burst: int, expected: list[int]) -> None:
    run = Harness(fan(5), rate=rate(limit, burst))
    run.start()
    assert counts(run, 0.5, 5) == expected


def test_the_machine_says_when_the_next_one_begins() -> None:
    run = Harness(fan(3), rate=rate())
    run.start()
    wake_at = run.execution.wake_at
    assert wake_at is not None
    assert (wake_at - run.clock.now()).total_seconds() == 0.5
    run.advance(0.499999)
    assert begun(run) == 1
    run.advance(0.000001)
    assert begun(run) == 2
    run.advance(0.5)
    assert (begun(run), run.execution.wake_at) == (3, None)


def test_starts_come_back_up_to_the_burst_and_no_further() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, steps: [[{name: first, template: leaf}],"
        " [{name: a, template: leaf, withItems: [1, 2, 3, 4]}]]}\n"
        f"  - {{name: leaf, {LEAF}}}\n",
        rate=rate(1, 3),
    )
    run.start()
    run.advance(3600)
    run.pod("first").succeed()
    assert len(run.running) == 3


def test_it_is_one_for_all_workflows() -> None:
    common = rate(1, 1)
    first, second = Harness(fan(2), rate=common), Harness(fan(1), name="second", rate=common)
    first.start()
    second.start()
    assert (begun(first), begun(second), second.phase) == (1, 0, "Pending")
    assert second.message == "resource creation rate-limit reached: 1 a second"
    assert second.execution.wake_at == first.execution.wake_at
    second.advance(1)
    assert (begun(second), second.phase, second.message) == (1, "Running", "")
    first.advance(1)
    assert begun(first) == 1
    first.advance(1)
    assert begun(first) == 2


def test_tries_wait_too() -> None:
    run = Harness(fan(2, f"retryStrategy: {{limit: 1}}, {LEAF}"), rate=rate())
    run.start()
    assert list(run.phases) == ["wf", "[0]", "a(0:0)", "a(0:0)(0)"]
    run.pod("a(0:0)(0)").fail()
    assert run.running == []
    run.advance(0.5)
    assert len(run.running) == 1
    run.advance(0.5)
    assert sorted(run.running) == ["a(0:0)(1)", "a(1:1)(0)"]
    assert run.run_all() == "Succeeded"


def test_the_retry_says_what_its_next_try_waits_for() -> None:
    run = Harness(fan(1, f"retryStrategy: {{limit: 1}}, {LEAF}"), rate=rate())
    run.start()
    run.pod("a(0:0)(0)").fail()
    found = Explainer(run.execution).node(run.node("a(0:0)"))
    assert [(each.what, each.text) for each in found.causes] == [("a(0:0)(1)", SLOW)]


def test_who_has_waited_for_a_lock_waits_for_the_rate() -> None:
    run = Harness(fan(3, f"synchronization: {{mutexes: [{{name: x}}]}}, {LEAF}"), rate=rate(1, 2))
    run.start()
    assert run.running == ["a(0:0)"]
    run.pod("a(0:0)").succeed()
    assert run.running == ["a(1:1)"]
    run.pod("a(1:1)").succeed()
    assert run.running == []
    run.advance(1)
    assert run.running == ["a(2:2)"]
    assert run.run_all() == "Succeeded"


def test_a_workflow_that_wants_a_lock_and_may_not_begin_yet_takes_none() -> None:
    common = rate(1, 1)
    common.take(Harness(fan(1)).clock.now())
    run = Harness(fan(1, spec="synchronization: {mutexes: [{name: x}]}"), rate=common)
    run.start()
    assert (run.phase, run.execution.workflow.status.synchronization) == ("Pending", None)
    run.advance(1)
    assert (run.phase, begun(run)) == ("Running", 1)


HOOKED = """
spec:
  entrypoint: main
  onExit: leaf
  templates:
  - name: main
    steps:
    - - name: a
        template: leaf
        hooks: {ran: {template: leaf, expression: "steps['a'].status == 'Running'"}, exit: {template: leaf}}
  - {name: leaf, container: {image: alpine, command: [echo]}}
"""


def test_hooks_and_exit_handlers_wait_and_begin_by_themselves() -> None:
    run = Harness(HOOKED, rate=rate())
    run.start()
    run.pod("a").start()
    assert run.running == ["a"]
    run.advance(0.5)
    assert run.running == ["a", "a.hooks.ran"]
    run.pod("a").succeed()
    run.pod("a.hooks.ran").succeed()
    assert run.running == []
    run.advance(0.5)
    assert run.running == ["a.onExit"]
    run.pod("a.onExit").succeed()
    assert (run.running, run.phase) == ([], "Running")
    run.advance(0.5)
    assert run.running == ["wf.onExit"]
    assert run.run_all() == "Succeeded"


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_who_waits_can_be_ended(how: str) -> None:
    run = Harness(fan(3), rate=rate())
    run.start()
    getattr(run, how)()
    assert (run.phase, run.execution.wake_at) == ("Failed", None)
    assert run.node("a(2:2)").message == f"workflow shutdown with strategy: {how.title()}"


def test_what_is_over_waits_for_nothing() -> None:
    run = Harness(fan(3, spec="activeDeadlineSeconds: 3"), rate=rate(0.1))
    run.start()
    assert begun(run) == 1
    run.advance(3)
    assert (run.phase, begun(run)) == ("Failed", 3)


def test_the_exit_handler_of_what_was_stopped_waits() -> None:
    run = Harness(fan(3, spec="onExit: leaf"), rate=rate(0.1))
    run.start()
    run.stop()
    assert (run.running, run.phase) == ([], "Running")
    run.advance(10)
    assert run.running == ["wf.onExit"]


def test_a_workflow_that_may_not_begin_yet_can_be_stopped() -> None:
    common = rate(1, 1)
    common.take(Harness(fan(1)).clock.now())
    run = Harness(fan(1), rate=common)
    run.start()
    run.stop()
    assert (run.phase, run.message, run.execution.wake_at) == ("Failed", "Stopped with strategy 'Stop'", None)


def test_a_suspended_workflow_waits_for_nothing() -> None:
    run = Harness(fan(3), rate=rate())
    run.start()
    run.suspend()
    assert run.execution.wake_at is None
    run.advance(5)
    assert begun(run) == 1
    run.resume()
    assert begun(run) == 2


def test_it_holds_beside_parallelism() -> None:
    run = Harness(fan(4, spec="parallelism: 2"), rate=rate(2, 4))
    run.start()
    assert (begun(run), run.execution.wake_at) == (2, None)
    run.pod("a(0:0)").succeed()
    run.pod("a(1:1)").succeed()
    assert begun(run) == 4
    assert run.run_all() == "Succeeded"


def test_why_says_so() -> None:
    run = Harness(fan(2), rate=rate())
    run.start()
    found = Explainer(run.execution).node(run.node("wf"))
    assert [(each.what, each.text) for each in found.causes[-1:]] == [("a(1:1)", SLOW)]


def test_who_only_asks_begins_nothing_and_knows() -> None:
    run = Harness(fan(2), rate=rate())
    run.start()
    asked = Execution(run.execution.state.resolved, run.execution.workflow, rate=ClosedRate(rate().limit))
    assert asked.handle(now=run.clock.now()) == []
    assert asked.unbegun(run.node("wf").id) == [("a(1:1)", SLOW)]
