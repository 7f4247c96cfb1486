"""Advice: YAML in, warnings and less out; and no error ever."""

from __future__ import annotations

import pytest

from argosy.plan.rules import ADVICE, refusals
from tests.plan.advised import ADVISED
from tests.plan.advised_habits import HABITS
from tests.plan.manifests import advice, container, everything, manifest, workflow

CASES = [(family, text, lines) for family, rows in (ADVISED | HABITS).items() for text, lines in rows]


def test_every_family_has_manifests() -> None:
    assert sorted(ADVISED | HABITS) == sorted(ADVICE)


@pytest.mark.parametrize(("family", "text", "lines"), CASES)
def test_it_is_said_and_nothing_else(family: str, text: str, lines: list[str]) -> None:
    assert advice(text, family) == lines


@pytest.mark.parametrize(("family", "text", "lines"), CASES)
def test_it_is_no_error(family: str, text: str, lines: list[str]) -> None:
    assert [each for each in everything(text) if each.rule in ADVICE and each.level == "error"] == []


def test_nobody_hears_of_it_at_submit() -> None:
    assert refusals(manifest(workflow(container(), spec="  arguments: {parameters: [{name: a, value: b}]}"))) == []
