"""What SQLite or the system says of a file, said in a way that names the file and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argosy.errors import StoreBusy, StoreError

_SPACE = "make room on that disk, or set ARGOSY_HOME to a folder on another one"
_RIGHTS = "look at the rights of the file and its folder, or set ARGOSY_HOME to a folder that you may write to"
_DAMAGED = "move it away to begin with an empty store; `sqlite3 FILE .recover` may save what it holds"

# SQLite's primary result code to what is the matter and what to do about it.
_MEANING = {
    sqlite3.SQLITE_NOTADB: ("is not a store of Argosy", _DAMAGED),
    sqlite3.SQLITE_CORRUPT: ("is damaged", _DAMAGED),
    sqlite3.SQLITE_FULL: ("cannot be written: no space is left", _SPACE),
    sqlite3.SQLITE_READONLY: ("cannot be written: it is read-only", _RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", _RIGHTS),
    sqlite3.SQLITE_PERM: ("cannot be opened", _RIGHTS),
    sqlite3.SQLITE_AUTH: ("cannot be opened", _RIGHTS),
    sqlite3.SQLITE_IOERR: ("cannot be read or written: the disk failed", "it has to be on a local disk that works"),
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the system inside become StoreError. For work on the file at `path` and nothing else."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror or error}", hint=_RIGHTS) from error


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The error to raise for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # above: details
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(f"{path} is locked by another process", hint="try again; `fuser` names the process")
    meaning, hint = _MEANING.get(code, ("cannot be read or written", ""))
    return StoreError(f"{path} {meaning} ({error})", hint=hint)
