"""Pod → PodReport: Argo's rules, on states that a real cluster has shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from argosy.executors.kubernetes.names import STOPPED
from argosy.executors.kubernetes.reports import deleted_report, is_disrupted, pod_report

AT = "2026-11-24T10:00:0{}Z"


def pod(phase: str, *containers: dict[str, Any], **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "p", "namespace": "argo"},
        "spec": {"nodeName": "node-1"},
        "status": {"phase": phase, "containerStatuses": list(containers), "startTime": AT.format(1), **status},
    }


def ended(code: int, name: str = "main", reason: str = "", **more: Any) -> dict[str, Any]:
    state = {"exitCode": code, "reason": reason or ("Error" if code else "Completed"), "startedAt": AT.format(2)}
    return {"name": name, "state": {"terminated": {**state, "finishedAt": AT.format(3), **more}}}


def waiting(reason: str, message: str = "", name: str = "main") -> dict[str, Any]:
    return {"name": name, "state": {"waiting": {"reason": reason, **({"message": message} if message else {})}}}


def running(name: str = "main") -> dict[str, Any]:
    return {"name": name, "state": {"running": {"startedAt": AT.format(2)}}}


def seen(item: dict[str, Any]) -> tuple[str, str]:
    report = pod_report(item)
    return report.phase, report.message


def unscheduled(reason: str, message: str = "") -> list[dict[str, Any]]:
    condition = {"type": "PodScheduled", "status": "False", "reason": reason}
    return [{**condition, **({"message": message} if message else {})}]


PENDING: dict[str, dict[str, Any]] = {
    "": pod("Pending"),
    "ContainerCreating": pod("Pending", waiting("ContainerCreating")),
    "ErrImagePull: no such host": pod("Pending", waiting("ErrImagePull", "no such host")),
    "ImagePullBackOff: Back-off": pod("Pending", waiting("ImagePullBackOff", "Back-off")),
    "Unschedulable: 0/3 nodes": pod("Pending", conditions=unscheduled("Unschedulable", "0/3 nodes")),
    "Unschedulable": pod("Pending", conditions=unscheduled("Unschedulable")),
    "SchedulingGated: blocked": pod("Pending", conditions=unscheduled("SchedulingGated", "blocked")),
}


@pytest.mark.parametrize("message", PENDING)
def test_pending(message: str) -> None:
    assert seen(PENDING[message]) == ("Pending", message)


def test_pending_without_a_word() -> None:
    assert seen(pod("Pending", conditions=[{"type": "PodScheduled", "status": "True"}])) == ("Pending", "")
    assert seen({"metadata": {"name": "p"}, "spec": {}}) == ("Pending", "")


def test_running() -> None:
    report = pod_report(pod("Running", running()))
    assert (report.phase, report.host_node_name, report.exit_code) == ("Running", "node-1", None)
    assert (report.started_at, report.finished_at) == (datetime(2026, 11, 24, 10, 0, 2, tzinfo=UTC), None)


def test_one_that_has_begun_is_not_pending_though_its_phase_is() -> None:
    report = pod_report(pod("Pending", ended(0)))
    assert (report.phase, report.exit_code, report.finished_at) == ("Running", None, None)
    assert pod_report(pod("Running", ended(0))) == report == pod_report(pod("Running", running()))


def test_succeeded() -> None:
    report = pod_report(pod("Succeeded", ended(0)))
    assert (report.phase, report.message, report.exit_code, report.result) == ("Succeeded", "", "0", None)
    assert report.finished_at == datetime(2026, 11, 24, 10, 0, 3, tzinfo=UTC)


OVERDUE = "Pod was active on the node longer than the specified deadline"
EVICTED = "The node was low on resource: memory."
REJECTED = "Pod was rejected: Node didn't have enough resource: cpu"
BEFORE = "Pod failed before main container starts due to"
FAILED: dict[str, dict[str, Any]] = {
    "Failed main: Error (exit code 1)": pod("Failed", ended(1)),
    "Failed main: Error (exit code 3): why\n": pod("Failed", ended(3, message="why\n")),
    "Failed main: OOMKilled (exit code 137)": pod("Failed", ended(137, reason="OOMKilled")),
    "Failed main: StartError (exit code 128): x": pod("Failed", ended(128, reason="StartError", message="x")),
    f"Failed {EVICTED}": pod("Failed", ended(137), message=EVICTED, reason="Evicted"),
    f"Failed {OVERDUE}": pod("Failed", ended(143), message=OVERDUE, reason="DeadlineExceeded"),
    f"Failed {REJECTED}": pod("Failed", message=REJECTED, reason="OutOfcpu"),
    "Failed can't find failed message for pod p namespace argo": pod("Failed"),
    "Failed pod failed: main container did not complete successfully": pod("Failed", running()),
    f"Error {BEFORE} ErrImagePull: denied": pod("Failed", waiting("ErrImagePull", "denied")),
    "Error Unexpected pod phase for p: Unknown": pod("Unknown"),
}
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("Failed main: Error (exit code 1)", pod("Failed", ended(2, "helper"), ended(1))),
    ("Failed helper: Error (exit code 2)", pod("Failed", ended(2, "helper"), ended(0))),
    ("Succeeded ", pod("Failed", ended(137, "helper"), ended(0))),
    ("Succeeded ", pod("Failed", ended(143, "helper"), ended(0))),
    ("Error init: Error (exit code 9)", pod("Failed", ended(1), initContainerStatuses=[ended(9, "init")])),
    ("Failed a: Error (exit code 9)", pod("Failed", waiting("x"), initContainerStatuses=[ended(9, "a")])),
    (f"Error {BEFORE} x: ", pod("Failed", waiting("x"), initContainerStatuses=[ended(0, "a")])),
]


@pytest.mark.parametrize(("expected", "item"), [*FAILED.items(), *OTHERS])
def test_failed(expected: str, item: dict[str, Any]) -> None:
    assert " ".join(seen(item)) == expected


def test_exit_codes_are_those_of_main() -> None:
    assert pod_report(pod("Failed", ended(2, "helper"), ended(0))).exit_code == "0"
    assert pod_report(pod("Failed", ended(2, "helper"))).exit_code is None


def test_one_that_we_stopped_has_no_deadline_of_its_own() -> None:
    item = pod("Failed", ended(143), message="Pod was active on the node longer than the specified deadline")
    item["metadata"]["annotations"] = {STOPPED: "true"}
    assert seen(item) == ("Failed", "main: Error (exit code 143)")
    item["status"]["containerStatuses"] = [ended(0)]
    assert seen(item) == ("Failed", "Pod was active on the node longer than the specified deadline")


def test_a_pod_that_failed_without_containers_ended_when_its_conditions_changed() -> None:
    item = pod("Failed", message="rejected", conditions=[{"type": "Ready", "lastTransitionTime": AT.format(4)}])
    assert pod_report(item).finished_at == datetime(2026, 11, 24, 10, 0, 4, tzinfo=UTC)
    assert pod_report(pod("Failed", message="rejected")).finished_at is None


def test_gone() -> None:
    for item in (None, pod("Running", running()), pod("Pending")):
        report = deleted_report(item)
        assert (report.phase, report.message) == ("Error", "pod deleted")
    assert deleted_report(pod("Failed", ended(143))).message == "main: Error (exit code 143)"
    assert deleted_report(pod("Succeeded", ended(0))).phase == "Succeeded"


def test_disrupted() -> None:
    item = pod("Failed", ended(143))
    assert not is_disrupted(item)
    item["status"]["conditions"] = [{"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}]
    assert is_disrupted(item)
    deleted = pod("Failed", ended(143))
    deleted["metadata"]["deletionTimestamp"] = AT.format(5)
    assert is_disrupted(deleted)


@pytest.mark.parametrize("ready", [True, False])
def test_where_a_pod_is_and_whether_it_is_ready(ready: bool) -> None:
    status = {
        "phase": "Running",
        "podIP": "10.1.0.7",
        "containerStatuses": [
            {"name": "main", "ready": ready, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
        ],
    }
    report = pod_report({"metadata": {"name": "p"}, "spec": {}, "status": status})
    assert (report.phase, report.pod_ip, report.ready) == ("Running", "10.1.0.7", ready)
