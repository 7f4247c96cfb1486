"""The store in SQL: every method is one transaction of named queries, whatever database runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.locks import HeldLock
from argosy.ports.store import (
    Change,
    ObjectKey,
    Page,
    PostedRequest,
    WorkflowQuery,
)
from argosy.stores import listing, objects, records
from argosy.stores.locks import LockRows, held_locks
from argosy.stores.session import Database, Session

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class SqlStore:
    """`argosy.ports.store.Store` on a database."""

    def __init__(self, database: Database, now: Now = utc_now) -> None:
        self._database, self._now = database, now
        self.objects = SqlObjects(database, now)

    def create(self, workflow: Workflow) -> None:
        """Keep a new workflow."""
        head = records.head_columns(workflow, self._now())
        parts = {
            "metadata": records.metadata_part(workflow.metadata, head["created_at"]),
            "spec": records.encode(workflow.spec),
            **records.status_parts(workflow.status),
        }
        with self._database.write() as session:
            if session.one("workflow_by_uid", head) or session.one("workflow_by_name", head):
                raise records.existing(head["name"])
            seq = session.add("add_workflow", head)
            _put_documents(session, seq, parts)
            _put_labels(session, seq, workflow.metadata.labels)
            _put_nodes(session, seq, workflow.status.nodes.values())
            locks = LockRows(session)
            locks.note(seq, workflow.status, has_rows=False)
            locks.write()

    def get(self, namespace: str, name: str) -> Workflow:
        """The workflow of this name."""
        return self._get(name, "workflow_by_name", {"namespace": namespace, "name": name})

    def load(self, uid: str) -> Workflow:
        """The workflow of this uid."""
        return self._get(uid, "workflow_by_uid", {"uid": uid})

    def _get(self, what: str, query: str, key: dict[str, str]) -> Workflow:
        with self._database.read() as session:
            head = session.one(query, key)
            if head is None:
                raise records.missing(what)
            parts = dict(session.all("documents", {"workflow": head[0]}))
            nodes = [data for (data,) in session.all("nodes", {"workflow": head[0]})]
        return records.workflow_of(parts, nodes)

    def latest(self, namespace: str) -> str:
        """The newest workflow's name."""
        with self._database.read() as session:
            row = session.one("latest", {"namespace": namespace})
        if row is None:
            raise records.missing("@latest")
        return row[0]

    def list(self, query: WorkflowQuery) -> Page:
        """A page of summaries."""
        with self._database.read() as session:
            return listing.page(session, query)

    def unfinished(self) -> list[str]:
        """The uids of what an engine has to take up."""
        with self._database.read() as session:
            return [uid for (uid,) in session.all("unfinished", {})]

    def commit(self, changes: Sequence[Change]) -> None:
        """Keep all of these, or none."""
        with self._database.write() as session:
            locks = LockRows(session)
            for change in changes:
                _apply(session, change, locks)
            locks.write()

    def delete(self, uid: str) -> None:
        """Remove a workflow and what belongs to it."""
        with self._database.write() as session:
            session.run("delete_requests", {"workflow_uid": uid})
            head = session.one("workflow_by_uid", {"uid": uid})
            if head is not None:
                for query in ("delete_nodes", "delete_labels", "delete_locks", "delete_documents", "delete_workflow"):
                    session.run(query, {"workflow": head[0]})

    def locks(self, namespace: str | None) -> list[HeldLock]:
        """The locks that are held."""
        with self._database.read() as session:
            return held_locks(session, namespace)

    def post(self, workflow_uid: str, request: records.AnyRequest) -> int:
        """Leave a request for the engine."""
        with self._database.write() as session:
            return session.add("add_request", {"workflow_uid": workflow_uid, "data": records.encode(request)})

    def requests(self) -> list[PostedRequest]:
        """What was asked and not handled."""
        with self._database.read() as session:
            rows = session.all("requests", {})
        return [PostedRequest(id_, uid, records.decode(records.AnyRequest, data)) for id_, uid, data in rows]

    def drop_requests(self, ids: Sequence[int]) -> None:
        """Remove requests."""
        with self._database.write() as session:
            session.many("delete_request", ({"id": id_} for id_ in ids))

    def version(self) -> int:
        """Another number after anybody committed."""
        return self._database.version()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


