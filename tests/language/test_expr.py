"""Expressions, one to a line, and what the real libraries made of them: see the files in `cases/`."""

from __future__ import annotations

import base64
import copy
import json
from itertools import product
from typing import Any

import pytest

from argosy.errors import ExpressionError
from argosy.language.expr import ExprError, compile_expression, evaluate
from argosy.language.expr.functions import FUNCTION_NAMES, function_of
from argosy.language.expr.text import format_any
from tests.oracle.rows import is_same

from .expr_values import ENVIRONMENT, FixedWorld, cases, kind_of, written

CERTIFICATE = base64.b64encode(b"-----BEGIN CERTIFICATE-----").decode()


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


TOO_DEEP, TOO_LARGE, TOO_LONG = (
    "the expression is nested too deeply",
    "memory budget exceeded",
    "the expression takes too long",
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(" * 101 + "1" + ")" * 101, TOO_DEEP),
        ("- " * 101 + "1", TOO_DEEP),
        ("m" + ".b" * 101, TOO_DEEP),
        ("if t { 1 } else " * 101 + "{ 1 }", TOO_DEEP),
        ("toJSON(reduce(1..5000, [#acc], 1))", TOO_DEEP),
        ("[" + "1," * 10_000 + "1]", "compilation failed: expression exceeds maximum allowed nodes"),
        (f"map(1..200, [{'#, ' * 5000}])", TOO_LARGE),
        ("let x = repeat('a', 900000); toJSON(map(1..20, x))", TOO_LARGE),
        ("let x = repeat('a', 900000); let y = x + x; let z = y + y; z + z + z + z + z", TOO_LARGE),
        ("let x = repeat('a', 900000); sprig.replace('a', x, x)", TOO_LARGE),
        ("sprig.repeat(900000000, 'bb')", TOO_LARGE),
        ("sprig.join(sprig.repeat(900000, 'b'), 1..100)", TOO_LARGE),
        ("sprig.wrapWith(1, repeat('b', 10000), repeat('a', 10000))", TOO_LARGE),
        ("sprig.untilStep(0, 10000000, 1)", TOO_LARGE),
        ("let x = 1..200000; map(1..20, get(x, 0))", TOO_LONG),
        ("sprig.regexFind('" + "a{1000}" * 51 + "', 'a')", "error parsing regexp: expression too large"),
        (
            "sprig.regexFind('a{0,1000}b', repeat('a', 9000))",
            "the regular expression takes too long on this text",
        ),
    ],
)
def test_limits(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, _environment(), FixedWorld())
    assert problem in caught.value.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('sprig.default("x", len())', "invalid number of arguments for len (got 0)"),  # of which Argo dies
        ('sprig.genPrivateKey("rsa")', "this function cannot be used here: its result would change from run to run"),
        (
            'sprig.decryptAES("key", "aGkh")',
            "this function cannot be used here: its result would change from run to run",
        ),
        (
            f"sprig.buildCustomCert('{CERTIFICATE}', '{CERTIFICATE}')",
            "this function cannot be used here: its result would change from run to run",
        ),
        ("other", "a value of this kind cannot be used in an expression"),
    ],
)
def test_what_only_we_refuse(text: str, problem: str) -> None:
    with pytest.raises(ExprError) as caught:
        evaluate(text, {**_environment(), "other": object()}, FixedWorld())
    assert caught.value.problem == problem


def test_a_string_over_lines_of_windows() -> None:
    assert evaluate("'a\r\tb\\n' + `c\r\nd`", {}) == "a\n\tb\nc\r\nd"


def test_a_variable_of_many_types() -> None:
    program = compile_expression("string(x) + string(y) + string(z)")
    kinds: list[Any] = [None, True, 1, 1.5, "a", [], {}]
    for x, y, z in product(kinds, repeat=3):
        assert program.evaluate({"x": x, "y": y, "z": z}) == "".join(map(format_any, (x, y, z)))
