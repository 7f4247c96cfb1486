"""How many may run at once, and when nothing more may begin because something has failed (checkParallelism in Argo)."""

from __future__ import annotations

from argosy.engine.context import Context
from argosy.engine.deadlines import is_over
from argosy.engine.state import State
from argosy.model.kinds import FAILED
from argosy.templates.base import Activity, Verdict

FAILED_FAST = "template has failed or errored children and failFast enabled"


def no_room(state: State, boundary: Context | None, *, is_exit: bool, is_retry: bool = False) -> str:
    """Why a node may not begin now in this boundary; empty where it may. `is_exit`: it is of an exit handler.

    A try after the first takes the place of the one before it: of the limits only the workflow's holds for it, and how
    fast pods may begin, which holds for any node: what has none to begin would wait for them below it.
    """
    limit = state.resolved.spec.parallelism
    active = len(state.pods) - state.nodes.counts.serving_pods
    if limit is not None and active >= limit:
        return f"parallelism of the workflow: {active} of {limit} pods run"
    ends_at_once = state.shuts_down(is_exit=is_exit) or is_over(state, is_exit=is_exit)
    too_soon = "" if ends_at_once else state.rate.refusal(state.now)
    if too_soon:
        return too_soon
    failing = boundary
    while failing is not None and not fails_fast(state, failing):
        failing = failing.boundary
    if failing is not None:
        return f"failFast: a child of {failing.node.name} has failed"
    if boundary is None or is_retry:
        return ""
    limit, active = boundary.template.parallelism, state.nodes.counts.active[boundary.node.id]
    if limit is not None and active >= limit:
        return f"parallelism of template {boundary.template.name}: {active} of {limit} run in {boundary.node.name}"
    return ""


def fails_fast(state: State, context: Context) -> bool:
    """Whether a child of the node has failed, and its template wants to fail then (`failFast`)."""
    return bool(context.template.fail_fast) and state.nodes.counts.failed[context.node.id] > 0


def only_groups_failed(state: State, context: Context) -> bool:
    """Whether all children that have failed are steps or DAGs that failed just now.

    Argo looks at `failFast` before it walks on: a pod has failed by then, a group fails as it walks. So the node may
    end as if there were no `failFast`, with the message and the phase that come of that.
    """
    counts, node_id = state.nodes.counts, context.node.id
    return counts.failed[node_id] == counts.failed_groups[node_id]


def fail_fast(state: State, activity: Activity) -> Verdict | None:
    """How a node ends of which a child has failed: once its pods have ended."""
    if state.nodes.counts.active_pods[activity.context.node.id]:
        return None
    activity.fail_fast(FAILED_FAST)
    return Verdict(FAILED, FAILED_FAST)
