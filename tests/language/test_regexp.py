"""Go's regular expressions."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.regexp import compile_regexp


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("a+b?c", "xaac", True),
        ("^a.c$", "abc", True),
        ("^a.c$", "a\nc", False),
        ("(?s)^a.c$", "a\nc", True),
        ("a$", "a\n", False),
        ("(?m)^b$", "a\nb\nc", True),
        ("(?i)HELLO", "hello", True),
        ("a(?i:b)c", "aBc", True),
        ("a(?i)b|c", "C", True),
        ("[a-c]{2,3}", "xabx", True),
        ("^(ab|cd){2}$", "abcd", True),
        ("[^a-c]", "abc", False),
        ("[]a]", "]", True),
        ("\\d+\\s\\w\\D\\S\\W", "12 a--!", True),
        ("[[:digit:][:^alpha:]]", "a", False),
        ("^[[:a]$", ":", True),
        ("\\pL\\p{Lu}\\P{L}\\pN", "éÉ-1", True),
        ("\\p{Greek}", "α", True),
        ("\\bfoo\\b", "a foo b", True),
        ("\\Bfoo", "a foo", False),
        ("\\Qa.b\\E", "axb", False),
        ("\\x41\\x{e9}\\101\\.", "AéA.", True),
        ("(?P<n>a)(?<m>b)", "ab", True),
        ("a\\tb\\n", "a\tb\n", True),
        ("\\Aa\\z", "a", True),
        ("a{,2}", "a{,2}", True),
        ("x*?y", "y", True),
        ("(?i-s:K)(?i)s", "\u212a\u017f", True),
        ("\\p{Any}", "x", True),
        ("[\\pL\\d]+$", "a1", True),
    ],
)
def test_search(pattern: str, text: str, expected: bool) -> None:
    assert compile_regexp(pattern).search(text) is expected


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("(a{100}){100}", "invalid repeat count: `{100}`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("[b-a]", "invalid character class range: `b-a`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        ("\\p{Foo}", "invalid character class range: `\\p{Foo}`"),
        ("\\p{", "invalid character class range: `\\p{`"),
        ("\\y", "invalid escape sequence: `\\y`"),
        ("\\x{110000}", "invalid escape sequence: `\\x{110000}`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?P<a", "invalid named capture: `(?P<a`"),
        ("(?P<a-b>c)", "invalid named capture: `(?P<a-b>`"),
        ("(" * 2000 + ")" * 2000, "expression nests too deeply"),
        ("((a{100}){10}|b){1}" * 60, "expression too large"),
    ],
)
def test_errors(pattern: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_regexp(pattern)
    assert f"error parsing regexp: {problem}" in error.value.message


def test_a_pattern_is_its_text() -> None:
    assert str(compile_regexp("a+")) == "a+"


def test_no_pattern_takes_forever() -> None:
    assert not compile_regexp("^(a+)+$").search("a" * 5000 + "b")
    assert compile_regexp("(a?){50}a{50}").search("a" * 50)
