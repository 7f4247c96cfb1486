"""Whatever the input is, the answer is a value or an error of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.errors import InvalidRequest
from argosy.language import gojson
from argosy.language.conditions import parse_conditions
from argosy.language.depends import parse_dependencies, parse_depends, validate_results
from argosy.language.durations import format_nanoseconds, humanize, parse_duration, parse_go_nanoseconds
from argosy.language.gjson import lookup
from argosy.language.govaluate import evaluate_cron_when, evaluate_when
from argosy.language.items import parse_item, parse_items, sequence
from argosy.language.jsonpath import evaluate_jsonpath
from argosy.language.jsonquery import query_json
from argosy.language.names import child_name, display_name, loop_index, node_id, pod_name
from argosy.language.node_selector import parse_field_selector
from argosy.language.regexp import compile_regexp
from argosy.language.selectors import parse_selector
from argosy.language.sprintf import sprintf
from argosy.language.tags import MISSING, replace, tags_of

WORDS = {
    "tags": ["{{", "}}", "=", "a", ".", " ", '"', "\\", "steps.", "\n", "é", "{", "}"],
    "depends": [
        "A",
        "b-1",
        ".Failed",
        ".",
        "&&",
        "||",
        "!",
        "(",
        ")",
        " ",
        "==",
        "?",
        ":",
        "'x'",
        "1",
        "日",
        ";",
        "//",
        ",",
    ],
    "when": [
        "a",
        "'b'",
        '"',
        "1",
        ".",
        "==",
        "&&",
        "!",
        "(",
        ")",
        " ",
        "-",
        "=~",
        "in",
        ",",
        "[",
        "]",
        "\\",
        "?",
        ":",
        "0x",
    ],
    "duration": ["1", "0", ".", "h", "ms", "-", "+", "µs", "x", "9" * 25, " "],
    "selector": ["a", "b.c", "x/y", "in", "notin", "=", "!", "(", ")", ",", ">", " ", "\\", "1", "\0"],
    "jsonpath": [
        "{",
        "}",
        ".",
        "a",
        "[",
        "]",
        "*",
        "?(",
        ")",
        "@",
        "..",
        "'",
        '"',
        "range ",
        "end",
        "1",
        ":",
        "\\",
        "==",
        "\n",
    ],
    "jsonquery": [
        "$",
        "@",
        ".",
        "..",
        "a",
        "[",
        "]",
        "*",
        "?(",
        "(",
        ")",
        "'",
        '"',
        "0",
        ":",
        ",",
        "==",
        "&&",
        "!",
        "-",
        "in",
        "~",
    ],
    "gjson": [
        "a",
        ".",
        "|",
        "#",
        "#(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "*",
        "\\",
        '"',
        "@keys",
        "@pretty:",
        "!",
        "=",
        "~",
        "1",
        ",",
    ],
    "regexp": [
        "a",
        "(",
        ")",
        "[",
        "]",
        "*",
        "+",
        "?",
        "{2}",
        "|",
        "\\",
        "^",
        "(?i",
        "(?P<n>",
        ":",
        "-",
        "[:",
        ":]",
        "pL",
        "x",
        "Q",
    ],
    "sprintf": ["%", "d", "[1]", "*", ".", "5", "#", "x", "q", "-", "0", "["],
    "json": ["{", "}", "[", "]", '"', ":", ",", "1", ".", "e", "-", "true", "nul", "\\", "u00", " ", "\n"],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "x.y"]), inner, max_size=3),
    max_leaves=8,
)


def texts(kind: str) -> st.SearchStrategy[str]:
    """Text made of what the language is made of, or of anything at all."""
    return st.lists(st.sampled_from(WORDS[kind]), max_size=12).map("".join) | st.text(max_size=20)


def tame(function: Callable[[], Any]) -> Any:
    """What it returns; None where it raises an error in the input, and no other."""
    try:
        return function()
    except InvalidRequest:
        return None


def replace_with_anything(text: str) -> None:
    values = {"a": '"\\\n\a\x7f\u2028é', "steps.a": None, "": "x"}
    choices: list[dict[str, Any]] = [{}, {"allow_unresolved": True}, {"strict_prefixes": ["steps"]}, {"raw": True}]
    for options in choices:
        result = tame(lambda options=options: replace(text, lambda name: values.get(name, MISSING), **options))
        if result is not None and "raw" not in options:
            assert gojson.is_valid(result)


LANGUAGES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "tags": ("tags", replace_with_anything),
    "tags in JSON": ("tags", lambda text: replace_with_anything(json.dumps(text))),
    "tags_of": ("tags", tags_of),
    "depends": ("depends", lambda text: parse_depends(text).evaluate(lambda task, result: result == "Failed")),
    "dependencies": ("depends", lambda text: parse_dependencies([text, "A"]).evaluate(lambda task, result: True)),
    "results": ("depends", validate_results),
    "when": ("when", evaluate_when),
    "cron when": ("when", lambda text: evaluate_cron_when(text, {"a": 1, "in": [1]})),
    "duration": ("duration", parse_duration),
    "selector": ("selector", lambda text: parse_selector(text).matches({"a": "1"})),
    "conditions": ("selector", lambda text: parse_conditions(text, text).judge({"a": [1]})),
    "fields": ("selector", lambda text: parse_field_selector(text).matches({})),
    "gjson": ("gjson", lambda text: lookup('{"a":[1,{"a":"[x"}]}', text)),
    "regexp": ("regexp", lambda text: compile_regexp(text).search(text)),
    "sprintf": ("sprintf", lambda text: sprintf(text, -3)),
    "sequence": ("sprintf", lambda text: list(sequence(start=text, end="3", template=text)) if len(text) < 3 else None),
    "item": ("json", lambda text: (lambda item: (item.text, item.name_text, item.variables()))(parse_item(text))),
    "items": ("json", parse_items),
    "names": ("json", lambda text: (node_id("w", text), pod_name(text * 30, text, text), display_name(text, "w"))),
    "loop index": ("json", lambda text: loop_index(child_name("w", 1, text))),
}


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_any_text(language: str, data: st.DataObject) -> None:
    kind, function = LANGUAGES[language]
    text = data.draw(texts(kind))
    tame(lambda: function(text))


@given(texts("jsonpath"), ANYTHING)
def test_any_path_in_anything(template: str, document: object) -> None:
    tame(lambda: evaluate_jsonpath(template, document))


@given(texts("jsonquery"), ANYTHING)
def test_any_query_of_anything(path: str, document: object) -> None:
    tame(lambda: query_json(document, path))


@given(ANYTHING)
def test_what_is_encoded_is_json(value: object) -> None:
    encoded = tame(lambda: gojson.encode(value))
    assert encoded is None or gojson.is_valid(encoded)


@given(texts("json"))
def test_json_is_judged_as_python_judges_it(text: str) -> None:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
        valid = True
    except ValueError:
        valid = False
    assert gojson.is_valid(text) is valid


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_a_duration_is_read_back(nanoseconds: int) -> None:
    assert parse_go_nanoseconds(format_nanoseconds(nanoseconds)) == nanoseconds
    assert humanize(nanoseconds / 1e9)


@given(st.text(), st.text())
def test_a_value_comes_out_of_json_as_it_went_in(before: str, value: str) -> None:
    before = before.replace("{", "(").encode("utf-8", "replace").decode()
    value = value.encode("utf-8", "replace").decode()
    result = tame(lambda: replace(json.dumps(before + "{{x}}"), lambda name: value))
    printable = all(character.isprintable() or character in "\n\r\t\b\f" for character in value)
    assert result is None or json.loads(result) == before + value
    assert result is not None or not printable
