"""C's letters for times, `%Y-%m-%dT%H:%M:%SZ`, as jq writes and reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from argosy.language.gotext import quote
from argosy.language.times import UTC, Location, Time, fixed_zone
from argosy.language.times.layouts import DAYS, MONTHS
from argosy.language.times.moments import date

_TOGETHER = {
    "c": "%a %b %e %H:%M:%S %Y",
    "+": "%a %b %e %H:%M:%S %Z %Y",
    "v": "%e-%b-%Y",
    "r": "%I:%M:%S %p",
    "F": "%Y-%m-%d",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
}
_LETTER = re.compile(r"%([-_^#0]*)([0-9]*)(:{0,3}z|.)", re.DOTALL)
_WIDEST = 1024


class TimeError(Exception):
    """A text that is no time of the given form, or numbers that are none."""


def _iso_year(time: Time) -> Time:
    """The Thursday of a time's week, which says of what year it is."""
    return time.add((3 - (time.weekday + 6) % 7) * 86400 * 10**9)


def _offset(time: Time, colons: int) -> str:
    minutes = abs(time.offset) // 60
    return f"{'-' if time.offset < 0 else '+'}{minutes // 60:02d}{':' if colons else ''}{minutes % 60:02d}"


_NUMBERS: dict[str, tuple[int, str, Callable[[Time], int]]] = {
    # the width, what fills it up, and the number
    "Y": (4, "0", lambda time: time.civil.year),
    "y": (2, "0", lambda time: abs(time.civil.year) % 100),
    "C": (2, "0", lambda time: time.civil.year // 100),
    "G": (4, "0", lambda time: _iso_year(time).civil.year),
    "g": (2, "0", lambda time: abs(_iso_year(time).civil.year) % 100),
    "m": (2, "0", lambda time: time.civil.month),
    "d": (2, "0", lambda time: time.civil.day),
    "e": (2, " ", lambda time: time.civil.day),
    "j": (3, "0", lambda time: time.year_day),
    "H": (2, "0", lambda time: time.civil.hour),
    "k": (2, " ", lambda time: time.civil.hour),
    "I": (2, "0", lambda time: time.civil.hour % 12 or 12),
    "l": (2, " ", lambda time: time.civil.hour % 12 or 12),
    "M": (2, "0", lambda time: time.civil.minute),
    "S": (2, "0", lambda time: time.civil.second),
    "s": (0, " ", lambda time: time.seconds),
    "f": (6, "0", lambda time: time.nanosecond // 1000),
    "w": (0, "0", lambda time: time.weekday),
    "u": (0, "0", lambda time: time.weekday or 7),
    "V": (2, "0", lambda time: (_iso_year(time).year_day + 6) // 7),
    "U": (2, "0", lambda time: (time.year_day + 6 - time.weekday) // 7),
    "W": (2, "0", lambda time: (time.year_day + 6 - (time.weekday + 6) % 7) // 7),
}
_TEXTS: dict[str, Callable[[Time], str]] = {
    "B": lambda time: MONTHS[time.civil.month - 1],
    "b": lambda time: MONTHS[time.civil.month - 1][:3],
    "h": lambda time: MONTHS[time.civil.month - 1][:3],
    "A": lambda time: DAYS[time.weekday],
    "a": lambda time: DAYS[time.weekday][:3],
    "p": lambda time: "PM" if time.civil.hour >= 12 else "AM",
    "P": lambda time: "pm" if time.civil.hour >= 12 else "am",
    "Z": lambda time: time.zone or _offset(time, 0),
    "t": lambda _: "\t",
    "n": lambda _: "\n",
    "%": lambda _: "%",
}


def format_time(time: Time, layout: str) -> str:
    """A time by a layout; flags and a width may stand before a letter, and what is no letter stays."""

    def write(match: re.Match[str]) -> str:
        flags, width, letter = match[1], min(int(match[2][:5] or 0), _WIDEST), match[3]
        if letter in _TOGETHER:
            return format_time(time, _TOGETHER[letter])
        if letter in _NUMBERS:
            return _write_number(flags, width, *_NUMBERS[letter][:2], _NUMBERS[letter][2](time))
        if letter in _TEXTS:
            return _write_text(flags, width, letter, _TEXTS[letter](time))
        return _offset(time, letter.count(":")) if letter.endswith("z") else match[0]

    return _LETTER.sub(write, layout)


def _write_number(flags: str, width: int, least: int, fill: str, number: int) -> str:
    if "-" in flags:
        return str(number)
    fill = " " if "_" in flags else "0" if "0" in flags else fill
    width = width or least
    return str(number).rjust(width) if fill == " " else f"{number:0{width or 1}d}"


def _write_text(flags: str, width: int, letter: str, text: str) -> str:
    if "#" in flags:
        text = text.lower() if letter in "pZ" else text.upper()
    elif "^" in flags:
        text = text.upper()
    return text if "-" in flags else text.rjust(width, "0" if "0" in flags else " ")


class _Read(NamedTuple):
    """A letter as it is read: the pattern, and the field that it fills."""

    pattern: str
    field: str


def _number(most: int, field: str) -> _Read:
    return _Read(f"([0-9]{{1,{most}}})", field)


def _word(words: list[str], field: str) -> _Read:
    return _Read(f"({'|'.join(words)})", field)


_READS = {
    "Y": _Read("(-?[0-9]{1,4})", "year"),
    "y": _number(2, "short_year"),
    "m": _number(2, "month"),
    "d": _number(2, "day"),
    "e": _Read(" ?([0-9]{1,2})", "day"),
    "j": _number(3, "year_day"),
    "H": _number(2, "hour"),
    "k": _Read(" ?([0-9]{1,2})", "hour"),
    "I": _number(2, "half_hour"),
    "l": _Read(" ?([0-9]{1,2})", "half_hour"),
    "M": _number(2, "minute"),
    "S": _number(2, "second"),
    "s": _Read("(-?[0-9]{1,19})", "unix"),
    "f": _number(6, "fraction"),
    "w": _number(1, "weekday"),
    "u": _number(1, "weekday"),
    "B": _word(list(MONTHS), "month_name"),
    "b": _word([name[:3] for name in MONTHS], "month_name"),
    "h": _word([name[:3] for name in MONTHS], "month_name"),
    "A": _word(list(DAYS), "weekday"),
    "a": _word([name[:3] for name in DAYS], "weekday"),
    "p": _Read("(AM|PM)", "half"),
    "P": _Read("(AM|PM)", "half"),
    "z": _Read("(Z|[-+][0-9]{2}:?(?:[0-9]{2})?)", "offset"),
    "Z": _Read("([A-Z]+)", "zone"),
    "t": _Read("([ \t\n\v\f\r]+)", "space"),
    "n": _Read("([ \t\n\v\f\r]+)", "space"),
    "%": _Read("(%)", "percent"),
}
_LIMITS = {
    "month": (1, 12),
    "day": (1, 31),
    "year_day": (1, 366),
    "hour": (0, 23),
    "half_hour": (1, 12),
    "minute": (0, 59),
    "second": (0, 60),
}


def read_time(text: str, layout: str) -> Time:
    """The time that a text is by a layout. Raises TimeError."""
    try:
        return _time_of(_fields_of(text, layout))
    except TimeError as error:
        raise TimeError(f"failed to parse {quote(text)} with {quote(layout)}: {error}") from None


def _fields_of(text: str, layout: str) -> dict[str, str]:
    layout = re.sub(r"%([c+vrFDxTXR])", lambda match: _TOGETHER[match[1]], layout)
    fields: dict[str, str] = {}
    position = index = 0
    while index < len(layout):
        sign = layout[index]
        index += 1
        if sign != "%":
            if text[position : position + 1] != sign:
                raise TimeError(f"expected {_quoted(sign)}")
            position += 1
            continue
        letter = layout[index : index + 1]
        index += 1
        if not letter:
            raise TimeError('stray "%"')
        if letter not in _READS:
            raise TimeError(f'unexpected format "%{letter}"')
        position = _read_field(text, position, letter, fields)
    if position < len(text):
        raise TimeError(f"unparsed string {quote(text[position:])}")
    return fields


def _read_field(text: str, position: int, letter: str, fields: dict[str, str]) -> int:
    read = _READS[letter]
    match = re.compile(read.pattern, re.IGNORECASE if letter in "BbhAapP" else 0).match(text, position)
    low, high = _LIMITS.get(read.field, (0, 0))
    if match is None or (high and not low <= int(match[1]) <= high):
        raise TimeError(f'expected a space for "%{letter}"' if letter in "tn" else f'cannot parse "%{letter}"')
    fields[read.field] = match[1]
    return match.end()


def _quoted(character: str) -> str:
    return "'\\''" if character == "'" else f"'{quote(character)[1:-1]}'" if character != '"' else "'\"'"


def _time_of(fields: dict[str, str]) -> Time:
    number = {name: int(value) for name, value in fields.items() if value.lstrip("-").isdigit()}
    location = _location(fields)
    if "unix" in number:
        return Time(number["unix"], 0, UTC)
    year = number.get("year", 1900)
    if "short_year" in number:
        year = number["short_year"] + (2000 if number["short_year"] < 69 else 1900)
    month, day = number.get("month", 1), number.get("day", 1)
    if "month_name" in fields:
        month = 1 + [name[:3].lower() for name in MONTHS].index(fields["month_name"][:3].lower())
    if "year_day" in number and "day" not in number:
        month, day = 1, number["year_day"]
    hour = number["half_hour"] % 12 if "half_hour" in number else number.get("hour", 0)
    hour += 12 * (fields.get("half", "").upper() == "PM")
    clock = hour * 3600 + number.get("minute", 0) * 60 + number.get("second", 0)
    fraction = int(fields.get("fraction", "0").ljust(6, "0")) * 1000
    return date(year, month, day, clock, fraction, location)


def _location(fields: dict[str, str]) -> Location:
    offset = fields.get("offset", "Z")
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return fixed_zone("", -seconds if offset[0] == "-" else seconds)
