"""What a workflow says of itself: workflowMetadata, and the variables that read it."""

from __future__ import annotations

from argosy.testing import Harness

TEXT = """
spec:
  entrypoint: main
  arguments: {parameters: [{name: env, value: staging}]}
  workflowMetadata:
    labels: {team: blue}
    annotations: {note: hello}
    labelsFrom: {env: {expression: EXPRESSION}}
  templates:
  - name: main
    container:
      image: x
      command: [x, "{{workflow.labels.team}} {{workflow.labels.env}} {{workflow.annotations.note}}"]
"""


def test_labels_and_annotations_come_to_the_workflow() -> None:
    run = Harness(TEXT.replace("EXPRESSION", "workflow.parameters.env"))
    run.start()
    metadata = run.execution.workflow.metadata
    assert (metadata.labels["team"], metadata.labels["env"], metadata.annotations["note"]) == (
        "blue",
        "staging",
        "hello",
    )
    container = run.pod("wf").request.template.container
    assert container is not None
    assert container.command[1] == "blue staging hello"


def test_an_expression_that_gives_no_text_is_an_error() -> None:
    run = Harness(TEXT.replace("EXPRESSION", "1 + 1"))
    run.start()
    assert (run.phase, run.running) == ("Error", [])
    assert "it is 2 but must be a string" in run.message


def test_what_its_pods_used_is_counted() -> None:
    run = Harness("""
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: x
      command: [x]
      resources: {limits: {cpu: 3, memory: 200Mi}, requests: {cpu: 500m}}
""")
    run.start()
    run.advance(60)
    run.pod("wf").succeed()
    assert run.node("wf").resources_duration == {"cpu": 30, "memory": 120}
    assert run.execution.workflow.status.resources_duration == {"cpu": 30, "memory": 120}
