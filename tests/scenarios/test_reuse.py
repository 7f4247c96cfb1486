"""Templates of others: references to them, workflows that are made from them, and where names are looked up."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from argosy.engine.execution import Execution
from argosy.errors import InvalidRequest, NotFound
from argosy.model.codec import decode, read_documents
from argosy.model.workflow import Workflow
from argosy.plan.resolve import resolve
from argosy.plan.restrictions import check_unchanged
from argosy.plan.snapshot import Shelf, take_snapshot
from argosy.ports.events import StopRequested
from argosy.testing import Harness

from .manifests import message, steps

LIBRARY = """
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: lib}
spec:
  podMetadata: {labels: {from: lib}}
  templates:
  - name: twice
    inputs: {parameters: [{name: message}]}
    dag:
      tasks:
      - name: first
        template: echo
        arguments: {parameters: [{name: message, value: "{{inputs.parameters.message}}"}]}
      - {name: second, template: echo, dependencies: [first]}
  - name: echo
    inputs: {parameters: [{name: message, default: from lib}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.message}} in {{workflow.name}}"]}
  - name: unused
    suspend: {}
---
apiVersion: argoproj.io/v1alpha1
kind: ClusterWorkflowTemplate
metadata: {name: lib}
spec:
  templates:
  - name: echo
    container: {image: alpine, command: [echo, cluster]}
"""


def call(name: str, template: str, more: str = "") -> str:
    return f"name: {name}, templateRef: {{name: lib, template: {template}{more}}}"


def command(run: Harness, pod: str) -> list[str]:
    container = run.pod(pod).request.template.container
    assert container is not None
    return container.command


def test_a_template_of_another_object_and_those_that_it_calls_there() -> None:
    run = Harness(steps([f"{call('a', 'twice')}, {message('hi')}"]) + LIBRARY)
    run.start()
    assert command(run, "first") == ["echo", "hi in wf"]
    run.pod("first").succeed()
    assert command(run, "second") == ["echo", "from lib in wf"]
    run.pod("second").succeed()
    assert run.phase == "Succeeded"
    a, first = run.node("a"), run.node("first")
    assert (a.template_name, a.template_ref and a.template_ref.template, a.template_scope) == ("", "twice", "local/wf")
    assert (first.template_name, first.template_ref, first.template_scope) == ("echo", None, "namespaced/lib")


def test_scopes_do_not_mix() -> None:
    run = Harness(steps(["name: own", call("theirs", "echo"), call("all", "echo", ", clusterScope: true")]) + LIBRARY)
    run.start()
    assert command(run, "own") == ["echo", "hello"]
    assert command(run, "theirs") == ["echo", "from lib in wf"]
    assert command(run, "all") == ["echo", "cluster"]
    assert run.pod("theirs").request.template.metadata.labels == {"from": "lib"}
    assert run.pod("theirs").request.pod_name.startswith("wf-echo-")
    assert run.run_all() == "Succeeded"


def test_what_is_reached_is_kept_under_argos_names() -> None:
    inline = LIBRARY.replace("suspend: {}", "steps: [[{name: in, inline: {steps: [[{name: x, template: echo}]]}}]]")
    run = Harness(steps([call("a", "twice"), call("b", "echo", ", clusterScope: true")]) + LIBRARY)
    assert set(run.execution.workflow.status.stored_templates) == {
        "namespaced/lib/twice",
        "namespaced/lib/echo",
        "cluster/lib/echo",
    }
    run = Harness(steps([call("a", "unused")]) + inline)
    stored = run.execution.workflow.status.stored_templates
    assert set(stored) == {"namespaced/lib/unused", "namespaced/lib/inline/in", "namespaced/lib/echo"}
    run.start()
    assert command(run, "x") == ["echo", "from lib in wf"]
    assert Harness(steps(["name: a"]) + LIBRARY).execution.workflow.status.stored_templates == {}


def test_hooks_and_exit_handlers_are_reached_too() -> None:
    text = steps([f"{call('a', 'hooked')}"]) + LIBRARY.replace(
        "- name: unused\n    suspend: {}",
        "- name: hooked\n    steps: [[{name: s, template: echo, onExit: bye, hooks: {exit: {template: twice}}}]]\n"
        "  - name: bye\n    suspend: {}",
    )
    assert set(Harness(text).execution.workflow.status.stored_templates) == {
        f"namespaced/lib/{name}" for name in ("hooked", "echo", "bye", "twice")
    }


@pytest.mark.parametrize(("name", "where"), [("lib", "echoo"), ("nobody", "echo")])
def test_what_is_not_there_is_missed_when_it_is_called(name: str, where: str) -> None:
    run = Harness(steps(["name: a"], [f"name: b, templateRef: {{name: {name}, template: {where}}}"]) + LIBRARY)
    run.start()
    run.pod("a").succeed()
    node = run.node("b")
    text = f"template {where} not found in workflow template {name}"
    assert (node.type, node.phase, node.message) == ("Skipped", "Error", text)
    assert run.phase == "Failed"


def test_a_reference_that_is_known_only_when_its_step_runs() -> None:
    text = """
