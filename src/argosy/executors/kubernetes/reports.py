"""A Pod, as the cluster shows it → what is reported of it. Pure.

The rules are those of Argo's controller (getPendingReason, inferFailedReason and getExitCode in operator.go), less what
they say of the containers that Argo adds:

    Pending       why, where it is known: Unschedulable, ImagePullBackOff, ContainerCreating, ...
    Failed        the pod's own message counts most (evicted, over its deadline, its node shut down); then the first
                  container that failed, init containers before `main`, `main` before the others
      main        Failed   main: Error (exit code 1)
      others      Failed   likewise, but 137 and 143 are nobody's fault
      none began  Error    Pod failed before main container starts due to ErrImagePull: ...
    gone          as it had ended, if it had; else Error   pod deleted
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from argosy.executors.kubernetes.names import MAIN, STOPPED
from argosy.ports.pods import FINAL_POD_PHASES, PodPhase, PodReport

Object = dict[str, Any]

DELETED: Final = "pod deleted"
INIT: Final = "init"
UNSCHEDULABLE: Final = frozenset({"Unschedulable", "SchedulingGated"})
KILLED: Final = frozenset({137, 143})


class Ending(NamedTuple):
    """How a pod ended."""

    phase: PodPhase
    message: str = ""


def pod_report(pod: Object) -> PodReport:
    """What is known of the pod now. Its result is not: that is in the log."""
    phase = _status(pod).get("phase") or "Pending"
    if phase == "Running" or (phase == "Pending" and _began(pod)):
        return _report(pod, Ending("Running"))
    if phase == "Pending":
        return _report(pod, Ending("Pending", pending_reason(pod)))
    if phase == "Succeeded":
        return _report(pod, Ending("Succeeded"))
    if phase == "Failed":
        return _report(pod, ending(pod))
    return _report(pod, Ending("Error", f"Unexpected pod phase for {pod['metadata']['name']}: {phase}"))


def deleted_report(pod: Object | None) -> PodReport:
    """What is known of a pod that is gone, from its last state: how it had ended, if it had."""
    if pod is not None and is_over(pod):
        return pod_report(pod)
    return PodReport(phase="Error", message=DELETED)


def is_over(pod: Object) -> bool:
    """Whether the pod has ended."""
    return _status(pod).get("phase") in ("Succeeded", "Failed")


def is_disrupted(pod: Object) -> bool:
    """Whether the cluster ends it, or somebody deletes it, for no fault of its own."""
    conditions = _status(pod).get("conditions") or ()
    targets = [each for each in conditions if each.get("type") == "DisruptionTarget" and each.get("status") == "True"]
    return bool(targets) or "deletionTimestamp" in pod["metadata"]


def pending_reason(pod: Object) -> str:
    """Why the pod does not run yet; empty where nothing is said."""
    for container in _status(pod).get("containerStatuses") or ():
        waiting = _state(container).get("waiting")
        if waiting is not None:
            return _reason(waiting)
    for condition in _status(pod).get("conditions") or ():
        if condition.get("reason") in UNSCHEDULABLE:
            return _reason(condition)
    return ""


def ending(pod: Object) -> Ending:
    """How a pod whose phase is Failed has failed."""
    stopped = STOPPED in (pod["metadata"].get("annotations") or {})
    message = _status(pod).get("message")
    if message and not stopped:
        return Ending("Failed", message)
    containers = list(_in_order(pod))
    if not containers:
        where = f"pod {pod['metadata']['name']} namespace {pod['metadata'].get('namespace', '')}"
        return Ending("Failed", f"can't find failed message for {where}")
    for container in containers:
        found = _of_container(container)
        if found is not None:
            return found
    if stopped:
        return Ending("Failed", message or "")
    main = _terminated(pod)
    if main is not None and main.get("exitCode") == 0:
        return Ending("Succeeded")
    return Ending("Failed", "pod failed: main container did not complete successfully")


def _in_order(pod: Object) -> Iterator[Object]:
    """The containers, those first whose failure says most."""
    status = _status(pod)
    yield from status.get("initContainerStatuses") or ()
    yield from sorted(status.get("containerStatuses") or (), key=lambda container: container["name"] != MAIN)


def _of_container(container: Object) -> Ending | None:
    """What this container says of the pod's failure, if anything."""
    name, state = container["name"], _state(container)
    waiting, terminated = state.get("waiting"), state.get("terminated")
    if waiting is not None:
        why = f"{waiting.get('reason', '')}: {waiting.get('message', '')}"
        return Ending("Error", f"Pod failed before {name} container starts due to {why}")
    if terminated is None or terminated.get("exitCode") == 0:
        return None
    code, message = terminated.get("exitCode"), terminated.get("message")
    text = f"{name}: {terminated.get('reason', '')} (exit code {code})" + (f": {message}" if message else "")
    if name == INIT:
        return Ending("Error", text)
    return None if name != MAIN and code in KILLED else Ending("Failed", text)


# --- what else is reported


def _report(pod: Object, how: Ending) -> PodReport:
    main = _terminated(pod) if how.phase in FINAL_POD_PHASES else None
    return PodReport(
        phase=how.phase,
        message=how.message,
        exit_code=None if main is None else str(main.get("exitCode")),
        started_at=_started(pod),
        finished_at=_finished(pod) if how.phase in FINAL_POD_PHASES else None,
        host_node_name=pod["spec"].get("nodeName", ""),
        pod_ip=_status(pod).get("podIP", ""),
        ready=all(container.get("ready") for container in _status(pod).get("containerStatuses") or ()),
    )


def _began(pod: Object) -> bool:
    """Whether `main` has begun; of one that soon ended the pod's phase may not have said so."""
    state = _main_state(pod)
    return "running" in state or "terminated" in state


def _started(pod: Object) -> datetime | None:
    """When `main` began; when the pod did, where that is not known."""
    state = _main_state(pod)
    began = (state.get("running") or state.get("terminated") or {}).get("startedAt")
    return _time(began or _status(pod).get("startTime"))


def _finished(pod: Object) -> datetime | None:
    """When the last of its containers ended; when the pod's conditions last changed, where none of them did."""
    status = _status(pod)
    containers = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    ends = [_state(container).get("terminated", {}).get("finishedAt") for container in containers]
    ends = [end for end in ends if end] or [
        condition["lastTransitionTime"]
        for condition in status.get("conditions") or ()
        if condition.get("lastTransitionTime")
    ]
    return _time(max(ends, default=None))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reason(of: Object) -> str:
    reason, message = of.get("reason", ""), of.get("message", "")
    return f"{reason}: {message}" if message else reason


def _status(pod: Object) -> Object:
    return pod.get("status") or {}


def _state(container: Object) -> Object:
    return container.get("state") or {}


def _main_state(pod: Object) -> Object:
    for container in _status(pod).get("containerStatuses") or ():
        if container["name"] == MAIN:
            return _state(container)
    return {}


def _terminated(pod: Object) -> Object | None:
    return _main_state(pod).get("terminated")
