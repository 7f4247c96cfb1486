"""Argo's own unit tests and the rules drawn from its code, as vectors: one test for each function, over all files.

The folder is `ARGOSY_VECTORS`; without it, that of the given rows, or nothing. `pytest -s` shows the counts.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from argosy.errors import InvalidRequest
from argosy.language import (
    conditions,
    cron,
    depends,
    durations,
    environment,
    expressions,
    govaluate,
    items,
    names,
    node_selector,
    progress,
    tags,
)
from argosy.language.expr import compile_expression
from argosy.language.expr.functions import FUNCTION_NAMES
from argosy.language.jq import filter_json
from argosy.language.scopes import MapScope
from argosy.language.times import Time, format_time, parse_time
from argosy.language.variables import find_variable
from argosy.model.arguments import Outputs, Parameter
from argosy.model.status import NodeStatus
from argosy.operations.options import override_parameters, parse_labels
from argosy.templates.aggregates import aggregate
from tests.language.expr_values import FixedWorld
from tests.oracle.depends import has_result, is_fulfilled
from tests.oracle.known import WRONG
from tests.oracle.manifests import parameter
from tests.oracle.rows import VECTORS, Adapter, Row, expect_like, failures, outcome, rows

ELSEWHERE = {
    "cli_cases",
    "rest_cases",
    "conditions.fields_will_exclude",
    "cron.schedule_strings",
    "params.merge_params",
}
"""What is not about a language."""


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


def _same(actual: Any, expected: Any) -> None:
    assert actual == expected


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


def _replace(row: Row) -> None:
    if isinstance(row.get("error"), str):  # the caller says what it was about to do
        row = {**row, "error": row["error"].removeprefix("failed to substitute configMapKeyRef: ")}
    text, passes = row["text"], row.get("passes") or [row.get("expected")]
    for expected in passes:
        result = outcome(lambda text=text: _template_replace(row, text))
        expect_like(row, result, expected)
        text = result[1]


def _sequence(row: Row) -> None:
    given = {key: str(value) for key, value in row["sequence"].items()}
    kind, value = outcome(lambda: [item.text for item in items.sequence(template=given.pop("format", ""), **given)])
    if "lint_error" not in row:
        assert kind == "error" if "error" in row else value == row["expected"]


def _moment(text: str) -> Time:
    return parse_time("2006-01-02T15:04:05Z07:00", text)


def _cron_next(row: Row) -> None:
    schedule, time = cron.parse_schedule(row["schedule"], row.get("timezone", "")), _moment(row["after"])
    for expected in row["expected"]:
        found = schedule.next(time)
        assert (found and format_time(found, "2006-01-02T15:04:05Z07:00")) == expected
        time = found or time


def _missed_run(row: Row) -> None:
    schedules = [cron.parse_schedule(row["schedule"])]
    times = _moment(row["lastScheduledTime"]), _moment(row["now"])
    found = None if row["new_schedule"] else cron.missed_run(schedules, *times, row["startingDeadlineSeconds"])
    assert (found and format_time(found, "2006-01-02T15:04:05Z07:00")) == row["expected"]


def _cron_when(row: Row) -> None:
    now = Time(FixedWorld().nanoseconds() // 10**9)
    last = row["lastScheduledTime"]
    time = now.add(-1800 * 10**9) if last == "now-30m" else last and _moment(last)
    scope = MapScope({"cronworkflow.lastScheduledTime": time})
    evaluate = expressions.expression_evaluator(scope, FixedWorld())
    text = tags.replace(row["when"], scope.lookup, raw=True, evaluate_expression=evaluate)
    assert govaluate.evaluate_cron_when(text) is row["expected"]


def _aggregate(row: Row) -> None:
    nodes = [
        NodeStatus(
            name=f"a({index}:x)",
            phase="Succeeded",
            outputs=Outputs(parameters=[Parameter(name="x", value=value)], result=None),
        )
        for index, value in enumerate(row["values"])
    ]
    _same(aggregate(nodes)["outputs.parameters.x"], row["expected"])


def _refused_or(row: Row, function: Any) -> None:
    try:
        found = function()
    except InvalidRequest as error:
        assert row.get("error") in (True, error.message)
    else:
        assert not row.get("error") and found == row.get("expected"), found


def _submitted(row: Row) -> list[Row]:
    declared = [Parameter(**each) for each in row["workflow_parameters"]]
    return [{"name": each.name, "value": each.value} for each in override_parameters(declared, row["flags"])]


def _variable(row: Row) -> None:
    name = row["name"].replace("<STRFTIMECHAR>", "Y").replace("{cpu,memory}", "cpu")
    assert find_variable(name.replace("<", "").replace(">", "")) is not None, row["name"]


def _progress(row: Row, found: object) -> None:
    assert str(found) == row["expected"]


def _parsed(text: str) -> progress.Progress:
    return progress.parse_progress(text) or progress.Progress(0, 0)


ADAPTERS: dict[str, Adapter] = {
    "conditions.jq_filter": lambda row: _same(filter_json(row["json"], row["filter"]), row["expected"]),
    "conditions.node_field_selector": _node_field_selector,
    "conditions.resource_conditions": _resource_conditions,
    "cron.missed_run": _missed_run,
    "cron.next": _cron_next,
    "cron.parse": lambda row: expect_like(row, outcome(lambda: cron.parse_schedule(row["schedule"])), None),
    "cron.when": _cron_when,
    "depends.ancestry": _ancestry,
    "depends.dependencies_to_logic": lambda row: _same(
        depends.parse_dependencies(row["dependencies"]).logic, row["expected_logic"]
    ),
    "depends.evaluate": _depends_evaluate,
    "depends.parse": _depends_parse,
    "depends.validate_results": lambda row: _same(depends.validate_results(row["depends"]), row["error"]),
    "duration.humanize": lambda row: _same(durations.humanize(row["seconds"]), row["expected"]),
    "duration.humanize_short": lambda row: _same(durations.humanize_short(row["seconds"]), row["expected"]),
    "duration.parse": lambda row: expect_like(
        row, outcome(lambda: durations.parse_duration(row["text"])), row.get("expected_seconds")
    ),
    "expr_eval.EvalBool": _eval_bool,
    "expr_eval.expand_env": _expand,
    "expr_eval.has_var": _has_variable,
    "expr_eval.identifiers": _identifiers,
    "expr_eval.late_binding_missing": lambda row: _same(
        not set(_missing(row)).isdisjoint(expressions.LATE_VARIABLES), row["expected"]
    ),
    "expr_eval.missing_vars": lambda row: _same(_missing(row), row["expected"]),
    "expr_eval.resolve_var": _resolve_expression,
    "items.aggregate_outputs": _aggregate,
    "items.any_string": lambda row: _same(parameter(json.dumps(row["value"])), row["expected_string"]),
    "items.expand_item": _expand_item,
    "items.item_string": lambda row: _same(items.parse_item(json.dumps(row["value"])).text, row["expected"]),
    "items.item_type": lambda row: _same(items.parse_item(row["json"]).kind, row["expected"]),
    "items.progress_add": lambda row: _progress(row, _parsed(row["a"]).plus(_parsed(row["b"]))),
    "items.progress_complete": lambda row: _progress(row, _parsed(row["a"]).complete()),
    "items.progress_valid": lambda row: _same(_parsed(row["value"]).is_valid, row["expected"]),
    "node_id.node_id": _node_id,
    "params.labels_flag": lambda row: _refused_or(row, lambda: parse_labels(row["text"], "labels")),
    "params.submit_parameters": lambda row: _refused_or(row, lambda: _submitted(row)),
    "params.variable": _variable,
    "pod_name.pod_name": _pod_name,
    "sequence": _sequence,
    "template_replace": _replace,
    "when": lambda row: expect_like(row, outcome(lambda: govaluate.evaluate_when(row["when"])), row.get("expected")),
}


def _by_function() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for file, row in rows(VECTORS):
        found.setdefault(f"{file}.{row['fn']}" if "fn" in row else file, []).append(row)
    return found


ROWS = _by_function()


@pytest.mark.parametrize("function", sorted(ROWS.keys() - ELSEWHERE))
def test_vectors(function: str) -> None:
    given = ROWS[function]
    wrong = failures(given, ADAPTERS[function])
    left = {row["id"] for row in given} & WRONG.keys()
    print(f"{function}: {len(given)} rows, {len(given) - len(wrong)} right, {len(left)} left")
    assert {row: problem for row, problem in wrong.items() if row not in left} == {}
    assert sorted(left - wrong.keys()) == [], "right, and no longer to be left"
