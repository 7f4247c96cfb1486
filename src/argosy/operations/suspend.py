"""Nothing new of a workflow is started until it is resumed."""

from __future__ import annotations

from argosy.model.requests import WorkflowSuspendRequest
from argosy.model.workflow import Workflow
from argosy.operations.target import unfinished
from argosy.ports.events import SuspendRequested
from argosy.ports.operation import Operation, Services


def run(services: Services, request: WorkflowSuspendRequest) -> Workflow:
    """Ask for it. Raises NotFound, and Conflict for a workflow that has finished."""
    workflow = unfinished(services, request.namespace, request.name, "cannot suspend completed workflows")
    services.store.post(workflow.metadata.uid, SuspendRequested())
    services.wake()
    return workflow


OPERATION = Operation(
    name="suspend",
    summary="start nothing new of a workflow",
    method="PUT",
    path="/api/v1/workflows/{namespace}/{name}/suspend",
    request=WorkflowSuspendRequest,
    run=run,
)
