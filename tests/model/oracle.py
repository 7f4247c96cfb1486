"""Reads what Go's libraries do with YAML and JSON, which lies outside the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]
_SHARED = Path(__file__).parents[2] / ".." / "shared" / "conformance"
ORACLE = Path(os.environ.get("ARGOSY_ORACLE") or _SHARED / "oracle")
CORPUS = Path(os.environ.get("ARGOSY_CORPUS") or _SHARED)


def rows(file: str, *functions: str) -> list[Row]:
    """The rows of a file that are about these functions; none where the file is not there."""
    path = ORACLE / file
    if not path.is_file():
        return []
    every = (json.loads(line) for line in path.read_bytes().split(b"\n") if line)
    return [row for row in every if row["fn"] in functions]


def each(file: str, *functions: str) -> Any:
    """One test for each row."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in rows(file, *functions)])


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; 1 and 1.0 are not, True and 1 are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
