"""Go's spelling of text, numbers, JSON errors and times."""

from __future__ import annotations

import math

import pytest

from argosy.errors import ExpressionError
from argosy.language import gojson, gomath
from argosy.language.gotext import quote, trim_space, unquote, utf8
from argosy.language.gotime import parse_time
from argosy.language.govalues import format_decimal, format_float, format_value, parse_int
from argosy.language.sprintf import sprintf


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ('say "hi"\\', '"say \\"hi\\"\\\\"'),
        ("\a\t\n\x00\x7f", '"\\a\\t\\n\\x00\\x7f"'),
        ("é🎉", '"é🎉"'),
        ("\u00a0\u200b\U000e0001", '"\\u00a0\\u200b\\U000e0001"'),
        ("\udcff\ud800", '"\\xff\ufffd"'),
    ],
)
def test_quote(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ("'a'", "a"),
        ('"\\u00e9\\x41\\101\\""', 'éAA"'),
        ("'\\''", "'"),
        ('"\\\'"', None),
        ("'a\"'", 'a"'),
        ('"\\ud800"', None),
        ('"\\777"', None),
        ('"\\xc3\\xa9"', "é"),
        ("'a", None),
        ("a", None),
        ("`a`", None),
    ],
)
def test_unquote(quoted: str, text: str | None) -> None:
    assert unquote(quoted) == text


def test_text() -> None:
    assert trim_space(" \u3000\t a\x1c ") == "a\x1c"
    assert utf8("\udcff") == b"\xff"
    assert utf8("\ud800") == b"?"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e6, "1e+06"),
        (123456.0, "123456"),
        (1.5e-5, "1.5e-05"),
        (-0.0, "-0"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
    ],
)
def test_floats(value: float, shown: str) -> None:
    assert format_float(value) == shown


def test_values() -> None:
    assert format_value({"b": [1, None, True], "a": 10**30}) == "map[a:1e+30 b:[1 <nil> true]]"
    assert format_decimal(1e21) == "1000000000000000000000"
    assert format_decimal(1.5e-7) == "0.00000015"
    assert parse_int("-0012") == -12
    for text, problem in (("1.0", "invalid syntax"), ("9" * 30, "value out of range"), ("", "invalid syntax")):
        with pytest.raises(ExpressionError, match=f'strconv.Atoi: parsing "{text}": {problem}'):
            parse_int(text)


