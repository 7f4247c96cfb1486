"""`{{name}}` in JSON text."""

from __future__ import annotations

import json

import pytest

from argosy.errors import ExpressionError, NotSupported
from argosy.language.tags import (
    MISSING,
    Lookup,
    UnresolvedTag,
    compile_text,
    replace,
    resolve_variable,
    tags_of,
)


def lookup(**values: str | None) -> Lookup:
    return lambda name: values.get(name.replace(".", "_"), MISSING)


def substitute(text: str, **values: str | None) -> str:
    """What becomes of a string in a template."""
    return json.loads(replace(json.dumps(text), lookup(**values), allow_unresolved=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello {{name}}", "hello wf"),
        ("{{ name }}", "wf"),
        ("{{name}}{{name}}", "wfwf"),
        ("{{quoted}}", 'say "hi"\n\\'),
        ("{{unknown}} stays, as does {{ .Values.x }}", "{{unknown}} stays, as does {{ .Values.x }}"),
        ("{{tagged}} is not read again", "{{name}} is not read again"),
        ("{{steps.{{name}}.outputs}}", "{{steps.wf.outputs}}"),
        ("{{name}}}}", "wf}}"),
        ("{single} {{", None),
    ],
)
def test_replace(text: str, expected: str | None) -> None:
    values = {"name": "wf", "quoted": 'say "hi"\n\\', "tagged": "{{name}}"}
    if expected is None:
        with pytest.raises(ExpressionError, match="Cannot find end tag"):
            substitute(text, **values)
    else:
        assert substitute(text, **values) == expected


def test_only_the_names_that_occur_are_looked_up() -> None:
    asked: list[str] = []

    def ask(name: str) -> object:
        asked.append(name)
        return "x"

    compiled = compile_text('"{{a}} {{b}} {{a}}"')
    assert compiled.replace(ask) == '"x x x"'
    assert asked == ["a", "b", "a"]
    assert compile_text('"{{a}} {{b}} {{a}}"') is compiled


def test_a_tag_that_must_be_resolved_is_told_from_one_that_never_can_be() -> None:
    with pytest.raises(UnresolvedTag, match=r"failed to resolve \{\{steps.a.outputs.result\}\}"):
        replace('"{{steps.a.outputs.result}}"', lookup(), strict_prefixes=["steps", "tasks"])
    with pytest.raises(ExpressionError, match="is an absent optional") as absent:
        replace('"{{a}}"', lookup(a=None), allow_unresolved=True)
    assert not isinstance(absent.value, UnresolvedTag)
    with pytest.raises(ExpressionError, match='"b" is an absent optional'):
        replace('"{{a.{{b}}}}"', lookup(b=None), allow_unresolved=True)
    with pytest.raises(UnresolvedTag, match="to string"):
        replace('"{{a}}"', lambda name: 5)
    assert replace('"{{steps.a}}"', lookup(), strict_prefixes=[]) == '"{{steps.a}}"'


@pytest.mark.parametrize("tag", ["{{stepsX.a}}", "{{inputs.x}}", "{{steps.a.outputs.artifacts.b}}"])
def test_what_is_not_strict_stays(tag: str) -> None:
    assert replace(f'"{tag}"', lookup(), strict_prefixes=["steps", "tasks"]) == f'"{tag}"'


def test_the_result_has_to_be_json() -> None:
    with pytest.raises(ExpressionError, match="cannot do template replacements with invalid JSON"):
        replace('{"a": {{n}}}', lookup(n="1"))
    with pytest.raises(ExpressionError, match="the result was invalid JSON"):
        replace('"{{bell}}"', lookup(bell="\a"))
    assert replace("{{bell}}", lookup(bell="\a"), raw=True) == "\\a"


def test_expressions_are_handed_on() -> None:
    with pytest.raises(NotSupported):
        replace('"{{=1 + 1}}"', lookup())
    seen: list[str] = []

    def evaluate(expression: str, must_resolve: object) -> str | None:
        seen.append(expression)
        return "2" if expression == "1 + 1" else None

    text = '"{{=1 + 1}} {{=a \\u003c b}}"'
    assert replace(text, lookup(), allow_unresolved=True, evaluate_expression=evaluate) == '"2 {{=a < b}}"'
    assert seen == ["1 + 1", "a < b"]


def test_tags_of() -> None:
    assert tags_of('{"a": "{{x}} {{=y}} {{ z }}"}') == ["x", " z "]
    assert tags_of("no tags") == []


def test_resolve_variable() -> None:
    assert resolve_variable("{{ inputs.x }}", lookup(inputs_x="1")) == "1"
    assert resolve_variable("inputs.x", lookup(inputs_x=None)) is None
    with pytest.raises(NotSupported):
        resolve_variable("{{=x}}", lookup())
    with pytest.raises(ExpressionError, match="Unable to resolve"):
        resolve_variable("{{inputs.y}}", lookup())
