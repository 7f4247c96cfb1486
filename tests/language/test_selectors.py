"""Selectors of labels, fields and what a resource's conditions ask."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.errors import ExpressionError
from argosy.language.conditions import WAITING, Verdict, parse_conditions
from argosy.language.node_selector import node_fields, parse_field_selector
from argosy.language.selectors import parse_selector, selector_of

LABELS = {"app": "web", "tier": "a", "size": "4"}
JOB: dict[str, Any] = {
    "status": {"phase": "Succeeded", "succeeded": 1, "ratio": 0.5, "active": None, "ready": True},
    "items": [{"n": "x"}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("app=web,tier==a", True),
        ("app!=web", False),
        ("other!=x", True),
        ("tier in (a, b)", True),
        ("tier notin (a)", False),
        ("other notin (a)", True),
        ("app", True),
        ("!app", False),
        ("size>3,size<5", True),
        ("app>3", False),
        ("app in ()", False),
        ("app=", False),
    ],
)
def test_labels(text: str, expected: bool) -> None:
    assert parse_selector(text).matches(LABELS) is expected


def test_a_selector_is_sorted_and_printed() -> None:
    assert str(parse_selector(" z in (b,a) , !y, a ,c>1, d == x")) == "a,c>1,d==x,!y,z in (a,b)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a=b,", "found '', expected: identifier after ','"),
        (",a", "found ',', expected: !, identifier, or 'end of string'"),
        ("a in b", "found 'b' expected: '('"),
        ("a in (b", "found '', expected: ',' or ')'"),
        ("a in (=)", "found '=', expected: ',', ')' or identifier"),
        ("a!b", "found '!', expected: in, notin, =, ==, !=, gt, lt"),
        ("!!a", "found '!', expected: identifier"),
        ("a==!", "found '!', expected: identifier"),
        ("a>b", "the value must be an integer"),
        ("a=/", "a valid label must be an empty string or consist of"),
        ("A/b=c", "prefix part a lowercase RFC 1123 subdomain must"),
        ("a/b/c=d", "with an optional DNS subdomain prefix"),
        ("/b=c", "prefix part must be non-empty"),
        ("b/=c", "name part must be non-empty"),
        (f"{'a' * 64}=b", "name part must be no more than 63 bytes"),
        (f"a={'b' * 64}", "must be no more than 63 bytes"),
        (f"{'a' * 254}/b=c", "prefix part must be no more than 253 bytes"),
        ("a>/", "[values[0]: Invalid value"),
    ],
)
def test_label_errors(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_selector(text)
    assert message in error.value.message


def test_an_objects_selector() -> None:
    expressions = [{"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]
    selector = selector_of({"app": "web"}, expressions)
    assert str(selector) == "app=web,!old,tier in (a,b)"
    assert selector.matches(LABELS)
    with pytest.raises(ExpressionError, match="key: Invalid value"):
        selector_of({"-": "x"})
    for bad in (
        {"operator": "Foo"},
        {"key": "a", "operator": "In"},
        {"key": "a", "operator": "Exists", "values": ["b"]},
    ):
        with pytest.raises(ExpressionError):
            selector_of({}, [bad])


def test_conditions_of_a_resource() -> None:
    conditions = parse_conditions("status.succeeded > 0, status.phase = Succeeded", "status.failed > 0, status.bad")
    assert conditions.judge(JOB) == Verdict(True)
    assert conditions.judge({}) == Verdict(None, WAITING)
    assert conditions.judge({"status": {"bad": "x"}}) == Verdict(
        False, "failure condition '{status.bad exists []}' evaluated true"
    )
    assert parse_conditions("", "").judge({}) == Verdict(True)
    with pytest.raises(ExpressionError, match="fail condition 'a in' failed to parse: "):
        parse_conditions("", "a in")


def test_fields_of_nodes() -> None:
    fields = node_fields(
        name="wf.a", node_id="wf-1", display_name="a", phase="Running", template="t", inputs={"p": "x,y"}
    )
    for text in (
        "",
        "=",
        "=",
        "displayName=a",
        "phase!=Failed,id==wf-1",
        "inputs.parameters.p.value=x\\,y",
        "templateName=t",
    ):
        assert parse_field_selector(text).matches(fields), text
    assert not parse_field_selector("templateRef.name=r").matches(fields)
    referenced = node_fields(name="n", node_id="i", display_name="d", phase="", template_ref=("r", "t2"))
    assert parse_field_selector("templateRef.name=r,templateName=t2").matches(referenced)
    assert str(parse_field_selector("b!=x,a=y\\=z")) == "a=y\\=z,b!=x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        ("a=\\x", "invalid field selector: invalid escape sequence: \\x"),
        ("a=\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_field_errors(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_field_selector(text)
    assert error.value.message == message
