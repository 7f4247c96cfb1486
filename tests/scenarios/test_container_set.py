"""containerSet: one pod, and a node for each of its containers."""

from __future__ import annotations

from argosy.ports.events import PodReported
from argosy.ports.pods import ContainerEnd, PodPhase, PodReport
from argosy.testing import Harness

from .manifests import ECHO

SET = (
    """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: both, template: set}
    - - {name: after, template: echo}
  - name: set
    containerSet:
      containers:
      - {name: a, image: i, command: [x]}
      - {name: b, image: i, command: [x]}
      - {name: main, image: i, command: [x], dependencies: [a, b]}
"""
    + ECHO
)


def started() -> Harness:
    run = Harness(SET)
    run.start()
    run.pod("both").start()
    return run


def report(run: Harness, phase: PodPhase, **codes: int) -> None:
    node, now = run.node("both"), run.clock.now()
    ends = {name: ContainerEnd(code, now, now) for name, code in codes.items()}
    told = PodReport(phase=phase, message="why", containers=ends, finished_at=now)
    run.tell(PodReported(node_id=node.id, report=told))


def phases(run: Harness) -> list[str]:
    return [run.node(name).phase for name in ("both", "a", "b", "wf[0].both.main")]


def test_containers_hang_below_the_pod_as_they_depend_on_each_other() -> None:
    run = Harness(SET)
    run.start()
    pod, a, b, last = (run.node(name) for name in ("both", "a", "b", "wf[0].both.main"))
    assert [each.type for each in (pod, a, b, last)] == ["Pod", "Container", "Container", "Container"]
    assert (pod.children, a.children, b.children) == ([a.id, b.id], [last.id], [last.id])
    assert {each.boundary_id for each in (a, b, last)} == {pod.id}
    assert (a.name, a.display_name, a.template_name) == (f"{pod.name}.a", "a", "set")
    assert phases(run) == ["Pending"] * 4
    assert run.running == ["both"]
    run.pod("both").start()
    assert phases(run) == ["Running"] * 4


def test_each_container_ends_as_its_exit_code_says() -> None:
    run = started()
    report(run, "Failed", a=0, b=3, main=64)
    assert phases(run) == ["Failed", "Succeeded", "Failed", "Error"]
    assert run.node("b").message == "b: Error (exit code 3)"
    assert run.phase == "Failed"


def test_what_is_not_told_of_containers_is_as_the_pod() -> None:
    run = started()
    report(run, "Succeeded")
    assert phases(run) == ["Succeeded"] * 4
    assert run.running == ["after"]
    run.pod("after").succeed()
    assert run.phase == "Succeeded"


def test_containers_end_with_a_pod_that_is_stopped() -> None:
    run = started()
    run.terminate()
    assert phases(run) == ["Failed"] * 4
    assert run.stopped == ["both"]
