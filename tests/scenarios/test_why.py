"""Why a node is as it is: the sentences that `argosy why` prints, from the machine's own facts."""

from __future__ import annotations

from argosy.engine.why import Explainer
from argosy.ports.why import Why
from argosy.testing import Harness

from .manifests import ECHO, dag, steps


def why(run: Harness, node: str = "") -> Why:
    explainer = Explainer(run.execution)
    return explainer.node(run.node(node)) if node else explainer.workflow()


def causes(found: Why) -> list[tuple[str, str, str]]:
    return [(cause.what, cause.phase, cause.text) for cause in found.causes]


def test_what_runs_and_what_waits_for_it() -> None:
    run = Harness(dag("name: a", "name: b", "name: c, dependencies: [a, b]"))
    run.start()
    run.pod("a").succeed()
    run.pod("b").start()
    assert causes(why(run, "wf")) == [("b", "Running", "its pod runs"), ("c", "", "waits for b")]
    assert why(run, "wf").text == "waits for b"
    assert [cause.what for cause in why(run).causes] == ["wf"]


def test_steps_of_later_groups() -> None:
    run = Harness(steps(["name: a"], ["name: b"]))
    run.start()
    assert causes(why(run, "wf"))[-1] == ("b", "", "waits for the steps of [0]")
    assert causes(why(run, "[0]")) == [("a", "Pending", "its pod has been asked for and has not begun")]


def test_what_waits_for_room() -> None:
    run = Harness(dag("name: a", "name: b").replace("entrypoint: main", "entrypoint: main\n  parallelism: 1"))
    run.start()
    assert causes(why(run, "wf"))[-1] == ("b", "", "parallelism of the workflow: 1 of 1 pods run")


def test_a_failure_goes_down_to_the_program_that_failed() -> None:
    run = Harness(
        dag("name: a", "name: b, template: sub") + "  - name: sub\n    steps: [[{name: s, template: echo}]]\n"
    )
    run.start()
    run.pod("a").succeed()
    run.pod("s").fail(exit_code=3)
    found = why(run)
    assert found.phase == "Failed"
    chain = []
    while found.causes:
        (found,) = found.causes
        chain.append(found.what)
    assert chain == ["wf", "b", "[0]", "s"]
    assert found.text == "its program failed: main: Error (exit code 3)"


def test_a_lost_pod_is_another_thing() -> None:
    run = Harness(steps(["name: a"]))
    run.start()
    run.pod("a").error()
    assert why(run, "a").text == "it could not be run, or was lost: pod deleted"


def test_skipped_by_when_and_what_it_read() -> None:
    run = Harness(steps(["name: flip"], ["name: heads, when: '{{steps.flip.outputs.result}} == heads'"]))
    run.start()
    run.pod("flip").succeed(result="tails")
    found = why(run, "heads")
    assert found.text == "when 'tails == heads' evaluated false"
    assert causes(found) == [("steps.flip.outputs.result", "", 'was "tails"')]


def test_omitted_by_depends_and_what_that_was() -> None:
    run = Harness(dag("name: a", "name: b, depends: a.Succeeded"))
    run.start()
    run.pod("a").fail(exit_code=3)
    found = why(run, "b")
    assert found.text == "depends 'a.Succeeded' does not hold"
    assert causes(found) == [("a", "Failed", "its program failed: main: Error (exit code 3)")]


def test_retries() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n"
        "    retryStrategy: {limit: 1, backoff: {duration: 1m}}\n    container: {image: x, command: [x]}\n"
    )
    run.start()
    run.pod("wf(0)").fail()
    assert why(run, "wf").text == "Backoff for 1 minutes 0 seconds"
    run.advance(60)
    run.pod("wf(1)").succeed()
    assert why(run, "wf").text == "succeeded at try 2"


def test_waiting_for_somebody() -> None:
    run = Harness(steps(["name: w, template: w"]) + "  - name: w\n    suspend: {duration: 1h}\n")
    run.start()
    assert why(run, "w").text == "waits for somebody to resume it or the time to be 2026-01-01 01:00:00Z"
    run.suspend()
    assert why(run).text == "is suspended: nothing new begins before `argosy resume`"


def test_a_loop() -> None:
    text = f"""
spec:
  entrypoint: main
  templates:
  - name: main
    parallelism: 1
    dag: {{tasks: [{{name: fan, template: echo, withItems: [1, 2]}}]}}
{ECHO}"""
    run = Harness(text)
    run.start()
    group = why(run, "fan")
    assert [cause.what for cause in group.causes] == ["fan(0:1)", "fan(1:2)"]
    assert group.causes[1].text == "parallelism of template main: 1 of 1 run in wf"
