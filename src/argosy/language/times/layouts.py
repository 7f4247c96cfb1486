"""Layouts: `Mon Jan _2 15:04:05 2006` is split at what stands for a part of a time; a time becomes text by it.

The rules are those of Go's time/format.go: what stands where is found from left to right, the longest form first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from argosy.language.times.moments import Civil, Time

MONTHS: list[str] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS: list[str] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
STAMP = "2006-01-02 15:04:05.999999999 -0700 MST"
RFC3339 = "2006-01-02T15:04:05Z07:00"
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"

_PART = re.compile(
    r"(January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    r"|[-Z]07(?:0000|:00:00|00|:00)?|[.,](?:0+|9+)(?![0-9]))"
)


@lru_cache(maxsize=256)
def split_layout(layout: str) -> tuple[str, ...]:
    """The layout as text, part, text, part, ..., text."""
    return tuple(_PART.split(layout))


def format_time(time: Time, layout: str) -> str:
    """The time written by a layout (Time.Format)."""
    pieces = split_layout(layout)
    civil = time.civil
    written = [_write(part, time, civil) for part in pieces[1::2]]
    return "".join(text + part for text, part in zip(pieces[::2], [*written, ""], strict=True))


def time_string(time: Time) -> str:
    """The time as `%v` prints it: `2006-01-02 15:04:05.5 -0700 MST`."""
    return format_time(time, STAMP)


_WRITERS: dict[str, Callable[[Time, Civil], str]] = {
    "January": lambda _, civil: MONTHS[civil.month - 1],
    "Jan": lambda _, civil: MONTHS[civil.month - 1][:3],
    "1": lambda _, civil: str(civil.month),
    "01": lambda _, civil: f"{civil.month:02d}",
    "Monday": lambda time, _: DAYS[time.weekday],
    "Mon": lambda time, _: DAYS[time.weekday][:3],
    "2": lambda _, civil: str(civil.day),
    "_2": lambda _, civil: f"{civil.day:2d}",
    "02": lambda _, civil: f"{civil.day:02d}",
    "__2": lambda time, _: f"{time.year_day:3d}",
    "002": lambda time, _: f"{time.year_day:03d}",
    "15": lambda _, civil: f"{civil.hour:02d}",
    "3": lambda _, civil: str(civil.hour % 12 or 12),
    "03": lambda _, civil: f"{civil.hour % 12 or 12:02d}",
    "4": lambda _, civil: str(civil.minute),
    "04": lambda _, civil: f"{civil.minute:02d}",
    "5": lambda _, civil: str(civil.second),
    "05": lambda _, civil: f"{civil.second:02d}",
    "2006": lambda _, civil: f"{'-' if civil.year < 0 else ''}{abs(civil.year):04d}",
    "06": lambda _, civil: f"{abs(civil.year) % 100:02d}",
    "PM": lambda _, civil: "PM" if civil.hour >= 12 else "AM",
    "pm": lambda _, civil: "pm" if civil.hour >= 12 else "am",
    "MST": lambda time, _: time.zone or _write_offset("-0700", time.offset),
}


def _write(part: str, time: Time, civil: Civil) -> str:
    writer = _WRITERS.get(part)
    if writer is not None:
        return writer(time, civil)
    if part[0] in "-Z":
        return _write_offset(part, time.offset)
    digits = f"{time.nanosecond:09d}"[: len(part) - 1].ljust(len(part) - 1, "0")
    if part[1] == "9":
        digits = digits.rstrip("0")
        return part[0] + digits if digits else ""
    return part[0] + digits


def _write_offset(part: str, offset: int) -> str:
    if part[0] == "Z" and offset == 0:
        return "Z"
    minutes, seconds = divmod(abs(offset), 60)
    colon = ":" if ":" in part else ""
    text = f"{'-' if offset <= -60 else '+'}{minutes // 60:02d}"
    if len(part) > 3:
        text += f"{colon}{minutes % 60:02d}"
    if (len(part) > 6 and part.endswith("0000")) or part.endswith(":00:00"):
        text += f"{colon}{seconds:02d}"
    return text
