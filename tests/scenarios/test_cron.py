"""CronWorkflows: a schedule and a course of events in, runs and what is skipped out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import yaml

from argosy.engine.cron import Child, Create, Cron, Skipped
from argosy.model.codec import decode_lenient
from argosy.model.cron import CronWorkflow
from argosy.testing.cron_cases import CronCase
from argosy.testing.cron_suite import play_cron

MANIFEST = """
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: tick, labels: {team: night}}
spec:
  schedules: ["0 * * * *"]
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: x, command: [x, "{{workflow.scheduledTime}}"]}
"""
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def hour(number: float) -> datetime:
    return NEW_YEAR + timedelta(hours=number)


def at(*hours: float) -> list[str]:
    return [hour(number).strftime("%Y-%m-%dT%H:%M:%SZ") for number in hours]


def wrong(spec: dict[str, Any], case: str, manifest: str = MANIFEST) -> list[str]:
    """What differs from what the case expects, for the manifest with these fields in its spec."""
    data = yaml.safe_load(manifest)
    data["spec"] |= spec
    play = play_cron(yaml.safe_dump(data), msgspec.convert(yaml.safe_load(f"name: x\n{case}"), CronCase, strict=False))
    return play.result.wrong


def cron(spec: dict[str, Any] | None = None, since: datetime = NEW_YEAR, **status: Any) -> Cron:
    data = yaml.safe_load(MANIFEST)
    data["spec"] |= spec or {}
    data["metadata"] |= {"namespace": "default", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return Cron(decode_lenient({**data, "status": status}, CronWorkflow), since=since)


def fired(machine: Cron, now: datetime) -> list[Create | Skipped]:
    """All orders of a moment; what is to be created is."""
    found: list[Create | Skipped] = []
    while order := machine.fire(now):
        found.append(order)
        if isinstance(order, Create):
            machine.created(order, f"uid-of-{order.workflow.metadata.name}")
    return found


def times(orders: Sequence[Create | Skipped]) -> list[datetime]:
    return [order.at for order in orders]


def test_every_hour_has_its_run() -> None:
    assert wrong({}, f"until: 3h\nexpect: {{runs: {at(1, 2, 3)}, phase: Active, skipped: []}}") == []


def test_nothing_runs_before_the_first_time() -> None:
    assert wrong({}, "until: 59m\nexpect: {runs: [], active: []}") == []


def test_a_run_is_what_argo_makes_of_it() -> None:
    given = {
        "labels": {"a": "1"},
        "annotations": {"b": "2"},
        "finalizers": ["c"],
    }
    machine = cron({"workflowMetadata": given})
    machine.workflow.metadata.labels |= {
        "workflows.argoproj.io/creator": "me",
        "workflows.argoproj.io/controller-instanceid": "i",
    }
    (order,) = fired(machine, hour(1))
    assert isinstance(order, Create)
    meta = order.workflow.metadata
    assert (meta.name, meta.namespace, meta.finalizers) == ("tick-1767229200", "default", ["c"])
    assert meta.labels == {
        "workflows.argoproj.io/cron-workflow": "tick",
        "workflows.argoproj.io/creator": "me",
        "workflows.argoproj.io/controller-instanceid": "i",
        "a": "1",
    }
    assert meta.annotations == {"workflows.argoproj.io/scheduled-time": "2026-01-01T01:00:00Z", "b": "2"}
    (owner,) = meta.owner_references
    assert (owner.kind, owner.name, owner.uid, owner.controller) == ("CronWorkflow", "tick", "u", True)
    assert machine.workflow.metadata.annotations == {"cronworkflows.argoproj.io/last-used-schedule": "0 * * * *"}


def test_the_status_says_what_is_active_and_when_it_fired() -> None:
    machine = cron()
    fired(machine, hour(1))
    status = machine.workflow.status
    assert [each.name for each in status.active] == ["tick-1767229200"]
    assert (status.last_scheduled_time, status.phase) == (hour(1), "Active")
    machine.look([Child("uid-of-tick-1767229200", "tick-1767229200", "Failed", hour(1.5))], hour(1.5))
    assert (status.active, status.failed, status.succeeded) == ([], 1, 0)


def test_several_schedules_are_one() -> None:
    spec = {"schedules": ["0 */2 * * *", "30 1 * * *", "0 2 * * *"]}
    assert wrong(spec, f"until: 4h\nexpect: {{runs: {at(1.5, 2, 4)}}}") == []


def test_a_timezone_is_that_of_all_schedules() -> None:
    spec = {"schedules": ["0 2 * * *"], "timezone": "Europe/Berlin"}
    case = f"until: 2d\nexpect: {{runs: {at(1, 25)}}}"
    assert wrong(spec, case) == []
    spring = """
