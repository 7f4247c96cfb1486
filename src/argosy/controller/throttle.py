"""At most so many workflows run at once (the setting `parallelism`): which of those that wait may begin.

The order is that of Argo's throttler (workflow/sync/multi_throttler.go): higher priority first, then older.
"""

from __future__ import annotations

from collections.abc import Iterable

from argosy.model.workflow import Workflow

POSTPONED = "Workflow processing has been postponed because too many workflows are already running"


def _turn(workflow: Workflow) -> tuple[int, float, str]:
    created = workflow.metadata.creation_timestamp
    return -(workflow.spec.priority or 0), created.timestamp() if created else 0.0, workflow.metadata.uid


def admit(waiting: Iterable[Workflow], running: int, limit: int | None) -> list[Workflow]:
    """The workflows that may begin now, in their turn. Those that are being stopped always may, to end at once."""
    in_turn = sorted(waiting, key=_turn)
    if limit is None:
        return in_turn
    stopping = [workflow for workflow in in_turn if workflow.spec.shutdown]
    others = [workflow for workflow in in_turn if not workflow.spec.shutdown]
    return [*stopping, *others[: max(0, limit - running)]]
