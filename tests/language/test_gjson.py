"""Paths into JSON, one to a line, and what gjson found: see `cases/gjson.txt`."""

from __future__ import annotations

import json

import pytest

from argosy.language.gjson import lookup

from .expr_values import cases

OBJECT = (
    r'{"kind":"Job","n":null,"t":true,"no":false,"i":7,"f":1.50,"e":1E3,"huge":1e999,"-":-0,"":"unnamed",'
    r'"u":"日\u0041\n","half":"\ud800x","a.b":"dot","a*b":"star","json":"{\"x\":[1]}","bad":"[1",'
    r'"list":["b","a","Ab",""],"mixed":[1,-2.5,"1","t",true,false,null,[3,[4]],{"k":5},[]],'
    r'"pods":[{"name":"x","age":44,"ok":true,"nets":["ig","fb"]},{"name":"y","age":68,"ok":"0","nets":["fb"],"n":null},'
    r'{"name":"z(1)","age":0,"ok":false,"nets":[],"extra":{"é":[1,{"deep":[2]}]}}],'
    r'"map":{"0":"zero","#":"hash","k-1":{"v":1},"k-2":{"v":2,"w":[3]}}}'
)


@pytest.mark.parametrize(("path", "outcome", "text"), cases("gjson"))
def test_lookup(path: str, outcome: str, text: str) -> None:
    assert lookup(OBJECT, path) == (json.loads(text) if outcome == "value" else None)


def test_text_that_is_only_a_value() -> None:
    assert lookup(' "x" ', "@this") == "x"
    assert lookup('"x"', "x") is None
    assert lookup(" [ 1 , [ 2 ] ] ", "1") == "[ 2 ]"
