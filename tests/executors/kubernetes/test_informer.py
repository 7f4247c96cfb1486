"""Informers: whatever happens to the connection, the copy is right in the end, and every handler was told."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from argosy.cluster.cluster import Cluster
from argosy.cluster.failures import Expired, Unavailable
from argosy.cluster.informer import Informer
from argosy.cluster.requests import Selection
from tests.executors.kubernetes.server import ApiServer

MAPS = Selection("v1", "ConfigMap", "default", labels="mine")


class Heard:
    """What a handler was told, as (verb, name, data)."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, str]] = []

    def added(self, new: dict[str, Any]) -> None:
        self._note("added", new)

    def updated(self, _old: dict[str, Any], new: dict[str, Any]) -> None:
        self._note("updated", new)

    def deleted(self, old: dict[str, Any]) -> None:
        self._note("deleted", old)

    def _note(self, verb: str, item: dict[str, Any]) -> None:
        self.all.append((verb, item["metadata"]["name"], item["data"]["a"]))


class Watched:
    """An informer, who hears it, and the server that it watches."""

    def __init__(self, cluster: Cluster, server: ApiServer) -> None:
        self.cluster, self.server, self.heard = cluster, server, Heard()
        self.informer = self.take(self.heard)

    def take(self, heard: Heard) -> Informer:
        async def take() -> Informer:
            return self.cluster.informers.take(MAPS, heard)

        informer = self.cluster.runtime.run(take())
        assert informer.wait_synced(10)
        return informer

    def wait(self, *expected: tuple[str, str, str]) -> None:
        """Until just this has been told, since the last time."""
        self.server.eventually(lambda: len(self.heard.all) >= len(expected), f"{expected} in {self.heard.all}")
        told, self.heard.all = self.heard.all, []
        assert told == list(expected)

    def names(self) -> list[str]:
        return sorted(name for _, name in self.informer.objects)


def config_map(name: str, value: str = "1", mine: bool = True) -> dict[str, Any]:
    labels = {"mine": ""} if mine else {}
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": value}}


@pytest.fixture
def watched(cluster: Cluster, server: ApiServer) -> Watched:
    server.create(config_map("a"))
    server.create(config_map("b"))
    server.create(config_map("other", mine=False))
    made = Watched(cluster, server)
    made.wait(("added", "a", "1"), ("added", "b", "1"))
    server.eventually(lambda: bool(server.state.watchers), "it watches")
    return made


def test_what_is_there_and_what_happens(watched: Watched, server: ApiServer) -> None:
    assert watched.names() == ["a", "b"]
    server.create(config_map("c"))
    server.update(config_map("a", "2"))
    server.update(config_map("b", "3", mine=False))
    server.delete(config_map("c"))
    watched.wait(("added", "c", "1"), ("updated", "a", "2"), ("deleted", "b", "3"), ("deleted", "c", "1"))
    assert watched.names() == ["a"]
    assert "managedFields" not in watched.informer.objects["default", "a"]["metadata"]
    assert server.handler.calls["LIST configmaps"] == 1


def test_one_for_all_who_want_it(watched: Watched, cluster: Cluster, server: ApiServer) -> None:
    other = Heard()
    assert watched.take(other) is watched.informer
    assert other.all == [("added", "a", "1"), ("added", "b", "1")]
    cluster.runtime.loop.call_soon_threadsafe(cluster.informers.release, watched.informer, other)
    server.create(config_map("c"))
    watched.wait(("added", "c", "1"))
    assert len(other.all) == 2
    cluster.runtime.loop.call_soon_threadsafe(cluster.informers.release, watched.informer, watched.heard)
    server.eventually(lambda: not server.state.watchers, "nobody watches")
    assert server.handler.calls["WATCH configmaps"] == 1


def test_a_watch_that_is_cut_goes_on(watched: Watched, server: ApiServer) -> None:
    for number in range(3):
        server.eventually(lambda: bool(server.state.watchers), "it watches again")
        server.cut_connections()
        server.create(config_map(f"n{number}"))
        watched.wait(("added", f"n{number}", "1"))
    assert server.handler.calls["LIST configmaps"] == 1
    assert server.handler.calls["WATCH configmaps"] >= 4


