"""Names of nodes and pods, and the items of loops."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.items import Item, parse_item, parse_items, sequence
from argosy.language.names import (
    attempt_name,
    child_name,
    display_name,
    exit_name,
    hook_name,
    is_exit_name,
    loop_index,
    node_id,
    pod_name,
)


def test_hooks_and_exit_handlers() -> None:
    assert hook_name("wf.a", "running") == "wf.a.hooks.running"
    assert exit_name("wf.a") == "wf.a.onExit"
    assert [is_exit_name(name) for name in ("wf.a.onExit", "wf.a")] == [True, False]


def test_ids_and_pods() -> None:
    assert node_id("wf", "wf") == "wf"
    assert node_id("wf", "wf.step") == "wf-50522712"
    assert pod_name("wf", "wf", "t") == "wf"
    assert pod_name("wf", "wf.step", "print") == "wf-print-50522712"
    assert pod_name("wf", "wf.step") == "wf-50522712"
    assert pod_name("wf", "wf.step", "print", "wf-50522712", "v1") == "wf-50522712"
    assert len(pod_name("w" * 300, "n")) == 242 + 1 + len("3943445553")


@pytest.mark.parametrize(
    ("node", "boundary", "shown"),
    [
        ("wf", None, "wf"),
        ("wf.task", "wf", "task"),
        ("wf[0]", "wf", "[0]"),
        ("wf[0].step", "wf", "step"),
        ("wf[0].a(1:x)", "wf", "a(1:x)"),
        ("wf.a(0).b", "wf.a(0)", "b"),
    ],
)
def test_display_name(node: str, boundary: str | None, shown: str) -> None:
    assert display_name(node, boundary) == shown


def test_children() -> None:
    assert child_name("wf.a", 3, "x (y)") == "wf.a(3:x y)"
    assert attempt_name("wf.a", 0) == "wf.a(0)"
    assert loop_index("wf.a(0:b)(12:x:y)") == 12
    with pytest.raises(ExpressionError, match="failed to parse 'wf' as int"):
        loop_index("wf")


@pytest.mark.parametrize(
    ("raw", "kind", "text", "name", "item"),
    [
        ('"a\\nb"', "String", "a\\nb", "a\\nb", "a\nb"),
        ("1.50", "Number", "1.50", "1.50", "1.50"),
        ("true", "Bool", "true", "true", "true"),
        ("null", "List", "null", "[]", "null"),
        ("1e400", "String", "1e400", "1e400", ""),
        ('[ 1, "a b" ]', "List", '[1,"a b"]', "[1 a b]", '[1,"a b"]'),
        ('{"z": 1.0, "a": "<"}', "Map", '{"z":1.0,"a":"<"}', "a:<,z:1.0", '{"a":"\\u003c","z":1.0}'),
    ],
)
def test_items(raw: str, kind: str, text: str, name: str, item: str) -> None:
    parsed = parse_item(f" {raw} ")
    assert (parsed.kind, parsed.text, parsed.name_text, parsed.variables()["item"]) == (kind, text, name, item)


def test_members_are_variables() -> None:
    variables = parse_item('{"image": "debian", "tags": [1, 2], "on": true}').variables()
    assert variables["item.image"] == "debian"
    assert variables["item.tags"] == "[1,2]"
    assert variables["item.on"] == "true"


def test_lists() -> None:
    assert parse_items(' [1, {"a": [2, "]"]}, "x,y"] ') == [Item("1"), Item('{"a": [2, "]"]}'), Item('"x,y"')]
    assert parse_items("null") == parse_items("[]") == []
    with pytest.raises(ExpressionError, match=r"json: cannot unmarshal object into Go value of type \[\]v1alpha1.Item"):
        parse_items("{}")
    with pytest.raises(ExpressionError, match="invalid character 'h' looking for beginning of value"):
        parse_items("heads")


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"count": "3"}, ["0", "1", "2"]),
        ({"start": "8", "end": "6"}, ["8", "7", "6"]),
        ({"start": "2", "count": "2"}, ["2", "3"]),
        ({"count": "0"}, []),
        ({"end": "1", "count": "9"}, ["0", "1"]),
        ({"count": "2", "template": "host-%03d"}, ["host-000", "host-001"]),
    ],
)
def test_sequence(bounds: dict[str, str], expected: list[str]) -> None:
    assert [item.text for item in sequence(**bounds)] == expected


def test_sequences_that_are_none() -> None:
    with pytest.raises(ExpressionError, match="neither end nor count was specified"):
        sequence()
    with pytest.raises(ExpressionError, match='parsing "x": invalid syntax'):
        sequence(start="x", end="3")
    with pytest.raises(ExpressionError, match="after top-level value"):
        list(sequence(count="1", template='a"b%d'))
