"""Logs and results: read through the API, whole, however long, though the connection breaks."""

from __future__ import annotations

import threading
import time

import pytest

from argosy.cluster.retry import Backoff
from argosy.errors import NotFound
from argosy.executors.kubernetes import desk, logs
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey
from tests.executors.kubernetes.world import World


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "AGAIN", Backoff(first_seconds=0.02, longest_seconds=0.1))
    monkeypatch.setattr(logs, "AGAIN_SECONDS", 0.05)


@pytest.mark.parametrize(
    ("printed", "result"),
    [
        ("one\ntwo\n", "one\ntwo"),
        ("two newlines\n\n", "two newlines\n"),
        ("none", "none"),
        ("", ""),
        ("a" * 300_000 + "\n", "a" * 262_144),
        ("é" * 150_000, "é" * 131_072),
    ],
)
def test_results(world: World, printed: str, result: str) -> None:
    engine, leaf = world.engine(), world.leaf(result=printed, wants_result=True)
    engine.start(leaf)
    assert world.end(leaf).result == result


def test_only_standard_output_where_the_cluster_can_tell(world: World) -> None:
    world.server.handler.split_streams = True
    engine = world.engine()
    leaves = [world.leaf(result="x", wants_result=True) for _ in range(3)]
    for leaf in leaves:
        engine.start(leaf)
    assert [world.end(leaf).result for leaf in leaves] == ["x"] * 3
    assert engine.cluster.api.calls["GET log"] == 3
    world.server.handler.split_streams = False
    for leaf in (later := [world.leaf(result="y", wants_result=True) for _ in range(2)]):
        engine.start(leaf)
        assert world.end(leaf).result == "y"
    assert len(later) == 2
    assert engine.cluster.api.calls["GET log"] == 6  # it is tried once


def test_a_result_is_read_again(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(result="x", wants_result=True)
    world.server.fail("GET", "/log", 503, times=3)
    engine.start(leaf)
    assert (world.end(leaf).phase, world.end(leaf).result) == ("Succeeded", "x")


@pytest.mark.parametrize(("exit_code", "phase"), [(0, "Error"), (3, "Failed")])
def test_a_result_that_can_not_be_read(world: World, exit_code: int, phase: str) -> None:
    engine, leaf = world.engine(), world.leaf(result="x", wants_result=True, exit_code=exit_code)
    world.server.fail("GET", "/log", 500, times=1000, message="no kubelet")
    engine.start(leaf)
    end = world.end(leaf)
    assert (end.phase, end.result) == (phase, None)
    assert end.message == ("main: Error (exit code 3)" if exit_code else "the result could not be read: no kubelet")


def test_a_log_is_followed_from_before_its_beginning(world: World) -> None:
    world.server.kubelet.startup_seconds = 0.3
    engine, leaf = world.engine(), world.leaf(log=["one", "two"], seconds=0.3)
    engine.start(leaf)
    world.server.eventually(lambda: bool(world.pods()), "it is there")
    with pytest.raises(NotFound):
        list(engine.logs(leaf.key, leaf.pod_name, LogQuery()))
    assert list(engine.logs(leaf.key, leaf.pod_name, LogQuery(follow=True))) == ["one", "two"]


def test_following_goes_on_when_the_connection_breaks(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(log=["one"], seconds=1.5)
    engine.start(leaf)
    world.running(leaf)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.extend(engine.logs(leaf.key, leaf.pod_name, LogQuery(follow=True))))
    reader.start()
    world.server.eventually(lambda: read == ["one"] or bool(world.server.handler.calls["GET pods/log"]), "it is read")
    log = world.server.kubelet.log(world.pod(leaf))
    assert log is not None
    for word in ("two", "three"):
        time.sleep(0.1)
        world.server.cut_connections()
        world.server.do(lambda word=word: log.write(f"{word}\n"))
    reader.join(20)
    assert read == ["one", "two", "three"]


def test_no_log_of_what_nobody_knows(world: World) -> None:
    engine = world.engine()
    with pytest.raises(NotFound, match="pod 'pod-x' has no log"):
        engine.logs(PodKey("uid-1", "x"), "pod-x", LogQuery())
    with pytest.raises(NotFound):
        engine.logs(PodKey("uid-9", "x"), "pod-x", LogQuery())
