"""Methods that expressions can call: those of times, durations, time zones, months and versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.language.durations import SECOND, format_nanoseconds, round_nanoseconds
from argosy.language.expr.types import Type, go_type
from argosy.language.expr.values import (
    Duration,
    Function,
    Int64,
    Month,
    Uint64,
    Version,
    Weekday,
    type_of,
    wrap,
)
from argosy.language.times import UTC, Time, format_time
from argosy.language.times.layouts import DAYS, MONTHS, time_string

_Table = dict[str, tuple[str, Callable[..., Any]]]


def _duration_method(unit: int) -> Callable[[Duration], Int64]:
    return lambda duration: Int64(abs(duration) // unit * (-1 if duration < 0 else 1))


def _fraction(duration: Duration, unit: int) -> float:
    """Whole units and the rest apart, as Go adds them up."""
    whole, rest = divmod(abs(duration), unit)
    return (float(whole) + float(rest) / unit) * (-1 if duration < 0 else 1)


def _truncate(duration: Duration, unit: Duration) -> Duration:
    if unit <= 0:
        return duration
    rest = abs(duration) % unit
    return Duration(duration + rest if duration < 0 else duration - rest)


def _round(duration: Duration, unit: Duration) -> Duration:
    return Duration(round_nanoseconds(duration, unit)) if unit > 0 else duration


def _iso_week(time: Time) -> int:
    """The ISO year, which is the first of ISOWeek's two results."""
    thursday = time.add((3 - (time.weekday + 6) % 7) * 86400 * SECOND)
    return thursday.civil.year


def _rfc3339(time: Time) -> bytes:
    return f'"{format_time(time, "2006-01-02T15:04:05.999999999Z07:00")}"'.encode()


def _compare(left: Any, right: Any) -> int:
    return (left > right) - (left < right)


