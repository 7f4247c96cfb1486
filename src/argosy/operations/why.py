"""Why a workflow, or one of its nodes, is as it is."""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from argosy.engine.execution import Execution
from argosy.engine.locks import ClosedTable
from argosy.engine.rate import ClosedRate
from argosy.engine.why import Explainer
from argosy.errors import NotFound
from argosy.model.kinds import PENDING
from argosy.operations.target import find
from argosy.plan.resolve import resolve
from argosy.ports.configmaps import read_config_map
from argosy.ports.operation import Operation, Services
from argosy.ports.why import Why


class WhyRequest(Struct, frozen=True, kw_only=True):
    """Which workflow (`@latest` too), and which of its nodes: its name, display name or id; empty for the whole."""

    namespace: str
    name: str
    node: str = ""


def run(services: Services, request: WhyRequest) -> Why:
    """The explanation. Raises NotFound."""
    workflow = find(services, request.namespace, request.name)
    execution = Execution(
        resolve(workflow, partial(read_config_map, services.store.objects)),
        workflow,
        locks=ClosedTable(),
        rate=ClosedRate(services.limits.rate),
    )
    if workflow.status.phase not in ("", PENDING) or workflow.status.synchronization is None:
        execution.handle(now=services.clock.now())  # what it would wait for; nobody carries out what it orders
    explainer = Explainer(execution)
    if not request.node:
        return explainer.workflow()
    nodes = list(workflow.status.nodes.values())
    found = [node for node in nodes if request.node in (node.name, node.id)]
    found = found or [node for node in nodes if node.display_name == request.node]
    if not found:
        raise NotFound(f"workflow {workflow.metadata.name} has no node {request.node!r}", hint="argosy get shows them")
    return explainer.node(found[-1])


OPERATION = Operation(
    name="why",
    summary="why a workflow or a node is as it is",
    method="GET",
    path="/api/v1/workflows/{namespace}/{name}/why",
    request=WhyRequest,
    run=run,
)
