"""A cluster for each test: the server of the tests, or the one of ARGOSY_TEST_KUBECONFIG."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from argosy.executors.kubernetes.cluster import Cluster
from argosy.executors.kubernetes.connect import Connection
from argosy.executors.kubernetes.retry import Backoff
from tests.executors.kubernetes.server import ApiServer

RETRIES = Backoff(first_seconds=0.02, longest_seconds=0.2, patience_seconds=2)
PAUSES = Backoff(first_seconds=0.02, longest_seconds=0.2)


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


def make_cluster(server: ApiServer, folder: Path, errors: list[BaseException]) -> Cluster:
    """Connected to the server, with little patience."""
    connection = Connection(kubeconfig=server.kubeconfig(folder))
    chance = random.Random(1)
    return Cluster(connection, on_error=errors.append, jitter=chance.random, retries=RETRIES, pauses=PAUSES)
