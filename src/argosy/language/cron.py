"""Cron schedules as robfig/cron v3 reads them: `*/5 * * * *` becomes the times at which it fires.

Five fields, no seconds, no `L`, `W` or `#`; `@daily` and its like; `@every 1h30m`; a time zone in front as
`CRON_TZ=Europe/Berlin`. Where the clocks are set forward, a time that does not exist does not fire; where they are set
back, one that comes twice fires twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from argosy.errors import ExpressionError
from argosy.language.durations import SECOND, parse_go_nanoseconds
from argosy.language.gotext import fields_of, trim_space
from argosy.language.govalues import parse_int
from argosy.language.times import Location, Time, load_location
from argosy.language.times.moments import date

_MINUTE, _HOUR = 60 * SECOND, 3600 * SECOND
_YEARS = 5  # after which a schedule is taken to fire never
_EVERY = "@every "


class _Bounds(NamedTuple):
    first: int
    last: int
    names: str = ""

    def number(self, text: str) -> int:
        """The number that a text is or names."""
        names = self.names.split()
        return self.first + names.index(text.lower()) if text.lower() in names else _whole(text)


_BOUNDS = (
    _Bounds(0, 59),
    _Bounds(0, 23),
    _Bounds(1, 31),
    _Bounds(1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    _Bounds(0, 6, "sun mon tue wed thu fri sat"),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class _Field(NamedTuple):
    """The numbers that a field allows, and whether it is a `*`, which says nothing."""

    numbers: frozenset[int]
    is_star: bool


class Every(NamedTuple):
    """`@every 90s`: so many nanoseconds after the last time, and the parts of a second do not count."""

    interval: int

    def next(self, after: Time) -> Time | None:
        """The time after `after`."""
        return after.add(self.interval - after.nanosecond)


class Calendar(NamedTuple):
    """The five fields, on the clocks of a place, or where that is None of the time that is asked for."""

    minute: _Field
    hour: _Field
    day: _Field
    month: _Field
    weekday: _Field
    location: Location | None

    def next(self, after: Time) -> Time | None:
        """The first time after `after`, or None where there is none for five years."""
        if not all(field.numbers for field in self[:5]):
            return None
        time = after.inside(self.location or after.location)
        time = time.add(SECOND - time.nanosecond)
        last_year = time.civil.year + _YEARS
        at, is_whole = 0, False
        while at < len(_UNITS):
            unit = _UNITS[at]
            if unit.fits(self, time):
                at += 1
                continue
            time = unit.step(time if is_whole else unit.floor(time))
            is_whole = True
            if unit.is_first(time):
                at = 0
                if time.civil.year > last_year:
                    return None
        return time.inside(after.location)


Schedule = Every | Calendar
"""When something is to happen."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One wheel of the clock. When it comes round to its first place, the wheels before it are looked at again."""

    fits: Callable[[Calendar, Time], bool]
    floor: Callable[[Time], Time]
    step: Callable[[Time], Time]
    is_first: Callable[[Time], bool]


def _fits_day(schedule: Calendar, time: Time) -> bool:
    of_month = time.civil.day in schedule.day.numbers
    of_week = time.weekday in schedule.weekday.numbers
    if schedule.day.is_star or schedule.weekday.is_star:
        return of_month and of_week
    return of_month or of_week


def _next_day(time: Time) -> Time:
    """The next midnight; the day before may have had 23 or 25 hours."""
    time = time.add_date(0, 0, 1)
    hour = time.civil.hour
    return time.add((24 - hour if hour > 12 else -hour) * _HOUR)


def _floor(time: Time, clock: int, day: int) -> Time:
    return date(time.civil.year, time.civil.month, day, clock, 0, time.location)


_UNITS: tuple[_Unit, ...] = (
    _Unit(
        lambda schedule, time: time.civil.month in schedule.month.numbers,
        lambda time: _floor(time, 0, 1),
        lambda time: time.add_date(0, 1, 0),
        lambda time: time.civil.month == 1,
    ),
    _Unit(_fits_day, lambda time: _floor(time, 0, time.civil.day), _next_day, lambda time: time.civil.day == 1),
    _Unit(
        lambda schedule, time: time.civil.hour in schedule.hour.numbers,
        lambda time: _floor(time, time.civil.hour * 3600, time.civil.day),
        lambda time: time.add(_HOUR),
        lambda time: time.civil.hour == 0,
    ),
    _Unit(
        lambda schedule, time: time.civil.minute in schedule.minute.numbers,
        lambda time: time.truncate(_MINUTE),
        lambda time: time.add(_MINUTE),
        lambda time: time.civil.minute == 0,
    ),
    _Unit(
        lambda _, time: time.civil.second == 0,
        lambda time: time,
        lambda time: time.add((60 - time.civil.second) * SECOND),
        lambda time: time.civil.second == 0,
    ),
)


