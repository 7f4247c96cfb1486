"""DAGs: who waits for whom, which tasks run, and what becomes of the whole."""

from __future__ import annotations

import pytest

from argosy.testing import Harness

from .manifests import DIAMOND, ECHO, dag, message


def test_a_diamond_runs_in_its_order() -> None:
    run = Harness(DIAMOND)
    run.start()
    assert run.running == ["A"]
    run.pod("A").succeed()
    assert run.started == ["B", "C"]
    run.pod("C").succeed()
    assert run.started == []
    run.pod("B").succeed()
    assert run.started == ["D"]
    run.pod("D").succeed()
    assert run.phase == "Succeeded"
    assert run.execution.state.status.progress == "4/4"


def test_the_diamond_is_drawn_as_argo_draws_it() -> None:
    run = Harness(DIAMOND)
    run.start()
    assert run.run_all() == "Succeeded"
    ids = {name: node.id for name, node in run.nodes.items()}
    children = {name: [n for n, i in ids.items() if i in node.children] for name, node in run.nodes.items()}
    assert children == {"wf": ["wf.A"], "wf.A": ["wf.B", "wf.C"], "wf.B": ["wf.D"], "wf.C": ["wf.D"], "wf.D": []}
    root = run.node("wf")
    assert (root.id, root.type, root.template_name, root.template_scope) == ("wf", "DAG", "diamond", "local/wf")
    assert root.outbound_nodes == [ids["wf.D"]]
    assert run.node("A").boundary_id == "wf"
    found = run.node("A").outputs
    assert found is not None
    assert found.exit_code == "0"


def test_a_failed_task_omits_those_that_wait_for_it_and_fails_the_dag() -> None:
    run = Harness(DIAMOND)
    run.start()
    run.pod("A").succeed()
    run.pod("B").fail(exit_code=3)
    assert run.phase == "Running"
    run.pod("C").succeed()
    assert run.phases == {"wf": "Failed", "A": "Succeeded", "B": "Failed", "C": "Succeeded", "D": "Omitted"}
    assert run.node("D").message == "omitted: depends condition not met"
    assert run.node("B").message == "main: Error (exit code 3)"
    assert run.phase == "Failed"


def test_a_task_that_handles_the_failure_saves_the_dag() -> None:
    run = Harness(dag("name: A", 'name: B, depends: "A.Failed"'))
    run.start()
    run.pod("A").fail()
    assert run.running == ["B"]
    run.pod("B").succeed()
    assert run.phase == "Succeeded"


@pytest.mark.parametrize(
    ("depends", "a_ends", "b_is"),
    [
        ("A", "succeed", "Pending"),
        ("A", "fail", "Omitted"),
        ("A.Succeeded || A.Failed", "fail", "Pending"),
        ("A.Errored", "error", "Pending"),
        ("A.Failed", "error", "Omitted"),
        ("!A.Succeeded", "fail", "Pending"),
        ("A.Skipped", "succeed", "Omitted"),
        ("A.AnySucceeded", "succeed", "Omitted"),
    ],
)
def test_the_result_words(depends: str, a_ends: str, b_is: str) -> None:
    run = Harness(dag("name: A", f'name: B, depends: "{depends}"'))
    run.start()
    getattr(run.pod("A"), a_ends)()
    assert run.node("B").phase == b_is


def test_an_omitted_task_counts_as_omitted_for_the_next() -> None:
    run = Harness(
        dag("name: A", 'name: B, depends: "A.Failed"', 'name: C, depends: "B.Omitted"', "name: D, depends: B")
    )
    run.start()
    run.pod("A").succeed()
    assert run.phases == {"wf": "Running", "A": "Succeeded", "B": "Omitted", "C": "Pending", "D": "Omitted"}


def test_when_it_is_false_the_task_is_skipped_and_the_next_one_runs() -> None:
    run = Harness(
        dag("name: A", 'name: B, depends: A, when: "{{tasks.A.outputs.result}} == tails"', "name: C, depends: B")
    )
    run.start()
    run.pod("A").succeed(result="heads")
    assert run.node("B").phase == "Skipped"
    assert run.node("B").message == "when 'heads == tails' evaluated false"
    assert run.running == ["C"]
    run.pod("C").succeed()
    assert run.phase == "Succeeded"


def test_continue_on_lets_the_dependents_run_and_the_dag_succeed() -> None:
    run = Harness(dag("name: A, continueOn: {failed: true}", "name: B, dependencies: [A]"))
    run.start()
    run.pod("A").fail()
    run.pod("B").succeed()
    assert run.phase == "Succeeded"


def test_a_target_leaves_the_rest_without_nodes() -> None:
    text = dag("name: A", "name: B, dependencies: [A]", "name: C").replace("dag:", 'dag:\n      target: "B"')
    run = Harness(text)
    run.start()
    assert run.running == ["A"]
    run.run_all()
    assert set(run.phases) == {"wf", "A", "B"}
    assert run.phase == "Succeeded"


