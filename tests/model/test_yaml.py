"""YAML text becomes plain data by Go's rules, and what is not YAML gets an error with its place."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.errors import ManifestError
from argosy.model import yaml as model_yaml
from argosy.model.yaml import dump, load, positions

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(-1e15, 1e15)
VALUES = st.recursive(SCALARS | TEXTS, lambda values: st.lists(values) | st.dictionaries(TEXTS, values), max_leaves=20)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("010", 8),
        ("0o10", 8),
        ("0x10", 16),
        ("0b11", 3),
        ("08", 8),
        ("1_000", 1000),
        ("1e3", 1000),
        ("1.0", 1),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e400", "1e400"),
        ("18446744073709551615", 18446744073709551615),
        ("on", True),
        ("n", False),
        ("'n'", "n"),
        ("~", None),
        ("=", "="),
        ("!!str 1", "1"),
        ("!!binary aGk=", "hi"),
        ("!unknown 1", "1"),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    found = load(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_keys_become_strings() -> None:
    assert load("1: a\ny: b\n1.5: c\n'2': d\n1e16: e\n.inf: f") == {
        "1": "a",
        "true": "b",
        "1.5": "c",
        "2": "d",
        "1e+16": "e",
        ".inf": "f",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: &a {p: 1}\nz: {<<: *a, q: 2}", {"p": 1, "q": 2}),
        ("x: &a {p: 1}\nw: &b {q: 2}\nz: {<<: [*a, *b]}", {"p": 1, "q": 2}),
        ("z: {<<: {p: 1}}", {"p": 1}),
        ("z: {'<<': 1}", {"<<": 1}),
        ("z: <<", "<<"),
    ],
)
def test_merge_keys(text: str, value: Any) -> None:
    assert load(text)["z"] == value


def test_a_merge_overrides_what_is_above_it_unless_strict() -> None:
    text = "x: &a {p: 1}\nz:\n  p: 9\n  <<: *a"
    assert load(text, strict=False)["z"] == {"p": 1}
    with pytest.raises(ManifestError, match="'p'"):
        load(text)


def test_earlier_mappings_of_a_merge_count_more() -> None:
    assert load("z: {<<: [{p: 1}, {p: 2}]}", strict=False)["z"] == {"p": 1}


def test_aliases_are_copies() -> None:
    data = load("a: &x [1, {b: 2}]\nc: *x")
    data["a"][1]["b"] = 3
    assert data["c"] == [1, {"b": 2}]


def test_a_scalar_can_have_an_alias_as_key_and_value() -> None:
    assert load("a: &x hi\n*x : &y 1\nc: *y") == {"a": "hi", "hi": 1, "c": 1}


@pytest.mark.parametrize(
    "text", ["\ufeffa: 1\n", "a: 1\r\n", "---\na: 1\n...\nb: 2\n", "# c\n\na: 1", "%YAML 1.1\n---\na: 1"]
)
def test_marks_and_line_ends_of_all_kinds(text: str) -> None:
    assert load(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null"])
def test_no_document_is_none(text: str) -> None:
    assert load(text) is None


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "the key 'a' comes twice"),
        ("a:\n  b: {c: 1, c: 2}\n", (2, 13), "the key 'c' comes twice"),
        ("1: a\n1: b", (2, 1), "the key '1' comes twice"),
        ("a: *x", (1, 4), "no anchor 'x'"),
        ("a: &x [*x]", (1, 8), "contains itself"),
        ("a:\n- .inf", (2, 3), ".inf cannot be a value"),
        ("a: {{x}}", (1, 5), "a mapping cannot be a key"),
        ("~: 1", (1, 1), "null cannot be a key"),
        ("a: {<<: 1}", (1, 9), "must be followed by a mapping"),
        ("a: !!int x", (1, 4), "'x' is !!str, not !!int"),
        ("a: [1\nb: 2", (2, 2), "did not find expected ',' or ']'"),
        ("a:\n\tb: 1", (2, 1), "cannot start any token"),
        ("a: \x01", (1, 4), "control characters"),
        ("a: \ud800", (1, 4), "half of a pair"),
        ("%YAML 1.2\n---\na: 1", (1, 1), "another version"),
    ],
)
def test_errors_have_a_place(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(ManifestError, match=".*" + message.replace("[", r"\[").replace(".inf", r"\.inf")) as caught:
        load(text, file="my.yaml")
    assert (caught.value.file, caught.value.line, caught.value.column) == ("my.yaml", *place)


@pytest.mark.parametrize(("text", "hint"), [("a: {{x}}", "quotes"), ("a: `x`", "quotes"), ("a:\n\tb: 1", "spaces")])
def test_errors_say_what_to_do(text: str, hint: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_an_error(text: str) -> None:
    with pytest.raises(ManifestError):
        load(text)


def test_many_copies_are_an_error() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(ManifestError, match="too many copies"):
        load("\n".join(lines))


def test_copies_nested_in_copies_are_not_deeper_than_allowed() -> None:
    deep = "a: &a " + "[" * 150 + "]" * 150 + "\nb: &b " + "[" * 150 + "*a" + "]" * 150
    with pytest.raises(ManifestError, match="nested"):
        load(deep)


def test_as_many_copies_as_in_a_real_file_are_allowed() -> None:
    shared = "x: &x {image: busybox, command: [sh, -c], env: [{name: a, value: b}]}\n"
    assert len(load(shared + "".join(f"k{number}: *x\n" for number in range(500)))) == 501


def test_garbage_collection_is_on_afterwards() -> None:
    load("a: 1")
    with pytest.raises(ManifestError):
        load("a: [")
    assert gc.isenabled()


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_yaml, "LOADER", yaml.SafeLoader)
    text = "a: &x {y: [1, 'b', 0o10]}\nc: *x\n"
    assert load(text) == {"a": {"true": [1, "b", 8]}, "c": {"true": [1, "b", 8]}}
    assert positions(text, [("c",)]) == {("c",): (2, 1)}
    with pytest.raises(ManifestError) as caught:
        load("a: 1\nb: [")
    assert caught.value.line >= 2


def test_positions() -> None:
    text = "a: 1\nb:\n- x\n- y: {1: z}\n  'q q': &m {k: v}\nc: {<<: *m}\n"
    paths: dict[tuple[str | int, ...], tuple[int, int]] = {
        (): (1, 1),
        ("a",): (1, 1),
        ("b", 0): (3, 3),
        ("b", 1): (4, 3),
        ("b", 1, "true", "1"): (4, 7),
        ("b", 1, "q q"): (5, 3),
        ("b", 1, "q q", "k"): (5, 14),
        ("c", "k"): (6, 1),  # from the merge
        ("b", 7): (2, 1),  # not there
    }
    assert positions(text, paths) == paths


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    again = load(dump(value))
    assert again == value


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab1:-[]{},&*!|>'\"#%@`~. \n\t"))
def test_any_text_is_data_or_an_error(text: str) -> None:
    try:
        load(text)
    except ManifestError as error:
        assert error.line >= 1
