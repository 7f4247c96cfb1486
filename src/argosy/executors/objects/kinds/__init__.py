"""The kinds of objects that do something: what runs on behalf of each. Objects of all other kinds lie in the store.

A kind is pure. What has become of its pods goes in and the object with its new status comes out, together with which
pods should run; `argosy.executors.objects.runs` carries it out. All that a kind needs to know is in the object, so that
any engine can go on with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from argosy.executors.objects.resources import INTERNAL
from argosy.ports.pods import PodKey, PodReport, PodRequest
from argosy.registry import Table

Object = dict[str, Any]

RECORD = f"{INTERNAL}/record"
"""The annotation in which a kind keeps what has no place in the status. Every object that was looked at has it."""
SHOWN = f"{INTERNAL}/shows"
"""The annotation of a Pod that only shows the pod of a node: there is nothing to run for it."""
LOST = "pod deleted"
"""What an executor says of a pod of which nothing can be known any more."""
GRACE_SECONDS = 30.0
PREFIX = "object"


class PodNumber(NamedTuple):
    """Which pod of an object, and which start of its container."""

    index: int
    restarts: int = 0

    def key(self, uid: str) -> PodKey:
        """The pod, for ever, of the object with this uid. No node of a workflow has such an id."""
        return PodKey(uid, f"{PREFIX}/{self.index}/{self.restarts}")


def number_of(key: PodKey) -> PodNumber | None:
    """Which pod of an object a key means; None for the pod of a workflow's node."""
    prefix, slash, rest = key.node_id.partition("/")
    if prefix != PREFIX or not slash:
        return None
    index, _, restarts = rest.partition("/")
    return PodNumber(int(index), int(restarts))


class Step(NamedTuple):
    """What a kind says: the object as it is now, when to ask again though nothing happens, whether it may go."""

    data: Object
    wake_at: datetime | None = None
    expired: bool = False


class Kind(Protocol):
    """What the objects of one kind do."""

    def admit(self, data: Object, old: Object | None, *, validate: bool) -> Object:
        """A new object, or what `old` is to become, with the defaults that the API server sets.

        Raises KubectlError for what the API server would refuse, NotSupported for what is not built here. `validate`:
        unknown fields are refused too.
        """
        ...

    def refuse(self, data: Object, fault: str, now: datetime) -> Object:
        """An object that `admit` refuses and that is there nevertheless, with a status that says so."""
        ...

    def step(self, data: Object, reports: Mapping[PodNumber, PodReport], now: datetime) -> Step:
        """Take what has become of its pods, and decide what is to be next."""
        ...

    def running(self, data: Object) -> set[PodNumber]:
        """The pods that should run now."""
        ...

    def pods(self, data: Object) -> set[PodNumber]:
        """All pods that it has ever had, each with its last start."""
        ...

    def request(self, data: Object, number: PodNumber) -> PodRequest:
        """What this pod runs: always the same for the same number."""
        ...

    def settled(self, data: Object) -> str:
        """Why its status will never change again, in a few words; empty where it can."""
        ...


KINDS: Table[Kind] = Table(
    "kind that runs",
    {
        "batch/v1/Job": "argosy.executors.objects.kinds.job:JOB",
        "v1/Pod": "argosy.executors.objects.kinds.pod:POD",
    },
)
"""apiVersion/kind → what its objects do."""


def kind_of(api_version: str, kind: str) -> Kind | None:
    """What objects of this kind do, if they do anything."""
    name = f"{api_version}/{kind}"
    return KINDS[name] if name in KINDS else None  # noqa: SIM401 - a Table imports what it gives


def stamp(time: datetime) -> str:
    """A time as Kubernetes writes it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str) -> datetime:
    """And back."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def with_record(data: Object, record: str) -> Object:
    """The object with this in its annotation."""
    meta = data["metadata"]
    return {**data, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), RECORD: record}}}


def record_of(data: Object) -> str:
    """What the annotation holds."""
    return (data["metadata"].get("annotations") or {}).get(RECORD, "")
