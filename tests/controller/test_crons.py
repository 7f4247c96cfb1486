"""CronWorkflows in the store: the engine fires them, keeps their status, and does nothing twice when it dies."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from argosy.controller.crons import Crons
from argosy.controller.loop import Controller
from argosy.controller.residents import Everybody
from argosy.errors import Conflict, StoreError
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.ports.operation import Services
from argosy.ports.store import ObjectKey, WorkflowQuery
from argosy.stores.memory import MemoryStore
from argosy.testing import VirtualClock

CRON: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "CronWorkflow",
    "metadata": {"name": "tick", "namespace": "default"},
    "spec": {
        "schedules": ["0 * * * *"],
        "workflowSpec": {
            "entrypoint": "main",
            "templates": [{"name": "main", "container": {"image": "x", "command": ["true"]}}],
        },
    },
}
KEY = ObjectKey("argoproj.io/v1alpha1", "CronWorkflow", "default", "tick")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class World:
    """A store, a clock, and an engine that can be replaced by the next one."""

    def __init__(self, outcome: Outcome | None = None, **spec: Any) -> None:
        self.clock = VirtualClock(NEW_YEAR)
        self.store = MemoryStore(now=self.clock.now)
        self.executor = FakeExecutor({"main": outcome or Outcome()}, clock=self.clock)
        self.bugs: list[tuple[str, Exception]] = []
        uids = itertools.count(1)
        self.services = Services(
            store=self.store,
            logs=self.executor,
            clock=self.clock,
            new_uid=lambda: f"uid-{next(uids)}",
            new_suffix=lambda: "abcde",
            wake=lambda: None,
            defaults={},
            delete_leftovers=lambda _uid: None,
            honoured=frozenset(),
        )
        self.controller = self.engine()
        self.store.objects.create({**CRON, "spec": {**CRON["spec"], **spec}})

    def engine(self) -> Controller:
        crons = Crons(self.services, lambda name, error: self.bugs.append((name, error)))
        self.controller = Controller(self.store, self.executor, self.clock, residents=Everybody(crons))
        self.controller.open()
        return self.controller

    def restart(self) -> None:
        self.controller.close()
        self.engine()

    def until(self, hours: float) -> None:
        """Let time pass, a quarter of an hour at a time, with an engine that looks."""
        end = NEW_YEAR + timedelta(hours=hours)
        self.settle()
        while self.clock.now() < end:
            self.pass_time(min(900.0, (end - self.clock.now()).total_seconds()))

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.executor.advance(seconds)
        self.settle()

    def settle(self) -> None:
        quiet = 0
        while quiet < 3:
            quiet = 0 if self.controller.step(0.001) else quiet + 1

    def edit(self, **spec: Any) -> None:
        found = self.store.objects.get(KEY)
        self.store.objects.replace({**found, "spec": {**found["spec"], **spec}})
        self.pass_time(1)

    @property
    def runs(self) -> dict[str, str]:
        """The hours of the runs that are there, and their phases."""
        found = self.store.list(WorkflowQuery(namespace="default")).items
        return {_hour(each.name): each.phase for each in reversed(found)}

    @property
    def status(self) -> dict[str, Any]:
        return self.store.objects.get(KEY)["status"]


def _hour(name: str) -> str:
    seconds = int(name.removeprefix("tick-")) - NEW_YEAR.timestamp()
    return f"{seconds / 3600:g}"


def test_each_hour_has_its_run_and_the_status_is_kept() -> None:
    world = World()
    world.until(2.5)
    assert world.runs == {"1": "Succeeded", "2": "Succeeded"}
    assert world.status == {"lastScheduledTime": "2026-01-01T02:00:00Z", "phase": "Active", "succeeded": 2}
    meta = world.store.objects.get(KEY)["metadata"]
    assert meta["annotations"] == {"cronworkflows.argoproj.io/last-used-schedule": "0 * * * *"}
    assert world.bugs == []


def test_the_engine_wakes_in_time_and_stays_as_long_as_something_will_fire() -> None:
    world = World()
    world.settle()
    assert world.controller.residents.wake_at == NEW_YEAR + timedelta(hours=1)
    assert not world.controller.idle
    assert world.controller.residents.lasting
    world.edit(suspend=True)
    assert world.controller.residents.wake_at is None
    assert world.controller.idle
    assert not world.controller.residents.lasting


def test_a_run_is_a_workflow_of_its_own_and_knows_its_time() -> None:
    world = World(Outcome(seconds=9000))
    world.until(1.25)
    workflow = world.store.get("default", "tick-1767229200")
    assert workflow.metadata.labels["workflows.argoproj.io/cron-workflow"] == "tick"
    assert workflow.metadata.annotations["workflows.argoproj.io/scheduled-time"] == "2026-01-01T01:00:00Z"
    (active,) = world.status["active"]
    assert (active["name"], active["uid"]) == ("tick-1767229200", workflow.metadata.uid)


def test_replace_terminates_and_forbid_waits() -> None:
    world = World(Outcome(seconds=5000), concurrencyPolicy="Replace")
    world.until(2.25)
    assert world.runs == {"1": "Failed", "2": "Running"}
    world.edit(concurrencyPolicy="Forbid")
    world.until(3.25)
    assert world.runs == {"1": "Failed", "2": "Running"}
    world.until(4.25)
    assert world.runs == {"1": "Failed", "2": "Succeeded", "4": "Running"}


def test_surplus_runs_are_removed() -> None:
    world = World(successfulJobsHistoryLimit=1)
    world.until(4.5)
    assert world.runs == {"4": "Succeeded"}
    assert world.status["succeeded"] == 4


def test_who_was_away_makes_up_for_nothing_without_a_deadline() -> None:
    world = World()
    world.until(1.5)
    world.controller.close()
    world.clock.advance(7000)
    world.engine()
    world.until(4.25)
    assert world.runs == {"1": "Succeeded", "4": "Succeeded"}


def test_who_was_away_makes_up_for_the_last_one_within_the_deadline() -> None:
    world = World(startingDeadlineSeconds=3600)
    world.until(1.5)
    world.controller.close()
    world.clock.advance(7000)
    world.engine()
    world.until(4.25)
    assert world.runs == {"1": "Succeeded", "3": "Succeeded", "4": "Succeeded"}


def test_a_time_that_comes_while_one_engine_takes_over_from_another_is_not_lost() -> None:
    world = World()
    world.until(1 - 1 / 3600)
    world.controller.close()
    world.clock.advance(4)
    world.engine()
    world.settle()
    assert list(world.runs) == ["1"]


@pytest.mark.parametrize("failure", [StoreError("disk full"), Conflict("somebody was faster")])
def test_an_engine_that_cannot_keep_the_status_fires_once_all_the_same(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(Outcome(seconds=600))
    world.until(0.75)
    replace, failures = world.store.objects.replace, [failure]

    def fail_once(data: Any) -> Any:
        if failures:
            raise failures.pop()
        return replace(data)

    monkeypatch.setattr(world.store.objects, "replace", fail_once)
    world.until(1)
    assert "status" not in world.store.objects.get(KEY)
    world.until(2.5)
    assert world.runs == {"1": "Succeeded", "2": "Succeeded"}
    assert world.status["succeeded"] == 2
    assert [name for name, _ in world.bugs] == ["cron-tick"] * isinstance(failure, StoreError)


def test_a_run_that_cannot_be_created_for_now_is_created_later(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.until(0.75)
    create, failures = world.store.create, [StoreError("disk full")]

    def fail_once(workflow: Any) -> None:
        if failures:
            raise failures.pop()
        create(workflow)

    monkeypatch.setattr(world.store, "create", fail_once)
    world.until(1.25)
    assert world.runs == {"1": "Succeeded"}


def test_what_cannot_run_is_said_in_the_status() -> None:
    world = World()
    world.edit(workflowSpec={"workflowTemplateRef": {"name": "gone"}})
    world.until(2.25)
    (condition,) = world.status["conditions"]
    assert condition["type"] in ("SpecError", "SubmissionError")
    assert "gone" in condition["message"]
    assert world.runs == {}


def test_a_workflow_of_the_same_name_has_had_its_turn() -> None:
    world = World()
    world.until(0.75)
    other = World()
    other.until(1.25)
    taken = other.store.get("default", "tick-1767229200")
    taken.metadata.labels.clear()
    world.store.create(taken)
    world.until(1.25)
    assert world.status["lastScheduledTime"] == "2026-01-01T01:00:00Z"
    assert world.bugs == []


def test_one_that_is_created_fires_from_then_on_and_one_that_is_deleted_no_more() -> None:
    world = World()
    world.until(1.5)
    world.store.objects.delete(KEY)
    world.until(2.5)
    assert list(world.runs) == ["1"]
    assert world.controller.idle
    world.store.objects.create(CRON)
    world.until(3.5)
    assert list(world.runs) == ["1", "3"]
