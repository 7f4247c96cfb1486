"""Where outputs come from: one place each, and one that the template's type has."""

from __future__ import annotations

import pytest

from tests.plan.manifests import problems, workflow

TYPES = {
    "Container": "container: {image: x}",
    "ContainerSet": "containerSet: {containers: [{name: main, image: x}]}",
    "Script": "script: {image: x, source: z}",
    "Resource": "resource: {action: get}",
    "DAG": "dag: {tasks: [{name: a, template: wait}]}",
    "Steps": "steps: [[{name: a, template: wait}]]",
    "Suspend": "suspend: {}",
}
NAME = "templates.main.outputs.parameters.p"
CHOICES = "path, jqFilter, jsonPath, parameter, raw"


@pytest.mark.parametrize(
    ("kind", "output", "message"),
    [
        ("Container", "", f"{NAME} does not have valueFrom or value specified"),
        ("Container", "value: a, valueFrom: {path: /a}", f"{NAME} has both valueFrom and value specified, choose one"),
        (
            "Container",
            "valueFrom: {}",
            f"valueFrom type unspecified. choose one of: {CHOICES}, expression",
        ),
        (
            "Container",
            "valueFrom: {path: /a, supplied: {}}",
            f"multiple valueFrom types specified. choose one of: {CHOICES}",
        ),
        ("Container", "valueFrom: {parameter: a}", f"{NAME}.path must be specified for Container templates"),
        ("ContainerSet", "valueFrom: {parameter: a}", f"{NAME}.path must be specified for ContainerSet templates"),
        ("Script", "valueFrom: {jsonPath: a}", f"{NAME}.path must be specified for Script templates"),
        ("Resource", "valueFrom: {path: /a}", f"{NAME} .jqFilter or jsonPath must be specified for Resource templates"),
        ("DAG", "valueFrom: {path: /a}", f"{NAME}.parameter or expression must be specified for DAG templates"),
        ("Steps", "valueFrom: {path: /a}", f"{NAME}.parameter or expression must be specified for Steps templates"),
        ("Steps", "valueFrom: {expression: a}", ""),
        ("DAG", "valueFrom: {parameter: a}", ""),
        ("Resource", "valueFrom: {jqFilter: a}", ""),
        ("Resource", "valueFrom: {jsonPath: a}", ""),
        ("Script", "valueFrom: {path: a}", ""),
        ("Suspend", "valueFrom: {supplied: {}}", ""),
        ("Suspend", "valueFrom: {path: a}", ""),
        ("Steps", "value: a", ""),
    ],
)
def test_one_place_that_the_type_has(kind: str, output: str, message: str) -> None:
    template = f"  - name: main\n    {TYPES[kind]}\n    outputs: {{parameters: [{{name: p, {output}}}]}}\n"
    found = problems(workflow(template + "  - {name: wait, suspend: {}}\n"))
    assert [problem.message for problem in found] == ([message] if message else [])


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/a/b", True),
        ("a/b", True),
        ("/a/../b", False),
        ("/a/..", False),
        ("/a/../a", False),
        ("/a/../a/b", True),
        ("//a/../a/b", False),
        ("/..", True),
        ("a..b", True),
    ],
)
def test_an_artifact_stays_in_its_folder(path: str, good: bool) -> None:
    text = workflow(
        f"  - name: main\n    container: {{image: x}}\n    outputs: {{artifacts: [{{name: a, path: {path}}}]}}"
    )
    assert [problem.message.endswith("Directory traversal is not permitted") for problem in problems(text)] == (
        [] if good else [True]
    )
