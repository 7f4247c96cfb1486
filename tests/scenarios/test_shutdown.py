"""Stop and terminate."""

from __future__ import annotations

import pytest

from argosy.testing import Harness

from .manifests import DIAMOND, steps


@pytest.mark.parametrize("strategy", ["Stop", "Terminate"])
def test_what_runs_is_ended_and_the_workflow_fails(strategy: str) -> None:
    run = Harness(DIAMOND)
    run.start()
    run.pod("A").succeed()
    run.stop() if strategy == "Stop" else run.terminate()
    assert run.stopped == ["B", "C"]
    assert run.node("B").phase == "Failed"
    assert run.node("B").message == f"workflow shutdown with strategy:  {strategy}"
    assert (run.phase, run.message) == ("Failed", f"Stopped with strategy '{strategy}'")
    assert run.execution.workflow.spec.shutdown == strategy


def test_what_would_begin_after_it_fails_at_once() -> None:
    run = Harness(steps(["name: a, onExit: echo"], ["name: b"]))
    run.start()
    run.pod("a").succeed()
    run.stop()
    run.pod("a.onExit").succeed()
    assert (run.running, run.node("b").message) == ([], "workflow shutdown with strategy: Stop")
    assert run.phase == "Failed"


WAITS = """
  - name: wait
    suspend: {}
"""


def test_a_wait_that_would_begin_after_it_fails_at_once() -> None:
    text = steps(["name: a, continueOn: {failed: true}"], ["name: w, template: wait"])
    run = Harness(text + WAITS)
    run.start()
    run.stop()
    assert (run.node("w").phase, run.node("w").message) == ("Failed", "Stopped with strategy 'Stop'")
    assert run.phase == "Failed"


def test_a_stop_after_a_terminate_wakes_nobody() -> None:
    run = Harness(DIAMOND.replace("entrypoint: ", "onExit: echo\n  entrypoint: ", 1))
    run.start()
    run.terminate()
    run.stop()
    assert (run.execution.workflow.spec.shutdown, run.started, run.phase) == ("Terminate", [], "Failed")


def test_steps_end_with_their_group() -> None:
    run = Harness(steps(["name: a", "name: b"], ["name: c"]))
    run.start()
    run.pod("a").succeed()
    run.stop()
    assert run.phases == {"wf": "Failed", "[0]": "Failed", "a": "Succeeded", "b": "Failed"}


def test_a_wait_ends_too() -> None:
    run = Harness(
        "spec: {entrypoint: main, templates: [{name: main, steps: [[{name: w, template: w}]]}, {name: w, suspend: {}}]}"
    )
    run.start()
    run.stop()
    assert (run.node("w").phase, run.node("w").message) == ("Failed", "Stopped with strategy 'Stop'")
    assert run.phase == "Failed"


def test_a_suspended_workflow_can_be_stopped() -> None:
    run = Harness(DIAMOND)
    run.start()
    run.suspend()
    run.pod("A").succeed()
    run.stop()
    assert run.phase == "Failed"


def test_a_report_that_comes_too_late_changes_nothing() -> None:
    run = Harness(steps(["name: a"]))
    run.start()
    pod = run.pod("a")
    run.stop()
    pod.succeed()
    assert run.node("a").phase == "Failed"
    assert run.phase == "Failed"
