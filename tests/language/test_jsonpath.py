"""kubectl's JSONPath templates."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.errors import ExpressionError
from argosy.language.jsonpath import evaluate_jsonpath

PODS: dict[str, Any] = {
    "kind": "List",
    "items": [{"name": "a", "n": 1, "on": True}, {"name": "b", "n": 20, "tags": ["x", "y"]}, {"name": "c", "n": None}],
    "labels": {"app.kubernetes.io/name": "web", "k": {"j": [1.5, 1e21]}},
    "lists": [[1, 2], []],
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{.kind}", "List"),
        (".kind", ".kind"),
        ("{.kind}: {.items[0].name}", "List: a"),
        ("{.items[*].name}", "a b c"),
        ("{.items[-1].name}{.items[0,1].n}", "c1 20"),
        ("{.items[1:].name}/{.items[::2].name}", "b c/a c"),
        ("{.nope.x}", ""),
        ("{.labels.app\\.kubernetes\\.io/name}", "web"),
        ("{.labels['k'].j}", "[1.5,1e+21]"),
        ("{.lists[0][?(@>1)]}", "2"),
        ('{.items[?(@.name!="b")].name}', "a c"),
        ("{.items[?(@.tags)].tags[1]}", "y"),
        ("{.items[?(@.on==true)].name}", "a"),
        ("{range .items[*]}{.name}={.n};{end}{.kind}", "a=1;b=20;c=null;List"),
        ("{range .nope[*]}{.x}{end}done", "done"),
        ("{range .lists[*]}[{range @[*]}{@},{end}]{end}", "[1,2,][]"),
        ("{..name}", "a b c"),
        ("{.labels.*}", 'web {"j":[1.5,1e+21]}'),
        ("{'a\\tb'}{\"\\u0041\"}{1}{-2.5}", "a\tbA1-2.5"),
        ("{$.kind}{ .kind }{@.kind}", "ListListList"),
        ("{.kind.*}", "76 105 115 116"),
        ("{.lists[0][?(1==1)]}", "1 2"),
        ("{.items[?(@.items[3])].name}", ""),
        ("{.items[?(@[0])].name}", "a b c"),
        ("{.items[2].n[0]}", ""),
    ],
)
def test_templates(template: str, expected: str) -> None:
    assert evaluate_jsonpath(template, PODS) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.kind", "error parsing jsonpath {.kind, unclosed action\n"),
        ("{`}", "unrecognized character in action: U+0060 '`'"),
        ("{.a[x]}", "invalid array index x"),
        ("{.a[-]}", "array index - is not a number"),
        ("{.a[0}", "unterminated array"),
        ("{.a[?(@.b}", "unterminated filter"),
        ("{.a[?(@.b)}", "unclosed array expect ]"),
        ("{'a}", "unterminated quoted string"),
        ("{'\\x'}", "unquote string '\\x' error invalid syntax"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        ("{....a}", "invalid multiple recursive descent"),
        ("{.items[3]}", "array index out of bounds: index 3, length 3"),
        ("{.items[0:4]}", "array index out of bounds: index 3, length 3"),
        ("{.items[2:1]}", "starting index 2 is greater than ending index 1"),
        ("{.items[0:1:0]}", "step must be > 0"),
        ("{.kind[0]}", "string is not array or slice"),
        ("{.labels[0]}", "map[string]interface {} is not array or slice"),
        ("{.labels[?(@.x)]}", "is not array or slice and cannot be filtered"),
        ("{end}", "not in range, nothing to end"),
        ("{foo}", "unrecognized identifier foo"),
        ("{.items[?(@.n==1.0)]}", "incompatible types for comparison"),
        ("{.items[?(@.on<true)]}", "invalid type for comparison"),
        ("{.items[?(@.n=1)]}", "unrecognized filter operator ="),
        ("{.items[?(@.n<5)].name}", "invalid type for comparison"),
        ("{.items[?(@.tags[*]==1)]}", "can only compare one element at a time"),
        ("{range .nope}{[0]}{end}", "on zero Value"),
        ("{range .nope}{[?(@.x)]}{end}", "<invalid reflect.Value> is not array or slice"),
    ],
)
def test_errors(template: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        evaluate_jsonpath(template, PODS)
    assert message in error.value.message


@pytest.mark.parametrize("template", ["{.a['" * 500, "{.a" + "[?(@" * 500 + ")]" * 500 + "}"])
def test_what_is_nested_does_not_close(template: str) -> None:
    with pytest.raises(ExpressionError, match="error parsing jsonpath"):
        evaluate_jsonpath(template, PODS)


def test_depth_is_limited() -> None:
    with pytest.raises(ExpressionError, match="ranges are nested more than 50 deep"):
        evaluate_jsonpath("{range .items[*]}" * 200, PODS)
