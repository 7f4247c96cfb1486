"""The store in this process's memory, for tests. Like the others it keeps JSON, so that callers share nothing."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.locks import HeldLock, Holding, holdings
from argosy.ports.store import Change, ObjectKey, Page, PostedRequest, WorkflowQuery
from argosy.stores import locks, objects, records
from argosy.stores.labels import requirements
from argosy.stores.sql import utc_now


class _Node(NamedTuple):
    type: str
    phase: str
    data: bytes


class _OfWorkflow(NamedTuple):
    """What one workflow holds."""

    uid: str
    holding: Holding


class _Row(NamedTuple):
    """What is kept of one workflow, or what a change puts in its place."""

    head: records.Columns
    parts: dict[str, bytes]
    nodes: dict[str, _Node]

    def counts(self) -> list[tuple[str, str, int]]:
        """As the SQL stores count them."""
        if self.head["phase"] in records.FINISHED:
            return []
        counter = Counter((node.type, node.phase) for node in self.nodes.values())
        return [(kind, phase, count) for (kind, phase), count in counter.items()]


class MemoryStore:
    """`argosy.ports.store.Store` without a file. `where` has no meaning here; other stores need it."""

    def __init__(self, where: str = "", *, now: Callable[[], datetime] = utc_now) -> None:
        del where
        self._now, self.lock = now, threading.RLock()
        self._rows: dict[str, _Row] = {}
        self._uids: dict[tuple[str, str], str] = {}
        self._requests: dict[int, tuple[str, bytes]] = {}
        self._numbers, self._version = itertools.count(1), 0
        self._locks: dict[_OfWorkflow, HeldLock] = {}
        self._fences = itertools.count(1)
        self.objects = MemoryObjects(self, now)

    def create(self, workflow: Workflow) -> None:
        """Keep a new workflow."""
        head = records.head_columns(workflow, self._now())
        parts = {
            "metadata": records.metadata_part(workflow.metadata, head["created_at"]),
            "spec": records.encode(workflow.spec),
            **records.status_parts(workflow.status),
        }
        with self.lock:
            if head["uid"] in self._rows or (head["namespace"], head["name"]) in self._uids:
                raise records.existing(head["name"])
            nodes = _encoded(workflow.status.nodes.values())
            self._locks = self._held([(head["uid"], workflow.status)])
            self._rows[head["uid"]] = _Row({**head, "seq": next(self._numbers)}, parts, nodes)
            self._uids[head["namespace"], head["name"]] = head["uid"]
            self.changed()

    def get(self, namespace: str, name: str) -> Workflow:
        """The workflow of this name."""
        with self.lock:
            if (namespace, name) not in self._uids:
                raise records.missing(name)
            return self.load(self._uids[namespace, name])

    def load(self, uid: str) -> Workflow:
        """The workflow of this uid."""
        with self.lock:
            if uid not in self._rows:
                raise records.missing(uid)
            row = self._rows[uid]
            return records.workflow_of(row.parts, [node.data for node in row.nodes.values()])

    def latest(self, namespace: str) -> str:
        """The newest workflow's name."""
        for row in self._newest_first():
            if row.head["namespace"] == namespace:
                return row.head["name"]
        raise records.missing("@latest")

    def list(self, query: WorkflowQuery) -> Page:
        """A page of summaries."""
        wanted = _condition(query)
        with self.lock:
            rows = [row for row in self._newest_first() if wanted(row.head)]
            shown = rows[: query.limit or None]
            items = [records.summary_of(row.head, row.counts()) for row in shown]
        more = len(shown) < len(rows)
        return Page(items, records.token_of(*_position(shown[-1].head)) if more else "")

    def unfinished(self) -> list[str]:
        """The uids of what an engine has to take up."""
        rows = reversed(self._newest_first())
        return [row.head["uid"] for row in rows if row.head["phase"] not in records.FINISHED]

    def commit(self, changes: Sequence[Change]) -> None:
        """Keep all of these, or none."""
        with self.lock:
            updates = [self._update(change) for change in changes]
            held = self._held((change.uid, change.status) for change in changes if change.status is not None)
            self._locks = held  # nothing can fail from here on
            for change, update in zip(changes, updates, strict=True):
                row = self._rows[change.uid]
                row.head.update(update.head)
                row.parts.update(update.parts)
                for id_ in change.removed_nodes:
                    row.nodes.pop(id_, None)
                row.nodes.update(update.nodes)
            self.drop_requests([id_ for change in changes for id_ in change.handled])

    def delete(self, uid: str) -> None:
        """Remove a workflow and what belongs to it."""
        with self.lock:
            row = self._rows.pop(uid, None)
            if row is not None:
                del self._uids[row.head["namespace"], row.head["name"]]
            self._requests = {id_: request for id_, request in self._requests.items() if request[0] != uid}
            self._locks = {key: each for key, each in self._locks.items() if key.uid != uid}
            self.changed()

    def locks(self, namespace: str | None) -> list[HeldLock]:
        """The locks that are held."""
        prefix = locks.prefix_of(namespace)
        with self.lock:
            return locks.in_order(each for each in self._locks.values() if each.holding.lock.name.startswith(prefix))

    def post(self, workflow_uid: str, request: records.AnyRequest) -> int:
        """Leave a request for the engine."""
        data = records.encode(request)
        with self.lock:
            id_ = next(self._numbers)
            self._requests[id_] = (workflow_uid, data)
            self.changed()
        return id_

    def requests(self) -> list[PostedRequest]:
        """What was asked and not handled."""
        with self.lock:
            rows = sorted(self._requests.items())
        return [PostedRequest(id_, uid, records.decode(records.AnyRequest, data)) for id_, (uid, data) in rows]

    def drop_requests(self, ids: Sequence[int]) -> None:
        """Remove requests."""
        with self.lock:
            for id_ in ids:
                self._requests.pop(id_, None)
            self.changed()

    def version(self) -> int:
        """Another number after anybody committed."""
        return self._version

    def close(self) -> None:
        """Nothing is held."""

    def changed(self) -> None:
        """Count a commit."""
        self._version += 1

    def _update(self, change: Change) -> _Row:
        """What a change says and nothing else."""
        if change.uid not in self._rows:
            raise records.missing(change.uid)
        update = _Row({}, {}, _encoded(change.nodes))
        if change.metadata is not None:
            created_at = self._rows[change.uid].head["created_at"]
            update.parts["metadata"] = records.metadata_part(change.metadata, created_at)
            update.head["labels"] = records.encode(change.metadata.labels)
        if change.spec is not None:
            update.parts["spec"] = records.encode(change.spec)
            update.head.update(records.spec_columns(change.spec))
        if change.status is not None:
            update.parts.update(records.status_parts(change.status))
            update.head.update(records.progress_columns(change.status) | records.phase_columns(change.status))
        return update

    def _held(self, statuses: Iterable[tuple[str, WorkflowStatus]]) -> dict[_OfWorkflow, HeldLock]:
        """What is held once these workflows have these statuses. Raises Conflict for a second holder of a mutex."""
        told: dict[str, list[Holding]] = {}
        for uid, status in statuses:
            told.pop(uid, None)
            told[uid] = list(holdings(status))
        kept = {key: each for key, each in self._locks.items() if key.uid not in told or key.holding in told[key.uid]}
        mutexes = {key.holding.lock: key for key in kept if key.holding.lock.is_mutex}
        for key in (_OfWorkflow(uid, holding) for uid, held in told.items() for holding in held):
            if key not in kept:
                if key.holding.lock.is_mutex and mutexes.setdefault(key.holding.lock, key) != key:
                    raise locks.second(key.holding, mutexes[key.holding.lock].holding.holder)
                kept[key] = HeldLock(key.holding, key.uid, next(self._fences))
        return kept

    def _newest_first(self) -> list[_Row]:
        with self.lock:
            return sorted(self._rows.values(), key=lambda row: _position(row.head), reverse=True)


