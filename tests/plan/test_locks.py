"""Locks that wait for themselves, seen before anything runs."""

from __future__ import annotations

import pytest

from argosy.plan.rules import ADVICE
from argosy.plan.rules.subject import Subject
from argosy.plan.rules.walk import Walk
from tests.plan.manifests import manifest

MUTEX = "synchronization: {mutexes: [{name: x}]}"


def found(*, whole: str = "", outer: str = "", inner: str = "") -> list[str]:
    text = (
        f"kind: Workflow\nmetadata: {{name: a}}\nspec:\n  entrypoint: main\n  {whole}\n  templates:\n"
        f"  - name: main\n    {outer}\n    steps: [[{{name: s, template: middle}}]]\n"
        "  - {name: middle, dag: {tasks: [{name: t, template: leaf}]}}\n"
        f"  - name: leaf\n    {inner}\n    container: {{image: x}}\n"
    )
    return [problem.message for problem in ADVICE["locks"](Walk(Subject(manifest(text), [], submitting=False)))]


@pytest.mark.parametrize(("where", "holder"), [("whole", "the workflow"), ("outer", "templates.main")])
def test_who_wants_what_is_held_around_it_waits_for_ever(where: str, holder: str) -> None:
    message = f"templates.leaf wants the mutex 'x' that {holder} holds around it: it waits for ever"
    assert found(inner=MUTEX, **{where: MUTEX}) == [message]


def test_a_template_that_is_called_twice_is_told_of_once() -> None:
    text = (
        "kind: Workflow\nmetadata: {name: a}\nspec:\n  entrypoint: main\n  templates:\n"
        f"  - name: main\n    {MUTEX}\n    steps: [[{{name: s, template: leaf}}, {{name: t, template: leaf}}]]\n"
        f"  - name: leaf\n    {MUTEX}\n    container: {{image: x}}\n"
    )
    assert len(list(ADVICE["locks"](Walk(Subject(manifest(text), [], submitting=False))))) == 1


@pytest.mark.parametrize("other", ["{mutexes: [{name: z}]}", "{mutexes: [{name: x, namespace: other}]}"])
def test_other_locks_are_no_matter(other: str) -> None:
    assert found(whole=f"synchronization: {other}", outer=MUTEX) == []
    assert found(outer=f"synchronization: {other}", inner=MUTEX) == []


def test_what_depends_on_inputs_is_not_known() -> None:
    tagged = "synchronization: {mutexes: [{name: '{{workflow.parameters.p}}'}]}"
    assert found(outer=tagged, inner=tagged) == []
