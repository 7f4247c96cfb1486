"""The SQLite store as a file: its form and its migrations, and what it says when the file or the disk is not well."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.errors import NotFound, StoreBusy, StoreError, StoreTooNew
from argosy.model.meta import ObjectMeta
from argosy.model.status import MutexHolding, MutexStatus, NodeStatus, SynchronizationStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.events import SuspendRequested
from argosy.ports.store import Change, WorkflowQuery
from argosy.stores import sqlite, sqlite_schema
from argosy.stores.queries import parse, queries, resource
from argosy.stores.sqlite import SqliteStore

HELD = (
    '{"synchronization":{"mutex":{"holding":[{"holder":"default/WF","mutex":"default/Mutex/WF"}]},'
    '"semaphore":{"holding":[{"semaphore":"default/ConfigMap/cm/k","holders":["default/WF/1","default/WF/2"]}]}}}'
)
"""A status as it is kept, of a workflow WF that holds a mutex and, twice, a semaphore."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "argosy.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


def workflow(name: str = "a") -> Workflow:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return Workflow(metadata=ObjectMeta(uid=name, name=name, namespace="default", creation_timestamp=created))


def nodes(count: int, filler: str = "") -> list[NodeStatus]:
    return [NodeStatus(id=f"n{i}", name=f"n{i}", type="Pod", phase="Running", message=filler) for i in range(count)]


def raw(path: Path, *statements: str) -> list[tuple]:
    """What another program would do with the file."""
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return [row for statement in statements for row in connection.execute(statement).fetchall()]
    finally:
        connection.close()


