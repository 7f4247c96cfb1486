"""Fields that a type does not have: where they belong, and what they are called today."""

from __future__ import annotations

import pytest

from argosy.model.codec import problems, read_documents

WORKFLOW = "kind: Workflow\nmetadata: {name: w}\nspec:\n  %s\n  templates:\n  - name: main\n    %s\n"


def hints(spec: str = "priority: 1", template: str = "container: {image: x}") -> list[tuple[str, str]]:
    (document,) = read_documents(WORKFLOW % (spec, template))
    return [(error.message, error.hint) for error in problems(document)]


@pytest.mark.parametrize(
    ("spec", "template", "message", "hint"),
    [
        ("parameters: []", "{}", 'unknown field "parameters"', "it belongs into arguments or inputs or outputs"),
        ("priority: 1", "container: {image: x, outputs: {}}", 'unknown field "outputs"', "it belongs into a template"),
        (
            "priority: 1",
            "container: {imagePullSecrets: []}",
            'unknown field "imagePullSecrets"',
            "it belongs into spec",
        ),
        ("priority: 1", "container: {commands: []}", 'unknown field "commands"; did you mean "command"?', ""),
        ("priority: 1", "inputs: {xyz: []}", 'unknown field "xyz"', "Inputs has: artifacts, parameters"),
        (
            "synchronization: {mutex: {name: a}}",
            "container: {image: x}",
            'unknown field "mutex"; did you mean "mutexes"?',
            "write mutexes, which is a list: `argosy convert` does it",
        ),
        (
            "podPriority: 3",
            "container: {image: x}",
            'unknown field "podPriority"',
            "write podPriorityClassName, the name of a PriorityClass",
        ),
        (
            "priority: 1",
            "resubmitPendingPods: true",
            'unknown field "resubmitPendingPods"',
            "remove it, pods that the cluster has no room for wait without it: `argosy convert` does it",
        ),
        ("volumes: [{name: a, emptyVol: {}}]", "container: {image: x}", 'unknown field "emptyVol"', ""),
    ],
)
def test_hint(spec: str, template: str, message: str, hint: str) -> None:
    template = "container: {image: x}" if template == "{}" else template
    assert hints(spec, template) == [(message, hint)]
