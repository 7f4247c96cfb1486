"""Changes of the machine → one merge patch for the object. Pure.

A patch says only what the machine has changed since it read the workflow or last wrote it (`View`), so what others have
edited meanwhile stays: labels, annotations, fields of the spec, and whatever this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from argosy.errors import ArgosyError, StoreError
from argosy.model.codec import decode_lenient
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.ports.store import Change
from argosy.stores.kubernetes.patches import Object, diff, merge, reduced
from argosy.stores.kubernetes.shape import COMPLETED, LARGEST, PHASE, pack, part, plain

OURS: Final = ("labels", "annotations")
"""What of its metadata the machine changes."""
COPIED_ONCE: Final = ("storedTemplates", "storedWorkflowTemplateSpec")
"""What stays where a change does not say it."""
PACKED: Final = ("nodes", "compressedNodes", "offloadNodeStatusVersion")


class View:
    """What the machine believes of a workflow, besides its nodes, as plain data."""

    __slots__ = ("metadata", "spec", "status")

    def __init__(self, metadata: Object, spec: Object, status: Object) -> None:
        self.metadata, self.spec, self.status = metadata, spec, status

    @classmethod
    def of(cls, metadata: ObjectMeta, spec: WorkflowSpec, status: WorkflowStatus) -> View:
        """Of a workflow as it was read."""
        return cls(_metadata(metadata), plain(spec), _status(status))

    @classmethod
    def read(cls, item: Object) -> View:
        """Of an object that nobody has read yet. What is not as it should be counts as not there."""
        parts = {"metadata": ObjectMeta, "spec": WorkflowSpec, "status": WorkflowStatus}
        read: list[Any] = []
        for name, kind in parts.items():
            data = {key: value for key, value in part(item, name).items() if key not in PACKED}
            try:
                read.append(decode_lenient(data, kind))
            except ArgosyError:
                read.append(kind())
        return cls.of(*read)


class Draft:
    """The changes of one workflow, put together: what the machine believes after them, and the nodes that changed.

    `patch` gives the patch for the object as it is when it is to be written. Raises TypeError for what is no data.
    `given_up`: it says no more than that the workflow has failed.
    """

    def __init__(self, view: View, changes: Iterable[Change]) -> None:
        self.before = view
        self.after = View(view.metadata, view.spec, view.status)
        self.nodes: dict[str, Object | None] = {}
        self.handled: list[int] = []
        self.given_up = False
        for change in changes:
            self._take(change)

    def _take(self, change: Change) -> None:
        if change.metadata is not None:
            self.after.metadata = _metadata(change.metadata)
        if change.spec is not None:
            self.after.spec = plain(change.spec)
        if change.status is not None:
            kept = {name: value for name, value in self.after.status.items() if name in COPIED_ONCE}
            self.after.status = kept | _status(change.status)
        self.nodes.update(dict.fromkeys(change.removed_nodes))
        for node in change.nodes:
            self.nodes.pop(node.id, None)
            self.nodes[node.id] = plain(node)
        self.handled += change.handled

    def give_up(self, phase: str, message: str, now: str) -> None:
        """Instead of all this, end the workflow in this phase: it can't be run, or can't be kept."""
        self.given_up, self.nodes, old = True, {}, self.before
        labels = {**old.metadata.get("labels", {}), PHASE: phase, COMPLETED: "true"}
        self.after = View({**old.metadata, "labels": labels}, old.spec, {**old.status, "phase": phase})
        self.after.status |= {
            "message": message,
            "startedAt": old.status.get("startedAt") or now,
            "finishedAt": now,
            "conditions": [*old.status.get("conditions", ()), {"type": "Completed", "status": "True"}],
        }

    @property
    def phase(self) -> str:
        """The workflow's phase after this."""
        return str(self.after.status.get("phase") or "")

    def patch(self, item: Object, nodes: Object) -> Object:
        """What is to be written to this object, whose nodes are these, without packing."""
        status = diff(self.before.status, self.after.status)
        if changed := {id_: _node_patch(nodes.get(id_), node) for id_, node in self.nodes.items()}:
            status["nodes"] = changed
        patch = {
            "metadata": diff(self.before.metadata, self.after.metadata),
            "spec": diff(self.before.spec, self.after.spec),
            "status": status,
        }
        if "nodes" not in part(item, "status") and nodes:  # they are packed
            item = {**item, "status": {**part(item, "status"), "nodes": nodes}}
        return reduced({name: value for name, value in patch.items() if value}, item)


def packed(patch: Object, nodes: Object) -> Object:
    """The same patch for an object whose nodes, which are to be these, are too large to be kept as they are."""
    status = {**patch.get("status", {}), "nodes": None, "compressedNodes": pack(nodes)}
    return {**patch, "status": status}


def is_large(item: Object) -> bool:
    """Whether an object is too large to be kept."""
    return len(msgspec.json.encode(item)) > LARGEST


def fitted(item: Object, nodes: Object, patch: Object) -> Object:
    """The patch, with the nodes packed where the object would be too large with them, or has them packed already.

    `nodes` are as they are after it. Raises StoreError where it would be too large even so.
    """
    if not part(item, "status").get("compressedNodes") and not is_large(merge(item, patch)):
        return patch
    if "nodes" not in patch.get("status", {}) and part(item, "status").get("compressedNodes"):
        return patch
    fitting = packed(patch, nodes)
    whole = merge(item, fitting)
    if is_large(whole):
        size = len(msgspec.json.encode(whole))
        raise StoreError(f"workflow is longer than maximum allowed size. compressed size {size} > maxSize {LARGEST}")
    return fitting


def _metadata(metadata: ObjectMeta) -> Object:
    return {name: dict(value) for name in OURS if (value := getattr(metadata, name))}


def _status(status: WorkflowStatus) -> Object:
    return {name: value for name, value in plain(_without_nodes(status)).items() if name not in PACKED}


def _without_nodes(status: WorkflowStatus) -> WorkflowStatus:
    return msgspec.structs.replace(status, nodes={})


def _node_patch(old: Any, new: Object | None) -> Object | None:
    """What makes the new node of the old one. Fields of the old one that are not known here stay."""
    if new is None or not isinstance(old, dict):
        return new
    try:
        known = plain(decode_lenient(old, NodeStatus))
    except ArgosyError:
        known = old
    return diff(known, new)
