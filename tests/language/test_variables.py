"""The catalogue of variables: what the engine makes is in it, what it says is made, and the reference page is of it."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.engine.pods import own_variables
from argosy.engine.retry import try_variables
from argosy.engine.variables import WorkflowVariables
from argosy.language.expressions import LATE_VARIABLES
from argosy.language.variables import KNOWN, VARIABLES, WHERE, find_variable, fixed_names, roots
from argosy.model.arguments import Arguments, Outputs, Parameter
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.template import DAGTask, WorkflowStep
from argosy.model.workflow import Workflow
from argosy.plan.globals import SCHEDULED_TIME, global_variables
from argosy.templates.references import node_variable

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
NODE = NodeStatus(
    id="a", name="a", phase="Succeeded", started_at=NOW, finished_at=NOW, pod_ip="10.0.0.1", host_node_name="host",
    outputs=Outputs(result="r", exit_code="0", parameters=[Parameter(name="p", value="v")]),
)  # fmt: skip
MADE_WHILE_IT_RUNS = {"workflow.status", "workflow.duration"}


def workflow_variables() -> dict[str, str]:
    meta = ObjectMeta(
        name="w",
        uid="u",
        namespace="n",
        creation_timestamp=NOW,
        labels={"a.b/c": "d"},
        annotations={SCHEDULED_TIME: "x"},
    )
    arguments = Arguments(parameters=[Parameter(name="my.p", value="v")])
    spec = WorkflowSpec(entrypoint="main", priority=3, arguments=arguments)
    return global_variables(Workflow(metadata=meta, spec=spec), spec)


def test_each_name_is_once_in_its_place() -> None:
    assert len({(each.name, each.where) for each in VARIABLES}) == len(VARIABLES)


def test_every_place_and_moment_is_used() -> None:
    assert {each.where for each in VARIABLES} == set(WHERE)
    assert {each.known for each in VARIABLES} == set(KNOWN)


def test_what_a_workflow_has_is_in_it() -> None:
    found = {name: find_variable(name) for name in workflow_variables()}
    assert [name for name, row in found.items() if row is None or row.where != "everywhere"] == []


def test_a_workflow_has_what_is_in_it() -> None:
    fixed = {each.name for each in VARIABLES if each.where == "everywhere" and each.is_fixed}
    assert fixed - set(workflow_variables()) == MADE_WHILE_IT_RUNS


@pytest.mark.parametrize("holder", [WorkflowStep(name="s"), DAGTask(name="t")])
def test_what_a_node_has_of_itself_is_in_it(holder: WorkflowStep | DAGTask) -> None:
    assert [name for name in own_variables("w", "w.s", holder, "main") if find_variable(name) is None] == []


@pytest.mark.parametrize("prefix", ["steps.<step>.", "tasks.<task>."])
def test_what_a_producer_has_is_what_is_in_it(prefix: str) -> None:
    facts = [each.name.removeprefix(prefix) for each in VARIABLES if each.name.startswith(prefix)]
    read = [fact.replace("<name>", "p") for fact in facts if "artifacts" not in fact and fact != "outputs.parameters"]
    assert {fact: node_variable(NODE, fact) for fact in read if node_variable(NODE, fact) is None} == {}
    assert len(read) == 9


def test_what_the_run_makes_is_in_it() -> None:
    variables = WorkflowVariables(
        Workflow(metadata=ObjectMeta(name="w"), status=WorkflowStatus(outputs=NODE.outputs, nodes={"w": NODE})),
        {},
        lambda: NOW,
    )
    made = [*variables.names(""), *try_variables([NODE], unknown_exit_code="0"), "retries"]
    assert [name for name in made if find_variable(name) is None] == []
    assert {each.name for each in VARIABLES if each.where == "retry"} <= set(made)
    assert {f"workflow.{name}" for name in ("status", "duration", "failures", "outputs.parameters.p")} <= set(made)


def test_late_variables_are_in_it() -> None:
    assert [name for name in LATE_VARIABLES if find_variable(name) is None] == []


def test_rows_are_found_by_name() -> None:
    def name(text: str) -> str:
        row = find_variable(text)
        return row.name if row else ""

    assert name("workflow.labels.a.b/c") == "workflow.labels.<name>"
    assert name("workflow.labels.json") == "workflow.labels.json"
    assert name("steps.a.outputs.parameters.b") == "steps.<step>.outputs.parameters.<name>"
    assert name("workflow.creationTimestamp.Y") == "workflow.creationTimestamp.<letter>"
    assert name("item.a.b") == "item.<key>"
    assert name("steps.a.b") == ""
    assert name("response") == ""


def test_names_for_lint() -> None:
    assert roots(checked=True) == {"inputs", "item", "outputs", "pod", "steps", "tasks", "workflow"}
    assert set(fixed_names("given", "steps.<step>.")) == {"id", "startedAt", "finishedAt", "hostNodeName"}
    assert "status" in fixed_names("given", "workflow.")


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_variables", ROOT / "tools" / "generate_variables.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page()
