"""Expressions, part by part: what each is, as text and as value; and trees as text again."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from argosy.errors import ExpressionError
from argosy.language.environment import environment_of
from argosy.language.expr.parser import parse
from argosy.language.expr.printer import show
from argosy.language.expr.trace import trace
from argosy.language.scopes import MapScope
from tests.house.source import ROOT

SCOPE = MapScope({"inputs.parameters.count": "3", "inputs.parameters.my-p": "x", "workflow.name": "w", "item": "a"})

SHOWN = [
    *("nil", "true", "1", "1.5", '"a"', 'b"a"', "a", "-a", "not a", "!(a == b)", "a + b + c", "(a + b) * c", "1..3"),
    *(
        'a.b["c-d"]',
        "a?.b",
        "a?.[b]",
        "a[1]",
        "a[1:2]",
        "a[:]",
        "f(1, a)",
        "len(a)",
        "sprig.trim(a)",
        "filter(a, # > 1)",
    ),
    *(
        "let x = 1; x + 2",
        "a; b",
        "a ? b : c",
        "(a ? b : c) + 1",
        "[1, a]",
        '{"a": 1}',
        "map(a, #.b)",
        "a ?? b",
        "#index",
    ),
]
CASES = {
    "asInt(inputs.parameters.count) + 1 > 2": [
        "(asInt(inputs.parameters.count) + 1) > 2 = true bool",
        " asInt(inputs.parameters.count) + 1 = 4 int",
        "  asInt(inputs.parameters.count) = 3 int",
        '   inputs.parameters.count = "3" string',
    ],
    'item == "a" ? 1 : 1 / 0': [
        '(item == "a") ? 1 : (1 / 0) = 1 int',
        ' item == "a" = true bool',
        '  item = "a" string',
    ],
    'item == "b" ? 1 : inputs.parameters["my-p"]': [
        '(item == "b") ? 1 : inputs.parameters["my-p"] = "x" string',
        ' item == "b" = false bool',
        '  item = "a" string',
        ' inputs.parameters["my-p"] = "x" string',
    ],
    'false && item == "b"': ['false && (item == "b") = false bool'],
    "let x = item; x + x": [
        'let x = item; x + x = "aa" string',
        ' item = "a" string',
        ' x + x = "aa" string',
        '  x = "a" string',
        '  x = "a" string',
    ],
    "inputs.gone ?? item": ['inputs.gone ?? item = "a" string', " inputs.gone = null <nil>", ' item = "a" string'],
    "inputs.gone?.there": ["inputs.gone?.there = null <nil>", " inputs.gone = null <nil>"],
    'split(item, "")[asInt(inputs.parameters.count) - 3]': [
        'split(item, "")[asInt(inputs.parameters.count) - 3] = "a" string',
        ' split(item, "") = ["a"] []string',
        '  item = "a" string',
        " asInt(inputs.parameters.count) - 3 = 0 int",
        "  asInt(inputs.parameters.count) = 3 int",
        '   inputs.parameters.count = "3" string',
    ],
    '{"a": item, (item): 1}': [
        '{"a": item, (item): 1} = {"a":"a"} map[string]interface {}',
        *[' item = "a" string'] * 2,
    ],
    "asInt(workflow.name)": ["asInt(workflow.name) ! invalid operation: int(w)", ' workflow.name = "w" string'],
    "0.0 / 0": ["0 / 0 = NaN float64"],
    "filter([1, 2], # > 1)": ["filter([1, 2], # > 1) = [2] []interface {}", " [1, 2] = [1,2] []interface {}"],
    "let f = nil; f": ["let f = nil; f = null <nil>", " f = null <nil>"],
}


@pytest.mark.parametrize("text", SHOWN)
def test_a_tree_is_shown_as_it_was_written(text: str) -> None:
    source = f"map(a, {text})" if text.startswith("#") else text
    assert show(parse(source)) == source


@pytest.mark.parametrize(("text", "lines"), CASES.items(), ids=list(CASES))
def test_parts(text: str, lines: list[str]) -> None:
    parts = trace(text, environment_of(SCOPE, None))
    end = [f"! {part.error}" if part.error else f"= {part.value} {part.type}" for part in parts]
    assert [f"{' ' * part.depth}{part.text} {rest}" for part, rest in zip(parts, end, strict=True)] == lines


def test_what_is_wrong_before_the_run() -> None:
    with pytest.raises(ExpressionError):
        trace("foo", environment_of(SCOPE, None))


def test_what_was_worked_out_before_is_not_shown() -> None:
    from argosy.language.expr.optimizer import optimize

    assert "..." in show(optimize(parse("item in [1, 2, 3]"), ""))


ORACLE = Path(os.environ.get("ARGOSY_ORACLE") or ROOT.parent / "shared" / "conformance" / "oracle") / "expr.jsonl"


@pytest.mark.skipif(not ORACLE.is_file(), reason="no given expressions")
def test_given_expressions_can_be_shown_and_traced() -> None:
    """What is shown is read as the same tree, and to trace raises what to evaluate may raise and nothing else."""
    rows = ORACLE.read_text(encoding="utf-8").splitlines()[::10]
    texts = {text for row in rows for text in re.findall(r'"((?:[^"\\]|\\.){3,200})"', row)}
    for text in sorted(texts):
        with suppress(ExpressionError, ValueError):
            source = json.loads(f'"{text}"')
            shown = show(parse(source))
            assert show(parse(shown)) == shown
            trace(source, environment_of(SCOPE, None))
