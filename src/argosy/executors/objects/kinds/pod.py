"""Pod (v1): one container that runs once or again and again, as `restartPolicy` says, by the rules of the kubelet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from argosy.executors.objects.failures import invalid
from argosy.executors.objects.kinds import (
    SHOWN,
    Object,
    PodNumber,
    Step,
    podspec,
    record_of,
    stamp,
    time_of,
    with_record,
)
from argosy.model.kinds import FAILED, PENDING, RUNNING, SUCCEEDED
from argosy.ports.pods import FINAL_POD_PHASES, PodReport, PodRequest

RESTART_SECONDS, MAX_RESTART_SECONDS = 10.0, 300.0
POLICIES = ("Always", "OnFailure", "Never")
OVERDUE = "Pod was active on the node longer than the specified deadline"
TOP_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
CHANGEABLE = frozenset({"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"})


class PodKind:
    """argosy.executors.objects.kinds.Kind"""

    def admit(self, data: Object, old: Object | None, *, validate: bool) -> Object:
        """A new or changed Pod with defaults. Raises KubectlError, NotSupported."""
        spec = {"restartPolicy": "Always", **podspec.mapping(data, "spec")}
        if validate:
            wrong = podspec.unknown(data, TOP_FIELDS, "")
            wrong += podspec.unknown(data["metadata"], podspec.META_FIELDS, "metadata")
            if wrong := [*wrong, *podspec.unknown_fields(spec, "spec")]:
                raise podspec.strict_error("Pod", "v1", wrong)
        causes = podspec.causes(spec, "spec", POLICIES)
        if old is not None and _fixed(spec) != _fixed(old["spec"]):
            fields = ", ".join(f"`spec.{name}`" for name in ("containers[*].image", *sorted(CHANGEABLE)))
            causes.append(f"spec: Forbidden: pod updates may not change fields other than {fields}")
        if causes:
            raise invalid("Pod", data["metadata"].get("name", ""), causes)
        podspec.check_supported(spec, "spec")
        podspec.check_types("Pod", "v1", spec)
        return {**data, "spec": spec}

    def refuse(self, data: Object, fault: str, now: datetime) -> Object:
        """A Pod that can't run, failed."""
        status = {"phase": FAILED, "reason": "Invalid", "message": fault, "startTime": stamp(now)}
        return {**with_record(data, ""), "status": status}

    def step(self, data: Object, reports: Mapping[PodNumber, PodReport], now: datetime) -> Step:
        """Take what has become of the container, and start it again when it is time."""
        if SHOWN in podspec.mapping(data["metadata"], "annotations"):
            return Step(data)
        pod = _Pod(data, now)
        for number, report in reports.items():
            if number in self.running(data):
                pod.note(report)
        pod.decide()
        return Step(pod.kept(), pod.wake_at())

    def running(self, data: Object) -> set[PodNumber]:
        """The container, where it should run now."""
        status = data.get("status") or {}
        shown = SHOWN in podspec.mapping(data["metadata"], "annotations")
        if status.get("phase") not in (PENDING, RUNNING) or record_of(data) or shown:
            return set()
        return {PodNumber(0, status["containerStatuses"][0]["restartCount"])}

    def pods(self, data: Object) -> set[PodNumber]:
        """The one."""
        containers = podspec.mapping(data, "status").get("containerStatuses") or []
        return {PodNumber(0, each["restartCount"]) for each in containers}

    def request(self, data: Object, number: PodNumber) -> PodRequest:
        """What the container runs."""
        meta, spec = data["metadata"], data["spec"]
        return PodRequest(
            key=number.key(meta["uid"]),
            namespace=meta.get("namespace", ""),
            workflow_name=meta["name"],
            pod_name=meta["name"],
            node_name=meta["name"],
            template=podspec.template_of(spec),
            deadline_seconds=podspec.deadline_of(spec),
            service_account=spec.get("serviceAccountName", ""),
            labels=meta.get("labels") or {},
            annotations={},
        )

    def settled(self, data: Object) -> str:
        """How it has ended."""
        phase = (data.get("status") or {}).get("phase", "")
        return f"has {phase.lower()}" if phase in (SUCCEEDED, FAILED) else ""


