"""What is valid but not built here yet: a warning, and an error where the workflow is to run here now."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.plan import support
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Walk


def check(walk: Walk) -> Iterator[Problem]:
    """What `argosy.plan.support` refuses."""
    yield from support.problems(walk.subject.manifest, level="error" if walk.subject.submitting else "warning")
