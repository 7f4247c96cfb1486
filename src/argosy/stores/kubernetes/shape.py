"""An object of the cluster ⇄ a Workflow. Pure.

Nodes that are too large are packed, as in Argo (workflow/packer): `status.compressedNodes` is the base64 of the gzip of
their JSON, and there are no `nodes`. Times are whole seconds, as all that Kubernetes and Argo write.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from argosy.errors import InvalidRequest, StoreError
from argosy.model.codec import decode_lenient
from argosy.model.kinds import ERROR, FAILED, GROUP_VERSION, SUCCEEDED
from argosy.model.status import SynchronizationStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.locks import Holding, holdings
from argosy.ports.store import ObjectKey
from argosy.stores.kubernetes.patches import Object

KIND: Final = "Workflow"
COMPLETED: Final = "workflows.argoproj.io/completed"
PHASE: Final = "workflows.argoproj.io/phase"
FINISHED: Final = frozenset((SUCCEEDED, FAILED, ERROR))
LARGEST: Final = 1024 * 1024
"""How long a workflow's JSON may be: Argo's limit (MAX_WORKFLOW_SIZE)."""
GZIP: Final = b"\x1f\x8b"
OFFLOADED: Final = "the nodes of this workflow are in Argo's database, which is not read (offloadNodeStatusVersion)"


def uid_of(item: Object) -> str:
    """The object's uid."""
    return item["metadata"].get("uid", "")


def version_of(item: Object) -> int:
    """The object's resourceVersion: the larger, the newer."""
    text = item["metadata"].get("resourceVersion") or "0"
    return int(text) if text.isdecimal() else 0


def key_of(item: Object) -> ObjectKey:
    """Which object it is."""
    metadata = item["metadata"]
    return ObjectKey(GROUP_VERSION, KIND, metadata.get("namespace", ""), metadata.get("name", ""))


def part(item: Object, name: str) -> Object:
    """The object's `spec` or `status`; an empty one where it has none, or something else in its place."""
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def phase_of(item: Object) -> str:
    """The phase; "" for a workflow that has not begun."""
    return str(part(item, "status").get("phase") or "")


def is_unfinished(item: Object) -> bool:
    """Whether an engine has to take it up, or to go on with it: it has not ended, and nobody has deleted it."""
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    return phase_of(item) not in FINISHED and "deletionTimestamp" not in metadata and labels.get(COMPLETED) != "true"


# --- nodes


def nodes_of(item: Object) -> Object:
    """The nodes by their ids, unpacked, parents before their children. Raises StoreError where they can't be read."""
    status = part(item, "status")
    nodes = status.get("nodes")
    if not isinstance(nodes, dict) or not nodes:
        if status.get("offloadNodeStatusVersion"):
            raise StoreError(OFFLOADED)
        packed = status.get("compressedNodes")
        nodes = unpack(packed) if packed else {}
    return in_order(nodes, key_of(item).name)


def pack(nodes: Object) -> str:
    """The nodes as `compressedNodes`."""
    return base64.b64encode(gzip.compress(msgspec.json.encode(nodes), 6, mtime=0)).decode()


def unpack(text: str) -> Object:
    """And back. Raises StoreError."""
    try:
        content = base64.b64decode(text, validate=True)
        if not content.startswith(GZIP):
            raise StoreError("compressedNodes is compressed in a way that is not read here: only gzip is")
        return msgspec.json.decode(gzip.decompress(content), type=dict[str, Any])
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError) as error:
        raise StoreError(f"compressedNodes can't be read: {error}") from None


def in_order(nodes: Object, name: str) -> Object:
    """The nodes in the order of their making, as far as that is known: the API server gives them by id.

    Those that began earlier come first; of the same second, those that a walk from the root comes to first.
    """
    place = {id_: number for number, id_ in enumerate(_walk(nodes, name))}
    last = len(place)

    def key(id_: str) -> tuple[str, int]:
        node = nodes[id_]
        return str(node.get("startedAt") or "") if isinstance(node, dict) else "", place.get(id_, last)

    return {id_: nodes[id_] for id_ in sorted(nodes, key=key)}


def _walk(nodes: Object, name: str) -> Iterator[str]:
    """The ids below the root, which is named as the workflow, each once."""
    todo, seen = [id_ for id_, node in nodes.items() if isinstance(node, dict) and node.get("name") == name], set[str]()
    for id_ in todo:
        if id_ in nodes and id_ not in seen:
            seen.add(id_)
            yield id_
            children = nodes[id_].get("children")
            todo.extend(children if isinstance(children, list) else ())


# --- the whole


def workflow_of(item: Object) -> Workflow:
    """The workflow with its nodes. Raises ManifestError where it is none, StoreError where they can't be read."""
    status = {**part(item, "status"), "nodes": nodes_of(item), "compressedNodes": ""}
    workflow = decode_lenient({**item, "status": status}, Workflow)
    workflow.api_version, workflow.kind = GROUP_VERSION, KIND
    workflow.metadata.managed_fields = []
    return workflow


def holdings_of(item: Object) -> list[Holding]:
    """What a workflow holds. Anybody may have written the object: one that can't be read holds nothing."""
    try:
        kept = decode_lenient(part(part(item, "status"), "synchronization"), SynchronizationStatus)
    except InvalidRequest:
        return []
    return list(holdings(WorkflowStatus(synchronization=kept)))


def plain(value: Any) -> Any:
    """An object of the model as plain data, with times in whole seconds. Raises TypeError for what is none."""
    return _seconds(msgspec.to_builtins(value, builtin_types=(datetime,)))


def _seconds(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if not value.utcoffset() else _seconds(value.astimezone(UTC))
    if isinstance(value, dict):
        return {name: _seconds(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_seconds(each) for each in value]
    return value
