"""The store in one SQLite file.

Any process may open the file at the same time; who writes waits for who is writing, who reads waits for nobody. Of a
process's threads, too, one writes at a time; each session takes a connection that is free or opens one.

What is kept when things go wrong: a transaction is written to the log beside the file (`-wal`) before its call returns,
so that a process killed at any moment loses nothing that was acknowledged. Only the operating system's cache holds it
until the log is next copied into the file (a checkpoint): after a power cut or a crash of the system the last
transactions may be gone, always whole ones and the youngest first, and the file is never damaged. `sync=True` waits for
the disk at every commit instead: about a millisecond each.

The log needs memory that is shared between processes, so the file has to be on a local disk, not on a network share.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from argosy.errors import StoreError
from argosy.stores.queries import queries
from argosy.stores.session import Parameters
from argosy.stores.sql import SqlStore, utc_now
from argosy.stores.sqlite_errors import translated
from argosy.stores.sqlite_schema import prepare

BUSY_SECONDS = 10.0
"""How long to wait for another process that writes, before StoreBusy."""
CHECKPOINT_PAGES = 4000
"""After about so many pages (16 MB) the log is copied into the file, beside the work."""
HELD_CHECKPOINT_PAGES = 8000
"""A log that is longer still, since commits never paused, is copied to its end while they wait: some milliseconds."""
LAST_CHECKPOINT_PAGES = 24_000
"""At so many pages SQLite itself copies the log inside a commit; nothing else did, for whatever reason."""
PRAGMAS = (
    f"PRAGMA wal_autocheckpoint = {LAST_CHECKPOINT_PAGES}",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)


class SqliteStore(SqlStore):
    """Opens the store in the file `path`, or makes it. Raises StoreError."""

    def __init__(self, path: str | Path, *, sync: bool = False, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(SqliteDatabase(Path(path).absolute(), sync=sync), now)


class SqliteSession:
    """A transaction on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._queries = connection, queries()

    def run(self, name: str, parameters: Parameters) -> int:
        """Run a query that gives no rows; gives how many rows it changed."""
        return self._connection.execute(self._queries[name], parameters).rowcount

    def many(self, name: str, rows: Iterable[Parameters]) -> None:
        """Run it once for each."""
        self._connection.executemany(self._queries[name], rows)

    def add(self, name: str, parameters: Parameters) -> int:
        """Insert one row; gives its rowid."""
        return self._connection.execute(self._queries[name], parameters).lastrowid or 0

    def all(self, name: str, parameters: Parameters, *, conditions: str = "") -> list[tuple[Any, ...]]:
        """All rows."""
        sql = self._queries[name]
        if conditions:
            sql = sql.replace("/* conditions */", conditions)
        return self._connection.execute(sql, parameters).fetchall()

    def one(self, name: str, parameters: Parameters) -> tuple[Any, ...] | None:
        """The first row."""
        return self._connection.execute(self._queries[name], parameters).fetchone()


class SqliteDatabase:
    """The file, and the connections to it that nobody uses at the moment."""

    def __init__(self, path: Path, *, sync: bool = False) -> None:
        self.path, self._sync = path, sync
        self._writing = threading.Lock()
        self._watching = threading.Lock()
        self._checkpointing = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._watcher: sqlite3.Connection | None = None
        self._pages = 0
        self._closed = False
        with translated(path):
            _make(path)
            connection = self._connect()
            try:
                prepare(connection, path)
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    @contextmanager
    def read(self) -> Iterator[SqliteSession]:
        """A session that sees one state of the store throughout."""
        with self._session("BEGIN") as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[SqliteSession]:
        """A session of which all is kept or nothing."""
        with self._writing, self._session("BEGIN IMMEDIATE") as session:
            yield session
        if self._pages >= CHECKPOINT_PAGES and self._checkpointing.acquire(blocking=False):
            self._pages = 0
            threading.Thread(target=self._checkpoint, name="checkpoint", daemon=True).start()

    def version(self) -> int:
        """SQLite's count of the changes that a connection has seen others make; this one makes none itself."""
        with self._watching, translated(self.path):
            if self._watcher is None:
                self._watcher = self._connect()
            return self._watcher.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        """Close the connections; those in use are closed when they come back. The last one tidies the log away."""
        self._closed = True
        with self._checkpointing, self._watching, translated(self.path):
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _session(self, begin: str) -> Iterator[SqliteSession]:
        """A transaction on a connection that is free, or new."""
        with translated(self.path):
            connection = self._take()
            before = connection.total_changes
            try:
                connection.execute(begin)
                yield SqliteSession(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # an exception came; where SQLite gave up by itself there is none left
                    connection.execute("ROLLBACK")
                if changes := connection.total_changes - before:
                    self._pages += 4 + changes // 3  # what it comes to in the log, roughly
                self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"the store {self.path} is closed")
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA synchronous = {'FULL' if self._sync else 'NORMAL'}")
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    def _checkpoint(self) -> None:
        """Copy the log into the file while others go on. Once all of it is copied, the next commit begins it anew."""
        try:
            with suppress(sqlite3.Error, StoreError):  # the store may have been closed in the meantime
                connection = self._take()
                try:
                    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                    if pages > HELD_CHECKPOINT_PAGES:
                        with self._writing:
                            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                finally:
                    self._give_back(connection)
        finally:
            self._checkpointing.release()


def _make(path: Path) -> None:
    """Make the file, readable by its owner alone since it can hold secrets, and the folders above it."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