def test_json() -> None:
    assert gojson.encode({"b": 1e21, "a": [1e-7, "<\u2028", None, 10**400 // 10**380]}) == (
        '{"a":[1e-7,"\\u003c\\u2028",null,100000000000000000000],"b":1e+21}'
    )
    with pytest.raises(ExpressionError, match="unsupported value: NaN"):
        gojson.encode(math.nan)
    with pytest.raises(ExpressionError, match="unsupported value"):
        gojson.encode(10**400)
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ExpressionError, match="exceeded max depth"):
        gojson.encode(deep)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ("[1", "unexpected end of JSON input"),
        ('"a', "unexpected end of JSON input"),
        ("{a}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 2}', "invalid character '2' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("1 2", "invalid character '2' after top-level value"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
        ("nul", "invalid character ' ' in literal null (expecting 'l')"),
        ("-", "invalid character ' ' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1e", "invalid character ' ' in exponent of numeric literal"),
        ('"\n"', "invalid character '\\n' in string literal"),
        ('"\\y"', "invalid character 'y' in string escape code"),
        ('"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"),
        ("'", "invalid character '\\'' looking for beginning of value"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
        ("[" * 10001, "exceeded max depth"),
    ],
)
def test_json_errors(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        gojson.check(text)
    assert error.value.message == problem


def test_json_is_decoded_as_go_does() -> None:
    assert gojson.decode('[1, 2.5, "\\ud800x", "\\ud83d\\ude00", "\\\\ud800"]') == [
        1.0,
        2.5,
        "\ufffdx",
        "😀",
        "\\ud800",
    ]
    with pytest.raises(ExpressionError, match="cannot unmarshal number 1e400 into Go value of type float64"):
        gojson.decode("[1e400]")
    with pytest.raises(ExpressionError, match="exceeded max depth"):
        gojson.decode("[" * 9000 + "]" * 9000)
    assert gojson.decode_or_none("nope") is None


def test_deep_json_is_valid() -> None:
    assert gojson.is_valid("[" * 9000 + "{}" + "]" * 9000)
    gojson._Scanner('[{"a": -0.25e+3, "b": [1E-2, 0]}, {}, [], "\\u0041\\n", true]').scan()
    assert gojson.is_valid('{"a": [-0.5e+3, {}, [], "\\u0041"], "b": true}')
    assert not gojson.is_valid("[Infinity]")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("%d", "12"),
        ("%05d|%-5d|%+d|% d", "00012|%!d(MISSING)|%!d(MISSING)|%!d(MISSING)"),
        ("%x", "c"),
        ("%#X", "0XC"),
        ("%O", "0o14"),
        ("%.4d", "0012"),
        ("%6.3d", "   012"),
        ("%-5d|", "12   |"),
        ("%[1]d %[1]b", "12 1100"),
        ("%[2]d", "%!d(BADINDEX)"),
        ("%[x]d", "%!d(BADINDEX)"),
        ("%[1]3d", "%!d(BADINDEX)"),
        ("%*d", "%!d(MISSING)"),
        ("%.*d", "%!d(MISSING)"),
        ("%s", "%!s(int=12)"),
        ("%T", "int"),
        ("%#U", "U+000C"),
        ("%c%%", "\f%"),
        ("%", "%!(NOVERB)%!(EXTRA int=12)"),
        ("none", "none%!(EXTRA int=12)"),
    ],
)
def test_sprintf(template: str, text: str) -> None:
    assert sprintf(template, 12) == text


def test_sprintf_of_zero_and_of_characters() -> None:
    assert sprintf("%.0d|", 0) == "|"
    assert sprintf("%+v%#v", 0) == "0%!v(MISSING)"
    assert sprintf("%c", -1) == "\ufffd"
    assert sprintf("%q", 39) == "'\\''"
    assert sprintf("%#U", 0x263A) == "U+263A '☺'"
    assert sprintf("%*d", -3) == "%!d(MISSING)"
    assert sprintf("%*d", 2_000_000) == "%!(BADWIDTH)%!d(MISSING)"
    assert sprintf("%.*d", -3) == "%!(BADPREC)%!d(MISSING)"
    assert sprintf("%[1].5d", 3) == "%!d(BADINDEX)"


def test_arithmetic() -> None:
    assert gomath.divide(1, 4) == 0.25
    assert gomath.power(1e300, 1e9) == math.inf
    assert gomath.divide(1, -0.0) == -math.inf
    assert math.isnan(gomath.divide(0, 0))
    assert math.isnan(gomath.modulus(1, 0))
    assert gomath.modulus(-7, 3) == -1
    assert gomath.power(2, 10) == 1024
    assert gomath.power(2, -2) == 0.25
    assert gomath.power(9, 1.5) == pytest.approx(27)
    assert gomath.power(16, 0.75) == pytest.approx(8)
    assert gomath.power(16, 1.75) == pytest.approx(128)
    assert gomath.power(5e-324, -1.0) == math.inf
    assert gomath.power(10, 400) == math.inf
    assert gomath.power(-10, 401) == -math.inf
    assert gomath.power(0.5, 1e300) == 0
    assert gomath.power(2, 1e300) == math.inf
    assert gomath.power(0, -1) == math.inf
    assert gomath.power(-0.0, -1) == -math.inf
    assert gomath.power(-math.inf, 0.5) == math.inf
    assert math.isnan(gomath.power(-8, 1 / 3))
    assert math.isnan(gomath.power(-8, 0.5))
    assert gomath.to_int64(math.nan) == -(2**63)
    assert gomath.to_uint64(-1.0) == 2**64 - 1
    assert gomath.to_uint64(1e19) == 10**19
    assert gomath.shift_left(1, 64) == gomath.shift_right(1, 64) == 0
    assert (gomath.shift_left(1, 3), gomath.shift_right(16, 2)) == (8, 4)


@pytest.mark.parametrize(
    ("layout", "text", "shown"),
    [
        ("2006-01-02", "2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
        ("2006-01-02", "2023-02-29", None),
        ("2006-01-02 15:04:05", "2024-01-01  7:08", None),
        ("2006-01-02 15:04:05", "2024-01-01 7:08:09,25", "2024-01-01 07:08:09.25 +0000 UTC"),
        ("2006-01-02T15:04:05Z07:00", "2024-01-01T00:00:00-05:30", "2024-01-01 00:00:00 -0530 -0530"),
        ("2006-01-02T15:04:05Z07:00", "2024-01-01T00:00:00-25:00", None),
        ("3:04PM", "12:30AM", "0000-01-01 00:30:00 +0000 UTC"),
        ("3:04PM", "13:00PM", None),
        ("Mon Jan _2 15:04:05 MST 2006", "Tue feb  6 01:02:03 CET 2024", "2024-02-06 01:02:03 +0000 CET"),
        ("2006-01-02 15:04", "2024-01-01 24:00", None),
        ("2006-01-02", "0000-12-31", "0000-12-31 00:00:00 +0000 UTC"),
    ],
)
def test_times(layout: str, text: str, shown: str | None) -> None:
    moment = parse_time(layout, text)
    assert (None if moment is None else str(moment)) == shown
