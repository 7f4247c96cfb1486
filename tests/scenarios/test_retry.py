"""Retries: how often, after which end, how long between, and what a try can know of the one before it."""

from __future__ import annotations

import pytest

from argosy.ports.events import PodReported
from argosy.ports.pods import PodReport
from argosy.testing import Harness

LEAF = """
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: STRATEGY
    container: {image: alpine, command: [sh, -c, "exit {{retries}} {{lastRetry.exitCode}} {{lastRetry.status}}"]}
"""


def leaf(strategy: str) -> Harness:
    run = Harness(LEAF.replace("STRATEGY", strategy))
    run.start()
    return run


def test_a_retry_owns_its_tries() -> None:
    run = leaf("{limit: 2}")
    assert [(node.name, node.type, node.phase) for node in run.nodes.values()] == [
        ("wf", "Retry", "Running"),
        ("wf(0)", "Pod", "Pending"),
    ]
    flag = run.node("wf(0)").node_flag
    assert flag is not None
    assert flag.retried
    run.pod("wf(0)").fail(exit_code=3)
    command = run.pod("wf(1)").request.template.container
    assert command is not None
    assert command.command[-1] == "exit 1 3 Failed"
    run.pod("wf(1)").succeed()
    assert (run.phase, run.node("wf").phase) == ("Succeeded", "Succeeded")
    assert run.node("wf").children == [run.node("wf(0)").id, run.node("wf(1)").id]


def test_the_limit_does_not_count_the_first_run() -> None:
    run = leaf('{limit: "2"}')
    for number in range(3):
        run.pod(f"wf({number})").fail()
    assert (run.phase, run.message) == ("Failed", "No more retries left")


@pytest.mark.parametrize(
    ("policy", "end", "again"),
    [
        ("OnFailure", "fail", True),
        ("OnFailure", "error", False),
        ("OnError", "fail", False),
        ("OnError", "error", True),
        ("Always", "fail", True),
        ("Always", "error", True),
        ("OnTransientError", "error", False),
    ],
)
def test_policies(policy: str, end: str, again: bool) -> None:
    run = leaf(f"{{limit: 1, retryPolicy: {policy}}}")
    getattr(run.pod("wf(0)"), end)()
    assert run.running == (["wf(1)"] if again else [])
    if not again:
        assert run.node("wf").phase == run.node("wf(0)").phase
        assert run.node("wf").message == run.node("wf(0)").message


def test_a_transient_error_is_known_by_its_message() -> None:
    run = leaf("{limit: 1, retryPolicy: OnTransientError}")
    run.pod("wf(0)").error("Post https://x: dial tcp: i/o timeout")
    assert run.running == ["wf(1)"]


def test_an_unknown_policy_is_an_error() -> None:
    run = leaf("{limit: 1, retryPolicy: Sometimes}")
    run.pod("wf(0)").fail()
    assert (run.phase, run.message) == ("Error", "Sometimes is not a valid RetryPolicy")


def test_a_condition_decides() -> None:
    run = leaf("{limit: 5, expression: 'asInt(lastRetry.exitCode) > 1 && lastRetry.status == \"Failed\"'}")
    run.pod("wf(0)").fail(exit_code=2)
    run.pod("wf(1)").fail(exit_code=1)
    assert (run.phase, run.message) == ("Failed", "retryStrategy.expression evaluated to false")


def test_with_a_condition_errors_are_retried_too() -> None:
    run = leaf("{limit: 5, expression: 'lastRetry.exitCode == \"-1\"'}")
    run.pod("wf(0)").error()
    assert run.running == ["wf(1)"]


def test_backoff_grows_up_to_its_cap() -> None:
    run = leaf("{limit: 5, backoff: {duration: '10', factor: 3, cap: 1m}}")
    for number, wait in enumerate((10, 30, 60, 60)):
        run.pod(f"wf({number})").fail()
        assert run.running == []
        readable = f"{wait} seconds" if wait < 60 else "1 minutes 0 seconds"
        assert run.node("wf").message == f"Backoff for {readable}"
        run.advance(wait - 1)
        assert run.running == []
        run.advance(1)
        assert run.running == [f"wf({number + 1})"]
        assert run.node("wf").message == ""


def test_max_duration_ends_it() -> None:
    run = leaf("{limit: 9, backoff: {duration: 10s, maxDuration: 25s}}")
    assert run.pod("wf(0)").request.deadline_seconds == 25
    run.pod("wf(0)").fail()
    run.advance(10)
    assert run.pod("wf(1)").request.deadline_seconds == 15
    run.advance(6)
    run.pod("wf(1)").fail()
    assert run.message == "Backoff would exceed max duration limit"


