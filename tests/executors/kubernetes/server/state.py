"""What the API server knows: objects, their versions, and what happened to them since a while."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from argosy.language.selectors import Selector, parse_selector

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace and name."""


class Kind(NamedTuple):
    api_version: str
    kind: str
    plural: str
    namespaced: bool = True
    short: str = ""

    @property
    def qualified(self) -> str:
        """As messages name it: `workflows.argoproj.io`."""
        group, slash, _ = self.api_version.partition("/")
        return f"{self.plural}.{group}" if slash else self.plural


class Refusal(Exception):
    """An answer that is not the object."""

    def __init__(self, code: int, reason: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.headers = code, reason, message, headers

    @property
    def status(self) -> Object:
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }


class Event(NamedTuple):
    """What happened to an object: its state after and before."""

    version: int
    new: Object | None
    old: Object | None


class Filter(NamedTuple):
    """Which objects are asked for."""

    namespace: str
    labels: Selector
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, namespace: str, labels: str, fields: str) -> Filter:
        pairs = [part.replace("==", "=").partition("=") for part in fields.split(",") if part]
        return cls(namespace, parse_selector(labels), tuple((name, value) for name, _, value in pairs))

    def matches(self, item: Object | None) -> bool:
        if item is None:
            return False
        metadata = item["metadata"]
        if self.namespace and metadata.get("namespace") != self.namespace:
            return False
        if not self.labels.matches(metadata.get("labels") or {}):
            return False
        return all(_field(item, name) == value for name, value in self.fields)


