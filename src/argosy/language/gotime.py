"""Times as Go reads them: a layout such as `2006-01-02 15:04` and a text become a `GoTime`.

Go's parser is lenient in its own ways (time/format.go), and so is this one: an hour may have one digit, a fraction may
follow any seconds, a name of a day need not fit the date. The local time zone is UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange, timegm
from functools import lru_cache
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE = r"(?P<zone>UTC|ChST|MeST|GMT(?:[+-][0-9]{1,2})?|[+-][0-9]{2}|[A-Z]{3}T?|[A-Z]{3}(?:ST|[A-Z]T))"
_FORMS = {
    "2006": r"(?P<year>[0-9]{4})",
    "01": r"(?P<month>[0-9]{2})",
    "02": r"(?P<day>[0-9]{2})",
    "_2": r" ?(?P<day>[0-9]{1,2})",
    "15": r"(?P<hour>[0-9]{1,2})",
    "3": r"(?P<hour>[0-9]{1,2})",
    "04": r"(?P<minute>[0-9]{2})",
    "05": r"(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?",
    ".999999999": "",  # the fraction is read with the seconds
    "PM": r"(?P<half>AM|PM)",
    "Jan": rf"(?P<monthname>(?i:{'|'.join(_MONTHS)}))",
    "Mon": r"(?i:sun|mon|tue|wed|thu|fri|sat)",
    "MST": _ZONE,
    "-0700": r"(?P<offset>[+-][0-9]{4})",
    "-07:00": r"(?P<offset>[+-][0-9]{2}:[0-9]{2})",
    "Z0700": r"(?P<offset>Z|[+-][0-9]{4})",
    "Z07:00": r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})",
}
_CHUNK = re.compile("(" + "|".join(re.escape(chunk) for chunk in sorted(_FORMS, key=len, reverse=True)) + ")")


class GoTime(NamedTuple):
    """A moment: seconds since 1970 in UTC and nanoseconds, with the zone it was written in."""

    seconds: int
    nanoseconds: int = 0
    offset: int = 0
    zone: str = "UTC"

    def __str__(self) -> str:
        """The time as Go's `%v` prints it: `2006-01-02 15:04:05.5 -0700 MST`."""
        days, second = divmod(self.seconds + self.offset, 86400)
        year, month, day = _civil(days)
        fraction = f".{self.nanoseconds:09d}".rstrip("0").rstrip(".")
        sign, offset = "-" if self.offset < 0 else "+", abs(self.offset) // 60
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{fraction}"
        return f"{year:04d}-{month:02d}-{day:02d} {clock} {sign}{offset // 60:02d}{offset % 60:02d} {self.zone}"


def parse_time(layout: str, text: str) -> GoTime | None:
    """The time that `text` says by `layout`, None where it does not fit."""
    match = _pattern(layout).fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    date = _date(parts)
    seconds = _time_of_day(parts)
    offset = _offset(parts.get("offset"))
    if date is None or seconds is None or offset is None:
        return None
    nanoseconds = int((parts.get("fraction") or "0")[:9].ljust(9, "0"))
    moment = timegm((*date, 0, 0, 0)) if date[0] else _YEAR_ZERO + 86400 * _day_of_leap_year(date[1], date[2])
    zone = parts.get("zone") or ("UTC" if not offset else (parts["offset"] or "").replace(":", ""))
    return GoTime(moment + seconds - offset, nanoseconds, offset, zone)


_YEAR_ZERO = -62167219200  # Go's year 0, a leap year that Python's calendar does not have


@lru_cache(maxsize=64)
def _pattern(layout: str) -> re.Pattern[str]:
    parts = _CHUNK.split(layout)
    literals = (re.sub(r"(?:\\ )+", " +", re.escape(literal)) for literal in parts[::2])
    forms = [_FORMS[chunk] for chunk in parts[1::2]]
    return re.compile("".join(literal + form for literal, form in zip(literals, [*forms, ""], strict=True)), re.ASCII)


def _date(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    year = int(parts.get("year") or 0)
    name = parts.get("monthname")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts.get("month") or 1)
    day = int(parts.get("day") or 1)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year or 4, month)[1]:
        return None
    return year, month, day


def _time_of_day(parts: dict[str, str | None]) -> int | None:
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = parts.get("half")
    if hour > (12 if half else 23) or minute > 59 or second > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return hour * 3600 + minute * 60 + second


def _offset(text: str | None) -> int | None:
    """Seconds east of UTC; None where the hours or minutes are too many."""
    if text is None or text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 24 or minutes > 60:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def _day_of_leap_year(month: int, day: int) -> int:
    return sum(monthrange(4, earlier)[1] for earlier in range(1, month)) + day - 1


def _civil(days: int) -> tuple[int, int, int]:
    """The date of a day counted from 1970-01-01, in any year."""
    era, of_era = divmod(days + 719468, 146097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * of_year + 2) // 153
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * month_from_march + 2) // 5 + 1
