"""A workflow that is suspended goes on, or those of its suspend nodes that a selector matches do."""

from __future__ import annotations

from argosy.model.requests import WorkflowResumeRequest
from argosy.model.workflow import Workflow
from argosy.operations.target import unfinished, waiting_nodes
from argosy.ports.events import ResumeRequested
from argosy.ports.operation import Operation, Services
from argosy.templates.suspend import resumed_outputs


def run(services: Services, request: WorkflowResumeRequest) -> Workflow:
    """Ask for it. Raises NotFound, Conflict where it has finished, InvalidRequest where a value is missing."""
    workflow = unfinished(services, request.namespace, request.name, "cannot resume completed workflows")
    for node in waiting_nodes(workflow, request.node_field_selector):
        resumed_outputs(node.outputs)
    event = ResumeRequested(node_field_selector=request.node_field_selector)
    services.store.post(workflow.metadata.uid, event)
    services.wake()
    return workflow


OPERATION = Operation(
    name="resume",
    summary="go on with a suspended workflow",
    method="PUT",
    path="/api/v1/workflows/{namespace}/{name}/resume",
    request=WorkflowResumeRequest,
    run=run,
)