_NO_ARGUMENT = "func({}) {}"
_TIME: _Table = {
    "Add": ("func({}, time.Duration) time.Time", lambda time, duration: time.add(duration)),
    "AddDate": ("func({}, int, int, int) time.Time", Time.add_date),
    "After": ("func({}, time.Time) bool", lambda time, other: time.key > other.key),
    "Before": ("func({}, time.Time) bool", lambda time, other: time.key < other.key),
    "Clock": ("func({}) (int, int, int)", lambda time: time.civil.hour),
    "Compare": ("func({}, time.Time) int", lambda time, other: _compare(time.key, other.key)),
    "Date": ("func({}) (int, time.Month, int)", lambda time: time.civil.year),
    "Day": ("func({}) int", lambda time: time.civil.day),
    "Equal": ("func({}, time.Time) bool", lambda time, other: time.key == other.key),
    "Format": ("func({}, string) string", format_time),
    "Hour": ("func({}) int", lambda time: time.civil.hour),
    "ISOWeek": ("func({}) (int, int)", _iso_week),
    "In": ("func({}, *time.Location) time.Time", lambda time, location: time.inside(location or UTC)),
    "IsDST": ("func({}) bool", lambda time: time.location.lookup(time.seconds)[2]),
    "IsZero": ("func({}) bool", lambda time: time.is_zero),
    "Local": ("func({}) time.Time", lambda time: time.inside(UTC)),
    "Location": ("func({}) *time.Location", lambda time: time.location),
    "MarshalJSON": ("func({}) ([]uint8, error)", _rfc3339),
    "MarshalText": ("func({}) ([]uint8, error)", lambda time: _rfc3339(time)[1:-1]),
    "Minute": ("func({}) int", lambda time: time.civil.minute),
    "Month": ("func({}) time.Month", lambda time: Month(time.civil.month)),
    "Nanosecond": ("func({}) int", lambda time: time.nanosecond),
    "Round": ("func({}, time.Duration) time.Time", Time.round),
    "Second": ("func({}) int", lambda time: time.civil.second),
    "String": ("func({}) string", time_string),
    "Sub": ("func({}, time.Time) time.Duration", lambda time, other: Duration(time.sub(other))),
    "Truncate": ("func({}, time.Duration) time.Time", Time.truncate),
    "UTC": ("func({}) time.Time", lambda time: time.inside(UTC)),
    "Unix": ("func({}) int64", lambda time: Int64(time.seconds)),
    "UnixMicro": ("func({}) int64", lambda time: Int64(wrap(time.seconds * 10**6 + time.nanosecond // 1000))),
    "UnixMilli": ("func({}) int64", lambda time: Int64(wrap(time.seconds * 1000 + time.nanosecond // 10**6))),
    "UnixNano": ("func({}) int64", lambda time: Int64(wrap(time.seconds * SECOND + time.nanosecond))),
    "Weekday": ("func({}) time.Weekday", lambda time: Weekday(time.weekday)),
    "Year": ("func({}) int", lambda time: time.civil.year),
    "YearDay": ("func({}) int", lambda time: time.year_day),
    "Zone": ("func({}) (string, int)", lambda time: time.zone),
}
_DURATION: _Table = {
    "Abs": ("func({}) time.Duration", lambda duration: Duration(min(abs(duration), (1 << 63) - 1))),
    "Hours": ("func({}) float64", lambda duration: _fraction(duration, 3600 * SECOND)),
    "Microseconds": ("func({}) int64", _duration_method(1000)),
    "Milliseconds": ("func({}) int64", _duration_method(10**6)),
    "Minutes": ("func({}) float64", lambda duration: _fraction(duration, 60 * SECOND)),
    "Nanoseconds": ("func({}) int64", _duration_method(1)),
    "Round": ("func({}, time.Duration) time.Duration", _round),
    "Seconds": ("func({}) float64", lambda duration: _fraction(duration, SECOND)),
    "String": ("func({}) string", format_nanoseconds),
    "Truncate": ("func({}, time.Duration) time.Duration", _truncate),
}


def _order(version: Version) -> Any:
    from argosy.language.sprig.versions import order_of

    return order_of(version)


_VERSION: _Table = {
    "Compare": ("func({}, *semver.Version) int", lambda version, other: _compare(_order(version), _order(other))),
    "Equal": ("func({}, *semver.Version) bool", lambda version, other: _order(version) == _order(other)),
    "GreaterThan": ("func({}, *semver.Version) bool", lambda version, other: _order(version) > _order(other)),
    "GreaterThanEqual": ("func({}, *semver.Version) bool", lambda version, other: _order(version) >= _order(other)),
    "LessThan": ("func({}, *semver.Version) bool", lambda version, other: _order(version) < _order(other)),
    "LessThanEqual": ("func({}, *semver.Version) bool", lambda version, other: _order(version) <= _order(other)),
    "Major": ("func({}) uint64", lambda version: Uint64(version.numbers[0])),
    "Metadata": ("func({}) string", lambda version: version.metadata),
    "Minor": ("func({}) uint64", lambda version: Uint64(version.numbers[1])),
    "Original": ("func({}) string", lambda version: version.original),
    "Patch": ("func({}) uint64", lambda version: Uint64(version.numbers[2])),
    "Prerelease": ("func({}) string", lambda version: version.prerelease),
    "String": ("func({}) string", str),
}
METHODS: dict[str, _Table] = {
    "time.Time": _TIME,
    "time.Duration": _DURATION,
    "*time.Location": {"String": (_NO_ARGUMENT.format("{}", "string"), str)},
    "time.Month": {"String": (_NO_ARGUMENT.format("{}", "string"), lambda month: _named(MONTHS, month - 1, "Month"))},
    "time.Weekday": {"String": (_NO_ARGUMENT.format("{}", "string"), lambda day: _named(DAYS, day, "Weekday"))},
    "*semver.Version": _VERSION,
}


def _named(names: list[str], index: int, kind: str) -> str:
    return names[index] if 0 <= index < len(names) else f"%!{kind}({index + (kind == 'Month')})"


def method_type(type_: Type, name: str) -> Type | None:
    """The type of a method, with its receiver as the first parameter; None where there is none of that name."""
    row = METHODS.get(type_.name, {}).get(name)
    return go_type(row[0].format(type_.name)) if row else None


def method_of(value: Any, name: str) -> Function | None:
    """A method bound to its value."""
    type_ = type_of(value)
    row = METHODS.get(type_.name, {}).get(name) if type_ is not None else None
    if row is None:
        return None
    params, results = row[0].split(") ", 1)
    bound = go_type(f"{params.replace('{}, ', '').replace('{}', '')}) {results}")
    call = row[1]
    return Function(name, bound, lambda *arguments: call(value, *arguments))
