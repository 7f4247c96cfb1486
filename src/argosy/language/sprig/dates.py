"""sprig's functions on dates. What stands for no date is the present, which the world around has to know."""

from __future__ import annotations

from typing import Any

from argosy.errors import ExpressionError
from argosy.language.durations import SECOND, format_nanoseconds, parse_go_nanoseconds, round_nanoseconds
from argosy.language.expr.clock import world_of
from argosy.language.expr.state import State
from argosy.language.expr.values import Int32, Int64, wrap
from argosy.language.sprig.numbers import atoi
from argosy.language.times import UTC, Time, format_time, load_location, parse_in_location
from argosy.language.times.moments import ZERO

_HTML = "2006-01-02"
_UNITS = (("y", 365 * 86400), ("mo", 30 * 86400), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def _time(state: State, value: Any, kinds: tuple[type, ...]) -> Time:
    """A time, or seconds since 1970."""
    if isinstance(value, Time):
        return value
    if type(value) in kinds:
        return Time(int(value))
    return now(state)


def now(state: State) -> Time:
    """The present."""
    return Time(*divmod(world_of(state, "the current time").nanoseconds(), SECOND))


def date(state: State, layout: str, value: Any) -> str:
    """A date by a layout."""
    return date_in_zone(state, layout, value, "Local")


def date_in_zone(state: State, layout: str, value: Any, zone: str) -> str:
    """A date by a layout, somewhere; a place that is not known is UTC."""
    time = _time(state, value, (int, Int64, Int32))
    try:
        location = load_location(zone)
    except ExpressionError:
        location = UTC
    return format_time(time.inside(location), layout)


def html_date(state: State, value: Any) -> str:
    """A date as forms have it: `2006-01-02`."""
    return date_in_zone(state, _HTML, value, "Local")


def html_date_in_zone(state: State, value: Any, zone: str) -> str:
    """`html_date` somewhere."""
    return date_in_zone(state, _HTML, value, zone)


def ago(state: State, value: Any) -> str:
    """How long ago a time is, in whole seconds."""
    passed = now(state).sub(_time(state, value, (int, Int64)))
    return format_nanoseconds(round_nanoseconds(passed))


def must_modify(change: str, time: Time) -> Time:
    """So much later: `-1h`."""
    return time.add(parse_go_nanoseconds(change))


def modify(change: str, time: Time) -> Time:
    """So much later; the same time if the change makes no sense."""
    try:
        return must_modify(change, time)
    except ExpressionError:
        return time


def duration(seconds: Any) -> str:
    """Seconds, as a text or an int64, as a duration: `1m30s`."""
    count = atoi(seconds) if isinstance(seconds, str) else int(seconds) if type(seconds) is Int64 else 0
    return format_nanoseconds(wrap(count * SECOND))


def duration_round(state: State, value: Any) -> str:
    """A duration, or the time since a date, in its largest unit: `3d`."""
    nanoseconds = 0
    if isinstance(value, str):
        try:
            nanoseconds = parse_go_nanoseconds(value)
        except ExpressionError:
            nanoseconds = 0
    elif type(value) is Int64:
        nanoseconds = int(value)
    elif isinstance(value, Time):
        nanoseconds = now(state).sub(value)
    for unit, seconds in _UNITS:
        if abs(nanoseconds) > seconds * SECOND:
            return f"{abs(nanoseconds) // (seconds * SECOND)}{unit}"
    return "0s"


def must_to_date(layout: str, text: str) -> Time:
    """A text that is a date by a layout."""
    return parse_in_location(layout, text, UTC)


def to_date(layout: str, text: str) -> Time:
    """A text that is a date by a layout; the zero time if it is not."""
    try:
        return must_to_date(layout, text)
    except ExpressionError:
        return ZERO


def unix_epoch(time: Time) -> str:
    """Seconds since 1970."""
    return str(time.seconds)