spec:
  entrypoint: main
  arguments: {parameters: [{name: library, value: lib}]}
  templates:
  - name: main
    steps:
    - - {name: pick, template: pick}
    - - name: go
        templateRef: {name: "{{workflow.parameters.library}}", template: "{{steps.pick.outputs.result}}"}
  - {name: pick, script: {image: python, command: [python], source: ""}}
---
kind: WorkflowTemplate
metadata: {name: other}
spec: {templates: [{name: echo, suspend: {}}]}
"""
    run = Harness(text + LIBRARY)
    assert set(run.execution.workflow.status.stored_templates) == {
        "namespaced/lib/twice",
        "namespaced/lib/echo",
        "namespaced/lib/unused",
    }
    run.start()
    run.pod("pick").succeed(result="echo")
    assert command(run, "go") == ["echo", "from lib in wf"]
    assert run.node("go").template_ref == msgspec.structs.replace(
        run.node("go").template_ref or pytest.fail(), name="lib", template="echo"
    )


def test_inline_templates() -> None:
    inner = "steps: [[{name: inner, template: echo}]]"
    run = Harness(
        steps(
            ["name: a, template: echo"],
            [
                "name: b, template: '', inline: {container: {image: x, command: [echo, '{{steps.a.status}}']}}",
                f"name: c, inline: {{{inner}}}",
            ],
        )
    )
    run.start()
    run.pod("a").succeed()
    assert run.running == ["b", "inner"]
    assert command(run, "b") == ["echo", "Succeeded"]
    assert (run.node("b").template_name, run.node("b").template_scope) == ("", "local/wf")
    assert run.run_all() == "Succeeded"


INLINE_IN_LIBRARY = """
---
kind: WorkflowTemplate
metadata: {name: lib}
spec:
  templates:
  - name: main
    inputs: {parameters: [{name: message}]}
    steps:
    - - name: shout
        arguments: {parameters: [{name: message, value: "{{inputs.parameters.message}}!"}]}
        inline:
          inputs: {parameters: [{name: message}]}
          container: {image: alpine, command: [echo, "{{inputs.parameters.message}}"]}
"""


def test_an_inline_template_in_a_loop() -> None:
    run = Harness(
        steps(
            ["name: a, template: '', withItems: [1, 2], inline: {container: {image: x, command: [echo]}}"], ["name: b"]
        )
    )
    run.start()
    assert run.running == ["a(0:1)", "a(1:2)"]
    assert run.run_all() == "Succeeded"


def test_the_inputs_of_an_inline_template_in_a_library_are_its_own() -> None:
    run = Harness(steps([f"{call('a', 'main')}, {message('hi')}"]) + INLINE_IN_LIBRARY)
    run.start()
    assert command(run, "shout") == ["echo", "hi!"]


TAKEN = """
spec:
  workflowTemplateRef: {name: base}
  arguments: {parameters: [{name: greeting, value: mine}]}
