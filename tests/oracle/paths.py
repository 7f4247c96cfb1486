"""Selectors, conditions and paths into objects: adapters for the oracle's rows."""

from __future__ import annotations

import json

from argosy.errors import ExpressionError
from argosy.language import conditions, gjson, gojson, jsonpath, jsonquery, node_selector, selectors
from argosy.language.gotext import quote
from tests.oracle.rows import Adapter, Row, value_of


def _label_parse(given: Row) -> Row:
    selector = selectors.parse_selector(given["selector"])
    shown = [{"key": each.key, "op": each.operator, "values": list(each.values)} for each in selector.requirements]
    return {"empty": not shown, "requirements": shown, "selectable": True, "string": str(selector)}


def _label_selector(given: Row) -> Row:
    selector = selectors.selector_of(
        given["selector"].get("matchLabels", {}), given["selector"].get("matchExpressions", ())
    )
    return {"matches": selector.matches(given["labels"]), "string": str(selector)}


def _field_selector(given: Row) -> Row:
    selector = node_selector.parse_field_selector(given["selector"])
    shown = [{"field": field, "op": operator, "value": value} for field, operator, value in selector.terms]
    return {"requirements": shown, "string": str(selector)}


def _resource_condition(given: Row) -> str:
    parsed = conditions.parse_conditions(given["success"], given["failure"])
    if not gojson.is_valid(given["json"]):
        text = "Encountered invalid JSON response when checking resource status. Will not be retried"
        raise ExpressionError(f"{text}: {quote(given['json'])}")
    verdict = parsed.judge(json.loads(given["json"]))
    if not verdict.succeeded:
        raise ExpressionError(verdict.message)
    return "success"


def _gjson(row: Row) -> None:
    found = gjson.lookup(row["input"]["json"], row["input"]["path"])
    wanted = row["expected"]
    assert found == (wanted["string"] if wanted["exists"] else None), f"{found!r} instead of {wanted!r}"


ADAPTERS: dict[str, Adapter] = {
    "field_selector": value_of(_field_selector),
    "gjson": _gjson,
    "jsonpath": value_of(lambda given: jsonquery.query_json(gojson.decode(given["json"]), given["path"])),
    "kubectl_jsonpath": value_of(lambda given: jsonpath.evaluate_jsonpath(given["path"], json.loads(given["json"]))),
    "label_match": value_of(lambda given: selectors.parse_selector(given["selector"]).matches(given["labels"])),
    "label_parse": value_of(_label_parse),
    "label_selector": value_of(_label_selector),
    "resource_condition": value_of(_resource_condition),
}