def test_a_backoff_without_a_duration_is_an_error() -> None:
    run = leaf("{limit: 1, backoff: {factor: 2}}")
    run.pod("wf(0)").fail()
    assert (run.phase, run.message) == ("Error", "no base duration specified for retryStrategy")


@pytest.mark.parametrize("waiting", [False, True])
def test_a_stop_ends_it(waiting: bool) -> None:
    run = leaf("{limit: 3, backoff: {duration: 1m}}")
    if waiting:
        run.pod("wf(0)").fail()
    run.stop()
    assert run.phase == "Failed"
    assert run.node("wf").message == "Stopped with strategy 'Stop'"
    assert run.running == []


def test_a_suspended_workflow_is_not_tried_again_before_it_goes_on() -> None:
    run = leaf("{limit: 1}")
    run.suspend()
    run.pod("wf(0)").fail()
    assert run.running == []
    run.resume()
    assert run.running == ["wf(1)"]


STEPS = """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: a, template: sub}
    - - name: b
        template: leaf
        arguments: {parameters: [{name: m, value: "{{steps.a.outputs.parameters.o}} {{steps.a.id}}"}]}
  - name: sub
    retryStrategy: {limit: 1}
    outputs: {parameters: [{name: o, valueFrom: {parameter: "{{steps.s.outputs.result}}"}}]}
    steps: [[{name: s, template: leaf}]]
  - name: leaf
    inputs: {parameters: [{name: m, default: ""}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.m}}"]}
"""


def test_a_template_with_steps_is_tried_again_as_a_whole() -> None:
    run = Harness(STEPS)
    run.start()
    run.pod("s").fail()
    assert list(run.nodes) == [
        "wf",
        "wf[0]",
        "wf[0].a",
        "wf[0].a(0)",
        "wf[0].a(0)[0]",
        "wf[0].a(0)[0].s",
        "wf[0].a(1)",
        "wf[0].a(1)[0]",
        "wf[0].a(1)[0].s",
    ]
    assert [run.node(name).type for name in ("wf[0].a", "wf[0].a(0)")] == ["Retry", "Steps"]
    run.pod("s").succeed(result="out")
    inputs = run.pod("b").request.template.inputs.parameters
    assert inputs[0].value == f"out {run.node('wf[0].a(1)').id}"
    run.run_all()
    assert run.phase == "Succeeded"


def test_a_try_knows_the_name_of_its_task_and_not_of_a_step() -> None:
    run = Harness("""
spec:
  entrypoint: main
  templates:
  - name: main
    dag: {tasks: [{name: a, template: leaf}]}
  - name: leaf
    retryStrategy: {limit: 1}
    container: {image: alpine, args: ["{{tasks.name}}", "{{steps.name}}"]}
""")
    run.start()
    container = run.pod("a(0)").request.template.container
    assert container is not None
    assert container.args == ["a", "{{steps.name}}"]


def test_the_workflow_has_a_strategy_for_every_template() -> None:
    run = Harness(STEPS.replace("entrypoint: main", "entrypoint: main\n  retryStrategy: {limit: 1}"))
    run.start()
    assert [node.type for node in run.nodes.values()] == [
        "Retry",
        "Steps",
        "StepGroup",
        "Retry",
        "Steps",
        "StepGroup",
        "Retry",
        "Pod",
    ]


def test_each_item_of_a_loop_is_tried_again_by_itself() -> None:
    run = Harness("""
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: fan, template: leaf, withItems: [a, b]}
      - {name: last, template: leaf, dependencies: [fan]}
  - name: leaf
    retryStrategy: {limit: 1}
    container: {image: alpine, command: [echo]}
""")
    run.start()
    run.pod("fan(0:a)(0)").fail()
    run.pod("fan(1:b)(0)").succeed()
    assert run.running == ["fan(0:a)(1)"]
    run.pod("fan(0:a)(1)").succeed()
    assert run.node("fan").phase == "Succeeded"
    assert run.running == ["last(0)"]
    assert run.node("last").id in run.node("fan(0:a)(1)").children
    run.run_all()
    assert run.phase == "Succeeded"


def test_the_next_try_keeps_away_from_the_nodes_of_those_that_failed() -> None:
    run = Harness(
        """
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, affinity: {nodeAntiAffinity: {}}}
    container: {image: alpine}
"""
    )
    run.start()
    for number, host in enumerate(("n1", "n1", "n2")):
        report = PodReport(phase="Failed", message="no", host_node_name=host)
        run.tell(PodReported(node_id=run.pod(f"wf({number})").request.key.node_id, report=report))
    assert run.pod("wf(3)").request.avoided_hosts == ("n1", "n2")
