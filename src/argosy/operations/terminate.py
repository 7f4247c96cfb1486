"""A workflow ends at once, without its exit handlers."""

from __future__ import annotations

from argosy.model.requests import WorkflowTerminateRequest
from argosy.model.workflow import Workflow
from argosy.operations.stop import REFUSAL
from argosy.operations.target import unfinished
from argosy.ports.events import TerminateRequested
from argosy.ports.operation import Operation, Services


def run(services: Services, request: WorkflowTerminateRequest) -> Workflow:
    """Ask for it. Raises NotFound, and Conflict for a workflow that has finished."""
    workflow = unfinished(services, request.namespace, request.name, REFUSAL)
    services.store.post(workflow.metadata.uid, TerminateRequested())
    services.wake()
    return workflow


OPERATION = Operation(
    name="terminate",
    summary="end a workflow at once",
    method="PUT",
    path="/api/v1/workflows/{namespace}/{name}/terminate",
    request=WorkflowTerminateRequest,
    run=run,
)