---
kind: WorkflowTemplate
metadata: {name: base}
spec:
  entrypoint: main
  serviceAccountName: theirs
  suspend: true
  arguments: {parameters: [{name: greeting, value: theirs}, {name: name, value: you}]}
  templateDefaults: {container: {image: "{{workflow.parameters.name}}"}}
  templates:
  - name: main
    steps: [[{name: greet, template: greet}]]
  - name: greet
    container: {command: [echo, "{{workflow.parameters.greeting}} {{workflow.parameters.name}}"]}
"""


def test_a_workflow_that_is_made_from_a_template() -> None:
    defaults = {"metadata": {"labels": {"team": "red"}}, "spec": {"priority": 7, "serviceAccountName": "default"}}
    run = Harness(TAKEN, parameters={"name": "me"}, defaults=defaults)
    run.start()
    assert command(run, "greet") == ["echo", "mine me"]
    container = run.pod("greet").request.template.container
    assert container is not None and container.image == "me"
    assert run.pod("greet").request.service_account == "theirs"
    workflow = run.execution.workflow
    stored = workflow.status.stored_workflow_template_spec
    assert stored is not None
    assert (stored.entrypoint, stored.priority, stored.suspend) == ("main", 7, None)
    assert workflow.spec.entrypoint == "" and workflow.spec.priority is None
    labels = {"team": "red", "workflows.argoproj.io/workflow-template": "base"}
    assert labels.items() <= workflow.metadata.labels.items()
    assert run.node("greet").template_scope == "local/"
    assert run.run_all() == "Succeeded"


def test_a_template_that_a_workflow_is_made_from_and_that_is_not_there() -> None:
    for scope, kind in (("", "workflowtemplate"), (", clusterScope: true", "clusterworkflowtemplate")):
        with pytest.raises(NotFound, match=f'{kind}.argoproj.io "nobody" not found'):
            Harness(f"spec: {{workflowTemplateRef: {{name: nobody{scope}}}}}")


def test_defaults_reach_a_workflow_that_has_its_own_templates() -> None:
    run = Harness(steps(["name: a"]), defaults={"spec": {"templateDefaults": {"container": {"workingDir": "/w"}}}})
    run.start()
    container = run.pod("a").request.template.container
    assert container is not None and container.working_dir == "/w"


def test_a_template_that_is_edited_does_not_change_a_run() -> None:
    first, second = (_workflow_and_library(TAKEN.replace("[echo,", f"[{word},")) for word in ("echo", "printf"))
    began = take_snapshot(*first, {})
    assert take_snapshot(began, second[1], {}).status == began.status
    check_unchanged(began, first[1], {})
    with pytest.raises(InvalidRequest, match="WorkflowSpec may not change during execution"):
        check_unchanged(began, second[1], {})
    began.spec.suspend = True
    check_unchanged(began, first[1], {})


def _workflow_and_library(text: str) -> tuple[Workflow, Shelf]:
    first, *others = (decode(document, kind="Workflow") for document in read_documents(text))
    assert isinstance(first, Workflow)
    return first, Shelf(others)


def test_the_copy_is_kept_once() -> None:
    workflow, shelf = _workflow_and_library(TAKEN)
    workflow.metadata.name, workflow.metadata.uid = "wf", "uid"
    workflow = take_snapshot(workflow, shelf, {})
    execution, now = Execution(resolve(workflow), workflow), datetime(2026, 1, 1, tzinfo=UTC)
    execution.handle(now=now)
    first = execution.take_change()
    execution.handle(StopRequested(), now=now)
    second = execution.take_change()
    stored = [change and change.status and change.status.stored_workflow_template_spec for change in (first, second)]
    assert stored == [workflow.status.stored_workflow_template_spec, None]
    assert second and second.status and second.status.phase == "Failed"