def parse_schedule(text: str, timezone: str = "") -> Schedule:
    """A schedule; Argo writes the CronWorkflow's time zone in front of it.

    Raises ExpressionError, `expected exactly 5 fields, found 4: [* * * *]` and the like.
    """
    text = f"CRON_TZ={timezone} {text}" if timezone else text
    if not text:
        raise ExpressionError("empty spec string")
    location = None
    if text.startswith(("TZ=", "CRON_TZ=")):
        zone, space, text = text.partition(" ")
        if not space:
            raise ExpressionError(f"no schedule after {zone}")
        location, text = _location(zone.partition("=")[2]), trim_space(text)
    if text.startswith(_EVERY):
        return Every(_interval(text))
    if text.startswith("@") and text not in _DESCRIPTORS:
        raise ExpressionError(f"unrecognized descriptor: {text}")
    fields = fields_of(_DESCRIPTORS.get(text, text))
    if len(fields) != len(_BOUNDS):
        raise ExpressionError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minute, hour, day, month, weekday = map(_field, fields, _BOUNDS)
    return Calendar(minute, hour, day, month, weekday, location)


def next_time(schedule: Schedule, after: Time, anchor: Time) -> Time | None:
    """The first time after `after`; `@every` counts from `anchor`, or it would be another time at each asking."""
    if isinstance(schedule, Calendar):
        return schedule.next(after)
    begun = anchor.add(-anchor.nanosecond)
    return begun.add((after.sub(begun) // schedule.interval + 1) * schedule.interval)


def missed_run(schedules: Iterable[Schedule], last: Time, now: Time, deadline_seconds: int) -> Time | None:
    """The latest run missed between `last` and `now` that is less than so many seconds ago and can be made up for."""
    for schedule in schedules:
        missed = _latest(schedule, max(last, now.add(-deadline_seconds * SECOND), key=lambda time: time.key), last, now)
        if missed is not None:
            return missed
    return None


def _latest(schedule: Schedule, earliest: Time, last: Time, now: Time) -> Time | None:
    """The latest time of a schedule between two, looked for in ever longer spans before the second."""
    span = _HOUR
    while True:
        start = max(earliest, now.add(-span), key=lambda time: time.key)
        if isinstance(schedule, Every):
            start = last.add(start.sub(last) // schedule.interval * schedule.interval)
        found, time = None, schedule.next(start)
        while time is not None and time.key < now.key:
            found, time = (time if time.key > earliest.key else None), schedule.next(time)
        if found is not None or start.key <= earliest.key:
            return found
        span *= 8


def _location(name: str) -> Location:
    try:
        return load_location(name)
    except ExpressionError as error:
        raise ExpressionError(f"provided bad location {name}: {error}") from None


def _interval(text: str) -> int:
    try:
        nanoseconds = parse_go_nanoseconds(text.removeprefix(_EVERY))
    except ExpressionError as error:
        raise ExpressionError(f"failed to parse duration {text}: {error}") from None
    return max(nanoseconds // SECOND, 1) * SECOND


def _field(text: str, bounds: _Bounds) -> _Field:
    ranges = [_range(part, bounds) for part in text.split(",") if part]
    numbers = frozenset[int]().union(*(each.numbers for each in ranges))
    return _Field(numbers, any(each.is_star for each in ranges))


def _range(text: str, bounds: _Bounds) -> _Field:
    """One part of a field: `*`, `5`, `mon-fri`, `*/10` or `10-50/20`."""
    (limits, *steps), (first, *ends) = text.split("/"), text.split("/")[0].split("-")
    is_star = first in ("*", "?")
    if is_star:
        start, end = bounds.first, bounds.last
    else:
        start = end = bounds.number(first)
        if len(ends) == 1:
            end = bounds.number(ends[0])
        elif ends:
            raise ExpressionError(f"too many hyphens: {text}")
    step = 1
    if len(steps) > 1:
        raise ExpressionError(f"too many slashes: {text}")
    if steps:
        step = _whole(steps[0])
        end = end if "-" in limits else bounds.last
    _check(text, bounds, start, end, step)
    return _Field(frozenset(range(start, end + 1, step)), is_star and step == 1)


def _check(text: str, bounds: _Bounds, start: int, end: int, step: int) -> None:
    if start < bounds.first:
        raise ExpressionError(f"beginning of range ({start}) below minimum ({bounds.first}): {text}")
    if end > bounds.last:
        raise ExpressionError(f"end of range ({end}) above maximum ({bounds.last}): {text}")
    if start > end:
        raise ExpressionError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ExpressionError(f"step of range should be a positive number: {text}")


def _whole(text: str) -> int:
    try:
        number = parse_int(text)
    except ExpressionError as error:
        raise ExpressionError(f"failed to parse int from {text}: {error}") from None
    if number < 0:
        raise ExpressionError(f"negative number ({number}) not allowed: {text}")
    return number