def _field(item: Object, path: str) -> str:
    value: Any = item
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return str(value)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class State:
    """All objects. Belongs to the server's loop. `listeners` hear of each event, with its kind.

    A `trusting` one keeps the uid and the creationTimestamp that a new object brings, which a real one never does.
    """

    def __init__(self, kinds: list[Kind]) -> None:
        self.kinds = {(kind.api_version, kind.plural): kind for kind in kinds}
        self.objects: dict[Kind, dict[Key, Object]] = {kind: {} for kind in kinds}
        self.events: dict[Kind, list[Event]] = {kind: [] for kind in kinds}
        self.oldest: dict[Kind, int] = dict.fromkeys(kinds, 0)
        self.trusting = False
        self.watchers: set[asyncio.Event] = set()
        self.listeners: list[Callable[[Kind, Event], None]] = []
        self._versions = itertools.count(1)
        self.version = 0

    def kind(self, api_version: str, name: str) -> Kind:
        """By its kind's name."""
        return next(kind for kind in self.objects if (kind.api_version, kind.kind) == (api_version, name))

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        try:
            return self.objects[kind][namespace, name]
        except KeyError:
            raise Refusal(404, "NotFound", f'{kind.qualified} "{name}" not found') from None

    def select(self, kind: Kind, wanted: Filter) -> list[Object]:
        found = self.objects[kind].items()
        return [item for _, item in sorted(found, key=lambda pair: pair[0]) if wanted.matches(item)]

    def create(self, kind: Kind, namespace: str, data: Object) -> Object:
        item = {**data, "metadata": {**data.get("metadata", {})}}
        metadata = item["metadata"]
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + uuid.uuid4().hex[:5]
        name = metadata.get("name")
        if not name:
            raise Refusal(422, "Invalid", f"{kind.kind} is invalid: metadata.name: Required value")
        if (namespace, name) in self.objects[kind]:
            raise Refusal(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists')
        item |= {"apiVersion": kind.api_version, "kind": kind.kind}
        given = {name: metadata[name] for name in ("uid", "creationTimestamp") if self.trusting and name in metadata}
        if any(each["metadata"]["uid"] == given.get("uid") for each in self.objects[kind].values()):
            raise Refusal(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists')
        metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": now(), "generation": 1, **given}
        metadata["managedFields"] = [{"manager": "test", "operation": "Update"}]
        if kind.namespaced:
            metadata["namespace"] = namespace
        if kind.kind == "Pod":
            item["status"] = {"phase": "Pending", "qosClass": "BestEffort"}
        self._put(kind, item, None)
        return item

    def update(self, kind: Kind, item: Object, *, expected: str | None = None) -> Object:
        """Put a new state in the place of the old; it vanishes where it was only waiting for finalizers."""
        metadata = item["metadata"]
        old = self.get(kind, metadata.get("namespace", ""), metadata["name"])
        if expected and expected != old["metadata"]["resourceVersion"]:
            message = (
                f'Operation cannot be fulfilled on {kind.qualified} "{metadata["name"]}": the object has been modified'
            )
            raise Refusal(409, "Conflict", message)
        item = _fresh(item)
        if _same(item, old):
            return old
        if item["metadata"].get("deletionTimestamp") and not item["metadata"].get("finalizers") and kind.kind != "Pod":
            self._remove(kind, item)
            return item
        self._put(kind, item, old)
        if kind.kind == "Pod" and item["metadata"].get("deletionTimestamp") and _over(item):
            self.remove_if_free(kind, item)
        return item

    def delete(self, kind: Kind, item: Object, grace: int | None = None) -> Object:
        """Begin to delete: a pod that runs, or an object with finalizers, stays for a while."""
        if kind.kind == "Pod":
            spec_grace = item["spec"].get("terminationGracePeriodSeconds", 30)
            grace = spec_grace if grace is None else grace
            started = bool(item["spec"].get("nodeName")) and not _over(item)
            grace = grace if started else 0
        else:
            grace = 0
        if grace == 0 and not item["metadata"].get("finalizers"):
            self._remove(kind, item)
            return item
        marked = _fresh(item)
        before = marked["metadata"].get("deletionGracePeriodSeconds")
        grace = grace if before is None else min(before, grace)
        marked["metadata"] |= {"deletionTimestamp": now(), "deletionGracePeriodSeconds": grace}
        self._put(kind, marked, item)
        return marked

    def remove_if_free(self, kind: Kind, item: Object) -> None:
        """What a kubelet does when a pod's processes are gone: take it away, unless a finalizer holds it."""
        key = (item["metadata"].get("namespace", ""), item["metadata"]["name"])
        current = self.objects[kind].get(key)
        ours = current is not None and current["metadata"]["uid"] == item["metadata"]["uid"]
        if current and ours and not current["metadata"].get("finalizers"):
            self._remove(kind, current)

    def forget_events(self) -> None:
        """Compact: versions before now are too old to watch from."""
        for kind in self.events:
            self.events[kind].clear()
            self.oldest[kind] = self.version
        self._wake()

    def events_since(self, kind: Kind, version: int) -> Iterator[Event]:
        if version < self.oldest[kind]:
            raise Refusal(410, "Expired", f"too old resource version: {version} ({self.oldest[kind]})")
        events = self.events[kind]
        first = len(events)
        while first and events[first - 1].version > version:
            first -= 1
        return iter(events[first:])

    # --- beneath

    def _put(self, kind: Kind, item: Object, old: Object | None) -> None:
        self.version = next(self._versions)
        metadata = item["metadata"]
        metadata["resourceVersion"] = str(self.version)
        self.objects[kind][metadata.get("namespace", ""), metadata["name"]] = item
        self._tell(kind, Event(self.version, item, old))

    def _remove(self, kind: Kind, item: Object) -> None:
        self.version = next(self._versions)
        metadata = item["metadata"]
        gone = self.objects[kind].pop((metadata.get("namespace", ""), metadata["name"]), None)
        if gone is None:
            return
        last = _fresh(item)
        last["metadata"]["resourceVersion"] = str(self.version)
        self._tell(kind, Event(self.version, None, last))
        self._collect(metadata["uid"])

    def _collect(self, owner: str) -> None:
        """Delete what belongs to an object that is gone."""
        for kind, items in self.objects.items():
            for item in list(items.values()):
                if any(each["uid"] == owner for each in item["metadata"].get("ownerReferences") or ()):
                    self.delete(kind, item)

    def _tell(self, kind: Kind, event: Event) -> None:
        self.events[kind].append(event)
        for listener in self.listeners:
            listener(kind, event)
        self._wake()

    def _wake(self) -> None:
        for watcher in self.watchers:
            watcher.set()


def _fresh(item: Object) -> Object:
    """A copy whose metadata may be changed."""
    return {**item, "metadata": {**item["metadata"]}}


def _over(pod: Object) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _same(new: Object, old: Object) -> bool:
    ours = {**new, "metadata": {**new["metadata"], "resourceVersion": ""}}
    theirs = {**old, "metadata": {**old["metadata"], "resourceVersion": ""}}
    return ours == theirs
