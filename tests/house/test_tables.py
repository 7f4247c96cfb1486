"""Every row of every table leads to something."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

import argosy
from argosy.registry import Table


def tables() -> dict[str, Table[Any]]:
    """All tables of the project, by where they are."""
    names = [info.name for info in pkgutil.walk_packages(argosy.__path__, "argosy.") if info.name != "argosy.__main__"]
    return {
        f"{module}.{name}": value
        for module in names
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, Table)
    }


def rows() -> list[tuple[Table[Any], str]]:
    """Each table's rows, once."""
    found = {id(table): table for table in tables().values()}
    return [(table, name) for table in found.values() for name in table]


@pytest.mark.parametrize(("table", "name"), [pytest.param(*row, id=f"{row[0].kind}-{row[1]}") for row in rows()])
def test_row_leads_somewhere(table: Table[Any], name: str) -> None:
    assert table[name] is not None


def test_the_tables_are_there() -> None:
    assert {table.kind for table in tables().values()} >= {"template type", "executor", "store", "operation", "verb"}
