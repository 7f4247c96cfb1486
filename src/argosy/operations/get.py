"""A name → the workflow with its nodes."""

from __future__ import annotations

from msgspec import Struct

from argosy.model.workflow import Workflow
from argosy.operations.target import find
from argosy.ports.operation import Operation, Services


class GetRequest(Struct, frozen=True, kw_only=True):
    """Which workflow; `name` may be `@latest`."""

    namespace: str
    name: str


def run(services: Services, request: GetRequest) -> Workflow:
    """The workflow. Raises NotFound."""
    return find(services, request.namespace, request.name)


OPERATION = Operation(
    name="get",
    summary="a workflow with its nodes",
    method="GET",
    path="/api/v1/workflows/{namespace}/{name}",
    request=GetRequest,
    run=run,
)
