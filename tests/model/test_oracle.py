"""YAML, JSON and whole files are read as Go's libraries and Argo read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from argosy.errors import ManifestError
from argosy.model.check import check
from argosy.model.codec import decode, encode_json, read_documents
from argosy.model.yaml import dump, load
from tests.model.oracle import Row, each, same

LIBYAML_IS_LOOSER = {
    "yaml_to_json-97136ca6f758": r'"\/" is an escape since YAML 1.2',
    "yaml_to_json-f6af742da07c": "a comma ends a tag in a flow mapping",
    "yaml_to_json-74d48806e432": "a byte order mark inside a text is no part of a key",
}
OTHER_TEXT_SAME_VALUE = {"json_to_yaml-51869b1dbe68"}
LOUDER_THAN_ARGO = {
    "parse_objects-3b58b09873aa": "one document of several is no YAML: Argo logs it and goes on",
    "parse_objects-910e56a5499b": "not YAML",
    "parse_objects-e28484b8d0df": "not YAML: a tab",
    "parse_objects-63d6ff821a8a": "not YAML: a tab",
    "parse_objects-30643f2ae456": "nothing but a comment",
    "parse_objects-f681c9184d52": "nothing but a comment",
    "parse_objects-f1d76bb4091c": "a list",
    "parse_objects-72d500bc90c4": "the second document is a string",
}


@each("yaml.jsonl", "yaml_to_json", "yaml_to_json_strict")
def test_yaml_is_read_as_by_go(row: Row) -> None:
    if row["id"] in LIBYAML_IS_LOOSER:
        pytest.skip(LIBYAML_IS_LOOSER[row["id"]])
    strict = row["fn"] == "yaml_to_json_strict"
    if "error" in row:
        with pytest.raises(ManifestError):
            load(row["input"]["yaml"], strict=strict)
    else:
        found = load(row["input"]["yaml"], strict=strict)
        assert any(same(found, json.loads(text)) for text in row.get("any_of") or [row["expected"]])


@each("yaml.jsonl", "json_to_yaml")
def test_yaml_is_written_as_by_go(row: Row) -> None:
    if "error" not in row:
        data = json.loads(row["input"]["json"])
        assert same(load(dump(data)), data)
        assert dump(data) == row["expected"] or row["id"] in OTHER_TEXT_SAME_VALUE


@each("basics.jsonl", "anystring")
def test_any_string(row: Row) -> None:
    value = row["input"]["json"]
    text = '{"kind":"Workflow","spec":{"arguments":{"parameters":[{"name":"x","value":' + value + "}]}}}"
    if "error" not in row and value != "-0":  # a JSON reader of Python's has no negative zero that is an int
        assert (decode(*read_documents(text)).spec.arguments.parameters[0].value or "") == row["expected"]


@each("basics.jsonl", "param_value_yaml")
def test_parameter_value_in_yaml(row: Row) -> None:
    text = (
        f"kind: Workflow\nspec:\n  arguments:\n    parameters:\n    - name: x\n      value: {row['input']['value']}\n"
    )
    if "error" in row:
        with pytest.raises(ManifestError):
            decode(*read_documents(text))
    else:
        assert decode(*read_documents(text)).spec.arguments.parameters[0].value == row["expected"]


@each("basics.jsonl", "int_or_string")
def test_int_or_string(row: Row) -> None:
    if row.get("stage", "int") != "unmarshal":
        if row["input"]["json"] != "null":  # which is dropped by what it is in
            assert check(json.loads(row["input"]["json"]), "x")[1] == []
    elif not row["error"].startswith("invalid character"):
        assert check(json.loads(row["input"]["json"]), "x")[1] != []


@each("basics.jsonl", "quantity")
def test_quantity(row: Row) -> None:
    findings = check(row["input"]["s"], "q")[1]
    assert bool(findings) == ("error" in row)


def without_zeros(item: Any) -> Any:
    """An object without what Go leaves out of JSON, or would if it could: zeros, and values that are all zeros."""
    if isinstance(item, dict):
        kept = {key: without_zeros(value) for key, value in item.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", "0", [], {}) or key == "suspend"}
    if isinstance(item, list):
        return [without_zeros(value) for value in item]
    return str(item) if isinstance(item, int) and not isinstance(item, bool) else item  # Go writes cpu: 1 as cpu: "1"


@each("yaml.jsonl", "parse_objects")
def test_files_are_read_as_by_argo(row: Row) -> None:
    text, strict, expected = row["input"]["text"], row["input"]["strict"], row["expected"]
    wrong = not expected or any("error" in one and one["go_type"] != "*v1.ObjectMeta" for one in expected)
    if wrong or row["id"] in LOUDER_THAN_ARGO:
        with pytest.raises(ManifestError):
            _ = [decode(document, strict=strict) for document in read_documents(text, strict=strict)]
        return
    found = [decode(document, strict=strict) for document in read_documents(text, strict=strict)]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if other["go_type"] != "*v1.ObjectMeta":
            data = {"apiVersion": "argoproj.io/v1alpha1", **other["object"]}
            assert without_zeros(json.loads(encode_json(one))) == without_zeros(data)
