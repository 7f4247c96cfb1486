"""What the API is asked and what it answers: which objects, and how to patch, delete and read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct

from argosy.ports.store import ObjectKey

Object = dict[str, Any]
PatchType = Literal["merge", "strategic", "json", "apply"]
Propagation = Literal["Background", "Foreground", "Orphan"]
Stream = Literal["All", "Stdout", "Stderr"]

JSON: Final = "application/json"
CONTENT_TYPES: Final[dict[PatchType, str]] = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}
FIELD_MANAGER: Final = "argosy"


class Request(Struct, frozen=True, kw_only=True):
    """One request. `what` is what it is counted as; not `repeatable`: doing it twice would do it twice.

    `accept` may ask for less than the object: its metadata only.
    """

    method: str
    path: str
    parameters: dict[str, str] = {}
    body: Any = None
    content_type: str = JSON
    accept: str = JSON
    what: str = ""
    repeatable: bool = True


class Selection(NamedTuple):
    """Which objects to list or watch: of a kind, in a namespace or (None) in all, by labels and fields."""

    api_version: str
    kind: str
    namespace: str | None = None
    labels: str = ""
    fields: str = ""

    @property
    def selectors(self) -> dict[str, str]:
        """The parameters that select."""
        both = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {name: text for name, text in both.items() if text}


class Listing(NamedTuple):
    """A list, and the version of the cluster's state that it shows."""

    items: list[Object]
    resource_version: str


class WatchEvent(Struct, frozen=True):
    """One event: ADDED, MODIFIED, DELETED or BOOKMARK (whose object has its resourceVersion, and no more)."""

    type: str
    object: Object


class PatchOptions(Struct, frozen=True, kw_only=True):
    """How to patch: `manager` and `force` (take over the fields of others) are for `apply`."""

    type: PatchType = "merge"
    subresource: str = ""
    manager: str = FIELD_MANAGER
    force: bool = False


class DeleteOptions(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """How to delete: the fields of Kubernetes' DeleteOptions."""

    grace_period_seconds: int | None = None
    propagation_policy: Propagation | None = None
    preconditions: dict[str, str] = {}


class LogOptions(Struct, frozen=True, kw_only=True):
    """Which part of a container's log. Only some clusters can tell one `stream` from the other."""

    container: str = "main"
    follow: bool = False
    tail: int | None = None
    since: datetime | None = None
    timestamps: bool = False
    previous: bool = False
    stream: Stream = "All"

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the request."""
        asked = {
            "container": self.container,
            "follow": "true" if self.follow else "",
            "tailLines": "" if self.tail is None else str(self.tail),
            "sinceTime": self.since.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if self.since else "",
            "timestamps": "true" if self.timestamps else "",
            "previous": "true" if self.previous else "",
            "stream": "" if self.stream == "All" else self.stream,
        }
        return {name: text for name, text in asked.items() if text}


def key_of(data: Object) -> ObjectKey:
    """The key of an object."""
    metadata = data["metadata"]
    return ObjectKey(data["apiVersion"], data["kind"], metadata.get("namespace", ""), metadata.get("name", ""))