class MemoryObjects:
    """`argosy.ports.store.ObjectStore` in memory."""

    def __init__(self, store: MemoryStore, now: Callable[[], datetime]) -> None:
        self._store, self._now, self._lock = store, now, store.lock
        self._rows: dict[ObjectKey, bytes] = {}
        self._versions = itertools.count(1)

    def get(self, key: ObjectKey) -> objects.Object:
        """The object."""
        with self._lock:
            if key not in self._rows:
                raise objects.missing(key)
            return records.decode(objects.Object, self._rows[key])

    def list(self, api_version: str, kind: str, namespace: str | None) -> list[objects.Object]:
        """All of a kind."""
        with self._lock:
            keys = sorted(key for key in self._rows if key[:2] == (api_version, kind))
            return [self.get(key) for key in keys if namespace in (None, key.namespace)]

    def create(self, data: objects.Object) -> objects.Object:
        """Keep a new object."""
        key = objects.key_of(data)
        with self._lock:
            if key in self._rows:
                raise objects.existing(key)
            return self._keep(key, objects.created(data, next(self._versions), self._now()))

    def replace(self, data: objects.Object) -> objects.Object:
        """Put this in the place of the object of its name."""
        key = objects.key_of(data)
        with self._lock:
            return self._keep(key, objects.replaced(data, self.get(key), next(self._versions)))

    def delete(self, key: ObjectKey) -> objects.Object:
        """Remove the object."""
        with self._lock:
            old = self.get(key)
            del self._rows[key]
            self._store.changed()
        return old

    def _keep(self, key: ObjectKey, data: objects.Object) -> objects.Object:
        self._rows[key] = records.encode(data)
        self._store.changed()
        return self.get(key)


def _encoded(nodes: Iterable[NodeStatus]) -> dict[str, _Node]:
    return {node.id: _Node(node.type, node.phase, records.encode(node)) for node in nodes}


def _position(head: records.Columns) -> tuple[int, int]:
    """Where a workflow is in the order of creation."""
    return head["created_at"], head["seq"]


def _condition(query: WorkflowQuery) -> Callable[[records.Columns], bool]:
    """Whether a head is on the pages that a query asks for."""
    needed = requirements(query.label_selector)
    before = records.position_of(query.continue_) if query.continue_ else None
    after, end = records.maybe_micros(query.created_after), records.maybe_micros(query.finished_before)

    def wanted(head: records.Columns) -> bool:
        labels = records.decode(dict[str, str], head["labels"]) if needed else {}
        return (
            (before is None or _position(head) < before)
            and query.namespace in (None, head["namespace"])
            and (not query.phases or head["phase"] in query.phases)
            and head["name"].startswith(query.name_prefix)
            and (after is None or head["created_at"] > after)
            and (end is None or (head["finished_at"] is not None and head["finished_at"] < end))
            and all(requirement.matches(labels) for requirement in needed)
        )

    return wanted