class _Pod:
    """A Pod while it is looked at. Its record holds the time before which the container is not started again."""

    def __init__(self, data: Object, now: datetime) -> None:
        self.data, self.now, self.spec = data, now, podspec.mapping(data, "spec")
        self.status: Object = dict(data.get("status") or {})
        self.after = time_of(record_of(data)) if record_of(data) else None
        if not self.status.get("phase"):
            self._begin()

    @property
    def container(self) -> Object:
        return self.status["containerStatuses"][0]

    def _begin(self) -> None:
        self.status = {"phase": PENDING, "startTime": stamp(self.now), "hostIP": "127.0.0.1"}
        container = self.spec["containers"][0]
        self._container(
            name=container["name"],
            image=container["image"],
            imageID="",
            restartCount=0,
            lastState={},
            state={"waiting": {"reason": "ContainerCreating"}},
        )

    def _container(self, **fields: object) -> None:
        before = self.status.get("containerStatuses") or [{}]
        state = fields.get("state")
        runs = isinstance(state, dict) and "running" in state
        self.status["containerStatuses"] = [{**before[0], **fields, "ready": runs, "started": runs}]
        ends = self.status["phase"] in (SUCCEEDED, FAILED)
        ready = {"status": "True" if runs else "False", **({"reason": "PodCompleted"} if ends else {})}
        time = self.status["startTime"]
        self.status["conditions"] = [
            {"type": "Initialized", "status": "True", "lastProbeTime": None, "lastTransitionTime": time},
            {"type": "Ready", "lastProbeTime": None, "lastTransitionTime": stamp(self.now), **ready},
            {"type": "ContainersReady", "lastProbeTime": None, "lastTransitionTime": stamp(self.now), **ready},
            {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": time},
        ]

    # --- what has happened

    def note(self, report: PodReport) -> None:
        """Take a report of the container."""
        if report.phase == "Running":
            self.status |= {"phase": RUNNING, "podIP": "127.0.0.1", "podIPs": [{"ip": "127.0.0.1"}]}
            self._container(state={"running": {"startedAt": stamp(report.started_at or self.now)}})
        elif report.phase in FINAL_POD_PHASES:
            self._end(report)

    def _end(self, report: PodReport) -> None:
        code = int(report.exit_code or (0 if report.phase == "Succeeded" else 128))
        finished = report.finished_at or self.now
        terminated = {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "startedAt": stamp(report.started_at or finished),
            "finishedAt": stamp(finished),
        }
        overdue, policy = report.message.startswith(OVERDUE), self.spec["restartPolicy"]
        again = policy == "Always" or (policy == "OnFailure" and code != 0)
        if again and not overdue and report.phase != "Error":
            self._restart_later(terminated)
            return
        self.status["phase"] = SUCCEEDED if report.phase == "Succeeded" else FAILED
        if overdue:
            self.status |= {"reason": "DeadlineExceeded", "message": OVERDUE}
        elif report.phase == "Error":
            self.status |= {"reason": "Error", "message": report.message}
        self._container(state={"terminated": terminated})

    def _restart_later(self, terminated: Object) -> None:
        restarts = self.container["restartCount"]
        seconds = min(RESTART_SECONDS * 2 ** min(restarts, 16), MAX_RESTART_SECONDS)
        self.after = self.now + timedelta(seconds=seconds)
        meta = self.data["metadata"]
        who = f"container={self.container['name']} pod={meta['name']}_{meta.get('namespace', '')}({meta['uid']})"
        message = f"back-off {seconds:.0f}s restarting failed {who}"
        waiting = {"reason": "CrashLoopBackOff", "message": message}
        self._container(state={"waiting": waiting}, lastState={"terminated": terminated})

    # --- what is to be

    def decide(self) -> None:
        """Start the container again when it is time, or end the Pod when its time is over."""
        if self.after is None:
            return
        deadline = self._deadline()
        if deadline is not None and deadline <= self.now:
            self.after = None
            self.status |= {"phase": FAILED, "reason": "DeadlineExceeded", "message": OVERDUE}
            self._container(state=self.container["lastState"])
        elif self.after <= self.now:
            self.after = None
            self._container(restartCount=self.container["restartCount"] + 1)

    def _deadline(self) -> datetime | None:
        seconds = podspec.deadline_of(self.spec)
        return None if seconds is None else time_of(self.status["startTime"]) + timedelta(seconds=seconds)

    def wake_at(self) -> datetime | None:
        """When it has to be looked at though nothing happens."""
        if self.after is None:
            return None
        return min(time for time in (self.after, self._deadline()) if time is not None)

    def kept(self) -> Object:
        """The Pod with its status and record."""
        """The Pod with its status and record."""
        record = "" if self.after is None else stamp(self.after)
        return {**with_record(self.data, record), "status": self.status}


def _fixed(spec: Object) -> Object:
    """The part of the spec that may not be changed."""
    rest = {name: value for name, value in spec.items() if name not in CHANGEABLE}
    containers = spec.get("containers")
    plain = (
        [{**each, "image": ""} for each in containers if isinstance(each, dict)] if isinstance(containers, list) else []
    )
    return {**rest, "containers": plain}


POD = PodKind()
