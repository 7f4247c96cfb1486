"""A namespace → its locks: who holds them, and who waits for them in which order.

Who holds a lock the store says. Who waits for it, and in which order, is found as an engine finds it that has just
begun: by taking up the workflows that have not finished, with a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from argosy.engine.execution import Execution
from argosy.engine.locks import LockTable
from argosy.errors import InvalidRequest, NotFound
from argosy.model.kinds import PENDING, RUNNING
from argosy.model.workflow import Workflow
from argosy.plan.resolve import resolve
from argosy.ports.configmaps import read_config_map
from argosy.ports.locks import Lock
from argosy.ports.operation import Operation, Services
from argosy.ports.store import WorkflowQuery


class LocksRequest(Struct, frozen=True, kw_only=True):
    """Whose locks; an empty `namespace` means all."""

    namespace: str = ""


class LockUser(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who holds a lock or waits for it: a workflow (`NAMESPACE/NAME`), or a node of it by its name.

    `fence` is a number greater than that of everybody who held anything before; None for who waits, and in a cluster.
    """

    workflow: str
    node: str = ""
    fence: int | None = None


class LockState(Struct, frozen=True, kw_only=True):
    """A lock, how many may hold it at once (None: nobody says), who does, and who waits, the next one first."""

    name: str
    type: str
    limit: int | None
    holders: list[LockUser]
    waiting: list[LockUser]


class LocksResponse(Struct, frozen=True, kw_only=True):
    """The locks that are held or waited for, by name."""

    items: list[LockState]


def run(services: Services, request: LocksRequest) -> LocksResponse:
    """The locks."""
    table = LockTable(partial(read_config_map, services.store.objects))
    names: dict[str, str] = {}
    for workflow in _synchronized(services):
        try:
            Execution(resolve(workflow, table.read), workflow, locks=table)
        except InvalidRequest:
            continue  # the engine puts it in Error: it waits for nothing
        names |= {node.id: node.name for node in workflow.status.nodes.values()}
    held: dict[Lock, list[LockUser]] = {}
    for each in services.store.locks(request.namespace or None):
        held.setdefault(each.holding.lock, []).append(_user(each.holding.holder, names, each.fence))
    queues = {
        lock: [_user(claim.holder, names) for claim in queue]
        for lock, queue in table.queues.items()
        if queue and lock.name.startswith(f"{request.namespace}/" if request.namespace else "")
    }
    items = [
        LockState(
            name=lock.name,
            type="mutex" if lock.is_mutex else "semaphore",
            limit=table.limit(lock),
            holders=held.get(lock, []),
            waiting=queues.get(lock, []),
        )
        for lock in sorted({*held, *queues})
    ]
    return LocksResponse(items=items)


def _synchronized(services: Services) -> Iterator[Workflow]:
    """The workflows that hold locks or wait for some, of any namespace: a lock may be of another one than they are."""
    for row in services.store.list(WorkflowQuery(phases=(PENDING, RUNNING))).items:
        try:
            workflow = services.store.get(row.namespace, row.name)
        except NotFound:
            continue
        if workflow.status.synchronization is not None:
            yield workflow


def _user(holder: str, names: dict[str, str], fence: int | None = None) -> LockUser:
    """`default/wf/NODE-ID` → the workflow, and the node by its name."""
    namespace, workflow, node_id = (*holder.split("/", 2), "", "")[:3]
    return LockUser(workflow=f"{namespace}/{workflow}", node=names.get(node_id, node_id), fence=fence)


OPERATION = Operation(
    name="locks",
    summary="who holds locks, and who waits for them",
    method="GET",
    path="/api/v1/locks/{namespace}",
    request=LocksRequest,
    run=run,
)