start: 2026-03-28T12:00:00Z
until: 3d
expect: {runs: [2026-03-30T00:00:00Z, 2026-03-31T00:00:00Z]}
"""
    assert wrong({**spec, "schedules": ["0 2 * * *"]}, spring) == []


def test_every_counts_from_the_last_run_whatever_happens_between() -> None:
    case = f"""
until: 4h
down: [{{at: {at(1.7)[0]}, for: 20m}}]
expect: {{runs: {at(1.5, 3)}}}
"""
    assert wrong({"schedules": ["@every 90m"]}, case) == []


def test_runs_may_overlap() -> None:
    case = (
        f"until: 3h\npods: {{main: {{seconds: 5400}}}}\nexpect: {{runs: {RUNNING}, active: {at(2, 3)}, succeeded: 1}}"
    )
    assert wrong({"concurrencyPolicy": "Allow"}, case) == []


RUNNING = [{"at": at(1)[0]}, {"at": at(2)[0], "phase": "Running"}, {"at": at(3)[0], "phase": "Running"}]


def test_forbid_skips_while_one_runs() -> None:
    case = f"""
until: 5h
pods: {{main: {{seconds: 5400}}}}
expect: {{runs: {at(1, 3, 5)}, skipped: {[{"at": each, "why": "Forbid, and tick-"} for each in at(2, 4)]}}}
"""
    assert wrong({"concurrencyPolicy": "Forbid"}, case) == []


def test_what_forbid_has_skipped_is_made_up_for_within_the_deadline() -> None:
    case = f"""
until: 4h
runs: {{"{at(1)[0]}": {{pods: {{main: {{seconds: 3900}}}}}}}}
expect: {{runs: {at(1, 2, 3, 4)}, skipped: {at(2)}}}
"""
    assert wrong({"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 600}, case) == []
    late = case.replace(str(at(1, 2, 3, 4)), str(at(1, 3, 4)))
    assert wrong({"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 200}, late) == []


def test_replace_terminates_what_runs() -> None:
    case = f"""
until: 2.5h
pods: {{main: {{seconds: 5400}}}}
expect:
  runs: [{{at: {at(1)[0]}, phase: Failed, seconds: 3600}}, {{at: {at(2)[0]}, phase: Running}}]
  failed: 1
  skipped: []
"""
    assert wrong({"concurrencyPolicy": "Replace"}, case) == []


@pytest.mark.parametrize(("deadline", "runs"), [(None, (1, 7)), (1800, (1, 6, 7)), (900, (1, 7))])
def test_the_latest_missed_run_is_made_up_for(deadline: int | None, runs: tuple[float, ...]) -> None:
    case = f"until: 7h\ndown: [{{at: {at(1.5)[0]}, for: 4h45m}}]\nexpect: {{runs: {at(*runs)}}}"
    assert wrong({"startingDeadlineSeconds": deadline}, case) == []


def test_a_schedule_that_was_just_changed_has_missed_nothing() -> None:
    case = f"""
until: 3h
edits: [{{at: {at(1.9)[0]}, spec: {{schedules: ["30 * * * *"]}}}}]
expect: {{runs: {at(1, 2.5)}}}
"""
    assert wrong({"startingDeadlineSeconds": 3600}, case) == []


def test_suspended_nothing_runs_and_what_was_missed_may_be_made_up_for() -> None:
    case = f"""
