"""Expressions, one to a line, and what the real libraries made of them: see the files in `cases/`."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from argosy.language.expr import ExprError, evaluate
from argosy.language.expr.functions import FUNCTION_NAMES, function_of
from tests.oracle.rows import is_same

from .expr_values import ENVIRONMENT, FixedWorld, cases, kind_of, written


def _environment() -> dict[str, Any]:
    return {**copy.deepcopy(ENVIRONMENT), **{name: function_of(name) for name in FUNCTION_NAMES}}


@pytest.mark.parametrize(("text", "kind", "value"), [*cases("expr_values"), *cases("sprig_values")])
def test_value(text: str, kind: str, value: str) -> None:
    result = evaluate(text, _environment(), FixedWorld())
    assert (kind_of(result), is_same(_sorted(written(result)), _sorted(json.loads(value)))) == (kind, True), result


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$map"}:
            return {"$map": sorted(map(_sorted, value["$map"]), key=json.dumps)}
        return {key: _sorted(item) for key, item in value.items()}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("text", "stage", "problem"), [*cases("expr_errors"), *cases("sprig_errors")])
def test_error(text: str, stage: str, problem: str) -> None:
    with pytest.raises(ExprError) as caught:
        evaluate(text, _environment(), FixedWorld())
    assert (caught.value.stage, caught.value.message.split("\n")[0]) == (stage, problem)
