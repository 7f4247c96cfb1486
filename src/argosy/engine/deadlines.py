"""Time that is up: the workflow's deadline, a template's timeout, and how long a pod may run.

getWorkflowDeadline, checkTemplateTimeouts and failNodesWithoutCreatedPodsAfterDeadlineOrShutdown in Argo's operator.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from argosy.engine.context import Context
from argosy.engine.state import State
from argosy.language.durations import parse_duration
from argosy.model.kinds import FAILED, PENDING, POD, SUSPEND
from argosy.model.template import Template
from argosy.templates.base import Verdict, fulfilled

EXCEEDED = "Step exceeded its deadline"
TIMEOUT = "timeout"


def workflow_deadline(state: State) -> datetime | None:
    """When the workflow has to end (`spec.activeDeadlineSeconds`), None where it may take as long as it wants."""
    seconds, started = state.resolved.spec.active_deadline_seconds, state.status.started_at
    if seconds is None or started is None:
        return None
    return started.replace(microsecond=0) + timedelta(seconds=seconds)


def is_over(state: State, *, is_exit: bool) -> bool:
    """Whether the workflow's deadline has passed; exit handlers run even so."""
    deadline = workflow_deadline(state)
    return deadline is not None and state.now >= deadline and not is_exit


def too_late(context: Context) -> str:
    """Why a leaf, or a node that waits for a lock, may not begin any more; empty where it may.

    After a stop, in the words of Argo's createWorkflowPod for a pod and of its operator.go for what waits; or past the
    workflow's deadline.
    """
    state, node = context.state, context.node
    if not context.shutting_down:
        return EXCEEDED if is_over(state, is_exit=context.is_exit) else ""
    begins_pod = node.type == POD and node.synchronization_status is None
    strategy = state.workflow.spec.shutdown
    return f"workflow shutdown with strategy: {strategy}" if begins_pod else f"Stopped with strategy '{strategy}'"


def enforce(state: State, context_of: dict[str, Context]) -> None:
    """Once the workflow's deadline has passed: end what runs or waits."""
    deadline = workflow_deadline(state)
    if deadline is None or state.now < deadline:
        return
    for node_id in sorted(context_of, key=state.nodes.order.__getitem__):
        context, node = context_of[node_id], state.nodes.get(node_id)
        if fulfilled(node) or not is_over(state, is_exit=context.is_exit):
            continue
        if node_id in state.pods:
            state.stop_pod(node, EXCEEDED)
        elif node.type == SUSPEND or node.phase == PENDING:
            state.end(node, FAILED, EXCEEDED)


def check_timeouts(template: Template) -> None:
    """Raise ExpressionError for a timeout that is no duration."""
    for text in (template.timeout, template.pending_timeout):
        if text:
            parse_duration(text)


def pending_until(context: Context) -> datetime | None:
    """Until when a node may be Pending (`timeout`, `pendingTimeout`)."""
    node, template = context.node, context.template
    wanted = [each for each in (template.timeout, template.pending_timeout) if each]
    waits_for_pod = node.type == POD or node.synchronization_status is not None
    if not wanted or node.started_at is None or not waits_for_pod:
        return None
    return node.started_at + timedelta(seconds=min(map(parse_duration, wanted)))


def timed_out(context: Context, now: datetime) -> Verdict | None:
    """Failed, where the node has been Pending for too long."""
    until = pending_until(context) if context.node.phase == PENDING else None
    return Verdict(FAILED, TIMEOUT) if until is not None and now >= until else None


def pod_seconds(state: State, context: Context, latest: datetime | None) -> float | None:
    """How long the pod of a node may run, None for ever.

    The template's `activeDeadlineSeconds` and what is left of the workflow's; a `timeout` takes the place of both.
    `latest` is when a retry has to be over.
    """
    template, begun = context.template, context.node.started_at or state.now
    if template.timeout:
        return parse_duration(template.timeout)
    seconds = [] if template.active_deadline_seconds is None else [float(template.active_deadline_seconds)]
    ends = [latest, None if context.is_exit else workflow_deadline(state)]
    seconds += [(end - begun).total_seconds() for end in ends if end is not None]
    return min(seconds) if seconds else None