until: 4h
edits: [{{at: {at(1.5)[0]}, spec: {{suspend: true}}}}, {{at: {at(3.1)[0]}, spec: {{suspend: false}}}}]
expect: {{runs: {at(1, 4)}, skipped: {[{"at": each, "why": "suspended"} for each in at(2, 3)]}}}
"""
    assert wrong({}, case) == []
    made_up = case.replace(str(at(1, 4)), str(at(1, 3, 4)))
    assert wrong({"startingDeadlineSeconds": 600}, made_up) == []


def test_it_stops_for_good() -> None:
    case = f"""
until: 5h
pods: {{main: {{exitCode: 1}}}}
expect:
  runs: {[{"at": each, "phase": "Failed"} for each in at(1, 2)]}
  skipped: {[{"at": each, "why": "stopStrategy"} for each in at(3, 4, 5)]}
  failed: 2
  phase: Stopped
"""
    assert wrong({"stopStrategy": {"expression": "cronworkflow.failed >= 2"}}, case) == []


def test_what_is_stopped_is_labelled_and_will_never_fire() -> None:
    machine = cron(
        {"stopStrategy": {"expression": 'cronworkflow.succeeded > 0 && cronworkflow.labels.team == "night"'}}
    )
    fired(machine, hour(1))
    assert machine.can_fire
    machine.look([Child("uid-of-tick-1767229200", "tick-1767229200", "Succeeded", hour(1.5))], hour(1.5))
    assert machine.workflow.metadata.labels["cronworkflows.argoproj.io/completed"] == "true"
    assert not machine.can_fire


def test_a_stop_strategy_that_cannot_be_read_is_a_spec_error() -> None:
    machine = cron({"stopStrategy": {"expression": "cronworkflow.failed +"}})
    (order,) = fired(machine, hour(1))
    assert isinstance(order, Skipped)
    (condition,) = machine.workflow.status.conditions
    assert (condition.type, condition.status) == ("SpecError", "True")
    assert condition.message.startswith("failed to check CronWorkflow 'tick' stopping condition: failed to evaluate")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{{= cronworkflow.lastScheduledTime == nil }}", at(1)),
        (
            "{{= cronworkflow.lastScheduledTime == nil || (now() - cronworkflow.lastScheduledTime).Minutes() >= 120 }}",
            at(1, 3, 5),
        ),
        ("{{= cronworkflow.failed < 1 }}", at(1, 2, 3, 4, 5)),
        ("'{{cronworkflow.name}}' == 'other'", []),
        ("'{{cronworkflow.labels.team}}' == 'night'", at(1, 2, 3, 4, 5)),
    ],
)
def test_when_decides_whether_it_runs(when: str, expected: list[str]) -> None:
    skipped = [{"at": each, "why": "when is false"} for each in at(1, 2, 3, 4, 5) if each not in expected]
    assert wrong({"when": when}, f"until: 5h\nexpect: {{runs: {expected}, skipped: {skipped}}}") == []


def test_a_when_that_cannot_be_read_is_a_submission_error() -> None:
    machine = cron({"when": "{{cronworkflow.failed}} < 1"})
    (order,) = fired(machine, hour(1))
    assert isinstance(order, Skipped)
    (condition,) = machine.workflow.status.conditions
    assert condition.type == "SubmissionError"
    assert condition.message == "run policy error: failed to resolve {{cronworkflow.failed}} to string"
    assert machine.workflow.status.failed == 1


def test_a_run_that_cannot_be_created_is_counted_once() -> None:
    machine = cron({"startingDeadlineSeconds": 600})
    order = machine.fire(hour(1))
    assert isinstance(order, Create)
    machine.refused(order, "no room")
    assert machine.fire(hour(1)) is None
    machine.look([], hour(1.1))
    assert machine.fire(hour(1.1)) is None
    (condition,) = machine.workflow.status.conditions
    assert (condition.type, condition.message) == ("SubmissionError", "Failed to submit Workflow: no room")
    assert machine.workflow.status.failed == 1
    assert times(fired(machine, hour(2))) == [hour(2)]
    assert machine.workflow.status.conditions == []


def test_a_specification_with_a_fault_runs_nothing_until_it_has_none() -> None:
    faults = ["no entrypoint"]
    machine = cron()
    machine = Cron(machine.workflow, since=NEW_YEAR, validate=lambda _cron: "".join(faults))
    assert isinstance(fired(machine, hour(1))[0], Skipped)
    assert [each.message for each in machine.workflow.status.conditions] == ["no entrypoint"]
    faults.clear()
    assert isinstance(fired(machine, hour(2))[0], Create)
    assert machine.workflow.status.conditions == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"schedules": []}, "cron workflow must have at least one schedule"),
        (
            {"schedules": ["* * *"]},
            "cron schedule * * * is malformed: expected exactly 5 fields, found 3: [* * *]",
        ),
        ({"timezone": "Mars/North"}, "unknown time zone Mars/North"),
    ],
)
def test_a_schedule_that_cannot_be_read_never_fires(spec: dict[str, Any], message: str) -> None:
    machine = cron(spec)
    assert (machine.wake_at, machine.can_fire, machine.fire(hour(9))) == (None, False, None)
    (condition,) = machine.workflow.status.conditions
    assert condition.type == "SpecError"
    assert message in condition.message


def test_the_history_keeps_those_that_ended_last() -> None:
    case = f"until: 6h\nexpect: {{kept: {at(4, 5, 6)}, succeeded: 6}}"
    assert wrong({}, case) == []
    failing = f"until: 4h\npods: {{main: {{exitCode: 1}}}}\nexpect: {{kept: {at(4)}, failed: 4}}"
    assert wrong({}, failing) == []
    none = "until: 4h\nexpect: {kept: [], count: 4, succeeded: 4}"
    assert wrong({"successfulJobsHistoryLimit": 0}, none) == []


def test_locks_are_those_of_all_runs() -> None:
    case = f"""
