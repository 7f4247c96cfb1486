"""Bounds: how many at once, how long, and what fails fast."""

from __future__ import annotations

import pytest

from argosy.ports.commands import StopPod
from argosy.testing import Harness

from .manifests import ECHO

LEAF = """
  - name: leaf
    container: {image: alpine, command: [echo]}
"""


def fan(kind: str, bounds: str, spec: str = "") -> Harness:
    body = (
        "steps: [[{name: a, template: leaf, withItems: [1, 2, 3, 4]}], [{name: z, template: leaf}]]"
        if kind == "steps"
        else "dag: {tasks: [{name: a, template: leaf, withItems: [1, 2, 3, 4]}, "
        "{name: z, template: leaf, dependencies: [a]}]}"
    )
    run = Harness(
        f"spec:\n  entrypoint: main\n  {spec}\n  templates:\n  - name: main\n    {bounds}\n    {body}\n{LEAF}"
    )
    run.start()
    return run


@pytest.mark.parametrize("kind", ["steps", "dag"])
@pytest.mark.parametrize(("bounds", "spec"), [("parallelism: 2", ""), ("", "parallelism: 2")])
def test_so_many_at_once(kind: str, bounds: str, spec: str) -> None:
    run = fan(kind, bounds, spec)
    assert run.running == ["a(0:1)", "a(1:2)"]
    run.pod("a(1:2)").succeed()
    assert run.running == ["a(0:1)", "a(2:3)"]
    run.pod("a(0:1)").fail()
    assert run.running == ["a(2:3)", "a(3:4)"]
    run.run_all()
    assert run.phase == "Failed"
    assert "z" not in run.phases or run.phases["z"] == "Omitted"


@pytest.mark.parametrize("kind", ["steps", "dag"])
@pytest.mark.parametrize(("bounds", "spec"), [("parallelism: 2", ""), ("", "parallelism: 2")])
def test_so_many_at_once_where_each_may_be_tried_again(kind: str, bounds: str, spec: str) -> None:
    run = fan(kind, bounds, f"{spec}\n  retryStrategy: {{limit: 1}}")
    assert run.running == ["a(0:1)(0)", "a(1:2)(0)"]
    run.pod("a(0:1)(0)").fail()
    assert sorted(run.running) == ["a(0:1)(1)", "a(1:2)(0)"]
    run.run_all()
    assert run.phase == "Succeeded"


def test_tasks_wait_for_room_in_their_order() -> None:
    tasks = "".join(f"      - {{name: t{number}, template: leaf}}\n" for number in range(5))
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n    parallelism: 2\n"
        f"    dag:\n      tasks:\n{tasks}{LEAF}"
    )
    run.start()
    seen = list(run.running)
    while run.running:
        run.pod(run.running[-1]).succeed()
        seen += [name for name in run.running if name not in seen]
    assert seen == ["t0", "t1", "t2", "t3", "t4"]
    assert run.phase == "Succeeded"


def test_what_has_begun_goes_on_before_what_waits() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  parallelism: 1
  templates:
  - name: main
    dag: {{tasks: [{{name: a, template: sub}}, {{name: b, template: sub}}]}}
  - name: sub
    steps: [[{{name: x, template: leaf}}], [{{name: y1, template: leaf}}]]
{LEAF}""")
    run.start()
    order: list[str] = []
    while run.running:
        order.append(run.execution.outstanding[0].node_name)
        assert len(run.running) == 1
        run.pod(run.running[0]).succeed()
    assert order == ["wf.a[0].x", "wf.a[1].y1", "wf.b[0].x", "wf.b[1].y1"]


@pytest.mark.parametrize("kind", ["steps", "dag"])
def test_fail_fast_begins_nothing_more(kind: str) -> None:
    run = fan(kind, "failFast: true\n    parallelism: 2")
    run.pod("a(0:1)").fail()
    assert run.running == ["a(1:2)"]
    run.pod("a(1:2)").succeed()
    assert (run.phase, run.running) == ("Failed", [])
    assert run.message == "template has failed or errored children and failFast enabled"


def test_fail_fast_tries_nothing_again_and_begins_nothing_deeper_down() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    failFast: true
    dag: {{tasks: [{{name: a, template: again}}, {{name: b, template: sub}}, {{name: c, template: leaf}}]}}
  - name: again
    retryStrategy: {{limit: 1}}
    container: {{image: alpine, command: [echo]}}
  - name: sub
    steps: [[{{name: x, template: leaf}}], [{{name: y1, template: leaf}}]]
{LEAF}""")
    run.start()
    run.pod("a(0)").fail()
    assert run.running == ["c", "x"]
    run.pod("x").succeed()
    assert run.running == ["c"]
    run.pod("c").succeed()
    assert (run.phase, run.message) == ("Failed", "template has failed or errored children and failFast enabled")


