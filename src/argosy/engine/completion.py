"""The workflow as a whole: how it begins, and how it ends when its root has (operate and markWorkflowPhase in Argo)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argosy.engine.state import State
from argosy.engine.synchronization import Synchronization
from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.govalues import format_value
from argosy.language.names import exit_name
from argosy.model.kinds import ERROR, FAILED, FULFILLED, OMITTED, PENDING, RUNNING, SKIPPED, SUCCEEDED
from argosy.model.spec import WorkflowMetadata
from argosy.model.status import Condition, WorkflowStatus
from argosy.model.template import WorkflowStep
from argosy.model.workflow import Workflow
from argosy.plan.resolve import ResolvedWorkflow
from argosy.plan.substitution import evaluate_value
from argosy.ports.store import Change
from argosy.templates.base import failed, raised

PHASE_LABEL = "workflows.argoproj.io/phase"
COMPLETED_LABEL = "workflows.argoproj.io/completed"
POD_RUNNING = "PodRunning"
POD_NAME_FORMAT = "workflows.argoproj.io/pod-name-format"
OF_ROOT: dict[str, str] = {
    SUCCEEDED: SUCCEEDED,
    SKIPPED: SUCCEEDED,
    OMITTED: SUCCEEDED,
    FAILED: FAILED,
    ERROR: ERROR,
}


def mark_running(state: State) -> None:
    """The workflow begins, with the labels and annotations that its `workflowMetadata` gives it.

    One with an expression for a label that gives none ends in Error (updateWorkflowMetadata).
    """
    metadata, wanted = state.workflow.metadata, state.resolved.spec.workflow_metadata or WorkflowMetadata()
    metadata.annotations = {**metadata.annotations, **wanted.annotations, POD_NAME_FORMAT: "v2"}
    metadata.labels = {**metadata.labels, **wanted.labels}
    _mark(state, RUNNING, "")
    state.head_changed.add("snapshot")
    try:
        labels = {name: _label(name, source.expression, state) for name, source in wanted.labels_from.items()}
    except InvalidRequest as error:
        _mark(state, ERROR, error.message)
        return
    metadata.labels = {**metadata.labels, **labels}


def _label(name: str, expression: str, state: State) -> str:
    value = evaluate_value(expression, state.variables, None)
    if not isinstance(value, str):
        what = f'failed to evaluate label "{name}" expression "{expression}"'
        raise ExpressionError(f"{what}: it is {format_value(value)} but must be a string")
    return value


def entrypoint_of(resolved: ResolvedWorkflow) -> WorkflowStep:
    """What the root runs; the hooks of the workflow are those of its root."""
    spec = resolved.spec
    return WorkflowStep(template=spec.entrypoint, arguments=spec.arguments, hooks=spec.hooks, on_exit=spec.on_exit)


def begin_workflow(state: State, locks: Synchronization) -> bool:
    """Begin, where a pod may and the workflow gets the locks that it wants; else say why it waits, or has failed."""
    strategy = state.workflow.spec.shutdown
    try:
        obstacle = state.rate.refusal(state.now) or _refusal(state, locks)
    except InvalidRequest as error:
        _mark(state, FAILED, f"Failed to acquire the synchronization lock. {error.message}")
        return False
    if not obstacle:
        mark_running(state)
    elif strategy:
        _mark(state, FAILED, f"Stopped with strategy '{strategy}'")
    elif (state.status.phase, state.status.message) != (PENDING, obstacle):
        _mark(state, PENDING, obstacle)
    if state.finished:
        locks.release()
    return not obstacle and not state.finished


def _refusal(state: State, locks: Synchronization) -> str:
    """Why the workflow does not get its locks, empty where it does. Raises InvalidRequest."""
    refusal = locks.request(state.resolved.spec.synchronization)
    return refusal.message if refusal is not None else ""


def conclude_workflow(state: State) -> None:
    """Give the workflow the phase of its root, which has ended; an exit handler that failed spoils a success."""
    root, strategy = state.root, state.workflow.spec.shutdown
    if root is None:
        return
    error, on_exit = raised(root), state.nodes.find(exit_name(root.name))
    if error:
        _mark(state, ERROR, f"error in entry template execution: {error}")
    elif failed(root) and strategy:
        _mark(state, OF_ROOT[root.phase], f"Stopped with strategy '{strategy}'")
    elif failed(root):
        _mark(state, OF_ROOT[root.phase], root.message)
    elif on_exit is not None and failed(on_exit):
        of_exit = raised(on_exit)
        message = f"error in exit template execution : {of_exit}" if of_exit else on_exit.message
        _mark(state, OF_ROOT[on_exit.phase], message)
    else:
        _mark(state, OF_ROOT[root.phase], "")


def note_running_pods(state: State) -> None:
    """Keep the condition PodRunning, once there are pods to look at: whether any of them runs (podReconciliation)."""
    wanted = "True" if state.nodes.counts.running_pods else "False"
    others = [each for each in state.status.conditions if each.type != POD_RUNNING]
    now = next((each.status for each in state.status.conditions if each.type == POD_RUNNING), "")
    if wanted != now and (now or state.pods_total):
        state.status.conditions = [Condition(type=POD_RUNNING, status=wanted), *others]
        state.head_changed.add("status")


def fail_workflow(workflow: Workflow, message: str, now: datetime, *, phase: str = ERROR) -> Change:
    """End a workflow that can't be run, or run on; gives the change."""
    status = workflow.status
    status.synchronization = None
    nodes = [node for node in status.nodes.values() if node.phase not in FULFILLED]
    for node in nodes:
        node.phase, node.message, node.finished_at = ERROR, "Workflow operation error", now
    _set_phase(workflow, phase, message, now)
    return Change(
        uid=workflow.metadata.uid,
        metadata=workflow.metadata,
        status=msgspec.structs.replace(status, nodes={}),
        nodes=nodes,
    )


def without_snapshot(status: WorkflowStatus, *, keep: bool = False) -> WorkflowStatus:
    """The status as a change has it: no nodes, and of what is copied once only what is new, for it may be large."""
    if keep:
        return msgspec.structs.replace(status, nodes={})
    return msgspec.structs.replace(status, nodes={}, stored_templates={}, stored_workflow_template_spec=None)


def postpone_workflow(workflow: Workflow, message: str) -> Change:
    """Say of a workflow that has not begun why it has not; gives the change."""
    status = workflow.status
    status.phase, status.message = PENDING, message
    return Change(uid=workflow.metadata.uid, status=msgspec.structs.replace(status, nodes={}))


def _mark(state: State, phase: str, message: str) -> None:
    _set_phase(state.workflow, phase, message, state.now)
    state.head_changed |= {"status", "metadata"}


def _set_phase(workflow: Workflow, phase: str, message: str, now: datetime) -> None:
    status, metadata = workflow.status, workflow.metadata
    ended = phase in FULFILLED
    status.phase, status.message = phase, message
    if phase != PENDING:
        status.started_at = status.started_at or now
    if ended:
        status.finished_at = now
        status.conditions = [*status.conditions, Condition(type="Completed", status="True")]
    metadata.labels = {**metadata.labels, PHASE_LABEL: phase, COMPLETED_LABEL: "true" if ended else "false"}
