"""The port behind which workflows and objects are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from msgspec import Struct

from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.events import Request
from argosy.ports.locks import HeldLock


class Change(Struct, kw_only=True):
    """What one step of the machine changed in one workflow. None and empty: as before.

    `status` is without its nodes; the templates that are stored in it stay where it has none. `nodes` holds only those
    that changed, whole. `removed_nodes` go before `nodes` come, so that a node in both begins anew, last in the order.
    `handled` are the ids of the requests whose effect this is: they leave the store in the same transaction.
    """

    uid: str
    metadata: ObjectMeta | None = None
    spec: WorkflowSpec | None = None
    status: WorkflowStatus | None = None
    nodes: Sequence[NodeStatus] = ()
    removed_nodes: Sequence[str] = ()
    handled: Sequence[int] = ()


class WorkflowQuery(Struct, frozen=True, kw_only=True):
    """Which workflows to list, newest first. `continue_` is the token of the page before; `limit` 0 means all.

    `label_selector` is Kubernetes' syntax; `phases` are workflow phases ("" for one not begun). `name_prefix` is plain.
    """

    namespace: str | None = None
    label_selector: str = ""
    phases: Sequence[str] = ()
    name_prefix: str = ""
    created_after: datetime | None = None
    finished_before: datetime | None = None
    limit: int = 0
    continue_: str = ""


class WorkflowSummary(Struct, frozen=True, gc=False, kw_only=True):
    """One row of a list: no spec, no nodes. `suspended`: by spec.suspend or by a suspend node that waits.

    `pods` counts nodes of type Pod by phase, for workflows that are not finished (empty for the others).
    """

    uid: str
    namespace: str
    name: str
    phase: str
    message: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    labels: dict[str, str]
    priority: int | None
    progress: str
    suspended: bool
    parameters: dict[str, str]
    pods: dict[str, int] = {}


class Page(NamedTuple):
    """Some of the list, and the token for what follows: empty at the end."""

    items: list[WorkflowSummary]
    continue_: str


class PostedRequest(NamedTuple):
    """What a client asked of the engine, in the order of `id`."""

    id: int
    workflow_uid: str
    request: Request | DeleteRequested


class DeleteRequested(Struct, frozen=True, tag=True):
    """Somebody asked that a workflow be ended, if it still runs, and removed."""


class ObjectKey(NamedTuple):
    """Which object; `namespace` is empty for kinds that live outside any."""

    api_version: str
    kind: str
    namespace: str
    name: str


class ObjectStore(Protocol):
    """Objects of any kind, as plain data in Kubernetes' shape: templates, ConfigMaps, Jobs, ..."""

    def get(self, key: ObjectKey) -> dict[str, Any]:
        """The object. Raises NotFound."""
        ...

    def list(self, api_version: str, kind: str, namespace: str | None) -> list[dict[str, Any]]:
        """All of a kind, in a namespace or (None) in all, ordered by namespace and name."""
        ...

    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep a new object; gives it back with uid, creationTimestamp and resourceVersion. Raises AlreadyExists."""
        ...

    def replace(self, data: dict[str, Any]) -> dict[str, Any]:
        """Put this in the place of the object of its name. Raises NotFound; Conflict for a stale resourceVersion."""
        ...

    def delete(self, key: ObjectKey) -> dict[str, Any]:
        """Remove the object and give what it was. Raises NotFound."""
        ...


EngineState = Literal["free", "held"]


class Store(Protocol):
    """Workflows, what was asked of them, and objects. Every method is one transaction; any process may call any.

    Names are unique per namespace. Raises StoreError where the store cannot be read or written, StoreTooNew where a
    newer version made it.
    """

    @property
    def objects(self) -> ObjectStore:
        """The objects."""
        ...

    def create(self, workflow: Workflow) -> None:
        """Keep a new workflow (uid, name and namespace are set). Raises AlreadyExists.

        Without metadata.creationTimestamp it is created now. Of two created at the same time the later call's is newer.
        """
        ...

    def get(self, namespace: str, name: str) -> Workflow:
        """The workflow with its nodes. Raises NotFound."""
        ...

    def load(self, uid: str) -> Workflow:
        """The same by its uid. Raises NotFound."""
        ...

    def latest(self, namespace: str) -> str:
        """The name of the newest workflow (`@latest`). Raises NotFound where there is none."""
        ...

    def list(self, query: WorkflowQuery) -> Page:
        """A page of summaries, newest first."""
        ...

    def unfinished(self) -> list[str]:
        """The uids of workflows that are not finished, oldest first: what an engine has to take up."""
        ...

    def commit(self, changes: Sequence[Change]) -> None:
        """Keep all of these, or none. Raises NotFound where one is of a workflow that is gone.

        Raises Conflict where, after all of them, a mutex would have two holders.
        """
        ...

    def delete(self, uid: str) -> None:
        """Remove a workflow, its nodes, its requests and what it holds. Safe to call twice."""
        ...

    def locks(self, namespace: str | None) -> list[HeldLock]:
        """The locks of a namespace or (None) of all that are held, by name, each lock's in the order of their fences.

        They are what the statuses of the workflows say; a holding keeps its fence for as long as it lasts.
        """
        ...

    def post(self, workflow_uid: str, request: Request | DeleteRequested) -> int:
        """Leave a request for the engine; gives its id."""
        ...

    def requests(self) -> list[PostedRequest]:
        """The requests that no commit has handled yet, in their order."""
        ...

    def drop_requests(self, ids: Sequence[int]) -> None:
        """Remove requests that need no change (the workflow was finished, or is gone)."""
        ...

    def version(self) -> int:
        """A number that is another one after anybody committed anything: cheap to ask often."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...
