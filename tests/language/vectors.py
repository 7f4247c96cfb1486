"""Reads the test vectors that lie outside the repository, and compares a function of ours with a row of theirs."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from argosy.errors import ExpressionError, InvalidRequest

Row = dict[str, Any]
_SHARED = Path(__file__).parents[2] / ".." / "shared" / "conformance"
ORACLE = Path(os.environ.get("ARGOSY_ORACLE") or _SHARED / "oracle")
VECTORS = Path(os.environ.get("ARGOSY_VECTORS") or _SHARED / "vectors")


def rows(folder: Path, *names: str) -> Iterator[Row]:
    for name in names:
        file = folder / f"{name}.jsonl"
        if file.is_file():
            yield from (json.loads(line) for line in file.read_bytes().split(b"\n") if line)


def parametrize(
    folder: Path,
    names: list[str],
    functions: dict[str, Any],
    left: dict[str, str],
    without: Callable[[Row], bool] = lambda row: False,
) -> Any:
    """One test for each row whose `fn` is in the table of functions; an id in `left` is an expected failure."""

    def parameter(row: Row) -> Any:
        marks = [pytest.mark.xfail(reason=left[row["id"]], strict=True)] if row["id"] in left else []
        return pytest.param(row, id=row["id"], marks=marks)

    chosen = [parameter(row) for row in rows(folder, *names) if row["fn"] in functions and not without(row)]
    return pytest.mark.parametrize("row", chosen)


def outcome(function: Callable[[], Any]) -> tuple[str, Any]:
    """("value", what it returned) or ("error", the message)."""
    try:
        return "value", function()
    except InvalidRequest as error:
        assert isinstance(error, ExpressionError)
        return "error", error.message


def plain(value: Any) -> Any:
    """An expected value with the oracle's wrappers for what JSON cannot hold undone."""
    if isinstance(value, dict):
        if set(value) == {"$float"}:
            return float(value["$float"])
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"]).decode("utf-8", "surrogateescape")
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def expect(row: Row, actual: tuple[str, Any]) -> None:
    """`actual` is right: the same value, or an error with the same text."""
    if "error" in row:
        assert actual == ("error", plain(row["error"]))
    elif "any_of" in row:
        assert actual[0] == "value" and actual[1] in plain(row["any_of"])
    else:
        assert actual == ("value", plain(row["expected"]))


def expect_like(row: Row, actual: tuple[str, Any], expected: Any) -> None:
    """`actual` is `expected`, or an error like the row's (`error`: true or its text; `error_contains`: a part)."""
    if "error" not in row and "error_contains" not in row:
        assert actual == ("value", expected)
        return
    assert actual[0] == "error"
    assert row.get("error_contains", "") in actual[1]
    if isinstance(row.get("error"), str):
        assert actual[1] == row["error"]


def is_fulfilled(node: Row | None) -> bool:
    if node is None:
        return False
    done = node["phase"] in ("Succeeded", "Failed", "Error", "Skipped", "Omitted")
    return done or bool(node.get("daemoned") and node["phase"] != "Pending")


def has_result(node: Row, children: list[str | None], result: str) -> bool:
    """Argo's eight results of a node, given its children's phases."""
    if result == "AnySucceeded":
        return node.get("type") == "TaskGroup" and "Succeeded" in children
    if result == "AllFailed":
        return node.get("type") == "TaskGroup" and set(children) == {"Failed"}
    if result == "Daemoned":
        return bool(node.get("daemoned")) and node["phase"] != "Pending"
    return node["phase"] == {"Errored": "Error"}.get(result, result)
