"""The language of `when`."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.govaluate import evaluate, evaluate_cron_when, evaluate_when


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("heads == heads", True),
        ("heads == 'tails'", False),
        ("1 < 2 && b > a", True),
        ("'10' < '9'", True),
        ("true != false", True),
        ("x in ('x', y)", True),
        ("x IN ('y', z)", False),
        ("foo =~ '^f.o$'", True),
        ("foo !~ bar", True),
        ("2 ** 3 ** 2 == 64", True),
        ("1 / 0 > 5", True),
        ("!(1 == 1)", False),
        ("'2024-01-01' == 1704067200", True),
        ("a\\-b == [a-b]", True),
        ("true ? (1 == 1) : false", True),
        ("(7 & 3) == 3 && (1 << 4) == 16 && ~0 == -1", True),
        ("foo + 1 == foo1", True),
        ("0x 1F == 31", True),
        ("(1, 2) == (1, 2) && (1, 2) != (1, 3)", True),
        ("fooo =~ (f + 'o+$')", True),
        ("(false ? 1 ?? 2) == 2", True),
    ],
)
def test_when(text: str, expected: bool) -> None:
    assert evaluate_when(text) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{{x}} == 1",
            "Invalid 'when' expression '{{x}} == 1': Invalid token: '{{'"
            ' (hint: try wrapping the affected expression in quotes ("))',
        ),
        ("a b", "Cannot transition token types from VARIABLE [a] to VARIABLE [b]"),
        ("a ==", "Unexpected end of expression"),
        ("(a", "Unbalanced parenthesis"),
        ("'a", "Unclosed string literal"),
        ("[a", "Unclosed parameter bracket"),
        ("v1.x == 1", "Unable to access unexported field 'x' in token 'v1.x'"),
        ("a. == 1", "Hanging accessor on token 'a.'"),
        ("1.2.3 == 1", "Unable to parse numeric value '1.2.3' to float64"),
        ("0xx == 1", "Unable to parse hex value '' to uint64"),
        ("f(1)", "Undefined function f"),
        (
            "!foo",
            "Failed to parse 'when' expression '!foo': Cannot transition token types from PREFIX [!] to STRING [foo]",
        ),
        ("a =~ '('", "error parsing regexp: missing closing ): `(`"),
        ("foo-bar == 1", "Value 'foo' cannot be used with the modifier '-', it is not a number"),
        ("1 > a", "Value '1' cannot be used with the comparator '>', it is not a number"),
        ("a && true", "Value 'a' cannot be used with the logical operator '&&', it is not a bool"),
        ("1 ? 2", "Value '1' cannot be used with the ternary operator '?', it is not a bool"),
        ("-true", "Value 'true' cannot be used with the prefix '-'"),
        ("a in ('b')", "Value 'b' cannot be used with the comparator 'in'"),
        ("1 + 1", "Expected boolean evaluation for '1 + 1'. Got 2"),
        ("1, b", "Got [1 b]"),
        ("a\\", "index out of range"),
        ("A.B == 1", "No parameter 'A' found."),
        ("a =~ (b + '(')", "Unable to compile regexp pattern 'b(': error parsing regexp: missing closing )"),
        ("1 ? ,2", "Unable to plan token kind: 'SEPARATOR', value: ','"),
        ("(1,2) in (1,(1,2))", "comparing uncomparable type"),
        ("1 - )(", "Unexpected end of expression"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        evaluate_when(text)
    assert message in error.value.message


def test_cron_has_parameters_instead_of_bare_words() -> None:
    assert evaluate_cron_when("failed < 3 && name == 'x'", {"failed": 2, "name": "x"})
    with pytest.raises(ExpressionError, match=r"No parameter 'foo' found\."):
        evaluate_cron_when("foo == foo")
    with pytest.raises(ExpressionError, match="'a' is not a struct"):
        evaluate_cron_when("a.B(1)", {"a": "x"})


def test_values() -> None:
    assert evaluate("1 + 2 * 3") == 7.0
    assert evaluate("(1, 2, 'a')") == [1.0, 2.0, "a"]
    assert evaluate("()") is None
    assert evaluate("(1) 2") == 1.0  # what follows is ignored


def test_a_long_chain_is_not_deep() -> None:
    assert evaluate_when(" && ".join(["1 == 1"] * 5000))


@pytest.mark.parametrize("text", ["(" * 5000 + "true" + ")" * 5000, "!(" * 5000 + "true" + ")" * 5000])
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match="nested more than 100 deep"):
        evaluate_when(text)
