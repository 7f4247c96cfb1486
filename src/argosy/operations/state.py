"""A name → how far the workflow is, without its spec and nodes: cheap enough to ask often."""

from __future__ import annotations

from msgspec import Struct

from argosy.operations.target import FINISHED, summary
from argosy.ports.operation import Operation, Services
from argosy.ports.store import WorkflowSummary


class StateRequest(Struct, frozen=True, kw_only=True):
    """Which workflow; `name` may be `@latest`."""

    namespace: str
    name: str


class State(Struct, frozen=True, kw_only=True):
    """How far it is. `pending`: something was asked of it that the engine has not taken up yet."""

    summary: WorkflowSummary
    finished: bool
    pending: bool


def run(services: Services, request: StateRequest) -> State:
    """The state. Raises NotFound."""
    found = summary(services, request.namespace, request.name)
    pending = any(posted.workflow_uid == found.uid for posted in services.store.requests())
    return State(summary=found, finished=found.phase in FINISHED, pending=pending)


OPERATION = Operation(
    name="state",
    summary="how far a workflow is",
    method="GET",
    path="/api/v1/workflows/{namespace}/{name}/state",
    request=StateRequest,
    run=run,
)