until: 3h
pods: {{main: {{seconds: 5400}}}}
expect:
  runs: [{{at: {at(1)[0]}}}, {{at: {at(2)[0]}, phase: Running}}, {{at: {at(3)[0]}, phase: Pending}}]
"""
    data = yaml.safe_load(MANIFEST)["spec"]["workflowSpec"] | {"synchronization": {"mutexes": [{"name": "one"}]}}
    assert wrong({"workflowSpec": data}, case) == []


def test_who_comes_late_finds_one_run_of_each_schedule() -> None:
    machine = cron({"schedules": ["0 * * * *", "30 * * * *"]})
    assert times(fired(machine, hour(5.6))) == [hour(0.5), hour(1)]
    assert machine.wake_at == hour(6)


def test_a_run_that_an_engine_did_not_live_to_note_is_taken_in() -> None:
    machine = cron({"startingDeadlineSeconds": 3600}, since=hour(1.1), lastScheduledTime="2026-01-01T00:00:00Z")
    machine.workflow.metadata.annotations["cronworkflows.argoproj.io/last-used-schedule"] = "0 * * * *"
    machine.look([Child("a", "tick-1767229200", "Succeeded", hour(1.05))], hour(1.1))
    assert fired(machine, hour(1.1)) == []
    assert (machine.workflow.status.last_scheduled_time, machine.workflow.status.succeeded) == (hour(1), 1)


def test_runs_beside_the_schedule_count_while_they_are_active() -> None:
    machine = cron({"concurrencyPolicy": "Forbid"})
    machine.look([Child("a", "tick-b4x9z", "Running", None)], hour(0.5))
    assert isinstance(fired(machine, hour(1))[0], Skipped)
    machine.look([Child("a", "tick-b4x9z", "Failed", hour(1.1))], hour(1.1))
    assert machine.workflow.status.failed == 1
    assert isinstance(fired(machine, hour(2))[0], Create)
