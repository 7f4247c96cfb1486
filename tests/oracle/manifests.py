"""YAML, JSON and whole files: adapters for the oracle's rows."""

from __future__ import annotations

import json
from typing import Any

from argosy.errors import ManifestError
from argosy.language import gojson
from argosy.language.scopes import MapScope
from argosy.model.check import check
from argosy.model.codec import decode, encode_json, read_documents
from argosy.model.yaml import dump, load
from argosy.plan.substitution import substitute
from tests.oracle.rows import Adapter, Row, is_same, value_of


def _refuses(row: Row, function: Any) -> None:
    """An error is one of ours, in other words than Go's; Argo's users cannot match on those."""
    try:
        found = function()
    except ManifestError:
        return
    raise AssertionError(f"{found!r} instead of {row['error']!r}")


def _yaml_to_json(row: Row) -> None:
    strict = row["fn"] == "yaml_to_json_strict"
    if "error" in row:
        _refuses(row, lambda: load(row["input"]["yaml"], strict=strict))
        return
    found = load(row["input"]["yaml"], strict=strict)
    wanted = row.get("any_of") or [row["expected"]]
    assert any(is_same(found, json.loads(text)) for text in wanted), f"{found!r} instead of {wanted!r}"


def _json_to_yaml(row: Row) -> None:
    if "error" in row:
        assert not gojson.is_valid(row["input"]["json"])
        return
    data = json.loads(row["input"]["json"])
    assert is_same(load(dump(data)), data)
    assert dump(data) == row["expected"], dump(data)


def parameter(value: str, *, is_json: bool = True) -> Any:
    """The value of a parameter that is written so."""
    if is_json:
        text = '{"kind":"Workflow","spec":{"arguments":{"parameters":[{"name":"x","value":' + value + "}]}}}"
    else:
        text = f"kind: Workflow\nspec:\n  arguments:\n    parameters:\n    - name: x\n      value: {value}\n"
    return decode(*read_documents(text)).spec.arguments.parameters[0].value


def _any_string(given: Row) -> str:
    gojson.decode(given["json"])
    return parameter(given["json"], is_json=True) or ""


def _parameter_value(row: Row) -> None:
    value = row["input"]["value"]
    if "error" in row:
        _refuses(row, lambda: parameter(value, is_json=False))
    else:
        assert parameter(value, is_json=False) == row["expected"]


def _int_or_string(row: Row) -> None:
    text = row["input"]["json"]
    if not gojson.is_valid(text):
        assert "error" in row
    elif text != "null":  # which is dropped by what it is in
        assert bool(check(json.loads(text), "x")[1]) is (row.get("stage") == "unmarshal")


def _quantity(row: Row) -> None:
    assert bool(check(row["input"]["s"], "q")[1]) is ("error" in row)


def _without_zeros(item: Any) -> Any:
    """An object without what Go leaves out of JSON, or would if it could: zeros, and values that are all zeros."""
    if isinstance(item, dict):
        kept = {key: _without_zeros(value) for key, value in item.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", "0", [], {}) or key == "suspend"}
    if isinstance(item, list):
        return [_without_zeros(value) for value in item]
    return str(item) if isinstance(item, int) and not isinstance(item, bool) else item  # Go writes cpu: 1 as cpu: "1"


def _parse_objects(row: Row) -> None:
    """A file that is not a list of objects is an error here, where Argo logs it and goes on without it."""
    text, strict, expected = row["input"]["text"], row["input"]["strict"], row["expected"]
    if not expected or any("error" in one and one["go_type"] != "*v1.ObjectMeta" for one in expected):
        _refuses({**row, "error": expected}, lambda: _decoded(text, strict=strict))
        return
    try:
        found = _decoded(text, strict=strict)
    except ManifestError:
        if all(one["go_type"] == "*v1.ObjectMeta" for one in expected):
            return  # nothing that Argo runs
        raise
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if other["go_type"] != "*v1.ObjectMeta":
            data = {"apiVersion": "argoproj.io/v1alpha1", **other["object"]}
            assert _without_zeros(json.loads(encode_json(one))) == _without_zeros(data)


def _decoded(text: str, *, strict: bool) -> list[Any]:
    return [decode(document, strict=strict) for document in read_documents(text, strict=strict)]


def _substitute_params(row: Row) -> None:
    given = row["input"]
    variables = {**given["globals"], **given["locals"]}
    text = _replaced(json.dumps(load(given["template_yaml"])), variables)
    template = json.loads(text)
    inputs, outputs = template.get("inputs", {}), template.get("outputs", {})
    variables["inputs.parameters"] = json.dumps(inputs.get("parameters", []))
    for one in inputs.get("parameters", []):
        variables[f"inputs.parameters.{one['name']}"] = str(one["value"])
    for side, words in (("inputs", inputs), ("outputs", outputs)):
        for one in words.get("artifacts", []):
            variables[f"{side}.artifacts.{one['name']}.path"] = one["path"]
    for one in outputs.get("parameters", []):
        variables[f"outputs.parameters.{one['name']}.path"] = one["valueFrom"]["path"]
    found = json.loads(_replaced(text, variables))
    assert _without_zeros(found) == _without_zeros(row["expected"])


def _replaced(text: str, variables: Row) -> str:
    return substitute(text, MapScope(variables), None, allow_unresolved=True)


ADAPTERS: dict[str, Adapter] = {
    "anystring": value_of(_any_string),
    "int_or_string": _int_or_string,
    "json_to_yaml": _json_to_yaml,
    "param_value_yaml": _parameter_value,
    "parse_objects": _parse_objects,
    "quantity": _quantity,
    "substitute_params": _substitute_params,
    "yaml_to_json": _yaml_to_json,
    "yaml_to_json_strict": _yaml_to_json,
}