def test_a_group_that_fails_is_seen_after_what_comes_of_it() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    failFast: true
    dag: {{tasks: [{{name: a, template: sub}}, {{name: b, template: leaf, dependencies: [a]}}]}}
  - name: sub
    failFast: true
    steps: [[{{name: x, template: leaf}}], [{{name: y1, template: leaf}}]]
{LEAF}""")
    run.start()
    run.pod("x").fail()
    assert run.node("a").message == "template has failed or errored children and failFast enabled"
    assert (run.phase, run.message, run.phases["b"]) == ("Failed", "", "Omitted")


def test_a_dag_that_does_not_fail_fast_runs_them_all() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  parallelism: 1
  templates:
  - name: main
    dag: {{failFast: false, tasks: [{{name: a, template: leaf}}, {{name: b, template: leaf}}]}}
{LEAF}""")
    run.start()
    run.pod("a").fail()
    assert run.running == ["b"]
    run.pod("b").succeed()
    assert run.phase == "Failed"


def test_a_try_waits_for_room() -> None:
    run = Harness("""
spec:
  entrypoint: main
  parallelism: 1
  templates:
  - name: main
    dag: {tasks: [{name: a, template: leaf}, {name: b, template: leaf}]}
  - name: leaf
    retryStrategy: {limit: 1, backoff: {duration: 10s}}
    container: {image: alpine, command: [echo]}
""")
    run.start()
    run.pod("a(0)").fail()
    assert run.running == ["b(0)"]
    run.advance(10)
    assert run.running == ["b(0)"]
    run.pod("b(0)").succeed()
    assert run.running == ["a(1)"]
    run.pod("a(1)").succeed()
    assert run.phase == "Succeeded"


DEADLINE = f"""
spec:
  entrypoint: main
  activeDeadlineSeconds: 60
  templates:
  - name: main
    dag:
      tasks:
      - {{name: work, template: echo}}
      - {{name: wait, template: wait}}
      - {{name: after, template: echo, depends: work.Failed}}
  - name: wait
    suspend: {{}}
{ECHO}"""


def test_the_workflow_has_a_deadline() -> None:
    run = Harness(DEADLINE)
    run.start()
    run.pod("work").start()
    assert run.pod("work").request.deadline_seconds == 60
    run.advance(59)
    assert run.phase == "Running"
    run.advance(1)
    assert run.stopped == ["work"] or run.phases["work"] == "Failed"
    assert {run.node(name).message for name in ("work", "wait", "after")} == {"Step exceeded its deadline"}
    assert run.phase == "Failed"


def test_a_wait_that_would_begin_past_the_deadline_has_failed() -> None:
    run = Harness(DEADLINE.replace("name: after, template: echo", "name: after, template: wait"))
    run.start()
    run.advance(60)
    assert run.node("after").message == "Step exceeded its deadline"
    assert run.phase == "Failed"


def test_past_the_deadline_pods_are_stopped_in_the_order_of_their_making() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  activeDeadlineSeconds: 60
  templates:
  - name: main
    dag: {{tasks: [{{name: a, template: sub}}, {{name: b, template: echo}}, {{name: c, template: sub}}]}}
  - name: sub
    dag: {{tasks: [{{name: x, template: echo}}, {{name: y1, template: echo}}]}}
{ECHO}""")
    run.start()
    asked_for = [request.key for request in run.execution.outstanding]
    assert [each.key for each in run.advance(60) if isinstance(each, StopPod)] == asked_for


def test_the_deadline_does_not_end_exit_handlers() -> None:
    run = Harness(DEADLINE.replace("entrypoint: main", "entrypoint: main\n  onExit: echo"))
    run.start()
    run.advance(60)
    assert run.running == ["wf.onExit"]
    assert run.pod("wf.onExit").request.deadline_seconds is None
    run.advance(100)
    run.pod("wf.onExit").succeed()
    assert run.phase == "Failed"


def test_a_suspended_workflow_has_a_deadline_too() -> None:
    run = Harness(DEADLINE)
    run.start()
    run.suspend()
    run.advance(61)
    assert run.phases["work"] == "Failed"
    run.resume()
    assert run.phase == "Failed"


def leaf(bounds: str) -> Harness:
    run = Harness(
        f"spec:\n  entrypoint: main\n  templates:\n  - name: main\n    {bounds}\n"
        "    container: {image: alpine, command: [echo]}\n"
    )
    run.start()
    return run


@pytest.mark.parametrize("bounds", ["timeout: 30s", "pendingTimeout: '30'", "timeout: 1m\n    pendingTimeout: 30s"])
def test_a_pod_that_does_not_begin_times_out(bounds: str) -> None:
    run = leaf(bounds)
    run.advance(29)
    assert run.running == ["wf"]
    run.advance(1)
    assert (run.phase, run.node("wf").message) == ("Failed", "timeout")


def test_a_pod_that_runs_has_no_pending_timeout() -> None:
    run = leaf("pendingTimeout: 30s")
    run.pod("wf").start()
    run.advance(60)
    assert run.running == ["wf"]


@pytest.mark.parametrize(
    ("bounds", "seconds"),
    [("timeout: 30s", 30), ("activeDeadlineSeconds: 20", 20), ("timeout: 30s\n    activeDeadlineSeconds: 20", 30)],
)
def test_how_long_a_pod_may_run(bounds: str, seconds: float) -> None:
    assert leaf(bounds).pod("wf").request.deadline_seconds == seconds


def test_a_timeout_that_cannot_be_read_is_an_error() -> None:
    assert leaf("timeout: soon").phase == "Error"
