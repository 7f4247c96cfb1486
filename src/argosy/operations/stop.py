"""A workflow ends: what runs is stopped, exit handlers run; or suspend nodes that a selector matches fail."""

from __future__ import annotations

from argosy.model.requests import WorkflowStopRequest
from argosy.model.workflow import Workflow
from argosy.operations.target import unfinished, waiting_nodes
from argosy.ports.events import StopRequested
from argosy.ports.operation import Operation, Services

REFUSAL = 'cannot shutdown a completed workflow: workflow: "{name}", namespace: "{namespace}"'


def run(services: Services, request: WorkflowStopRequest) -> Workflow:
    """Ask for it. Raises NotFound, Conflict for a workflow that has finished, InvalidRequest for a selector in vain."""
    workflow = unfinished(services, request.namespace, request.name, REFUSAL)
    waiting_nodes(workflow, request.node_field_selector)
    event = StopRequested(node_field_selector=request.node_field_selector, message=request.message)
    services.store.post(workflow.metadata.uid, event)
    services.wake()
    return workflow


OPERATION = Operation(
    name="stop",
    summary="end a workflow, running its exit handlers",
    method="PUT",
    path="/api/v1/workflows/{namespace}/{name}/stop",
    request=WorkflowStopRequest,
    run=run,
)
