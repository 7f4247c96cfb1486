"""Argo's own unit tests and the rules drawn from its code, as vectors. Skipped where they are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from argosy.language import (
    conditions,
    depends,
    durations,
    environment,
    expressions,
    govaluate,
    items,
    names,
    node_selector,
    tags,
)
from argosy.language.expr import compile_expression
from argosy.language.expr.functions import FUNCTION_NAMES
from argosy.language.scopes import MapScope

from .vectors import VECTORS, Row, expect_like, has_result, is_fulfilled, outcome, parametrize, rows

_DIGIT = "reasoned; the real library refuses a name that begins with a digit: see the oracle's depends_eval"
LEFT = {
    "conditions-001": "its object is no valid JSON, which Argo refuses before it looks at a condition",
    "depends-035": _DIGIT,
    "depends-036": _DIGIT,
    "items-016": "Argo's test reads its withParam as YAML, which sorts nested keys; a real one keeps their order",
}


def _expand_item(row: Row) -> None:
    (item,) = items.parse_items(row["withParam"])
    assert names.child_name(row["task"], row["index"], item.name_text) == row["expected_name"]
    if "expected_item" in row:
        assert item.variables()["item"] == row["expected_item"]


def _node_id(row: Row) -> None:
    assert names.node_id(row["workflow"], row["node_name"]) == row["expected"]


def _pod_name(row: Row) -> None:
    given = (row["workflow"], row["node_name"], row["template"], row["node_id"], row["version"])
    assert names.pod_name(*given) == row["expected"]


def _depends_of(row: Row) -> depends.Depends:
    flags = row.get("continueOn", {})
    words = {"error": "Errored", "failed": "Failed"}
    text = row["depends"] if "depends" in row else row["tasks"][row["task"]]
    return depends.parse_depends(text, lambda name: [words[flag] for flag in sorted(flags.get(name, {}))])


def _depends_parse(row: Row) -> None:
    parsed = _depends_of(row)
    assert (parsed.dependencies, parsed.logic) == (row["expected_dependencies"], row["expected_logic"])


def _depends_evaluate(row: Row) -> None:
    nodes = row["nodes"]
    parsed = _depends_of(row)
    proceed = all(is_fulfilled(nodes.get(name)) for name in parsed.dependencies)
    children = {name: list(node.get("children", {}).values()) for name, node in nodes.items()}
    execute = proceed and parsed.evaluate(lambda task, result: has_result(nodes[task], children[task], result))
    assert {"execute": execute, "proceed": proceed} == row["expected"]


def _ancestry(row: Row) -> None:
    found = depends.ancestry(row["task"], row["tasks"].__getitem__, row["finished_minutes"].__getitem__)
    assert found == row["expected"]


def _resource_conditions(row: Row) -> None:
    verdict = conditions.parse_conditions(row["success"], row["failure"]).judge(json.loads(row["json"]))
    assert {True: "succeeded", False: "failed", None: "retry"}[verdict.succeeded] == row["expected"]


def _node_field_selector(row: Row) -> None:
    node = row["node"]
    fields = node_selector.node_fields(
        name=node["name"],
        node_id=node["id"],
        display_name=node.get("displayName", ""),
        phase=node["phase"],
        template_ref=(node["templateRef"]["name"], node["templateRef"]["template"]),
        inputs={parameter["name"]: parameter["value"] for parameter in node["inputs"]["parameters"]},
    )
    assert node_selector.parse_field_selector(row["selector"]).matches(fields) is row["expected"]


def _eval_bool(row: Row) -> None:
    kind, value = outcome(lambda: expressions.evaluate_bool(row["expression"], row["env"]))
    assert kind == ("error" if row["error"] else "value")
    assert row["error"] or value is row["expected"]


def _has_variable(row: Row) -> None:
    found = environment.environment_of(MapScope(row["env"]), None)
    assert environment.has_variable(found, row["variable"]) is row["expected"]


def _identifiers(row: Row) -> None:
    usage = compile_expression(row["expression"]).usage
    assert usage is not None
    assert set(usage.identifiers) == set(row["expected"])


def _missing(row: Row) -> list[str]:
    usage = compile_expression(row["expression"]).usage
    assert usage is not None
    found = environment.environment_of(MapScope(row["env"]), usage)
    return [name for name in usage.identifiers if not environment.has_variable(found, name)]


def _resolve_expression(row: Row) -> None:
    given = row["text"], row["params"]
    if row["text"].startswith("{{="):
        result = outcome(lambda: expressions.resolve_expression(*given))
    else:
        result = outcome(lambda: tags.resolve_variable(row["text"], lambda name: given[1].get(name, tags.MISSING)))
    expect_like(row, result, row.get("expected"))


def _expand(row: Row) -> None:
    expanded = environment.environment_of(MapScope(row["input"]), None)
    assert {name: value for name, value in expanded.items() if name not in FUNCTION_NAMES} == row["expected"]


FUNCTIONS: dict[str, Callable[[Row], None]] = {
    "EvalBool": _eval_bool,
    "ancestry": _ancestry,
    "dependencies_to_logic": lambda row: _same(
        depends.parse_dependencies(row["dependencies"]).logic, row["expected_logic"]
    ),
    "evaluate": _depends_evaluate,
    "expand_env": _expand,
    "has_var": _has_variable,
    "identifiers": _identifiers,
    "late_binding_missing": lambda row: _same(
        not set(_missing(row)).isdisjoint(expressions.LATE_VARIABLES), row["expected"]
    ),
    "missing_vars": lambda row: _same(_missing(row), row["expected"]),
    "expand_item": _expand_item,
    "item_string": lambda row: _same(items.parse_item(json.dumps(row["value"])).text, row["expected"]),
    "item_type": lambda row: _same(items.parse_item(row["json"]).kind, row["expected"]),
    "node_field_selector": _node_field_selector,
    "node_id": _node_id,
    "parse": _depends_parse,
    "pod_name": _pod_name,
    "resolve_var": _resolve_expression,
    "resource_conditions": _resource_conditions,
    "validate_results": lambda row: _same(depends.validate_results(row["depends"]), row["error"]),
}


def _same(actual: Any, expected: Any) -> None:
    assert actual == expected


@parametrize(VECTORS, ["conditions", "depends", "expr_eval", "items", "node_id", "pod_name"], FUNCTIONS, LEFT)
def test_vector(row: Row) -> None:
    FUNCTIONS[row["fn"]](row)


@pytest.mark.parametrize("row", list(rows(VECTORS, "sequence")), ids=lambda row: row["id"])
def test_sequence(row: Row) -> None:
    given = {key: str(value) for key, value in row["sequence"].items()}
    kind, value = outcome(lambda: [item.text for item in items.sequence(template=given.pop("format", ""), **given)])
    if "lint_error" in row:
        return
    assert kind == "error" if "error" in row else value == row["expected"]


def _template_replace(row: Row, text: str) -> str:
    lookup = lambda name: row["params"].get(name, tags.MISSING)  # noqa: E731
    options = {
        "allow_unresolved": row["allow_unresolved"],
        "strict_prefixes": row["strict_prefixes"],
        "evaluate_expression": expressions.expression_evaluator(MapScope(row["params"])),
    }
    if row["json_encoded"]:
        return json.loads(tags.replace(json.dumps(text), lookup, **options))
    return tags.replace(text, lookup, raw=True, **options)


@pytest.mark.parametrize("row", list(rows(VECTORS, "template_replace")), ids=lambda row: row["id"])
def test_template_replace(row: Row) -> None:
    if isinstance(row.get("error"), str):  # the caller says what it was about to do
        row = {**row, "error": row["error"].removeprefix("failed to substitute configMapKeyRef: ")}
    text, passes = row["text"], row.get("passes") or [row.get("expected")]
    for expected in passes:
        result = outcome(lambda text=text: _template_replace(row, text))
        expect_like(row, result, expected)
        text = result[1]


@pytest.mark.parametrize("row", list(rows(VECTORS, "when")), ids=lambda row: row["id"])
def test_when(row: Row) -> None:
    expect_like(row, outcome(lambda: govaluate.evaluate_when(row["when"])), row.get("expected"))


DURATIONS = {
    "humanize": lambda row: durations.humanize(row["seconds"]),
    "humanize_short": lambda row: durations.humanize_short(row["seconds"]),
    "parse": lambda row: durations.parse_duration(row["text"]),
}


@parametrize(VECTORS, ["duration"], DURATIONS, LEFT)
def test_duration(row: Row) -> None:
    expected = row.get("expected", row.get("expected_seconds"))
    expect_like(row, outcome(lambda: DURATIONS[row["fn"]](row)), expected)
