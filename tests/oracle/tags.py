"""Tags, items and `when`s: adapters for the oracle's rows."""

from __future__ import annotations

import json
from typing import Any

from argosy.language import expressions, govaluate, items, names, tags
from argosy.language.scopes import MapScope
from tests.oracle.rows import Adapter, Row, outcome, value_of


def _lookup(variables: Row) -> tags.Lookup:
    return lambda name: variables.get(name, tags.MISSING)


def _replace(text: str, variables: Row, **options: Any) -> str:
    evaluate = expressions.expression_evaluator(MapScope(variables))
    return tags.replace(text, _lookup(variables), evaluate_expression=evaluate, **options)


def _template_replace(given: Row, **options: Any) -> str:
    if "allow_unresolved" in given:
        options["allow_unresolved"] = given["allow_unresolved"]
    if "strict_prefixes" in given:
        options["strict_prefixes"] = given["strict_prefixes"]
    return _replace(given["template"], given["vars"], **options)


def _resolve_var(given: Row) -> Any:
    if given["template"].startswith("{{="):
        return expressions.resolve_expression(given["template"], given["vars"])
    return tags.resolve_variable(given["template"], _lookup(given["vars"]))


def _process_item(given: Row) -> Row:
    item = items.parse_item(given["item_json"])
    variables = {**given["scope"], **item.variables()}
    kind, proceeds = outcome(lambda: govaluate.evaluate_when(given["when"]))
    skipped = kind == "value" and not proceeds
    if skipped:
        variables = {name: value for name, value in variables.items() if value is not None}
    step = _replace(given["step_json"], variables, allow_unresolved=skipped)
    return {"name": names.child_name(given["name"], given["index"], item.name_text), "step": json.loads(step)}


ADAPTERS: dict[str, Adapter] = {
    "cron_when": value_of(lambda given: govaluate.evaluate_cron_when(given["when"])),
    "evalbool": value_of(lambda given: expressions.evaluate_bool(given["expr"], given["env"])),
    "process_item": value_of(_process_item),
    "resolve_var": value_of(_resolve_var),
    "template_replace": value_of(_template_replace),
    "template_replace_raw": value_of(lambda given: _template_replace(given, raw=True)),
    "template_replace_strict": value_of(_template_replace),
    "template_tags": value_of(lambda given: tags.tags_of(given["template"])),
    "when": value_of(lambda given: govaluate.evaluate_when(given["when"])),
}
