"""What the SQL store asks of a database: sessions, in which named queries run as one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

Parameters = Mapping[str, Any]


class Session(Protocol):
    """One transaction. Queries go by the names that they have in queries.sql."""

    def run(self, name: str, parameters: Parameters) -> int:
        """Run a query that gives no rows; gives how many rows it changed."""
        ...

    def many(self, name: str, rows: Iterable[Parameters]) -> None:
        """Run a query that gives no rows once for each of these."""
        ...

    def add(self, name: str, parameters: Parameters) -> int:
        """Insert one row; gives the number that the database made for it."""
        ...

    def all(self, name: str, parameters: Parameters, *, conditions: str = "") -> list[tuple[Any, ...]]:
        """All rows. `conditions` stands in for the comment of that name in the query."""
        ...

    def one(self, name: str, parameters: Parameters) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        ...


class Database(Protocol):
    """Opens sessions; any thread may, at any time."""

    def read(self) -> AbstractContextManager[Session]:
        """A session that sees one state of the store throughout."""
        ...

    def write(self) -> AbstractContextManager[Session]:
        """A session of which all is kept or, after an exception, nothing. There is one at a time."""
        ...

    def version(self) -> int:
        """Another number after anybody wrote."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
