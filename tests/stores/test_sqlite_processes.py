"""Several processes on one SQLite store: who commits at once, who opens at once, who is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.model.meta import ObjectMeta
from argosy.model.workflow import Workflow
from argosy.ports.store import WorkflowQuery
from argosy.stores.sqlite import SqliteStore

COMMIT = """
import sys
from argosy.model.status import NodeStatus
from argosy.ports.events import SuspendRequested
from argosy.ports.store import Change
from argosy.stores.sqlite import SqliteStore

store, who, count = SqliteStore(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    nodes = [NodeStatus(id=f"{who}-{number}-{part}", type="Pod", phase="Running") for part in range(5)]
    id_ = store.post("a", SuspendRequested())
    store.commit([Change(uid="a", nodes=nodes, handled=[id_])])
    print(number, flush=True)
"""
OPEN = "import sys; from argosy.stores.sqlite import SqliteStore; SqliteStore(sys.argv[1]).create"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "argosy.db"


def begin(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    created = datetime(2026, 1, 1, tzinfo=UTC)
    store.create(Workflow(metadata=ObjectMeta(uid="a", name="a", namespace="default", creation_timestamp=created)))
    return store


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_write_and_one_reads_at_the_same_time(path: Path) -> None:
    store = begin(path)
    writers = [python(COMMIT, path, who, 150) for who in ("x", "y")]
    seen, versions = 0, {store.version()}
    while any(writer.poll() is None for writer in writers):
        found = len(store.load("a").status.nodes)
        assert found >= seen
        assert found % 5 == 0  # whole commits
        seen = found
        store.list(WorkflowQuery())
        versions.add(store.version())
    for writer in writers:
        _, errors = writer.communicate()
        assert (writer.returncode, errors) == (0, "")
    assert len(store.load("a").status.nodes) == 2 * 150 * 5
    assert store.requests() == []
    assert len(versions) > 2
    store.close()


@pytest.mark.parametrize("after", [1, 40, 120])
def test_what_was_acknowledged_survives_a_kill(path: Path, after: int) -> None:
    begin(path).close()
    writer = python(COMMIT, path, "x", 1_000_000)
    assert writer.stdout is not None
    for _ in range(after):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    acknowledged = after + len(writer.stdout.read().splitlines())
    writer.communicate()
    store = SqliteStore(path)
    nodes = store.load("a").status.nodes
    assert len(nodes) % 5 == 0
    assert len(nodes) // 5 in (acknowledged, acknowledged + 1)
    assert len(store.requests()) in (0, 1)
    store.close()


def test_many_make_the_same_store_at_once(path: Path) -> None:
    openers = [python(OPEN, path.parent / "new" / "argosy.db") for _ in range(6)]
    for opener in openers:
        _, errors = opener.communicate()
        assert (opener.returncode, errors) == (0, "")
