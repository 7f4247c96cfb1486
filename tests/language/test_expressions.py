"""Expressions in tags and conditions: variables with dots, what is missing, and what a result becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from argosy.errors import ExpressionError
from argosy.language.environment import environment_of, has_variable
from argosy.language.expr import compile_expression
from argosy.language.expressions import (
    evaluate_bool,
    evaluate_tag,
    evaluate_value,
    expression_evaluator,
    resolve_expression,
)
from argosy.language.scopes import ChainScope, MapScope
from argosy.language.tags import MISSING, UnresolvedTag, replace

from .expr_values import FixedWorld

VARIABLES = {
    "a": 1,
    "a.b": "x",
    "inputs.parameters.n": "5",
    "inputs.parameters.list": [1, {"k": None}],
    "steps.s.status": "Succeeded",
    "nothing": None,
}
LATER = "__argo__internal__placeholder-1"


def replaced(text: str, variables: dict[str, Any] = VARIABLES, **options: Any) -> Any:
    scope = MapScope(variables)
    evaluate = expression_evaluator(scope, FixedWorld())
    return json.loads(replace(json.dumps(text), scope.lookup, evaluate_expression=evaluate, **options))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{=asInt(inputs.parameters.n) + 1}}", "6"),
        ("{{=inputs.parameters.list}}", '[1,{"k":null}]'),
        ("{{=inputs.parameters['n'] + 'a\\n\"'}}", '5a\n"'),
        ("{{=steps.s.status == 'Succeeded' ? 'y' : 'n'}}", "y"),
        ("{{=len(inputs.parameters)}}", "2"),
        ("{{=a.b}}{{=1.0}}{{=now().Year()}}", "x12026"),
        ("{{=nothing ?? 'd'}}", "d"),
        ("{{=jsonpath('{\"a\": [5]}', '$.a[0]')}}{{=jsonpath('[5]', '$.length')}}", "51"),
        ("{{=[a.b, a]}}", '["x",{"b":"x"}]'),
    ],
)
def test_values(text: str, expected: str) -> None:
    assert replaced(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{=1 +}}", "failed to evaluate expression: unexpected token EOF (1:3)\n | 1 +\n | ..^"),
        ("{{=nothing}}", 'failed to evaluate expression "nothing"'),
        ("{{=fromPairs([[1, 2]])}}", "json: unsupported type: map[interface {}]interface {}"),
        ("{{=1 % asInt('0')}}", "integer divide by zero"),
    ],
)
def test_what_will_never_work(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        replaced(text)
    assert message in caught.value.message
    assert not isinstance(caught.value, UnresolvedTag)


def test_a_tag_is_in_json() -> None:
    with pytest.raises(ExpressionError, match="failed to unmarshall JSON expression: invalid character 'q'"):
        evaluate_tag("'\\q'", MapScope({}), None)


def test_a_variable_hides_a_function() -> None:
    with pytest.raises(ExpressionError, match="int is not callable"):
        replaced("{{=map(1)}}", {"map": 1})


def test_what_is_missing_may_stay_or_has_to_come() -> None:
    with pytest.raises(UnresolvedTag, match="steps is missing"):
        replaced("{{=steps.t.outputs.result}}", {})
    text = "{{=steps.t.outputs.result}} {{=1 + nope}} {{=retries + 1}} {{=nothing}} {{=fromPairs([[1, 2]])}}"
    assert replaced(text, allow_unresolved=True) == text
    assert replaced("{{=nope.x}}", strict_prefixes=["steps."]) == "{{=nope.x}}"


@pytest.mark.parametrize("later", [LATER, [LATER], {"k": LATER}])
def test_where_something_comes_later_nothing_is_wrong_yet(later: Any) -> None:
    for text in ("{{=1 +}}", "{{=nothing}}", "{{=1 % asInt('0')}}"):
        assert replaced(text, {**VARIABLES, "later": later}) == text


def test_names_that_begin_with_a_dot_are_refused() -> None:
    with pytest.raises(ExpressionError, match="the name of a variable cannot begin with a dot"):
        evaluate_value("1", {".x": 1})


def test_conditions() -> None:
    assert evaluate_bool("c == 1 && inputs.parameters.n == '6'", VARIABLES | {"c": 1}) is False
    assert evaluate_bool("a.b == 'x'", MapScope(VARIABLES)) is True
    with pytest.raises(ExpressionError, match=r"unable to cast expression result '\[%!s\(int=1\) a\]' to bool"):
        evaluate_bool("[1, 'a']", {})
    for text, shown in (("nil", "%!s(<nil>)"), ("duration('90s')", "1m30s"), ("{'a': nil}", "map[a:%!s(<nil>)]")):
        with pytest.raises(ExpressionError) as caught:
            evaluate_bool(text, {})
        assert caught.value.message == f"unable to cast expression result '{shown}' to bool"
    with pytest.raises(ExpressionError, match=r"unable to evaluate expression 'l.5.': index out of range"):
        evaluate_bool("l[5]", {"l": [1]})
    with pytest.raises(ExpressionError, match=r"^unexpected token EOF"):
        evaluate_bool("1 +", {})


def test_resolved() -> None:
    assert resolve_expression("{{=a + 1}}", {"a": 1}) == 2
    for text, message in (("1 +", 'Unable to compile: "1 +"'), ("[1][5]", 'Invalid expression: "[1][5]"')):
        with pytest.raises(ExpressionError) as caught:
            resolve_expression("{{=" + text + "}}", {})
        assert caught.value.message == message
    with pytest.raises(ExpressionError, match='Unable to resolve: "=nil"'):
        resolve_expression("{{=nil}}", {})


def test_an_environment_has_what_is_used() -> None:
    usage = compile_expression("a.b + inputs.parameters.n + string(toJson(1)) + string(nope.x)").usage
    found = environment_of(MapScope(VARIABLES), usage)
    assert {name: found[name] for name in found if name != "toJson"} == {
        "a": {"b": "x"},
        "inputs": {"parameters": {"n": "5"}},
    }
    assert has_variable(found, "inputs.parameters.n")
    assert not has_variable(found, "inputs.parameters.m")
    assert has_variable({"a.b": 1}, "a.b")
    assert not has_variable({"a": 1}, "a.b")


def test_the_first_of_two_scopes_wins() -> None:
    scope = ChainScope(MapScope({"a": 1, "b.c": 2}), MapScope({"a": 3, "b.c": 5, "b.d": 4, "z": 0}))
    assert (scope.lookup("a"), scope.lookup("z"), scope.lookup("nope")) == (1, 0, MISSING)
    assert list(scope.names("b.")) == ["b.c", "b.d"]


class CountingWorld(FixedWorld):
    def random_bytes(self, count: int) -> bytes:
        return bytes(number * 37 % 256 for number in range(count))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sprig.randAlphaNum(4)", "h17P"),
        ("sprig.randAlpha(4)", "rnfL"),
        ("sprig.randNumeric(4)", "7377"),
        ("len(sprig.randAscii(5))", 5),
        ("sprig.randAlpha(0)", ""),
        ("sprig.randBytes(3)", "ACVK"),
        ("sprig.randInt(5, 6)", 5),
        ("len(sprig.shuffle('abc'))", 3),
        ("sprig.uuidv4()", "00254a6f-94b9-4e03-a84d-7297bce1062b"),
        ("sprig.ago(now())", "0s"),
        ("now().Year()", 2026),
    ],
)
def test_chance_and_time_come_from_the_world(text: str, expected: object) -> None:
    assert evaluate_value(text, {}, CountingWorld()) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sprig.randInt(6, 5)", "invalid argument to Intn"),
        ("sprig.randBytes(-1)", "runtime error: makeslice: len out of range"),
        ("sprig.randAlpha(9000000)", "memory budget exceeded"),
    ],
)
def test_chance_in_bounds(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_value(text, {}, CountingWorld())
    assert caught.value.message.startswith(problem)


@pytest.mark.parametrize("text", ["now()", "sprig.uuidv4()"])
def test_without_a_world_there_is_none(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate_value(text, {})
