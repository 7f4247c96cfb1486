"""Rules: YAML in, messages out."""

from __future__ import annotations

import pytest

from argosy.plan.rules import RULES
from tests.plan.broken import BROKEN
from tests.plan.manifests import line, problems

CASES = [
    (family, text, expected.replace("~", "spec.templates[0]"))
    for family, rows in BROKEN.items()
    for text, expected in rows
]


def test_every_family_has_manifests_that_break_it() -> None:
    assert list(BROKEN) == list(RULES)


@pytest.mark.parametrize(("family", "text", "expected"), CASES, ids=[f"{row[0]}-{row[2][:60]}" for row in CASES])
def test_it_is_found_and_nothing_else(family: str, text: str, expected: str) -> None:
    found = problems(text)
    assert [line(problem) for problem in found] == [expected]
    assert [problem.rule for problem in found] == [family]
