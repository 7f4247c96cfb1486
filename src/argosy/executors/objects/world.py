"""What there is to act on: the objects of the store, and its workflows as if they were objects too.

Workflows are kept apart, since the engine runs them: to create one is to submit it, to delete one is to ask the engine.

Which objects an owner has is written down before they are made (`Dependents`), so that nothing is left behind when the
owner goes, whatever crashes in between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from argosy.errors import AlreadyExists, Conflict, NotFound, NotSupported
from argosy.executors.objects.resources import DEPENDENTS, INTERNAL, WORKFLOW, Object, key_of
from argosy.model.codec import to_builtins
from argosy.ports.store import DeleteRequested, ObjectKey, Store, WorkflowQuery

CREATED_BY = f"{INTERNAL}/created-by"
"""The annotation that says for which pod an object was created, as `workflow uid/node id`."""
ATTEMPTS = 20
PAGE = 500

SubmitWorkflow = Callable[[Object], Any]
"""Makes a workflow of a manifest, with name and namespace, and sees to it that it runs. Raises ArgosyError."""


class World:
    """Reads and changes objects. `dirty` are the keys of those that were changed here, for others to look at.

    `hurry`: uid → how long the pods of this deleted object have to end, where whoever deleted it said so.
    """

    def __init__(self, store: Store, submit_workflow: SubmitWorkflow, wake: Callable[[], object]) -> None:
        self.store, self.objects = store, store.objects
        self._submit, self._wake = submit_workflow, wake
        self.dirty: deque[ObjectKey] = deque()
        self.hurry: dict[str, float] = {}

    def get(self, key: ObjectKey) -> Object:
        """The object. Raises NotFound."""
        if key[:2] == WORKFLOW:
            return to_builtins(self.store.get(key.namespace, key.name))
        return self.objects.get(key)

    def list(self, api_version: str, kind: str, namespace: str) -> list[Object]:
        """All of a kind in a namespace (empty for a kind that lives outside any)."""
        if (api_version, kind) != WORKFLOW:
            return self.objects.list(api_version, kind, namespace)
        found, token = [], ""
        while True:
            page = self.store.list(WorkflowQuery(namespace=namespace, limit=PAGE, continue_=token))
            for summary in page.items:
                with suppress(NotFound):
                    found.append(to_builtins(self.store.load(summary.uid)))
            token = page.continue_
            if not token:
                return found

    def create(self, data: Object) -> Object:
        """Keep a new object, or submit a new workflow. Raises AlreadyExists, InvalidRequest."""
        key = key_of(data)
        for owner in owners(data):
            self._remember(owner, key)
        if key[:2] == WORKFLOW:
            self._submit(data)
            self._wake()
            created = self.get(key)
        else:
            created = self.objects.create(data)
        self.dirty.append(key)
        return created

    def change(self, key: ObjectKey, change: Callable[[Object], Object]) -> Object:
        """Put `change(object)` in the object's place, again where somebody else was faster; gives what is kept.

        Raises NotFound, Conflict, and NotSupported for workflows.
        """
        for attempt in range(ATTEMPTS):
            old = self.get(key)
            new = change(old)
            if new == old:
                return old
            if key[:2] == WORKFLOW:
                raise NotSupported(f"not supported yet: a change of the Workflow {key.name!r} by a resource template")
            try:
                kept = self.objects.replace(new)
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            self.dirty.append(key)
            return kept
        raise AssertionError("the last attempt returns or raises")

    def delete(self, key: ObjectKey, *, grace_seconds: float | None = None, cascade: bool = True) -> Object:
        """Remove the object and what it owns; a workflow goes when the engine has ended it. Raises NotFound."""
        if key[:2] == WORKFLOW:
            workflow = self.store.get(key.namespace, key.name)
            self.store.post(workflow.metadata.uid, DeleteRequested())
            self._wake()
            return to_builtins(workflow)
        old = self.objects.delete(key)
        uid = old["metadata"]["uid"]
        if grace_seconds is not None:
            self.hurry[uid] = grace_seconds
        self.dirty.append(key)
        if cascade:
            self.collect(uid)
        return old

    def collect(self, owner_uid: str, delete: Callable[[ObjectKey], object] | None = None) -> None:
        """Delete the objects that this owner has, in this way if one is given. Safe to call twice."""
        index = ObjectKey(*DEPENDENTS, "", owner_uid)
        try:
            keys = self.objects.get(index)["objects"]
        except NotFound:
            return
        for key in (ObjectKey(*each) for each in keys):
            with suppress(NotFound):
                if owner_uid in owners(self.get(key)):
                    (delete or self.delete)(key)
        with suppress(NotFound):
            self.objects.delete(index)

    def _remember(self, owner_uid: str, key: ObjectKey) -> None:
        index = ObjectKey(*DEPENDENTS, "", owner_uid)
        for attempt in range(ATTEMPTS):
            try:
                data = self.objects.get(index)
                if list(key) not in data["objects"]:
                    self.objects.replace({**data, "objects": [*data["objects"], list(key)]})
                return
            except NotFound:
                new = {"apiVersion": index.api_version, "kind": index.kind, "metadata": {"name": owner_uid}}
                with suppress(AlreadyExists):
                    self.objects.create({**new, "objects": [list(key)]})
                    return
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise


def owners(data: Object) -> list[str]:
    """The uids of the objects with which this one goes."""
    references = data["metadata"].get("ownerReferences") or []
    return [reference["uid"] for reference in references if reference.get("uid")]
