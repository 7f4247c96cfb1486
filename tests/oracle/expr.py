"""Expressions and sprig: the adapter for the oracle's rows, with kinds, JSON and errors by stage."""

from __future__ import annotations

import json
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.environment import environment_of
from argosy.language.expr import ExprError, compile_expression
from argosy.language.expr.errors import Panic
from argosy.language.expr.text import to_json
from argosy.language.scopes import MapScope
from tests.language.expr_values import FixedWorld, expected, kind_of, written
from tests.oracle.rows import Adapter, Row, is_same, plain


def _evaluate(row: Row) -> tuple[str, Any]:
    """The stage at which it failed and the message, or "value" and the value."""
    try:
        program = compile_expression(row["input"]["expr"])
        environment = environment_of(MapScope(plain(row["input"]["env"])), program.usage)
        return "value", program.evaluate(environment, FixedWorld())
    except ExprError as error:
        return error.stage, error.message
    except ExpressionError as error:
        return "crash", error.message


def _json(value: Any) -> str:
    try:
        return to_json(value)
    except Panic as panic:
        return panic.message


def _expr(row: Row) -> None:
    stage, value = _evaluate(row)
    if "error" in row:
        assert stage == row["stage"], f"{stage}: {value!r}"
        assert stage == "crash" or value == plain(row["error"]), value
        return
    assert stage == "value", value
    assert kind_of(value) == row["kind"]
    found = written(value)
    if row.get("unordered"):
        assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, row["expected"]))
        return
    assert any(is_same(found, result) for result in expected(row)), found
    assert _json(value) == row.get("json", row.get("json_error"))


ADAPTERS: dict[str, Adapter] = {"expr": _expr}
