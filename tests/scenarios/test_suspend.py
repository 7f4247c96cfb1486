"""Suspend: nodes that wait, workflows that begin nothing new, and how both go on."""

from __future__ import annotations

from argosy.testing import Harness

from .manifests import DIAMOND, ECHO

APPROVAL = (
    """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: build, template: echo}
    - - {name: approve, template: wait}
    - - {name: release, template: echo}
  - name: wait
    suspend: {}
"""
    + ECHO
)
DELAY = APPROVAL.replace("suspend: {}", 'suspend: {duration: "20"}')


def test_a_suspend_node_waits_for_resume() -> None:
    run = Harness(APPROVAL)
    run.start()
    run.pod("build").succeed()
    assert (run.node("approve").type, run.node("approve").phase) == ("Suspend", "Running")
    assert run.running == []
    run.resume()
    assert run.node("approve").phase == "Succeeded"
    assert run.running == ["release"]
    run.pod("release").succeed()
    assert run.phase == "Succeeded"


def test_a_duration_resumes_by_itself() -> None:
    run = Harness(DELAY)
    run.start()
    run.pod("build").succeed()
    run.advance(19)
    assert run.node("approve").phase == "Running"
    run.advance(1)
    assert run.node("approve").phase == "Succeeded"
    assert run.running == ["release"]


def test_a_duration_that_cannot_be_read_is_an_error() -> None:
    run = Harness(APPROVAL.replace("suspend: {}", "suspend: {duration: soon}"))
    run.start()
    run.pod("build").succeed()
    run.advance(0)
    assert run.node("approve").phase == "Error"
    assert run.phase == "Failed"


def test_resume_picks_by_selector() -> None:
    run = Harness(APPROVAL)
    run.start()
    run.pod("build").succeed()
    run.resume("displayName=somebody-else")
    assert run.node("approve").phase == "Running"
    run.resume("displayName=approve")
    assert run.node("approve").phase == "Succeeded"


def test_stop_with_a_selector_fails_the_node_that_waits() -> None:
    run = Harness(APPROVAL)
    run.start()
    run.pod("build").succeed()
    run.stop("displayName=approve", message="not on a Friday")
    assert (run.node("approve").phase, run.node("approve").message) == ("Failed", "not on a Friday")
    assert run.phase == "Failed"


def test_a_suspended_workflow_begins_nothing_and_catches_up() -> None:
    run = Harness(DIAMOND)
    run.start()
    run.suspend()
    run.pod("A").succeed()
    assert run.running == []
    assert run.phase == "Running"
    assert run.execution.workflow.spec.suspend is True
    run.resume()
    assert run.running == ["B", "C"]
    assert not run.execution.workflow.spec.suspend


def test_a_workflow_can_be_submitted_suspended() -> None:
    run = Harness(DIAMOND.replace("spec:", "spec:\n  suspend: true"))
    run.start()
    assert (run.phase, run.running) == ("", [])
    run.resume()
    assert (run.phase, run.running) == ("Running", ["A"])


def test_time_does_not_pass_for_a_suspended_workflow() -> None:
    run = Harness(DELAY)
    run.start()
    run.pod("build").succeed()
    run.suspend()
    run.advance(60)
    assert run.node("approve").phase == "Running"
    run.resume("displayName=nobody")
    assert run.node("approve").phase == "Running"
    run.resume()
    assert run.running == ["release"]


def test_what_was_not_supplied_takes_its_default() -> None:
    text = APPROVAL.replace(
        "    suspend: {}",
        """    inputs: {parameters: [{name: who, default: nobody}]}
    outputs: {parameters: [{name: who, valueFrom: {supplied: {}}}]}
    suspend: {}""",
    )
    run = Harness(text)
    run.start()
    run.pod("build").succeed()
    run.resume()
    outputs = run.node("approve").outputs
    assert outputs is not None
    assert [(each.name, each.value) for each in outputs.parameters] == [("who", "nobody")]
