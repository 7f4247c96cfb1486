"""A moment in a time zone, and Go's calendar: any year, months and days that overflow, differences in nanoseconds."""

from __future__ import annotations

from datetime import UTC as PYTHON_UTC
from datetime import datetime
from typing import NamedTuple

from argosy.language.times.zones import UTC, Location

EPOCH = datetime(1970, 1, 1, tzinfo=PYTHON_UTC)
SECOND = 1_000_000_000
_LARGEST = (1 << 63) - 1
_YEAR_ONE = -62135596800  # from which Go counts its zero time
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Civil(NamedTuple):
    """A moment on the clocks and calendars of a place."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int


class Time:
    """A time.Time: seconds since 1970 in UTC, nanoseconds on top, and the place whose clocks it is shown on."""

    __slots__ = ("location", "nanosecond", "seconds")

    def __init__(self, seconds: int, nanosecond: int = 0, location: Location = UTC) -> None:
        self.seconds, self.nanosecond, self.location = seconds, nanosecond, location

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.key == other.key and self.location.name == other.location.name

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[int, int]:
        """By which moments are ordered."""
        return self.seconds, self.nanosecond

    @property
    def offset(self) -> int:
        """Seconds east of UTC."""
        return self.location.lookup(self.seconds)[0]

    @property
    def zone(self) -> str:
        """The abbreviation of the time zone."""
        return self.location.lookup(self.seconds)[1]

    @property
    def civil(self) -> Civil:
        """Date and time of day."""
        days, second = divmod(self.seconds + self.offset, 86400)
        return Civil(*civil_date(days), second // 3600, second // 60 % 60, second % 60)

    @property
    def weekday(self) -> int:
        """0 for a Sunday."""
        return ((self.seconds + self.offset) // 86400 + 4) % 7

    @property
    def year_day(self) -> int:
        """The day of the year, from 1."""
        year, month, day = self.civil[:3]
        return days_of(year, month, day) - days_of(year, 1, 1) + 1

    @property
    def is_zero(self) -> bool:
        """Whether it is Go's zero time, the beginning of year 1."""
        return self.key == (_YEAR_ONE, 0)

    def add(self, nanoseconds: int) -> Time:
        """So much later."""
        carry, nanosecond = divmod(self.nanosecond + nanoseconds, SECOND)
        return Time(self.seconds + carry, nanosecond, self.location)

    def sub(self, other: Time) -> int:
        """Nanoseconds since another time; as many as fit."""
        difference = (self.seconds - other.seconds) * SECOND + self.nanosecond - other.nanosecond
        return max(-_LARGEST - 1, min(difference, _LARGEST))

    def add_date(self, years: int, months: int, days: int) -> Time:
        """The same time of day on another date."""
        year, month, day, hour, minute, second = self.civil
        clock = hour * 3600 + minute * 60 + second
        return date(year + years, month + months, day + days, clock, self.nanosecond, self.location)

    def inside(self, location: Location) -> Time:
        """The same moment, shown elsewhere."""
        return Time(self.seconds, self.nanosecond, location)

    def truncate(self, unit: int) -> Time:
        """Down to a multiple of a duration since the zero time."""
        return self.add(-self._rest(unit)) if unit > 0 else self

    def round(self, unit: int) -> Time:
        """To the nearest multiple of a duration since the zero time, halves up."""
        if unit <= 0:
            return self
        rest = self._rest(unit)
        return self.add(-rest if rest * 2 < unit else unit - rest)

    def _rest(self, unit: int) -> int:
        return ((self.seconds - _YEAR_ONE) * SECOND + self.nanosecond) % unit


ZERO = Time(_YEAR_ONE)


def from_datetime(moment: datetime) -> Time:
    """The same moment, to the microsecond."""
    passed = moment - EPOCH
    return Time(passed.days * 86_400 + passed.seconds, passed.microseconds * 1_000)


def date(year: int, month: int, day: int, clock: int, nanosecond: int, location: Location) -> Time:
    """A date and the seconds since midnight as a moment; a month 13 is in the next year, and so on (time.Date).

    In a gap of the clocks the time is taken by the offset before it.
    """
    carry, index = divmod(month - 1, 12)
    unix = days_of(year + carry, index + 1, 1) * 86400 + (day - 1) * 86400 + clock
    offset = location.lookup(unix)[0]
    if offset:
        offset = location.lookup(unix - offset)[0]
    return Time(unix - offset, nanosecond, location)


def is_leap(year: int) -> bool:
    """Whether a year has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    """The length of a month."""
    return _MONTHS[month - 1] + (month == 2 and is_leap(year))


def days_of(year: int, month: int, day: int) -> int:
    """The days from 1970-01-01 to a date, in any year."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def civil_date(days: int) -> tuple[int, int, int]:
    """The date of a day counted from 1970-01-01."""
    era, of_era = divmod(days + 719468, 146097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * of_year + 2) // 153
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * month_from_march + 2) // 5 + 1
