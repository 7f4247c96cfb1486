"""The workflow as a whole: how it begins, and how it ends when its root has (operate and markWorkflowPhase in Argo)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.model.kinds import ERROR, FAILED, OMITTED, RUNNING, SKIPPED, SUCCEEDED, WorkflowPhase
from argosy.model.status import Condition
from argosy.model.template import WorkflowStep
from argosy.templates.base import failed, raised

if TYPE_CHECKING:
    from argosy.engine.execution import Execution

PHASE_LABEL = "workflows.argoproj.io/phase"
COMPLETED_LABEL = "workflows.argoproj.io/completed"
POD_NAME_FORMAT = "workflows.argoproj.io/pod-name-format"
OF_ROOT: dict[str, WorkflowPhase] = {
    SUCCEEDED: SUCCEEDED,
    SKIPPED: SUCCEEDED,
    OMITTED: SUCCEEDED,
    FAILED: FAILED,
    ERROR: ERROR,
}


def begin_workflow(execution: Execution) -> None:
    """Run the entrypoint."""
    execution.workflow.metadata.annotations = {**execution.workflow.metadata.annotations, POD_NAME_FORMAT: "v2"}
    _mark(execution, RUNNING, "")
    execution.execute(execution.resolved.name, WorkflowStep(template=execution.resolved.spec.entrypoint), None)


def conclude_workflow(execution: Execution) -> None:
    """Give the workflow the phase of its root."""
    root = execution.root
    if root is None or root.phase not in OF_ROOT:
        return
    error, strategy = raised(root), execution.workflow.spec.shutdown
    if error:
        _mark(execution, ERROR, f"error in entry template execution: {error}")
    elif failed(root) and strategy:
        _mark(execution, OF_ROOT[root.phase], f"Stopped with strategy '{strategy}'")
    else:
        _mark(execution, OF_ROOT[root.phase], root.message if failed(root) else "")


def _mark(execution: Execution, phase: WorkflowPhase, message: str) -> None:
    status, metadata = execution.status, execution.workflow.metadata
    ended = phase in OF_ROOT
    status.phase, status.message = phase, message
    status.started_at = status.started_at or execution.now
    if ended:
        status.finished_at = execution.now
        status.conditions = [*status.conditions, Condition(type="Completed", status="True")]
    metadata.labels = {**metadata.labels, PHASE_LABEL: phase, COMPLETED_LABEL: "true" if ended else "false"}
    execution.head_changed |= {"status", "metadata"}
