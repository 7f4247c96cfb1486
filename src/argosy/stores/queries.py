"""Reads queries.sql: a name to the SQL that carries it."""

from __future__ import annotations

import functools
import pkgutil
import re


def resource(path: str) -> str:
    """The text of a file of this package. (importlib.resources does the same; importing it takes ten times as long.)"""
    data = pkgutil.get_data("argosy.stores", path)
    assert data is not None, path
    return data.decode()


@functools.cache
def queries() -> dict[str, str]:
    """All named queries, without their comments."""
    return dict(parse(resource("queries.sql")))


def parse(text: str) -> list[tuple[str, str]]:
    """The names and queries of a text in which each query follows a line `-- name --` and a line that describes it."""
    parts = re.split(r"^-- (\w+) --\n-- .+\n", text, flags=re.MULTILINE)
    return [(name, sql.strip()) for name, sql in zip(parts[1::2], parts[2::2], strict=True)]
