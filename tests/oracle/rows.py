"""The rows of the test data that lies outside the repository, and what it takes for one to be right."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from argosy.errors import ExpressionError, InvalidRequest

Row = dict[str, Any]
Adapter = Callable[[Row], None]
"""Asserts that a row is right."""
_SHARED = Path(__file__).parents[2] / ".." / "shared" / "conformance"
ORACLE = Path(os.environ.get("ARGOSY_ORACLE") or _SHARED / "oracle")
VECTORS = Path(os.environ.get("ARGOSY_VECTORS") or _SHARED / "vectors")


def rows(folder: Path) -> Iterator[tuple[str, Row]]:
    """Each row of all files of a folder, with the name of its file."""
    for file in sorted(folder.glob("*.jsonl")):
        yield from ((file.stem, json.loads(line)) for line in file.read_bytes().split(b"\n") if line)


def by_function(folder: Path) -> dict[str, list[Row]]:
    """The rows by their `fn`; those that have none by the name of their file."""
    found: dict[str, list[Row]] = {}
    for file, row in rows(folder):
        found.setdefault(row.get("fn", file), []).append(row)
    return found


def failures(given: list[Row], adapter: Adapter) -> dict[str, str]:
    """The rows that are not right, with what is wrong."""
    found: dict[str, str] = {}
    for row in given:
        try:
            adapter(row)
        except Exception as error:
            found[row["id"]] = f"{type(error).__name__}: {str(error)[:300]}"
    return found


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


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same, kinds too: 1 and 1.0 are not, nor are 1 and true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def expect(row: Row, actual: tuple[str, Any]) -> None:
    """`actual` is right: the same value, or an error with the same text; of a crash of Argo's any error will do."""
    if "error" in row:
        assert actual[0] == "error", f"{actual[1]!r} instead of the error {row['error']}"
        is_crash = row.get("stage") in ("crash", "panic")
        assert is_crash or actual[1] == plain(row["error"]), f"{actual[1]!r} instead of {row['error']!r}"
        return
    assert actual[0] == "value", actual[1]
    wanted = [plain(value) for value in row.get("any_of", [row.get("expected")])]
    assert any(actual[1] == value and is_same(actual[1], value) for value in wanted), f"{actual[1]!r} of {wanted!r}"


def value_of(function: Callable[[Row], Any]) -> Adapter:
    """An adapter that compares what a function makes of a row's input."""
    return lambda row: expect(row, outcome(lambda: function(row["input"])))


def expect_like(row: Row, actual: tuple[str, Any], expected: Any) -> None:
    """`actual` is `expected`, or an error like the row's (`error`: true or its text; `error_contains`: a part)."""
    if not row.get("error") and "error_contains" not in row:
        assert actual == ("value", expected), f"{actual[1]!r} instead of {expected!r}"
        return
    assert actual[0] == "error", f"{actual[1]!r} instead of an error"
    assert row.get("error_contains", "") in actual[1], actual[1]
    assert not isinstance(row.get("error"), str) or actual[1] == row["error"], actual[1]
