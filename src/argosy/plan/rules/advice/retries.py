"""Retries of more than one step."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.plan.rules.advice.parts import note, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Walk


def check(walk: Walk) -> Iterator[Problem]:
    """Steps and DAGs that are tried again."""
    for visit in own_visits(walk):
        if visit.types[0] in ("steps", "dag") and visit.template.retry_strategy is not None:
            message = f"{visit.label}.retryStrategy: a failure repeats all of it, what has succeeded as well"
            hint = "give the templates that it calls a retryStrategy, where that is enough"
            yield note(visit, ("retryStrategy",), message, hint, "info")
