"""Loops: one kind at a time."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Walk


def check(walk: Walk) -> Iterator[Problem]:
    """What steps and tasks go over (addItemsToScope)."""
    for call in walk.calls:
        holder, sequence = call.holder, call.holder.with_sequence
        if sum((bool(holder.with_items), bool(holder.with_param), sequence is not None)) > 1:
            message = f"{call.label} only one of withItems, withParam, withSequence can be specified"
            yield call.problem((), message)
        if sequence is not None and sequence.count is not None and sequence.end is not None:
            message = f"{call.label} only one of count or end can be defined in withSequence"
            yield call.problem(("withSequence",), message)
