"""A workflow is removed with all that is kept of it; one that runs is ended first."""

from __future__ import annotations

from msgspec import Struct

from argosy.model.requests import WorkflowDeleteResponse
from argosy.operations.target import FINISHED, summary
from argosy.ports.operation import Operation, Services
from argosy.ports.store import DeleteRequested


class DeleteRequest(Struct, frozen=True, kw_only=True):
    """Which workflow; `name` may be `@latest`. `force` is Argo's, about finalizers: there are none here."""

    namespace: str
    name: str
    force: bool = False


def run(services: Services, request: DeleteRequest) -> WorkflowDeleteResponse:
    """Remove it, or ask the engine to. Raises NotFound."""
    found = summary(services, request.namespace, request.name)
    if found.phase in FINISHED:
        services.store.delete(found.uid)
        services.delete_leftovers(found.uid)
    else:
        services.store.post(found.uid, DeleteRequested())
        services.wake()
    return WorkflowDeleteResponse()


OPERATION = Operation(
    name="delete",
    summary="remove a workflow",
    method="DELETE",
    path="/api/v1/workflows/{namespace}/{name}",
    request=DeleteRequest,
    run=run,
)