def test_what_happens_while_the_server_is_away(watched: Watched, server: ApiServer) -> None:
    with server.away():
        server.create(config_map("c"))
        server.delete(config_map("a"))
        time.sleep(0.3)
        assert watched.heard.all == []
    watched.wait(("added", "c", "1"), ("deleted", "a", "1"))
    assert isinstance(watched.informer.last_error, Unavailable | None)


def test_too_old_a_version_is_listed_anew(watched: Watched, server: ApiServer, errors: list[Exception]) -> None:
    again = server.create(config_map("c"))
    watched.wait(("added", "c", "1"))
    with server.away():
        server.delete(config_map("a"))
        server.update(config_map("b", "2"))
        server.create(config_map("d"))
        server.delete(again)
        server.create(config_map("c", "3"))
        server.forget_events()
    watched.wait(
        ("updated", "b", "2"), ("deleted", "c", "1"), ("added", "c", "3"), ("added", "d", "1"), ("deleted", "a", "1")
    )
    assert watched.names() == ["b", "c", "d"]
    assert [each for each in errors if isinstance(each, Expired)]
    assert server.handler.calls["LIST configmaps"] == 2


def test_too_old_in_the_middle_of_a_watch(watched: Watched, server: ApiServer) -> None:
    def outpace() -> None:
        server.state.oldest.update(dict.fromkeys(server.state.oldest, 99))
        server.state._wake()

    server.do(outpace)
    server.eventually(lambda: server.handler.calls["LIST configmaps"] >= 2, "a second list")
    server.do(lambda: server.state.oldest.update(dict.fromkeys(server.state.oldest, 0)))
    server.create(config_map("c"))
    watched.wait(("added", "c", "1"))


def test_bookmarks_keep_a_quiet_watch_young(watched: Watched, server: ApiServer) -> None:
    server.handler.bookmark_seconds = 0.01
    server.cut_connections()
    for number in range(5):
        server.create(config_map(f"foreign{number}", mine=False))
    version = str(server.state.version)
    server.eventually(lambda: watched.informer._version == version, "a bookmark has come")
    server.forget_events()
    server.cut_connections()
    server.create(config_map("c"))
    watched.wait(("added", "c", "1"))
    assert server.handler.calls["LIST configmaps"] == 1


@pytest.mark.parametrize("status", [429, 500, 403, 503])
def test_errors_are_outlived(watched: Watched, server: ApiServer, status: int) -> None:
    server.fail("GET", "watch=true", status, times=3)
    server.cut_connections()
    server.create(config_map("c"))
    watched.wait(("added", "c", "1"))


def test_nonsense_is_outlived(watched: Watched, server: ApiServer, errors: list[Exception]) -> None:
    server.fail("GET", "watch=true", 200, message="no event")
    server.cut_connections()
    server.create(config_map("c"))
    watched.wait(("added", "c", "1"))
    assert server.handler.calls["LIST configmaps"] == 2


def test_a_handler_that_fails_harms_nobody(watched: Watched, cluster: Cluster, errors: list[Exception]) -> None:
    class Bad(Heard):
        def _note(self, verb: str, item: dict[str, Any]) -> None:
            raise ZeroDivisionError

    watched.take(Bad())
    watched.server.create(config_map("c"))
    watched.wait(("added", "c", "1"))
    assert [type(error) for error in errors] == [ZeroDivisionError] * 3


def test_resync_tells_everything_again(cluster: Cluster, server: ApiServer) -> None:
    server.create(config_map("a"))
    heard = Heard()

    async def start() -> Informer:
        informer = Informer(cluster.api, MAPS, resync_seconds=0.1)
        informer.add_handler(heard)
        informer.start()
        await asyncio.wait_for(informer.synced.wait(), 10)
        return informer

    informer = cluster.runtime.run(start())
    server.eventually(lambda: len(heard.all) >= 3, "two resyncs")
    cluster.runtime.loop.call_soon_threadsafe(informer.stop)
    assert heard.all[:3] == [("added", "a", "1"), ("updated", "a", "1"), ("updated", "a", "1")]
