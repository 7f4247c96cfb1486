"""Objects that run (argosy.executors.objects.kinds) and the executor that really runs their pods are kept in step.

Rules: what an object's kind decided is in the store before anything is done about it; what should run is a function of
the object alone. So an engine that takes over finds in the objects which pods there should be, and asks the executor to
adopt them.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from msgspec import Struct

from argosy.errors import NotFound, NotSupported
from argosy.executors.objects.failures import KubectlError
from argosy.executors.objects.kinds import (
    GRACE_SECONDS,
    KINDS,
    RECORD,
    Kind,
    PodNumber,
    Step,
    kind_of,
    number_of,
    podspec,
)
from argosy.executors.objects.resources import Object, key_of
from argosy.executors.objects.world import World
from argosy.ports.clock import Clock
from argosy.ports.executor import Executor
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport
from argosy.ports.store import ObjectKey

Reports = Mapping[PodNumber, PodReport]
NO_REPORTS: Reports = {}


class _Run(Struct):
    """An object that runs, as it was seen last. `pods` are those that the executor was asked for and that may run."""

    key: ObjectKey
    version: str = ""
    pods: set[PodNumber] = set()
    grace_seconds: float = GRACE_SECONDS
    wake_at: datetime | None = None


class Runs:
    """Keeps the objects that run and their pods in step. Everything here is called from one thread."""

    def __init__(self, world: World, pods: Executor, clock: Clock) -> None:
        self._world, self._pods, self._clock = world, pods, clock
        self._runs: dict[str, _Run] = {}
        self._live: set[str] = set()
        self._uids: dict[ObjectKey, str] = {}
        self._leaving: dict[str, set[PodNumber]] = {}

    @property
    def active(self) -> bool:
        """Whether any object has something left to do."""
        return bool(self._live or self._leaving)

    @property
    def wake_at(self) -> datetime | None:
        """When something is due."""
        wakes = (self._runs[uid].wake_at for uid in self._live)
        return min((time for time in wakes if time is not None), default=None)

    def admit(self, data: Object, old: Object | None, *, validate: bool) -> Object:
        """The object as it may be kept: checked and with defaults. Its status is nobody's but its kind's."""
        kind = kind_of(data["apiVersion"], data["kind"])
        if kind is None:
            return data
        admitted = kind.admit(data, old, validate=validate)
        admitted = {name: value for name, value in admitted.items() if name != "status"}
        before = old or {}
        if "status" in before:
            admitted["status"] = before["status"]
        record = podspec.mapping(before.get("metadata") or {}, "annotations").get(RECORD)
        meta = admitted["metadata"]
        annotations = {name: value for name, value in (meta.get("annotations") or {}).items() if name != RECORD}
        if record is not None:
            annotations[RECORD] = record
        return {**admitted, "metadata": {**meta, "annotations": annotations}} if annotations else admitted

    def look(self) -> None:
        """Look at all objects that run: new ones, changed ones, deleted ones, whoever did it."""
        seen: set[str] = set()
        for name in KINDS:
            api_version, _, kind = name.rpartition("/")
            for data in self._world.objects.list(api_version, kind, None):
                meta = data["metadata"]
                seen.add(meta["uid"])
                run = self._runs.get(meta["uid"])
                if run is None or run.version != meta["resourceVersion"]:
                    self.sync(key_of(data))
        for uid in self._runs.keys() - seen:
            self._gone(uid)

    def due(self, now: datetime) -> None:
        """Look at the objects whose time has come."""
        for run in [self._runs[uid] for uid in self._live]:
            if run.wake_at is not None and run.wake_at <= now:
                self.sync(run.key)

    def heard(self, pod: PodKey, report: PodReport) -> None:
        """Take a report of a pod."""
        uid, number = pod.workflow_uid, number_of(pod)
        run = self._runs.get(uid)
        if run is not None and number is not None and number in run.pods:
            self.sync(run.key, {number: report})
        elif report.phase in FINAL_POD_PHASES and number is not None:
            self._pods.forget([pod])
            self._left(uid, number)

    def sync(self, key: ObjectKey, reports: Reports = NO_REPORTS) -> None:
        """Let the object's kind decide, keep what it decided, and see to it that the right pods run."""
        kind = kind_of(key.api_version, key.kind)
        if kind is None:
            return
        known = self._uids.get(key, "")
        ended = {number for number, report in reports.items() if report.phase in FINAL_POD_PHASES}
        try:
            before, step, data = self._decide(kind, key, reports)
        except NotFound:
            self._gone(known, ended)
            return
        uid = data["metadata"]["uid"]
        if known and known != uid:  # another one of that name, which the reports are not about
            self._gone(known, ended)
            ended = set()
        run = self._runs.setdefault(uid, _Run(key, pods=set()))
        self._uids[key] = uid
        run.version, run.wake_at = data["metadata"]["resourceVersion"], step.wake_at
        if step.wake_at is None and kind.settled(data):
            self._live.discard(uid)
        else:
            self._live.add(uid)
        run.grace_seconds = _grace(data)
        run.pods -= ended
        self._see_to(kind, data, run, before)
        if ended:
            self._pods.forget([number.key(uid) for number in ended])
        if step.expired or data["metadata"].get("deletionTimestamp"):
            self._world.delete(key)

    def _decide(self, kind: Kind, key: ObjectKey, reports: Reports) -> tuple[set[PodNumber], Step, Object]:
        """Which pods ran before, what the kind says, and the object as it is kept."""
        steps: list[tuple[set[PodNumber], Step]] = []

        def decide(old: Object) -> Object:
            now, fault = self._clock.now(), ""
            if RECORD not in podspec.mapping(old["metadata"], "annotations"):  # new, and maybe nobody has checked it
                try:
                    old = self.admit(old, None, validate=False)
                except (KubectlError, NotSupported) as error:
                    fault = str(error)
            step = Step(kind.refuse(old, fault, now)) if fault else kind.step(old, reports, now)
            steps.append((kind.running(old) if not fault else set(), step))
            return step.data

        data = self._world.change(key, decide)
        before, step = steps[-1]
        return before, step, data

    def _see_to(self, kind: Kind, data: Object, run: _Run, before: set[PodNumber]) -> None:
        """Start the pods that should run and do not; stop those that do and should not."""
        uid, wanted = data["metadata"]["uid"], kind.running(data)
        left_over = sorted((before & wanted) - run.pods)
        if left_over:
            self._pods.adopt([kind.request(data, number) for number in left_over])
        for number in sorted(wanted - before - run.pods):
            self._pods.start(kind.request(data, number))
        for number in sorted(run.pods - wanted):
            self._pods.stop(number.key(uid), run.grace_seconds)
        run.pods = wanted

    def _gone(self, uid: str, ended: AbstractSet[PodNumber] = frozenset()) -> None:
        """The object was deleted: its pods are ended, and when they have, all that is kept of them goes."""
        run = self._runs.pop(uid, None)
        self._live.discard(uid)
        if run is None:
            return
        if self._uids.get(run.key) == uid:
            del self._uids[run.key]
        grace_seconds = self._world.hurry.pop(uid, run.grace_seconds)
        if ended:
            self._pods.forget([number.key(uid) for number in ended])
        left = self._leaving[uid] = run.pods - ended
        for number in sorted(left):
            self._pods.stop(number.key(uid), grace_seconds)
        self._left(uid, None)

    def _left(self, uid: str, number: PodNumber | None) -> None:
        left = self._leaving.get(uid)
        if left is not None:
            left.discard(number or PodNumber(-1))
            if not left:
                del self._leaving[uid]
                self._pods.delete_workflow(uid)


def _grace(data: Object) -> float:
    spec = podspec.mapping(data, "spec")
    return podspec.grace_of(podspec.mapping(podspec.mapping(spec, "template"), "spec") or spec)
