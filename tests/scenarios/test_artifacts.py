"""Artifacts as references: what an input becomes, out of what the steps before it gave."""

from __future__ import annotations

import pytest

from argosy.model.arguments import Artifact
from argosy.testing import Harness

LEAVES = """
  - name: make
    container: {image: a, command: [a]}
    outputs: {artifacts: [{name: file, path: /tmp/file, globalName: kept}]}
  - name: read
    inputs: {artifacts: [{name: in, path: /srv/in, mode: 420}]}
    container: {image: a, command: [cat, "{{inputs.artifacts.in.path}}"]}
  - name: may-read
    inputs: {artifacts: [{name: in, path: /srv/in, optional: true}]}
    container: {image: a, command: [a]}
"""


def workflow(body: str, more: str = "") -> str:
    return f"spec:\n  entrypoint: main\n{more}  templates:\n  - name: main\n{body}{LEAVES}"


def two_steps(first: str, second: str, outputs: str = "") -> str:
    return workflow(f"    steps:\n    - - {{{first}}}\n    - - {{{second}}}\n{outputs}")


def two_tasks(first: str, second: str) -> str:
    return workflow(f"    dag:\n      tasks:\n      - {{{first}}}\n      - {{{second}}}\n")


def source(reference: str, more: str = "") -> str:
    return f'arguments: {{artifacts: [{{name: in, from: "{reference}"{more}}}]}}'


FROM_STEP, FROM_TASK = "{{steps.a.outputs.artifacts.file}}", "{{tasks.a.outputs.artifacts.file}}"


def taken(run: Harness, pod: str) -> Artifact:
    (artifact,) = run.pod(pod).request.template.inputs.artifacts
    return artifact


def key(artifact: Artifact) -> str:
    assert artifact.s3 is not None
    return artifact.s3.key


@pytest.mark.parametrize(
    "text",
    [
        two_steps("name: a, template: make", f"name: b, template: read, {source(FROM_STEP)}"),
        two_tasks("name: a, template: make", f"name: b, template: read, dependencies: [a], {source(FROM_TASK)}"),
    ],
    ids=["steps", "dag"],
)
def test_an_output_becomes_an_input(text: str) -> None:
    run = Harness(text)
    run.start()
    run.pod("a").succeed(artifacts={"file": "wf/a/file.tgz"})
    artifact = taken(run, "b")
    assert (artifact.name, artifact.path, artifact.mode, key(artifact)) == ("in", "/srv/in", 420, "wf/a/file.tgz")
    container = run.pod("b").request.template.container
    assert container is not None and container.command == ["cat", "/srv/in"]
    inputs = run.node("b").inputs
    assert inputs is not None and inputs.artifacts == [artifact]
    run.pod("b").succeed()
    outputs = run.execution.workflow.status.outputs
    assert outputs is not None
    assert [(each.name, each.path, key(each)) for each in outputs.artifacts] == [("kept", "", "wf/a/file.tgz")]


def test_a_part_of_it() -> None:
    run = Harness(
        two_steps("name: a, template: make", f"name: b, template: read, {source(FROM_STEP, ', subPath: x/y.txt')}")
    )
    run.start()
    run.pod("a").succeed(artifacts={"file": "wf/a/file"})
    assert key(taken(run, "b")) == "wf/a/file/x/y.txt"


def test_through_a_template_in_between_and_out_of_it() -> None:
    run = Harness(
        two_steps(
            "name: a, template: inner",
            f"name: b, template: read, {source(FROM_STEP)}",
        )
        + """
  - name: inner
    steps: [[{name: c, template: make}]]
    outputs: {artifacts: [{name: file, from: "{{steps.c.outputs.artifacts.file}}"}]}
"""
    )
    run.start()
    run.pod("c").succeed(artifacts={"file": "key"})
    outputs = run.node("a").outputs
    assert outputs is not None and [(each.name, key(each)) for each in outputs.artifacts] == [("file", "key")]
    assert key(taken(run, "b")) == "key"


def test_arguments_of_the_workflow_and_inputs_that_are_passed_on() -> None:
    run = Harness(
        workflow(
            "    inputs: {artifacts: [{name: given}]}\n"
            f"    steps: [[{{name: b, template: read, {source('{{inputs.artifacts.given}}')}}}]]\n",
            "  arguments: {artifacts: [{name: given, raw: {data: hello}}]}\n",
        )
    )
    run.start()
    artifact = taken(run, "b")
    assert artifact.raw is not None and (artifact.name, artifact.raw.data) == ("in", "hello")


@pytest.mark.parametrize(("result", "wanted"), [("heads", "from-a"), ("tails", "from-b")])
def test_an_expression_chooses(result: str, wanted: str) -> None:
    run = Harness(
        workflow("""    steps:
    - - {name: flip, template: may-read}
    - - {name: a, template: make, when: "{{steps.flip.outputs.result}} == heads"}
      - {name: b, template: make, when: "{{steps.flip.outputs.result}} == tails"}
    outputs:
      artifacts:
      - name: file
        fromExpression: >-
          steps['flip'].outputs.result == 'heads' ? steps.a.outputs.artifacts.file : steps.b.outputs.artifacts.file
""")
    )
    run.start()
    run.pod("flip").succeed(result=result)
    (chosen,) = run.running
    run.pod(chosen).succeed(artifacts={"file": wanted})
    outputs = run.node("wf").outputs
    assert run.phase == "Succeeded" and outputs is not None
    assert [key(each) for each in outputs.artifacts] == [wanted]


def test_outputs_of_the_workflow_in_an_exit_handler() -> None:
    handler = """  hooks:
    exit:
      template: read
      arguments: {artifacts: [{name: in, from: "{{workflow.outputs.artifacts.kept}}"}]}
"""
    run = Harness(workflow("    steps: [[{name: a, template: make}]]\n", handler))
    run.start()
    run.pod("a").succeed(artifacts={"file": "key"})
    assert key(taken(run, "wf.onExit")) == "key"


def test_what_is_optional_may_be_missing() -> None:
    skipped = 'name: a, template: make, when: "1 == 2"'
    run = Harness(
        two_tasks(skipped, f"name: b, template: may-read, depends: a.Skipped, {source(FROM_TASK, ', optional: true')}")
    )
    run.start()
    artifact = taken(run, "b")
    assert (artifact.s3, artifact.optional) == (None, True)


def test_what_is_missing_and_wanted_is_an_error() -> None:
    skipped = 'name: a, template: make, when: "1 == 2"'
    run = Harness(two_tasks(skipped, f"name: b, template: read, depends: a.Skipped, {source(FROM_TASK)}"))
    run.start()
    assert run.phase == "Error"
    assert run.node("b").message == 'Unable to resolve: "tasks.a.outputs.artifacts.file"'
    run = Harness(two_steps(skipped, f"name: b, template: read, {source(FROM_STEP)}"))
    run.start()
    assert run.phase == "Failed"
    assert run.node("b").message == "inputs.artifacts.in missing location information"
    run = Harness(workflow("    steps: [[{name: b, template: read}]]\n"))
    run.start()
    assert run.node("b").message == "inputs.artifacts.in was not supplied"
