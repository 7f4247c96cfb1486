"""Durations."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.durations import (
    format_duration,
    format_nanoseconds,
    humanize,
    humanize_short,
    parse_duration,
    parse_go_nanoseconds,
    round_nanoseconds,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("-5", -5),
        ("30s", 30),
        ("2m", 120),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("100ms", 0.1),
        (".5s", 0.5),
        ("0", 0),
    ],
)
def test_parse(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1d", 'unknown unit "d" in duration "1d"'),
        ("", 'invalid duration ""'),
        ("1.5", 'missing unit in duration "1.5"'),
        ("abc", 'invalid duration "abc"'),
        ("9999999999999h", 'invalid duration "9999999999999h"'),
        ("9223372036854775808ns", "invalid duration"),
        ("2562047h48m", "invalid duration"),
        ("9223372036.9s", "invalid duration"),
    ],
)
def test_errors(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_duration(text)
    assert error.value.message.startswith(f"unable to parse {text} as a duration: time: ")
    assert problem in error.value.message


@pytest.mark.parametrize(
    "text", ["0s", "1ns", "1.5µs", "2ms", "1m0s", "1h0m0.5s", "-1m30s", "2562047h47m16.854775807s"]
)
def test_format_is_the_inverse_of_parse(text: str) -> None:
    assert format_nanoseconds(parse_go_nanoseconds(text)) == text


def test_format_and_round() -> None:
    assert parse_go_nanoseconds(f"0.{'3' * 40}s") == 333_333_333
    assert parse_go_nanoseconds("-0") == 0
    assert format_duration(5400) == "1h30m0s"
    assert round_nanoseconds(1_500_000_000) == 2_000_000_000
    assert round_nanoseconds(-1_500_000_000) == -2_000_000_000


@pytest.mark.parametrize(
    ("seconds", "words", "short"),
    [
        (0, "0 seconds", "0s"),
        (1, "1 second", "1s"),
        (59, "59 seconds", "59s"),
        (90, "1 minute 30 seconds", "1m"),
        (5400, "1 hour 30 minutes", "1h"),
        (93600, "1 day 2 hours", "1d"),
        (864000, "1 week 0 hours", "10d"),
        (40 * 360 * 86400, "a long while 0 hours", "14400d"),
    ],
)
def test_humanize(seconds: int, words: str, short: str) -> None:
    assert (humanize(seconds), humanize_short(seconds)) == (words, short)
