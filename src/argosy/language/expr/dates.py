"""The functions `date`, `duration` and `timezone`."""

from __future__ import annotations

from typing import Any

from argosy.errors import ExpressionError
from argosy.language.durations import parse_go_nanoseconds
from argosy.language.expr.errors import fail
from argosy.language.expr.values import Duration, as_string
from argosy.language.times import Location, Time, load_location, parse_in_location, parse_time

_LAYOUTS = (
    "2006-01-02",
    "15:04:05",
    "2006-01-02 15:04:05",
    "2006-01-02T15:04:05Z07:00",
    "02 Jan 06 15:04 MST",
    "Monday, 02-Jan-06 15:04:05 MST",
    "Mon, 02 Jan 2006 15:04:05 MST",
)


def read_duration(text: Any) -> Duration:
    """`duration("1h30m")`."""
    return Duration(parse_go_nanoseconds(as_string(text)))


def read_timezone(name: Any) -> Location:
    """`timezone("Europe/Berlin")`."""
    return load_location(as_string(name))


def read_date(*arguments: Any) -> Time:
    """`date([timezone,] text [, layout [, name of a time zone]])`."""
    location: Location | None = None
    if isinstance(arguments[0], Location):
        location, *rest = arguments
        arguments = tuple(rest)
    if not arguments:
        fail("runtime error: index out of range [0] with length 0")
    text = as_string(arguments[0])
    if len(arguments) == 2:
        layout = as_string(arguments[1])
        return parse_in_location(layout, text, location) if location else parse_time(layout, text)
    if len(arguments) == 3:
        layout, zone = as_string(arguments[1]), as_string(arguments[2])
        return parse_in_location(layout, text, load_location(zone))
    for layout in _LAYOUTS:
        try:
            return parse_in_location(layout, text, location) if location else parse_time(layout, text)
        except ExpressionError:
            continue
    return fail(f"invalid date {text}")
