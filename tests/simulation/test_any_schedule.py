"""Any schedule, and an engine that dies at any step: no scheduled time fires twice, and every run is counted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.engine.cron import Child, Create, Cron
from argosy.model.codec import decode_lenient
from argosy.model.cron import CronWorkflow
from argosy.plan.cron import scheduled_time

BEGIN = datetime(2026, 3, 28, 22, tzinfo=UTC)
SCHEDULES = ("* * * * *", "*/3 * * * *", "0,30 * * * *", "@every 90s", "@hourly", "15 2 * * *", "CRON_TZ=UTC 7 * * * *")


class Died(Exception):
    """The engine does not live to do the next thing."""


@dataclass
class World:
    """What outlives engines: the CronWorkflow as it was kept last, and its runs. `deaths` says before which acts."""

    kept: bytes
    deaths: list[bool]
    chance: random.Random
    created: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    runs: dict[str, Child] = field(default_factory=dict)

    def act(self) -> None:
        """Something that others can see is about to be done."""
        if self.deaths and self.deaths.pop():
            raise Died

    def turn(self, cron: Cron, now: datetime) -> None:
        """What an engine does: create, then keep the status, then remove."""
        surplus = cron.look(list(self.runs.values()), now)
        while order := cron.fire(now):
            if isinstance(order, Create):
                self._create(cron, order)
        self.act()
        self.kept = msgspec.json.encode(cron.workflow)
        for child in surplus:
            self.act()
            del self.runs[child.name]

    def _create(self, cron: Cron, order: Create) -> None:
        for reference in order.terminate:
            self.act()
            self.end(reference.name, "Failed", order.at)
        self.act()
        name = order.workflow.metadata.name
        if name in self.runs:
            cron.taken(order)
            return
        self.created.append(name)
        self.runs[name] = Child(f"uid-{name}", name, "Running", None)
        cron.created(order, f"uid-{name}")

    def end(self, name: str, phase: str, now: datetime) -> None:
        child = self.runs.get(name)
        if child is not None and child.phase == "Running":
            self.runs[name] = child._replace(phase=phase, finished_at=now)
            self.ended.append(phase)

    def pass_time(self, now: datetime) -> None:
        for name in list(self.runs):
            if self.chance.random() < 0.4:
                self.end(name, self.chance.choice(("Succeeded", "Succeeded", "Failed", "Error")), now)


@st.composite
def specs(draw: Any) -> dict[str, Any]:
    return {
        "schedules": draw(st.lists(st.sampled_from(SCHEDULES), min_size=1, max_size=3, unique=True)),
        "timezone": draw(st.sampled_from(("", "Europe/Berlin"))),
        "concurrencyPolicy": draw(st.sampled_from(("Allow", "Forbid", "Replace"))),
        "startingDeadlineSeconds": draw(st.sampled_from((None, 0, 30, 600, 86_400))),
        "successfulJobsHistoryLimit": draw(st.integers(0, 2)),
        "failedJobsHistoryLimit": draw(st.integers(0, 2)),
        "workflowSpec": {"entrypoint": "main"},
    }


@settings(max_examples=150, deadline=None)
@given(
    specs(),
    st.lists(st.sampled_from((1, 20, 60, 61, 300, 4000)), min_size=1, max_size=60),
    st.lists(st.sampled_from((False, False, True)), max_size=60),
    st.integers(),
)
def test_no_time_fires_twice_and_every_run_is_counted(
    spec: dict[str, Any], steps: list[int], deaths: list[bool], seed: int
) -> None:
    meta = {"name": "tick", "namespace": "default", "uid": "u", "creationTimestamp": "2026-03-28T22:00:00Z"}
    first = decode_lenient({"metadata": meta, "spec": spec}, CronWorkflow)
    world = World(msgspec.json.encode(first), deaths, random.Random(seed))
    now, cron = BEGIN, Cron(first, since=BEGIN)
    for seconds in [*steps, 1, 1]:
        now += timedelta(seconds=seconds)
        world.pass_time(now)
        try:
            world.turn(cron, now)
        except Died:
            cron = Cron(msgspec.json.decode(world.kept, type=CronWorkflow), since=now - timedelta(seconds=10))
    world.deaths.clear()
    for _ in range(9):  # nobody dies any more, and what runs ends, and what was skipped for it may be made up for
        for name in list(world.runs):
            world.end(name, "Succeeded", now)
        world.turn(cron, now)
    assert len(set(world.created)) == len(world.created)
    moments = [scheduled_time("tick", name) for name in world.created]
    assert moments == sorted(moments, key=lambda each: each or BEGIN)
    status = msgspec.json.decode(world.kept, type=CronWorkflow).status
    assert status.active == []
    assert (status.succeeded, status.failed) == (world.ended.count("Succeeded"), len(world.ended) - status.succeeded)
    if moments:
        assert status.last_scheduled_time == moments[-1]
