"""Job (batch/v1): so many pods until enough of them have succeeded, or too many have failed.

Follows the rules of Kubernetes' Job controller. The pods of a Job are numbered from 0 and never numbered again; the
record has one letter for each: R it runs, W it waits to be started again, S it succeeded, F it failed, D it was ended
without counting (the Job was suspended, or needed fewer).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from argosy.errors import NotSupported
from argosy.executors.objects.failures import invalid
from argosy.executors.objects.kinds import (
    LOST,
    Object,
    PodNumber,
    Step,
    podspec,
    record_of,
    stamp,
    time_of,
    with_record,
)
from argosy.executors.objects.names import suffix
from argosy.ports.pods import FINAL_POD_PHASES, PodReport, PodRequest

BACKOFF_SECONDS, MAX_BACKOFF_SECONDS = 10.0, 600.0
RESTART_SECONDS, MAX_RESTART_SECONDS = 10.0, 300.0
BACKOFF_LIMIT = 6

TOP_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_SPEC_FIELDS = (
    "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector "
    "maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector successPolicy suspend template "
    "ttlSecondsAfterFinished"
)
SPEC_FIELDS = frozenset(_SPEC_FIELDS.split())
NOT_RUN = ("backoffLimitPerIndex", "managedBy", "maxFailedIndexes", "podFailurePolicy", "successPolicy")
NUMBERS = ("activeDeadlineSeconds", "backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished")
POLICIES = ("OnFailure", "Never")


class Record(Struct, omit_defaults=True):
    """What the annotation of a Job holds. `restarts`: pod → how often; `after`: no pod is started before this time.

    `failures` counts the pods that have failed since one last succeeded; `broken` is why no pod can run at all.
    """

    pods: str = ""
    restarts: dict[int, int] = {}
    failures: int = 0
    after: datetime | None = None
    broken: str = ""

    def mark(self, letter: str, *indexes: int) -> None:
        """Set the letter of these pods."""
        letters = list(self.pods)
        for index in indexes:
            letters[index] = letter
        self.pods = "".join(letters)

    def with_letter(self, letters: str) -> list[int]:
        """The pods that have one of these letters."""
        return [index for index, letter in enumerate(self.pods) if letter in letters]


class JobKind:
    """argosy.executors.objects.kinds.Kind"""

    def admit(self, data: Object, old: Object | None, *, validate: bool) -> Object:
        """A new or changed Job with defaults. Raises KubectlError, NotSupported."""
        spec = podspec.mapping(data, "spec")
        pod = podspec.mapping(podspec.mapping(spec, "template"), "spec")
        if validate and (wrong := _unknown(data, spec, pod)):
            raise podspec.strict_error("Job", "batch/v1", wrong)
        causes = [f"spec.{name}: must be a whole number that is not negative" for name in NUMBERS if _bad(spec, name)]
        causes += podspec.causes(pod, "spec.template.spec", POLICIES)
        if old is not None:
            same = [name for name in ("completions", "template") if spec.get(name) == old["spec"].get(name)]
            causes += [f"spec.{name}: field is immutable" for name in ("completions", "template") if name not in same]
        if causes:
            raise invalid("Job", data["metadata"].get("name", ""), causes)
        _check_supported(spec)
        podspec.check_supported(pod, "spec.template.spec")
        podspec.check_types("Job", "batch/v1", pod)
        defaults: Object = {"backoffLimit": BACKOFF_LIMIT, "completionMode": "NonIndexed", "suspend": False}
        if spec.get("completions") is None and spec.get("parallelism") is None:
            defaults["completions"] = 1
        given = {name: value for name, value in spec.items() if value is not None}
        return {**data, "spec": {**defaults, "parallelism": 1, **given}}

    def refuse(self, data: Object, fault: str, now: datetime) -> Object:
        """A Job that can't run, failed."""
        job = _Job({**data, "status": {}}, now)
        job.condition("Failed", "True", "Invalid", fault)
        return job.kept()

    def step(self, data: Object, reports: Mapping[PodNumber, PodReport], now: datetime) -> Step:
        """Take what has become of the pods, and decide what is to be next."""
        job = _Job(data, now)
        if not job.finished:
            for number, report in reports.items():
                job.note(number, report)
            job.decide()
        expires = job.expires()
        if expires is not None:
            return Step(job.kept(), expires, expired=expires <= now)
        return Step(job.kept(), job.wake_at())

    def running(self, data: Object) -> set[PodNumber]:
        """The pods that should run now."""
        record = _record(data)
        return {PodNumber(index, record.restarts.get(index, 0)) for index in record.with_letter("R")}

    def pods(self, data: Object) -> set[PodNumber]:
        """All its pods."""
        record = _record(data)
        return {PodNumber(index, record.restarts.get(index, 0)) for index in range(len(record.pods))}

    def request(self, data: Object, number: PodNumber) -> PodRequest:
        """What this pod runs."""
        meta, template = data["metadata"], data["spec"]["template"]
        spec, extra = template["spec"], template.get("metadata") or {}
        name, uid = meta["name"], meta["uid"]
        pod_name = f"{name[:57]}-{suffix(uid, str(number.index))}"
        labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name}
        labels |= {"controller-uid": uid, "job-name": name, **(extra.get("labels") or {})}
        return PodRequest(
            key=number.key(uid),
            namespace=meta.get("namespace", ""),
            workflow_name=name,
            pod_name=pod_name,
            node_name=pod_name,
            template=podspec.template_of(spec),
            deadline_seconds=podspec.deadline_of(spec),
            service_account=spec.get("serviceAccountName", ""),
            labels=labels,
            annotations=extra.get("annotations") or {},
        )

    def settled(self, data: Object) -> str:
        """How it has ended."""
        for condition in (data.get("status") or {}).get("conditions") or []:
            if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
                how = "is complete" if condition["type"] == "Complete" else "has failed"
                return f"{how} ({condition['reason']}: {condition['message']})"
        return ""


