"""The loop and its thread: what is posted is done in order, what waits is cancelled at the end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import CancelledError

import pytest

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.runtime import Runtime
from tests.executors.kubernetes.server import ApiServer


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def runtime(errors: list[BaseException]) -> Iterator[Runtime]:
    made = Runtime(errors.append)
    made.start()
    yield made
    made.stop()


async def forever(stopped: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        stopped.append("forever")


async def count(to: int, closed: list[int]) -> AsyncGenerator[int, None]:
    try:
        for number in range(to):
            yield number
        await asyncio.Event().wait()
    finally:
        closed.append(to)


def test_posts_come_in_order(runtime: Runtime, errors: list[BaseException]) -> None:
    done: list[int] = []
    for number in range(1000):
        runtime.post(done.append, number)
    runtime.post(done.remove, "nothing")
    runtime.post(done.append, -1)

    async def nothing() -> None:
        pass

    runtime.run(nothing())
    assert done == [*range(1000), -1]
    assert [type(error) for error in errors] == [ValueError]


def test_run_gives_what_comes_of_it(runtime: Runtime) -> None:
    async def divide(by: int) -> float:
        return 1 / by

    assert runtime.run(divide(2)) == 0.5
    with pytest.raises(ZeroDivisionError):
        runtime.run(divide(0))


def test_impatience_cancels(runtime: Runtime) -> None:
    stopped: list[str] = []
    with pytest.raises(TimeoutError):
        runtime.run(forever(stopped), 0.05)
    runtime.stop()
    assert stopped == ["forever"]


def test_stop_cancels_and_starts_again(runtime: Runtime) -> None:
    stopped: list[str] = []
    future = runtime.submit(forever(stopped))
    runtime.post(lambda: None)
    runtime.stop()
    assert stopped == ["forever"]
    with pytest.raises(CancelledError):
        future.result(1)
    runtime.start()
    assert runtime.run(asyncio.sleep(0, "again")) == "again"


def test_streams(runtime: Runtime) -> None:
    closed: list[int] = []
    with contextlib.closing(runtime.iterate(count(3, closed))) as numbers:  # pyright: ignore[reportArgumentType]
        assert [next(numbers) for _ in range(3)] == [0, 1, 2]
    assert closed == [3]
    numbers = runtime.iterate(count(1, closed))
    assert next(numbers) == 0
    threading.Timer(0.05, runtime.stop).start()
    assert list(numbers) == []


def test_a_cluster_lives_while_somebody_holds_it(server: ApiServer, tmp_path) -> None:
    cluster = Cluster(Connection(kubeconfig=server.kubeconfig(tmp_path)))
    before = threading.active_count()
    for _ in range(2):
        cluster.retain()
        with cluster.held() as api:
            assert api.namespace == cluster.namespace == "default"
            assert threading.active_count() == before + 1
        assert cluster.runtime.running
        cluster.release()
        assert threading.active_count() == before
