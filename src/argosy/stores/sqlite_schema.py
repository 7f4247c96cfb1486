"""The form of a SQLite store: numbered migrations, each of which makes the form that its number says."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from argosy.errors import StoreError, StoreTooNew
from argosy.stores.queries import resource

MIGRATIONS = ("0001_initial", "0002_locks")
"""The files of migrations/. Once released, a file is never changed; a new form is a new file and a new row here."""
APPLICATION = 0x41726779
"""What marks a SQLite file as ours ("Argy")."""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the store to the form that this version reads. Raises StoreTooNew, and StoreError for what is not ours."""
    if not _is_current(connection, path):
        _keep_a_log(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            _migrate(connection, path)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing is to be done. Raises where nothing can be done."""
    version, application = _pragma(connection, "user_version"), _pragma(connection, "application_id")
    if application != APPLICATION and (application or version or _has_tables(connection)):
        raise StoreError(f"{path} belongs to another program", hint="set ARGOSY_HOME to a folder of Argosy's own")
    if version > len(MIGRATIONS):
        raise StoreTooNew(
            f"{path} was written by a newer version of Argosy (form {version}; this one reads up to {len(MIGRATIONS)})",
            hint="install a newer version, or set ARGOSY_HOME to another folder",
        )
    return version == len(MIGRATIONS)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Run the migrations that are missing. Another process may have been faster, so it looks again."""
    if _is_current(connection, path):
        return
    for migration in MIGRATIONS[_pragma(connection, "user_version") :]:
        for statement in statements(migration):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def statements(migration: str) -> list[str]:
    """The statements of a migration, one by one: sqlite3's executescript would end the transaction."""
    found, lines = [], []
    for line in resource(f"migrations/{migration}.sql").splitlines(keepends=True):
        lines.append(line)
        if sqlite3.complete_statement("".join(lines)):
            found.append("".join(lines))
            lines = []
    return found


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Turn on write-ahead logging, which the file remembers. Two at once get in each other's way without waiting."""
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == 99:
                raise
            time.sleep(0.01)
        else:
            return


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
