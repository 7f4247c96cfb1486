"""At most so many workflows run at once (`parallelism`, `namespaceParallelism`): which of those that wait may begin.

The order is that of Argo's throttler (workflow/sync/multi_throttler.go): higher priority first, then older.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from argosy.model.kinds import RUNNING
from argosy.model.workflow import Workflow
from argosy.ports.limits import Limits

POSTPONED = "Workflow processing has been postponed because too many workflows are already running"


def turn(workflow: Workflow) -> tuple[int, float, str]:
    """What workflows are sorted by."""
    created = workflow.metadata.creation_timestamp
    return -(workflow.spec.priority or 0), created.timestamp() if created else 0.0, workflow.metadata.uid


def admit(waiting: Iterable[Workflow], running: Iterable[Workflow], limits: Limits) -> list[Workflow]:
    """The workflows that may go on now, in their turn.

    Those that have begun always may, and those that are being stopped, which end at once.
    """
    inturn = sorted(waiting, key=turn)
    if not inturn:
        return []
    admitted = [each for each in inturn if not _is_bound(each)]
    active = Counter(each.metadata.namespace for each in (*running, *admitted))
    for each in filter(_is_bound, inturn):
        namespace = each.metadata.namespace
        if _is_below(active.total(), limits.parallelism) and _is_below(active[namespace], limits.namespace_parallelism):
            active[namespace] += 1
            admitted.append(each)
    return admitted


def _is_bound(workflow: Workflow) -> bool:
    return not workflow.spec.shutdown and workflow.status.phase != RUNNING


def _is_below(count: int, limit: int | None) -> bool:
    return limit is None or count < limit
