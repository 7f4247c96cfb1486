"""At most so many workflows run at once (the setting `parallelism`): which of those that wait may begin.

The order is that of Argo's throttler (workflow/sync/multi_throttler.go): higher priority first, then older.
"""

from __future__ import annotations

from collections.abc import Iterable

from argosy.model.kinds import RUNNING
from argosy.model.workflow import Workflow

POSTPONED = "Workflow processing has been postponed because too many workflows are already running"


def turn(workflow: Workflow) -> tuple[int, float, str]:
    """What workflows are sorted by."""
    created = workflow.metadata.creation_timestamp
    return -(workflow.spec.priority or 0), created.timestamp() if created else 0.0, workflow.metadata.uid


def admit(waiting: Iterable[Workflow], running: int, limit: int | None) -> list[Workflow]:
    """The workflows that may go on now, in their turn.

    Those that have begun always may, and those that are being stopped, which end at once.
    """
    inturn = sorted(waiting, key=turn)
    if limit is None:
        return inturn
    free = [each for each in inturn if each.spec.shutdown or each.status.phase == RUNNING]
    bound = [each for each in inturn if each not in free]
    return [*free, *bound[: max(0, limit - running - len(free))]]
