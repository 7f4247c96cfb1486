"""Methods that expressions can call: those of times, durations, time zones, months and versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from argosy.language.durations import SECOND, format_nanoseconds, round_nanoseconds
from argosy.language.expr.errors import fail
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
from argosy.language.times import UTC, Location, Time, format_time
from argosy.language.times.layouts import DAYS, MONTHS, time_string

_Receiver = TypeVar("_Receiver")
_Row = tuple[str, Callable[..., Any]]
_Getters = dict[str, tuple[str, Callable[[_Receiver], Any]]]
_Methods = dict[str, tuple[str, Callable[[_Receiver, Any], Any]]]


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


def _in(time: Time, location: Location | None) -> Time:
    if location is None:
        fail("time: missing Location in call to Time.In")
    return time.inside(location)


_TIME_GETTERS: _Getters[Time] = {
    "Clock": ("func({}) (int, int, int)", lambda time: time.civil.hour),
    "Date": ("func({}) (int, time.Month, int)", lambda time: time.civil.year),
    "Day": ("func({}) int", lambda time: time.civil.day),
    "Hour": ("func({}) int", lambda time: time.civil.hour),
    "ISOWeek": ("func({}) (int, int)", _iso_week),
    "IsDST": ("func({}) bool", lambda time: time.location.lookup(time.seconds)[2]),
    "IsZero": ("func({}) bool", lambda time: time.is_zero),
    "Local": ("func({}) time.Time", lambda time: time.inside(UTC)),
    "Location": ("func({}) *time.Location", lambda time: time.location),
    "MarshalJSON": ("func({}) ([]uint8, error)", _rfc3339),
    "MarshalText": ("func({}) ([]uint8, error)", lambda time: _rfc3339(time)[1:-1]),
    "Minute": ("func({}) int", lambda time: time.civil.minute),
    "Month": ("func({}) time.Month", lambda time: Month(time.civil.month)),
    "Nanosecond": ("func({}) int", lambda time: time.nanosecond),
    "Second": ("func({}) int", lambda time: time.civil.second),
    "String": ("func({}) string", time_string),
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
_TIME_METHODS: _Methods[Time] = {
    "Add": ("func({}, time.Duration) time.Time", lambda time, duration: time.add(duration)),
    "After": ("func({}, time.Time) bool", lambda time, other: time.key > other.key),
    "Before": ("func({}, time.Time) bool", lambda time, other: time.key < other.key),
    "Compare": ("func({}, time.Time) int", lambda time, other: _compare(time.key, other.key)),
    "Equal": ("func({}, time.Time) bool", lambda time, other: time.key == other.key),
    "Format": ("func({}, string) string", format_time),
    "In": ("func({}, *time.Location) time.Time", _in),
    "Round": ("func({}, time.Duration) time.Time", Time.round),
    "Sub": ("func({}, time.Time) time.Duration", lambda time, other: Duration(time.sub(other))),
    "Truncate": ("func({}, time.Duration) time.Time", Time.truncate),
}
_DURATION_GETTERS: _Getters[Duration] = {
    "Abs": ("func({}) time.Duration", lambda duration: Duration(min(abs(duration), (1 << 63) - 1))),
    "Hours": ("func({}) float64", lambda duration: _fraction(duration, 3600 * SECOND)),
    "Microseconds": ("func({}) int64", _duration_method(1000)),
    "Milliseconds": ("func({}) int64", _duration_method(10**6)),
    "Minutes": ("func({}) float64", lambda duration: _fraction(duration, 60 * SECOND)),
    "Nanoseconds": ("func({}) int64", _duration_method(1)),
    "Seconds": ("func({}) float64", lambda duration: _fraction(duration, SECOND)),
    "String": ("func({}) string", format_nanoseconds),
}
_DURATION_METHODS: _Methods[Duration] = {
    "Round": ("func({}, time.Duration) time.Duration", _round),
    "Truncate": ("func({}, time.Duration) time.Duration", _truncate),
}


def _order(version: Version | None) -> Any:
    from argosy.language.sprig.versions import order_of

    if version is None:
        fail("runtime error: invalid memory address or nil pointer dereference")
    return order_of(version)


def _is_equal(version: Version, other: Version | None) -> bool:
    return other is not None and _order(version) == _order(other)


_VERSION_GETTERS: _Getters[Version] = {
    "Major": ("func({}) uint64", lambda version: Uint64(version.numbers[0])),
    "Metadata": ("func({}) string", lambda version: version.metadata),
    "Minor": ("func({}) uint64", lambda version: Uint64(version.numbers[1])),
    "Original": ("func({}) string", lambda version: version.original),
    "Patch": ("func({}) uint64", lambda version: Uint64(version.numbers[2])),
    "Prerelease": ("func({}) string", lambda version: version.prerelease),
    "String": ("func({}) string", str),
}
_VERSION_METHODS: _Methods[Version] = {
    "Compare": ("func({}, *semver.Version) int", lambda version, other: _compare(_order(version), _order(other))),
    "Equal": ("func({}, *semver.Version) bool", _is_equal),
    "GreaterThan": ("func({}, *semver.Version) bool", lambda version, other: _order(version) > _order(other)),
    "GreaterThanEqual": ("func({}, *semver.Version) bool", lambda version, other: _order(version) >= _order(other)),
    "LessThan": ("func({}, *semver.Version) bool", lambda version, other: _order(version) < _order(other)),
    "LessThanEqual": ("func({}, *semver.Version) bool", lambda version, other: _order(version) <= _order(other)),
}


def _month_name(month: Month) -> str:
    return MONTHS[month - 1] if 1 <= month <= 12 else f"%!Month({int(month)})"


def _weekday_name(day: Weekday) -> str:
    return DAYS[day] if 0 <= day <= 6 else f"%!Weekday({int(day)})"


_STRING = "func({}) string"
METHODS: dict[str, dict[str, _Row]] = {
    "time.Time": {**_TIME_GETTERS, **_TIME_METHODS, "AddDate": ("func({}, int, int, int) time.Time", Time.add_date)},
    "time.Duration": {**_DURATION_GETTERS, **_DURATION_METHODS},
    "*time.Location": {"String": (_STRING, str)},
    "time.Month": {"String": (_STRING, _month_name)},
    "time.Weekday": {"String": (_STRING, _weekday_name)},
    "*semver.Version": {**_VERSION_GETTERS, **_VERSION_METHODS},
}


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