class TestForm:
    def test_a_new_store_has_the_newest_form_and_keeps_a_log(self, store: SqliteStore, path: Path) -> None:
        form = raw(path, "PRAGMA user_version", "PRAGMA application_id", "PRAGMA journal_mode")
        assert form == [(len(sqlite_schema.MIGRATIONS),), (sqlite_schema.APPLICATION,), ("wal",)]

    def test_every_migration_has_its_number_and_its_row(self) -> None:
        files = sorted(file.stem for file in Path(sqlite_schema.__file__).parent.glob("migrations/*.sql"))
        assert list(sqlite_schema.MIGRATIONS) == files
        assert [int(name.partition("_")[0]) for name in files] == list(range(1, len(files) + 1))

    def test_migrations_run_once_and_in_order(
        self, store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.create(workflow())
        store.close()
        added = {
            "0008_more": "CREATE TABLE more (x);\n",
            "0009_most": "-- a; comment\nINSERT INTO more VALUES (';\n');\n",
        }
        monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, *added))
        monkeypatch.setattr(
            sqlite_schema,
            "resource",
            lambda name: added[Path(name).stem] if Path(name).stem in added else resource(name),
        )
        for _ in range(2):
            upgraded = SqliteStore(path)
            assert upgraded.load("a") == SqliteStore(path).load("a")
            upgraded.close()
        assert raw(path, "SELECT x FROM more", "PRAGMA user_version") == [(";\n",), (len(sqlite_schema.MIGRATIONS),)]

    def test_a_migration_that_fails_leaves_the_store_as_it_was(
        self, store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.close()
        broken = "CREATE TABLE more (x);\nINSERT INTO absent VALUES (1);\n"
        monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, "0009_broken"))
        monkeypatch.setattr(sqlite_schema, "resource", lambda name: broken)
        with pytest.raises(StoreError, match="no such table: absent"):
            SqliteStore(path)
        monkeypatch.undo()
        SqliteStore(path).close()
        assert raw(path, "SELECT name FROM sqlite_master WHERE name = 'more'") == []

    def test_what_is_held_when_it_is_upgraded_has_its_rows(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sqlite_schema, "MIGRATIONS", ("0001_initial",))
            SqliteStore(path).close()
        head = "INSERT INTO workflows (uid, namespace, name, phase, created_at, suspended, progress, message, labels, "
        for number, (name, phase) in enumerate((("a", "Running"), ("b", "Pending"), ("c", "Failed")), 1):
            raw(
                path,
                f"{head}parameters) VALUES ('{name}', 'default', '{name}', '{phase}', 0, 0, '', '', '{{}}', '{{}}')",
                f"INSERT INTO documents VALUES ({number}, 'status', CAST('{HELD.replace('WF', name)}' AS BLOB))",
            )
        upgraded = SqliteStore(path)
        held = [(each.holding.lock.name, each.holding.holder, each.workflow_uid) for each in upgraded.locks(None)]
        assert held == [
            ("default/ConfigMap/cm/k", "default/a/1", "a"),
            ("default/ConfigMap/cm/k", "default/a/2", "a"),
            ("default/ConfigMap/cm/k", "default/b/1", "b"),
            ("default/ConfigMap/cm/k", "default/b/2", "b"),
            ("default/Mutex/a", "default/a", "a"),
            ("default/Mutex/b", "default/b", "b"),
        ]
        assert len({each.fence for each in upgraded.locks(None)}) == 6
        upgraded.close()

    def test_fences_go_on_after_a_restart(self, store: SqliteStore, path: Path) -> None:
        fences: list[int | None] = []
        held = MutexStatus(holding=[MutexHolding(mutex="default/Mutex/x", holder="default/a")])
        status = WorkflowStatus(synchronization=SynchronizationStatus(mutex=held))
        store.create(workflow())
        store.close()
        for _ in range(3):
            again = SqliteStore(path)
            again.commit([Change(uid="a", status=status)])
            fences += [each.fence for each in again.locks(None)]
            again.commit([Change(uid="a", status=WorkflowStatus())])
            assert again.locks(None) == []
            again.close()
        assert fences == [1, 2, 3]

    def test_a_newer_one_is_refused(self, store: SqliteStore, path: Path) -> None:
        store.close()
        raw(path, "PRAGMA user_version = 99")
        with pytest.raises(
            StoreTooNew, match=r"argosy\.db was written by a newer version of Argosy \(form 99"
        ) as caught:
            SqliteStore(path)
        assert "newer version" in caught.value.hint

    def test_secrets_are_for_the_owner_alone(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_closing_leaves_one_file(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        store.version()
        store.close()
        store.close()
        assert [file.name for file in path.parent.iterdir()] == ["argosy.db"]
        with pytest.raises(StoreError, match="is closed"):
            store.load("a")

    def test_it_opens_again_as_it_was(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        store.commit([Change(uid="a", nodes=nodes(10))])
        store.post("a", SuspendRequested())
        store.close()
        again = SqliteStore(path, sync=True)
        assert len(again.load("a").status.nodes) == 10
        assert len(again.requests()) == 1
        again.close()


class TestQueries:
    def test_each_is_valid_and_is_used(self, store: SqliteStore) -> None:
        source = "".join(file.read_text() for file in Path(sqlite.__file__).parent.glob("*.py"))
        connection = store._database._idle[0]  # type: ignore[attr-defined]
        for name, sql in queries().items():
            assert f'"{name}"' in source
            if name != "has_label":
                connection.execute(f"EXPLAIN {sql.replace('/* conditions */', 'TRUE')}", _Anything())

    def test_names_are_unique(self) -> None:
        names = [name for name, _ in parse(resource("queries.sql"))]
        assert len(names) == len(set(names)) > 30

    @pytest.mark.parametrize(
        ("query", "index"),
        [
            (WorkflowQuery(limit=2), "workflows_newest"),
            (WorkflowQuery(limit=2, namespace="default"), "workflows_by_namespace"),
            (WorkflowQuery(limit=2, phases=["Running"]), "workflows_by_phase"),
            (WorkflowQuery(limit=2, name_prefix="a"), "workflows_newest"),
            (WorkflowQuery(limit=2, continue_="5.5", namespace="default"), "workflows_by_namespace"),
            (WorkflowQuery(limit=2, label_selector="a=b", namespace="default"), "labels_by_value"),
            (WorkflowQuery(limit=2, label_selector="a=b,c!=d", continue_="5.5"), "labels_by_value"),
        ],
    )
    def test_lists_walk_an_index_and_sort_nothing(
        self, store: SqliteStore, query: WorkflowQuery, index: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(20):
            store.create(workflow(f"a{number}"))
        plans = plans_of(monkeypatch, lambda: store.list(query))
        assert index in plans[0]
        assert "TEMP B-TREE" not in " ".join(plans)

    def test_nodes_are_read_in_order_and_counted_by_index(
        self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.create(workflow())
        plans = plans_of(monkeypatch, lambda: (store.load("a"), store.list(WorkflowQuery())))
        assert any("nodes_of_workflow" in plan for plan in plans)
        assert any("COVERING INDEX nodes_counted" in plan for plan in plans)
        assert "TEMP B-TREE" not in " ".join(plans)


class _Anything(dict):
    """Parameters of any name."""

    def __missing__(self, name: str) -> int:
        return 1


def plans_of(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[str]:
    """How SQLite would run each SELECT of `act`."""
    plans: list[str] = []
    plain = sqlite.SqliteSession.all

    def explained(self, name, parameters, *, conditions=""):
        sql = queries()[name].replace("/* conditions */", conditions)
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        plans.append("; ".join(row[-1] for row in rows))
        return plain(self, name, parameters, conditions=conditions)

    monkeypatch.setattr(sqlite.SqliteSession, "all", explained)
    act()
    return plans


OPEN_AS_NOBODY = """
import os, sys
from argosy.errors import StoreError
from argosy.stores.sqlite import SqliteStore
os.getuid() or os.setuid(65534)
try:
    SqliteStore(sys.argv[1])
except StoreError as error:
    print(error, "|", error.hint)
"""


class TestTrouble:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"this is not a database, and it is longer than a header of a hundred bytes is " * 2, "is not a store"),
            (b"SQLite format 3\0" + b"\xff" * 5000, "is not a store|is damaged"),
        ],
    )
    def test_a_file_that_is_no_database(self, path: Path, content: bytes, said: str) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        with pytest.raises(StoreError, match=said) as caught:
            SqliteStore(path)
        assert str(path) in caught.value.message
        assert "move it away" in caught.value.hint
        assert path.read_bytes() == content

    def test_a_database_of_another_program(self, path: Path) -> None:
        for statements in (["CREATE TABLE t (x)"], ["PRAGMA user_version = 1"], ["PRAGMA application_id = 5"]):
            path.unlink(missing_ok=True)
            raw(path, *statements)
            with pytest.raises(StoreError, match="belongs to another program") as caught:
                SqliteStore(path)
            assert "ARGOSY_HOME" in caught.value.hint

    def test_a_page_that_was_overwritten(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        store.commit([Change(uid="a", nodes=nodes(500))])
        store.close()
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(8192)
            file.write(os.urandom(size - 8192))
        broken = SqliteStore(path)
        for act in (
            lambda: broken.load("a"),
            lambda: broken.list(WorkflowQuery()),
            lambda: broken.create(workflow("b")),
        ):
            with pytest.raises(StoreError, match="is damaged") as caught:
                act()
            assert str(path) in caught.value.message
        broken.close()

    def test_a_row_that_is_no_json(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        raw(path, "UPDATE documents SET data = CAST('{\"phase\": 1}' AS BLOB) WHERE part = 'status'")
        with pytest.raises(StoreError, match="WorkflowStatus that cannot be read"):
            store.load("a")

    def test_a_full_disk_loses_only_what_did_not_fit(self, store: SqliteStore, path: Path) -> None:
        store.create(workflow())
        connection = store._database._idle[0]  # type: ignore[attr-defined]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        status = WorkflowStatus(phase="Running")
        with pytest.raises(StoreError, match="no space is left") as caught:
            store.commit([Change(uid="a", status=status, nodes=nodes(100, "x" * 1000))])
        assert str(path) in caught.value.message
        assert "make room" in caught.value.hint
        assert store.load("a").status == WorkflowStatus()
        connection.execute("PRAGMA max_page_count = 1000000")
        store.commit([Change(uid="a", status=status, nodes=nodes(100, "x" * 1000))])
        assert len(store.load("a").status.nodes) == 100

    def test_another_process_that_does_not_stop_writing(
        self, store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
        impatient = SqliteStore(path)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="is locked by another process") as caught:
            impatient.create(workflow())
        assert caught.value.transient
        with pytest.raises(NotFound):
            impatient.load("a")  # reading waits for nobody
        other.execute("ROLLBACK")
        other.close()
        impatient.create(workflow())
        impatient.close()

    def test_a_folder_in_the_place_of_the_file(self, path: Path) -> None:
        path.mkdir(parents=True)
        with pytest.raises(StoreError, match="cannot be opened"):
            SqliteStore(path)

    def test_a_file_in_the_place_of_the_folder(self, path: Path) -> None:
        path.parent.write_text("")
        with pytest.raises(StoreError, match="cannot be opened") as caught:
            SqliteStore(path)
        assert str(path) in caught.value.message

    @pytest.mark.parametrize("there", [True, False])
    def test_a_folder_that_may_not_be_written_to(self, there: bool) -> None:
        with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
            path = Path(name, "argosy.db")
            if there:
                SqliteStore(path).close()
                path.chmod(0o444)
            path.parent.chmod(0o555)
            done = subprocess.run(
                [sys.executable, "-c", OPEN_AS_NOBODY, path], capture_output=True, text=True, check=False
            )
            path.parent.chmod(0o700)
        assert f"{path} cannot be" in done.stdout, done.stderr
        assert "rights" in done.stdout


class TestCheckpoints:
    @pytest.mark.parametrize("held", [0, 1_000_000])
    def test_the_log_is_copied_beside_the_work(
        self, store: SqliteStore, path: Path, held: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite, "CHECKPOINT_PAGES", 50)
        monkeypatch.setattr(sqlite, "HELD_CHECKPOINT_PAGES", held)
        before = path.stat().st_size
        store.create(workflow())
        for _ in range(10):
            store.commit([Change(uid="a", nodes=nodes(100, "x" * 500))])
        store.close()  # waits for the thread
        assert path.stat().st_size > before + 50_000