class _Job:
    """A Job while it is looked at."""

    def __init__(self, data: Object, now: datetime) -> None:
        self.data, self.now, self.spec = data, now, podspec.mapping(data, "spec")
        self.status: Object = dict(data.get("status") or {})
        self.record = _record(data)

    @property
    def finished(self) -> bool:
        return bool(JOB.settled({"status": self.status}))

    @property
    def restarts_in_place(self) -> bool:
        return self.spec["template"]["spec"]["restartPolicy"] == "OnFailure"

    # --- what has happened

    def note(self, number: PodNumber, report: PodReport) -> None:
        """Take a report of a pod, once."""
        record, (index, restarts) = self.record, number
        known = index < len(record.pods) and record.pods[index] == "R" and record.restarts.get(index, 0) == restarts
        if not known or report.phase not in FINAL_POD_PHASES:
            return
        if report.phase == "Succeeded":
            record.mark("S", index)
            record.failures = 0
        elif report.phase == "Error" and report.message != LOST:
            record.mark("F", index)
            record.broken = report.message
        elif self.restarts_in_place:
            record.mark("W", index)
            record.restarts[index] = restarts + 1
            self._wait(RESTART_SECONDS, restarts, MAX_RESTART_SECONDS)
        else:
            record.mark("F", index)
            record.failures += 1
            self._wait(BACKOFF_SECONDS, record.failures - 1, MAX_BACKOFF_SECONDS)

    def _wait(self, seconds: float, doublings: int, longest: float) -> None:
        self.record.after = self.now + timedelta(seconds=min(seconds * 2 ** min(doublings, 16), longest))

    # --- what is to be

    def decide(self) -> None:
        """Finish it, suspend it, or see to it that the right number of pods runs."""
        record, spec = self.record, self.spec
        if reason := self._why_failed():
            record.mark("F", *record.with_letter("RW"))
            self._conditions("FailureTarget", "Failed", reason=reason[0], message=reason[1])
        elif spec.get("suspend"):
            record.mark("D", *record.with_letter("RW"))
            self.status.pop("startTime", None)
            self.condition("Suspended", "True", "JobSuspended", "Job suspended")
        elif self._complete():
            record.mark("D", *record.with_letter("RW"))
            self.status["completionTime"] = stamp(self.now)
            message = "Reached expected number of succeeded pods"
            self._conditions("SuccessCriteriaMet", "Complete", reason="CompletionsReached", message=message)
        else:
            if self._is("Suspended", "True"):
                self.condition("Suspended", "False", "JobResumed", "Job resumed")
            self.status.setdefault("startTime", stamp(self.now))
            self._scale()

    def _why_failed(self) -> tuple[str, str] | None:
        record, limit = self.record, self.spec["backoffLimit"]
        restarts = sum(record.restarts.get(index, 0) for index in record.with_letter("RW"))
        if record.broken:
            return "CreateContainerError", record.broken
        if record.pods.count("F") > limit or (restarts and restarts >= limit):
            return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        deadline = self._deadline()
        if deadline is not None and deadline <= self.now:
            return "DeadlineExceeded", "Job was active longer than specified deadline"
        return None

    def _complete(self) -> bool:
        succeeded, wanted = self.record.pods.count("S"), self.spec.get("completions")
        if wanted is None:
            return succeeded > 0 and not self.record.with_letter("RW")
        return succeeded >= wanted

    def _scale(self) -> None:
        record, succeeded = self.record, self.record.pods.count("S")
        active, wanted = record.with_letter("RW"), self.spec["parallelism"]
        if self.spec.get("completions") is not None:
            wanted = min(wanted, self.spec["completions"] - succeeded)
        elif succeeded:
            wanted = min(wanted, len(active))
        if len(active) > wanted:
            record.mark("D", *active[wanted:])
        if record.after is not None and record.after > self.now:
            return
        record.after = None
        record.mark("R", *record.with_letter("W"))
        record.pods += "R" * (wanted - len(active))

    # --- when to look again

    def _deadline(self) -> datetime | None:
        seconds, started = self.spec.get("activeDeadlineSeconds"), self.status.get("startTime")
        return time_of(started) + timedelta(seconds=seconds) if seconds is not None and started else None

    def wake_at(self) -> datetime | None:
        """When it has to be looked at though nothing happens."""
        if self.finished or self.spec.get("suspend"):
            return None
        return min((time for time in (self.record.after, self._deadline()) if time is not None), default=None)

    def expires(self) -> datetime | None:
        """When it may be deleted."""
        seconds = self.spec.get("ttlSecondsAfterFinished")
        if seconds is None or not self.finished:
            return None
        return time_of(self.status["conditions"][-1]["lastTransitionTime"]) + timedelta(seconds=seconds)

    # --- the status

    def kept(self) -> Object:
        """The Job with its status and record."""
        self._count()
        return {**with_record(self.data, msgspec.json.encode(self.record).decode()), "status": self.status}

    def _count(self) -> None:
        pods = self.record.pods
        counts = {"active": len(self.record.with_letter("RW")), "succeeded": pods.count("S"), "failed": pods.count("F")}
        for name, count in counts.items():
            if count:
                self.status[name] = count
            else:
                self.status.pop(name, None)
        self.status |= {"ready": pods.count("R"), "terminating": 0, "uncountedTerminatedPods": {}}

    def _conditions(self, *types: str, reason: str, message: str) -> None:
        for type_ in types:
            self.condition(type_, "True", reason, message)

    def _is(self, type_: str, status: str) -> bool:
        return any(each["type"] == type_ and each["status"] == status for each in self.status.get("conditions") or [])

    def condition(self, type_: str, status: str, reason: str, message: str) -> None:
        """Add or change a condition."""
        if self._is(type_, status):
            return
        others = [each for each in self.status.get("conditions") or [] if each["type"] != type_]
        time = stamp(self.now)
        new = {"type": type_, "status": status, "lastProbeTime": time, "lastTransitionTime": time}
        self.status["conditions"] = [*others, {**new, "reason": reason, "message": message}]


def _record(data: Object) -> Record:
    text = record_of(data)
    return msgspec.json.decode(text, type=Record) if text else Record()


def _bad(spec: Object, name: str) -> bool:
    value: Any = spec.get(name)
    return value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0)


def _unknown(data: Object, spec: Object, pod: Object) -> list[str]:
    return [
        *podspec.unknown(data, TOP_FIELDS, ""),
        *podspec.unknown(data["metadata"], podspec.META_FIELDS, "metadata"),
        *podspec.unknown(spec, SPEC_FIELDS, "spec"),
        *podspec.unknown(spec.get("template"), frozenset({"metadata", "spec"}), "spec.template"),
        *podspec.unknown_fields(pod, "spec.template.spec"),
    ]


def _check_supported(spec: Object) -> None:
    wrong = [f"spec.{name}" for name in NOT_RUN if spec.get(name) is not None]
    if spec.get("completionMode", "NonIndexed") != "NonIndexed":
        wrong.append(f"spec.completionMode: {spec['completionMode']}")
    if wrong:
        raise NotSupported(f"not supported yet: {', '.join(wrong)}")


JOB = JobKind()
