"""What can't run on a cluster yet is refused by name."""

from __future__ import annotations

import msgspec
import pytest
import yaml

from argosy.executors.kubernetes.refusals import BUILT, HONOURED, refusals
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import Workflow
from argosy.plan.support import BUILT as EVERYWHERE

ROW = "templates: [{{name: t, container: {{image: x}}, {}}}]"


def refused(spec: str, *, owned: bool = True) -> list[str]:
    workflow = Workflow(spec=msgspec.convert(yaml.safe_load(spec), WorkflowSpec))
    return [problem.message for problem in refusals(workflow, owned=owned)]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("volumeClaimTemplates: [{metadata: {name: v}}]", "spec.volumeClaimTemplates"),
        ("arguments: {artifacts: [{name: a}]}", "spec.arguments.artifacts"),
        (ROW.format("inputs: {artifacts: [{name: a, path: /a}]}"), "spec.templates[0].inputs.artifacts"),
        (ROW.format("outputs: {artifacts: [{name: a, path: /a}]}"), "spec.templates[0].outputs.artifacts"),
        (
            ROW.format("outputs: {parameters: [{name: a}, {name: b, valueFrom: {path: /b}}]}"),
            "spec.templates[0].outputs.parameters[1].valueFrom.path",
        ),
        (ROW.format("sidecars: [{name: s, image: x}]"), "spec.templates[0].sidecars"),
        (ROW.format("initContainers: [{name: s, image: x}]"), "spec.templates[0].initContainers"),
        ("templates: [{name: t, containerSet: {containers: []}}]", "spec.templates[0].containerSet"),
        ("templates: [{name: t, http: {url: x}}]", "spec.templates[0].http"),
        (
            "templates: [{name: t, dag: {tasks: [{name: a, inline: {container: {image: x}, sidecars: [{name: s}]}}]}}]",
            "spec.templates[0].dag.tasks[0].inline.sidecars",
        ),
        (
            "templates: [{name: t, steps: [[{name: a, inline: {script: {image: x}, sidecars: [{name: s}]}}]]}]",
            "spec.templates[0].steps[0][0].inline.sidecars",
        ),
    ],
)
def test_refused(spec: str, path: str) -> None:
    assert refused(spec) == [f"not supported yet on kubernetes: {path}"]


def test_not_refused() -> None:
    assert refused(ROW.format("volumes: [{name: v, emptyDir: {}}], podSpecPatch: x, nodeSelector: {a: b}")) == []
    assert refused("templates: [{name: t, resource: {action: get}, outputs: {parameters: [{name: a}]}}]") == []


def test_what_is_no_object_of_the_cluster_owns_nothing_there() -> None:
    spec = "templates: [{name: t, resource: {action: create, setOwnerReference: true}}]"
    assert refused(spec) == []
    assert refused(spec, owned=False) == [
        "not supported yet on kubernetes: spec.templates[0].resource.setOwnerReference"
    ]


def test_what_else_has_an_effect_here() -> None:
    assert {"nodeSelector", "resources", "image", "podSpecPatch", "tolerations", "imagePullSecrets"} <= HONOURED
    assert not {"archiveLogs", "podDisruptionBudget"} & HONOURED
    assert BUILT.keys() <= EVERYWHERE.keys()
