"""Cron schedules: when they fire, over changes of the clocks too, and what is wrong with one."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.cron import missed_run, next_time, parse_schedule
from argosy.language.times import Time, format_time, load_location, parse_time
from argosy.language.times.strftime import strftime

RFC3339 = "2006-01-02T15:04:05Z07:00"


def moment(text: str) -> Time:
    time = parse_time(RFC3339, text)
    assert isinstance(time, Time)
    return time


def fires(schedule: str, after: str, count: int = 2, timezone: str = "") -> list[str | None]:
    parsed, time, found = parse_schedule(schedule, timezone), moment(after), []
    for _ in range(count):
        time = parsed.next(time)
        found.append(time and format_time(time, RFC3339))
        if time is None:
            break
    return found


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("* * * * *", "2024-01-01T00:00:00Z", ["2024-01-01T00:01:00Z", "2024-01-01T00:02:00Z"]),
        ("*/20 8-10/2 * * *", "2024-01-01T08:41:30Z", ["2024-01-01T10:00:00Z", "2024-01-01T10:20:00Z"]),
        ("0 0 29 feb ?", "2023-01-31T00:00:00Z", ["2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"]),
        ("0 0 13 * fri", "2024-09-01T00:00:00Z", ["2024-09-06T00:00:00Z", "2024-09-13T00:00:00Z"]),
        ("0 0 13 * *", "2024-12-14T00:00:00Z", ["2025-01-13T00:00:00Z", "2025-02-13T00:00:00Z"]),
        ("0 0 30 2 *", "2024-01-01T00:00:00Z", [None]),
        (", * * * *", "2024-01-01T00:00:00Z", [None]),
        ("50/5 * * * *", "2024-01-01T00:00:00Z", ["2024-01-01T00:50:00Z", "2024-01-01T00:55:00Z"]),
        ("@weekly", "2024-01-01T00:00:00Z", ["2024-01-07T00:00:00Z", "2024-01-14T00:00:00Z"]),
        ("@every 90m", "2024-01-01T00:00:10Z", ["2024-01-01T01:30:10Z", "2024-01-01T03:00:10Z"]),
        ("@every 500ms", "2024-01-01T00:00:00.7Z", ["2024-01-01T00:00:01Z", "2024-01-01T00:00:02Z"]),
        ("TZ=Asia/Tokyo 0 0 * * *", "2024-01-01T00:00:00Z", ["2024-01-01T15:00:00Z", "2024-01-02T15:00:00Z"]),
    ],
)
def test_next(schedule: str, after: str, expected: list[str | None]) -> None:
    assert fires(schedule, after) == expected


def test_what_the_clocks_skip_does_not_fire_and_what_they_show_twice_fires_twice() -> None:
    spring = fires("30 2 * * *", "2024-03-09T12:00:00Z", 1, "America/New_York")
    assert spring == ["2024-03-11T06:30:00Z"]
    autumn = fires("30 1 * * *", "2024-11-03T00:00:00Z", 2, "America/New_York")
    assert autumn == ["2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z"]


def test_a_day_without_midnight_is_passed_over() -> None:
    found = fires("0 1 * * *", "2018-11-03T12:00:00Z", 2, "America/Sao_Paulo")
    assert found == ["2018-11-04T03:00:00Z", "2018-11-05T03:00:00Z"]


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("", "empty spec string"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("*/-1 * * * *", "negative number (-1) not allowed: -1"),
        ("L * * * *", 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'),
        ("@nosuch", "unrecognized descriptor: @nosuch"),
        ("@every 1d", 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'),
        ("CRON_TZ=UTC", "no schedule after CRON_TZ=UTC"),
        ("TZ=X/Y * * * * *", "provided bad location X/Y: unknown time zone X/Y"),
    ],
)
def test_errors(schedule: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_schedule(schedule)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("schedule", "last", "deadline", "expected"),
    [
        ("* * * * *", "2026-01-15T10:29:30Z", 35, "2026-01-15T10:30:00Z"),
        ("* * * * *", "2026-01-15T10:29:30Z", 25, None),
        ("* * * * *", "1970-01-01T00:00:00Z", 10**9, "2026-01-15T10:30:00Z"),
        ("0 0 1 1 *", "2024-06-01T00:00:00Z", 10**9, "2026-01-01T00:00:00Z"),
        ("0 0 1 1 *", "2026-01-01T00:00:00Z", 10**9, None),
        ("@every 40s", "2026-01-01T00:00:00Z", 60, "2026-01-15T10:30:00Z"),
        ("@every 24h", "2026-01-14T11:00:00Z", 60, None),
    ],
)
def test_missed_run(schedule: str, last: str, deadline: int, expected: str | None) -> None:
    missed = missed_run([parse_schedule(schedule)], moment(last), moment("2026-01-15T10:30:30Z"), deadline)
    assert (missed and format_time(missed, RFC3339)) == expected


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("*/20 * * * *", "2026-01-15T10:20:00Z"), ("@every 25s", "2026-01-15T10:00:50Z")],
)
def test_next_time_of_an_interval_counts_from_its_anchor(schedule: str, expected: str) -> None:
    after, anchor = moment("2026-01-15T10:00:30Z"), moment("2026-01-15T10:00:00Z")
    found = next_time(parse_schedule(schedule), after, anchor)
    assert (found and format_time(found, RFC3339)) == expected


def test_strftime_knows_a_few_letters() -> None:
    time = moment("2024-02-29T13:04:05Z").inside(load_location("Asia/Kolkata"))
    assert strftime("%Y-%m-%d %H:%M:%S%L %a %B %p %Z%z %% %j %", time) == (
        "2024-02-29 18:34:05.000 Thu February PM IST+0530 % %j %"
    )
