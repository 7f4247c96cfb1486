"""What the watch tells and what is written, in whatever order the two come."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.ports.events import StopRequested, SuspendRequested
from argosy.stores.kubernetes.drafts import View
from argosy.stores.kubernetes.mirror import Entry, Mirror

Object = dict[str, Any]


def item(version: int, phase: str = "Running", uid: str = "u", **spec: Any) -> Object:
    metadata = {"uid": uid, "name": "wf", "namespace": "ns", "resourceVersion": str(version)}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


class World:
    def __init__(self) -> None:
        self.woken = 0
        self.errors: list[BaseException] = []
        self.mirror = Mirror(self.wake, self.errors.append)

    def wake(self) -> None:
        self.woken += 1

    def engaged(self, version: int = 5) -> Entry:
        self.mirror.added(item(version))
        entry = self.mirror.entries["u"]
        self.mirror.engage(entry, View({}, {}, {}), {})
        self.woken = 0
        return entry

    def asked(self) -> list[object]:
        return [posted.request for posted in self.mirror.posted()]


@pytest.fixture
def world() -> World:
    return World()


def test_what_we_wrote_is_no_news_when_the_watch_tells_it(world: World) -> None:
    entry = world.engaged()
    world.mirror.written(entry, item(0, suspend=True), 7)
    world.mirror.updated(item(5), item(7, suspend=True))
    assert (world.woken, world.asked()) == (0, [])
    assert world.mirror.newest == 7


def test_neither_is_what_was_before_that(world: World) -> None:
    entry = world.engaged()
    world.mirror.written(entry, item(0), 7)
    world.mirror.updated(item(5), item(6, suspend=True))
    assert (world.woken, world.asked()) == (0, [])


def test_while_it_is_written_the_watch_waits(world: World) -> None:
    entry = world.engaged()
    entry.busy = True
    world.mirror.updated(item(5), item(7, suspend=True))
    assert world.asked() == []
    world.mirror.written(entry, item(0, suspend=True), 7)
    world.mirror.free(entry)
    assert world.asked() == []  # it was our own
    world.mirror.updated(item(7), item(8, suspend=True, shutdown="Stop"))
    assert world.asked() == [StopRequested()]


def test_what_came_meanwhile_and_is_newer_counts(world: World) -> None:
    entry = world.engaged()
    entry.busy = True
    world.mirror.updated(item(5), item(9, suspend=True))
    world.mirror.written(entry, item(0), 7)
    world.mirror.free(entry)
    assert world.asked() == [SuspendRequested()]
    assert entry.version == 9


def test_old_news_of_a_finished_workflow_do_not_bring_it_back(world: World) -> None:
    entry = world.engaged()
    world.mirror.written(entry, item(0, "Succeeded"), 7)
    world.mirror.finished(entry)
    world.mirror.updated(item(5), item(6))
    assert world.mirror.unfinished() == []
    assert world.mirror.lost == set()
    world.mirror.deleted(item(7, "Succeeded"))  # it is labelled as completed
    world.mirror.take(item(6))
    assert world.mirror.unfinished() == []


def test_one_that_goes_on_after_its_end_is_taken_up_again(world: World) -> None:
    entry = world.engaged()
    world.mirror.written(entry, item(0, "Failed"), 7)
    world.mirror.finished(entry)
    world.mirror.updated(item(7, "Failed"), item(9))  # argo retry
    assert world.mirror.unfinished() == ["u"]


def test_one_whose_end_the_watch_tells_first_leaves_nothing_behind(world: World) -> None:
    entry = world.engaged()
    entry.busy = True
    world.mirror.deleted(item(7, "Succeeded"))
    world.mirror.written(entry, item(0, "Succeeded"), 7)
    world.mirror.free(entry)
    world.mirror.finished(entry)
    world.mirror.unfinished()
    assert (world.mirror.entries, world.mirror.lost) == ({}, set())


def test_only_the_newest_of_the_gone_are_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argosy.stores.kubernetes.mirror.MOST_GONE", 2)
    for uid in "abc":
        world.mirror.added(item(1, uid=uid))
        world.mirror.finished(world.mirror.entries[uid])
    assert list(world.mirror.gone) == ["b", "c"]


def test_what_somebody_else_ends_is_lost_until_the_engine_has_looked(world: World) -> None:
    world.engaged()
    world.mirror.updated(item(5), item(6, "Failed"))
    assert world.mirror.lost == {"u"}
    assert world.woken > 0
    assert world.mirror.unfinished() == []
    assert world.mirror.lost == set()


def test_what_nobody_has_taken_up_has_no_requests(world: World) -> None:
    world.mirror.added(item(5))
    world.mirror.updated(item(5), item(6, suspend=True))
    assert world.asked() == []
    assert world.mirror.entries["u"].version == 6


def test_nodes_that_can_not_be_read_any_more_are_told(world: World) -> None:
    entry = world.engaged()
    spoilt = item(6)
    spoilt["status"]["compressedNodes"] = "%"
    world.mirror.updated(item(5), spoilt)
    assert len(world.errors) == 1
    assert entry.version == 6
