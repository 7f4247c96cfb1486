"""jq: what gojq makes of the same filters, and that no filter takes for ever."""

from __future__ import annotations

import json

import pytest

from argosy.errors import ExpressionError
from argosy.language.jq import filter_json

from .expr_values import cases

OBJECT = '{"a":1,"k":"List","n":null,"l":[1,[2]]}'


@pytest.mark.parametrize(("query", "kind", "text"), cases("jq"))
def test_filter(query: str, kind: str, text: str) -> None:
    try:
        result = "value", filter_json(OBJECT, query)
    except ExpressionError as error:
        result = "error", error.message
    assert result == (kind, json.loads(text))


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("recurse(.)", "the filter takes more than 300000 steps"),
        ("[range(1e18)]", "the filter takes more than 300000 steps"),
        ('reduce range(60) as $i ("x"; . + .)', "the filter takes more than 300000 steps"),
        ("reduce range(60) as $i ([1]; [., .])", "the filter takes more than 300000 steps"),
        ("try recurse(.) catch 1", "the filter takes more than 300000 steps"),
        ('"x" * 1e9', "the filter takes more than 300000 steps"),
        ("def f: f; f", "functions call each other more than 200 deep"),
        ("reduce range(40) as $i (3; . * .)", "number too large"),
        ("1" + "0" * 3990 + " | . * 10 | . * 1000000000", "number too large"),
        ("9" * 3990, "number too large"),
        (". as [$a] ?// $a | recurse(.)", "the filter takes more than 300000 steps"),
        ("[range(2000)] | contains([range(2000)])", "the filter takes more than 300000 steps"),
        ("[" * 99 + "1" + "]" * 99, "the filter is nested more than 100 deep"),
        ("- " * 200 + "1", "the filter is nested more than 100 deep"),
        (". | " * 2000 + ".", "the filter goes too deep"),
        ('"[" * 5000 | fromjson', 'fromjson cannot be applied to "[[[[[[[[[[[[[[[[[[[[[[[[ ...": unexpected EOF'),
        ('"[" * 5000 + "]" * 5000 | fromjson', "exceeded max depth"),
    ],
)
def test_limits(query: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        filter_json("1", query)
    assert caught.value.message == problem


def test_input_that_is_no_json() -> None:
    with pytest.raises(ExpressionError, match="unexpected end of JSON input"):
        filter_json("[1", ".")


def test_the_time_is_an_argument() -> None:
    assert filter_json("null", "now, (now | todate)", now=1.5e9) == "1500000000\n2017-07-14T02:40:00Z"
