"""A cluster for each test: the server of the tests, or the one of ARGOSY_TEST_KUBECONFIG."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from argosy.cluster.cluster import Cluster
from tests.executors.kubernetes.server import ApiServer
from tests.executors.kubernetes.world import World, make_cluster


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer() as made:
        yield made


@pytest.fixture
def errors() -> list[BaseException]:
    """What went wrong in the background."""
    return []


@pytest.fixture
def cluster(server: ApiServer, tmp_path: Path, errors: list[BaseException]) -> Iterator[Cluster]:
    made = make_cluster(server, tmp_path, errors)
    with made.held():
        yield made


@pytest.fixture(params=["Pod", "Job"])
def world(request: pytest.FixtureRequest, server: ApiServer, tmp_path: Path) -> Iterator[World]:
    made = World(server, tmp_path, request.param)
    yield made
    made.clean_up()
