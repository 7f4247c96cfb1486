"""The rules for objects that do not depend on where they are kept: what names one, and what the store sets in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from argosy.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from argosy.ports.store import ObjectKey

Object = dict[str, Any]


def key_of(data: Object) -> ObjectKey:
    """Which object this is. Raises InvalidRequest where it does not say."""
    meta = data.get("metadata")
    if not isinstance(meta, dict):
        raise InvalidRequest("the object has no metadata")
    key = ObjectKey(data.get("apiVersion", ""), data.get("kind", ""), meta.get("namespace", ""), meta.get("name", ""))
    for field, value in zip(("apiVersion", "kind", "metadata.namespace", "metadata.name"), key, strict=True):
        if not isinstance(value, str) or not (value or field == "metadata.namespace"):
            raise InvalidRequest(f"the object's {field} must be a string that is not empty")
    return key


def created(data: Object, version: int, now: datetime) -> Object:
    """The object as it is kept first."""
    import uuid  # most commands create nothing

    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _with_meta(data, uid=str(uuid.uuid4()), creationTimestamp=stamp, resourceVersion=str(version))


def replaced(data: Object, old: Object, version: int) -> Object:
    """The object as it is kept in the place of `old`, which was read to make it. Raises Conflict where it was not."""
    before = old["metadata"]
    read = data["metadata"].get("resourceVersion")
    if read and read != before["resourceVersion"]:
        raise Conflict(
            f"Operation cannot be fulfilled on {_described(key_of(data))}: the object has been modified; please apply "
            "your changes to the latest version and try again"
        )
    kept = {"uid": before["uid"], "creationTimestamp": before["creationTimestamp"]}
    return _with_meta(data, **kept, resourceVersion=str(version))


def missing(key: ObjectKey) -> NotFound:
    """The error for an object that is not there, in Kubernetes' words."""
    return NotFound(f"{_described(key)} not found")


def existing(key: ObjectKey) -> AlreadyExists:
    """The error for an object that is there already, in Kubernetes' words."""
    return AlreadyExists(f"{_described(key)} already exists")


def _with_meta(data: Object, **fields: str) -> Object:
    return {**data, "metadata": {**data["metadata"], **fields}}


def _described(key: ObjectKey) -> str:
    """`workflowtemplates.argoproj.io "hello"`."""
    plural = key.kind.lower()
    if plural.endswith("y"):
        plural = plural[:-1] + "ie"
    elif plural.endswith(("s", "x", "ch", "sh")):
        plural += "e"
    group, slash, _ = key.api_version.partition("/")
    return f'{plural}s{"." + group if slash else ""} "{key.name}"'