class SqlObjects:
    """`argosy.ports.store.ObjectStore` on a database."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database, self._now = database, now

    def get(self, key: ObjectKey) -> objects.Object:
        """The object."""
        with self._database.read() as session:
            return _object(session, key)

    def list(self, api_version: str, kind: str, namespace: str | None) -> list[objects.Object]:
        """All of a kind."""
        query = "objects" if namespace is None else "objects_of_namespace"
        with self._database.read() as session:
            rows = session.all(query, {"api_version": api_version, "kind": kind, "namespace": namespace})
        return [records.decode(objects.Object, data) for (data,) in rows]

    def create(self, data: objects.Object) -> objects.Object:
        """Keep a new object."""
        key = objects.key_of(data)
        with self._database.write() as session:
            if session.one("object", key._asdict()):
                raise objects.existing(key)
            kept = objects.created(data, _next_version(session), self._now())
            session.add("add_object", _object_columns(key, kept))
        return kept

    def replace(self, data: objects.Object) -> objects.Object:
        """Put this in the place of the object of its name."""
        key = objects.key_of(data)
        with self._database.write() as session:
            kept = objects.replaced(data, _object(session, key), _next_version(session))
            session.run("set_object", _object_columns(key, kept))
        return kept

    def delete(self, key: ObjectKey) -> objects.Object:
        """Remove the object."""
        with self._database.write() as session:
            old = _object(session, key)
            session.run("delete_object", key._asdict())
        return old


def _apply(session: Session, change: Change, locks: LockRows) -> None:
    """Write what one change says and nothing else; of its locks, note it."""
    row = session.one("workflow_by_uid", {"uid": change.uid})
    if row is None:
        raise records.missing(change.uid)
    seq, created_at, labels, has_locks, *shown = row
    if change.metadata is not None:
        _put_documents(session, seq, {"metadata": records.metadata_part(change.metadata, created_at)})
        _replace_labels(session, seq, change.metadata.labels, labels)
    if change.spec is not None:
        _put_documents(session, seq, {"spec": records.encode(change.spec)})
        session.run("set_spec", {"workflow": seq, **records.spec_columns(change.spec)})
    if change.status is not None:
        _put_documents(session, seq, records.status_parts(change.status))
        _set_status(session, seq, change.status, shown)
        locks.note(seq, change.status, has_rows=bool(has_locks))
    if change.removed_nodes:
        session.many("delete_node", ({"workflow": seq, "id": id_} for id_ in change.removed_nodes))
    if change.nodes:
        _put_nodes(session, seq, change.nodes)
    if change.handled:
        session.many("delete_request", ({"id": id_} for id_ in change.handled))


def _set_status(session: Session, seq: int, status: WorkflowStatus, shown: list[Any]) -> None:
    """Bring what a list shows up to date; `shown` is what it shows now."""
    progress, phase = records.progress_columns(status), records.phase_columns(status)
    if [*progress.values()] != shown[:2]:
        session.run("set_progress", {"workflow": seq, **progress})
    if [*phase.values()] != shown[2:]:
        session.run("set_phase", {"workflow": seq, **phase})


def _replace_labels(session: Session, seq: int, labels: dict[str, str], shown: bytes) -> None:
    encoded = records.encode(labels)
    if encoded != shown:
        session.run("set_labels", {"workflow": seq, "labels": encoded})
        session.run("delete_labels", {"workflow": seq})
        _put_labels(session, seq, labels)


def _put_documents(session: Session, seq: int, parts: dict[str, bytes]) -> None:
    session.many("put_document", ({"workflow": seq, "part": part, "data": data} for part, data in parts.items()))


def _put_labels(session: Session, seq: int, labels: dict[str, str]) -> None:
    session.many("add_label", ({"workflow": seq, "key": key, "value": value} for key, value in labels.items()))


def _put_nodes(session: Session, seq: int, nodes: Iterable[NodeStatus]) -> None:
    encode = records.encode
    rows = (
        {"workflow": seq, "id": node.id, "type": node.type, "phase": node.phase, "data": encode(node)} for node in nodes
    )
    session.many("put_node", rows)


def _object(session: Session, key: ObjectKey) -> objects.Object:
    row = session.one("object", key._asdict())
    if row is None:
        raise objects.missing(key)
    return records.decode(objects.Object, row[0])


def _object_columns(key: ObjectKey, data: objects.Object) -> dict[str, Any]:
    meta = data["metadata"]
    version = int(meta["resourceVersion"])
    return {**key._asdict(), "uid": meta["uid"], "resource_version": version, "data": records.encode(data)}


def _next_version(session: Session) -> int:
    session.run("next_resource_version", {})
    row = session.one("resource_version", {})
    assert row is not None
    return row[0]