def test_independent_tasks_go_on_after_a_failure_as_in_argo() -> None:
    run = Harness(dag("name: A", "name: B", "name: C, depends: B"))
    run.start()
    run.pod("A").fail()
    run.pod("B").succeed()
    assert run.running == ["C"]
    run.pod("C").succeed()
    assert run.phase == "Failed"


@pytest.mark.parametrize(("fail_fast", "phase"), [("true", "Error"), ("false", "Failed")])
def test_of_targets_that_failed_the_first_decides_or_the_last(fail_fast: str, phase: str) -> None:
    run = Harness(dag("name: a", "name: b").replace("dag:", f"dag:\n      failFast: {fail_fast}"))
    run.start()
    run.pod("a").error()
    run.pod("b").fail()
    assert run.phase == phase


def test_a_result_is_kept_only_where_it_is_read() -> None:
    run = Harness(dag("name: A", f"name: B, depends: A, {message('{{tasks.A.outputs.result}}')}"))
    run.start()
    assert run.pod("A").request.wants_result
    run.pod("A").succeed(result="two\nlines")
    request = run.pod("B").request
    assert not request.wants_result
    assert request.template.container is not None
    assert request.template.container.command == ["echo", "two\nlines"]
    found = run.node("A").outputs
    assert found is not None
    assert found.result == "two\nlines"


def test_outputs_of_a_dag_come_from_its_tasks() -> None:
    run = Harness(
        """
spec:
  entrypoint: main
  templates:
  - name: main
    outputs:
      parameters:
      - {name: answer, valueFrom: {parameter: "{{tasks.A.outputs.parameters.value}}"}, globalName: everywhere}
    dag:
      tasks: [{name: A, template: ask}]
  - name: ask
    outputs:
      parameters: [{name: value, valueFrom: {path: /tmp/value}}]
    container: {image: alpine, command: [sh, -c, "echo 42 > /tmp/value"]}
"""
    )
    run.start()
    run.pod("A").succeed(parameters={"value": "42"})
    outputs = run.node("wf").outputs
    assert outputs is not None
    assert [(each.name, each.value) for each in outputs.parameters] == [("answer", "42")]
    assert run.execution.state.status.outputs is not None
    assert [(p.name, p.value) for p in run.execution.state.status.outputs.parameters] == [("everywhere", "42")]


def test_a_task_whose_arguments_cannot_be_resolved_is_in_error() -> None:
    run = Harness(dag("name: A", f"name: B, depends: A, {message('{{tasks.A.outputs.parameters.none}}')}"))
    run.start()
    run.pod("A").succeed()
    assert run.node("B").phase == "Error"
    assert run.node("B").type == "Skipped"
    assert "tasks.A.outputs.parameters.none" in run.node("B").message
    assert run.phase == "Error"


def test_tasks_that_wait_for_each_other_are_an_error_that_names_them() -> None:
    run = Harness(dag("name: A, depends: C", "name: B, depends: A", "name: C, depends: B", "name: D, depends: C"))
    run.start()
    assert run.phase == "Error"
    assert "the tasks wait for each other" in run.message
    for name in "ABC":
        assert name in run.message


def test_a_template_that_does_not_exist_ends_in_error() -> None:
    run = Harness(dag("name: A, template: nobody"))
    run.start()
    assert run.node("A").message == "task 'wf.A' errored: template nobody not found"
    assert run.phase == "Error"


def test_nested_dags() -> None:
    run = Harness(
        """
spec:
  entrypoint: outer
  templates:
  - name: outer
    dag:
      tasks:
      - {name: first, template: inner}
      - {name: second, template: inner, depends: first}
  - name: inner
    dag:
      tasks:
      - {name: one, template: echo}
      - {name: two, template: echo, depends: one}
"""
        + ECHO
    )
    run.start()
    run.pod("one").succeed()
    run.pod("two").succeed()
    assert run.node("wf.first").phase == "Succeeded"
    assert run.node("wf.first.two").children == [run.node("wf.second").id]
    assert run.run_all() == "Succeeded"


def test_progress_counts_pods() -> None:
    run = Harness(dag(*(f"name: t{number}" for number in range(200))))
    run.start()
    assert len(run.running) == 200
    for name in run.running[:3]:
        run.pod(name).succeed()
    assert run.execution.state.status.progress == "3/200"


def test_the_workflows_arguments_are_those_of_its_entrypoint() -> None:
    text = "spec:\n  entrypoint: echo\n  arguments: {parameters: [{name: message, value: hi}]}\n  templates:" + ECHO
    run = Harness(text, parameters={"message": "from outside"})
    run.start()
    container = run.pod("wf").request.template.container
    assert container is not None
    assert container.command == ["echo", "from outside"]
    found = run.node("wf").inputs
    assert found is not None
    assert found.parameters[0].value == "from outside"
