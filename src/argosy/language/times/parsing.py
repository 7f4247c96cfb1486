"""Text becomes a time by a layout, with the leniency and the errors of Go's time.Parse.

The text is looked at byte by byte: an error quotes it in bytes. The numbered oddities are Go's:

1. A fraction may follow any seconds. 2. Space in the layout stands for any number of spaces. 3. The name of a day is
read and then ignored. 4. An abbreviation of a time zone that is not known is kept, with the offset 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from argosy.errors import ExpressionError
from argosy.language.gotext import utf8
from argosy.language.times.layouts import DAYS, MONTHS, split_layout
from argosy.language.times.moments import Time, date, days_in, is_leap
from argosy.language.times.zones import UTC, Location, fixed_zone

_DIGITS = re.compile("[0-9]*")
_SIGNED = re.compile("[+-]?[0-9]+")
_ABBREVIATION = re.compile(r"ChST|MeST|(?!GMT)(?:[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))")
_SIGNED_OFFSET = re.compile(r"[+-]0*(?:[01]?[0-9]|2[0-3])(?![0-9])")


def parse_time(layout: str, text: str) -> Time:
    """time.Parse. Raises ExpressionError, `parsing time "x" as "2006": cannot parse "x" as "2006"`."""
    return _Parser(layout, text).parse(UTC, UTC)


def parse_in_location(layout: str, text: str, location: Location) -> Time:
    """time.ParseInLocation: without a zone in the text, the time is that of the location."""
    return _Parser(layout, text).parse(location, location)


class _Bad(Exception):
    """The text does not fit, or what it says is out of range."""


class _Parser:
    def __init__(self, layout: str, text: str) -> None:
        self.layout, self.text = _bytes(layout), _bytes(text)
        self.rest = self.text
        self.year = self.hour = self.minute = self.second = self.nanosecond = 0
        self.month = self.day = self.year_day = self.ignored = -1
        self.half: Literal["", "AM", "PM"] = ""
        self.is_utc = False
        self.offset = -1
        self.zone = ""

    def parse(self, default: Location, local: Location) -> Time:
        pieces = split_layout(self.layout)
        for index, piece in enumerate(pieces):
            before = self.rest
            try:
                if index % 2 == 0:
                    self._skip(piece)
                else:
                    self._part(piece, pieces[index + 2] if index + 2 < len(pieces) and not pieces[index + 1] else "")
            except _Bad as bad:
                if bad.args:
                    raise self._error(f": {bad.args[0]} out of range") from None
                wrong = before if index % 2 else self.rest
                raise ExpressionError(
                    f"parsing time {_quote(self.text)} as {_quote(self.layout)}: "
                    f"cannot parse {_quote(wrong)} as {_quote(piece)}"
                ) from None
        if self.rest:
            raise self._error(f": extra text: {_quote(self.rest)}")
        self._settle_date()
        return self._moment(default, local)

    def _error(self, problem: str) -> ExpressionError:
        return ExpressionError(f"parsing time {_quote(self.text)}{problem}")

    def _skip(self, literal: str) -> None:
        while literal:
            if literal[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise _Bad
                literal, self.rest = literal.lstrip(" "), self.rest.lstrip(" ")
            elif self.rest[:1] == literal[0]:
                literal, self.rest = literal[1:], self.rest[1:]
            else:
                raise _Bad

    def _part(self, part: str, following: str) -> None:
        reader = _READERS.get(part)
        if reader is not None:
            reader(self)
        elif part[0] in "-Z":
            self._read_offset(part)
        elif part[1] == "0":
            self._read_fraction(len(part))
        elif self.rest[:1] in (".", ",") and self.rest[1:2].isdecimal():
            self._read_fraction(1 + self._digits(1))
        if (
            part in ("5", "05")
            and self.rest[:1] in (".", ",")
            and self.rest[1:2].isdecimal()
            and following[:1]
            not in (
                ".",
                ",",
            )
        ):
            self._read_fraction(1 + self._digits(1))

    def _digits(self, start: int) -> int:
        match = _DIGITS.match(self.rest, start)
        return match.end() - start if match else 0

    def _take(self, count: int) -> str:
        if len(self.rest) < count:
            raise _Bad
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def number(self, most: int, *, fixed: bool) -> int:
        """A number of up to so many digits, or exactly so many."""
        count = min(self._digits(0), most)
        if count == 0 or (fixed and count != most):
            raise _Bad
        return int(self._take(count))

    def bounded(self, name: str, low: int, high: int, *, fixed: bool) -> int:
        """A number of two digits within bounds."""
        value = self.number(2, fixed=fixed)
        if not low <= value <= high:
            raise _Bad(name)
        return value

    def name(self, names: list[str], length: int | None) -> int:
        """The index of a name that the text begins with, in whatever case."""
        for index, name in enumerate(names):
            shown = name[:length]
            if self.rest[: len(shown)].lower() == shown.lower():
                self.rest = self.rest[len(shown) :]
                return index
        raise _Bad

    def read_year(self, count: int) -> None:
        """Four digits, or two for 1969 to 2068."""
        if count == 4 and not self.rest[:1].isdecimal():
            raise _Bad
        digits = self._take(count)
        if not _SIGNED.fullmatch(digits):
            raise _Bad
        year = int(digits)
        self.year = year if count == 4 else year + (1900 if year >= 69 else 2000)

    def read_half(self, upper: bool) -> None:
        """AM or PM."""
        half = self._take(2)
        if half not in (("AM", "PM") if upper else ("am", "pm")):
            raise _Bad
        self.half = "PM" if half in ("PM", "pm") else "AM"

    def read_padded(self, spaces: int) -> None:
        """A day of the month or year that may have spaces before it."""
        for _ in range(spaces):
            self.rest = self.rest.removeprefix(" ")

    def read_zone(self) -> None:
        """An abbreviation; GMT and nameless zones may have a sign and hours."""
        if self.rest.startswith("UTC"):
            self.is_utc, self.rest = True, self.rest[3:]
            return
        if self.rest.startswith("GMT"):
            signed = _SIGNED_OFFSET.match(self.rest, 3)
            end = signed.end() if signed else 3
        else:
            match = (_SIGNED_OFFSET if self.rest[:1] in ("+", "-") else _ABBREVIATION).match(self.rest)
            end = match.end() if match else 0
        if end == 0 or len(self.rest) < 3:
            raise _Bad
        self.zone = self._take(end)

    def _read_fraction(self, count: int) -> None:
        if len(self.rest) < count or self.rest[0] not in ".,":
            raise _Bad
        text = self._take(count)[1:10]
        if not _SIGNED.fullmatch(text):
            raise _Bad
        if int(text) < 0:
            raise _Bad("fractional second")
        self.nanosecond = int(text) * 10 ** (9 - len(text))

    def _read_offset(self, part: str) -> None:
        if part[0] == "Z" and self.rest.startswith("Z"):
            self.is_utc, self.rest = True, self.rest[1:]
            return
        text = self._take(len(part))
        if any(text[index] != ":" for index, character in enumerate(part) if character == ":"):
            raise _Bad
        digits = text[1:].replace(":", "") if ":" in part else text[1:]
        fields = [digits[start : start + 2] for start in range(0, len(digits), 2)]
        good = all(field.isdecimal() and len(field) == 2 for field in fields)
        hours, minutes, seconds = (int(field) if field.isdecimal() else 0 for field in (*fields, "0", "0")[:3])
        for value, most, name in ((hours, 24, "hour"), (minutes, 60, "minute"), (seconds, 60, "second")):
            if value > most:
                raise _Bad(f"time zone offset {name}")
        if not good or text[0] not in "+-":
            raise _Bad
        self.offset = (hours * 3600 + minutes * 60 + seconds) * (-1 if text[0] == "-" else 1)

    def _settle_date(self) -> None:
        if self.half == "PM" and self.hour < 12:
            self.hour += 12
        elif self.half == "AM" and self.hour == 12:
            self.hour = 0
        if self.year_day >= 0:
            self._settle_year_day()
        self.month = 1 if self.month < 0 else self.month
        self.day = 1 if self.day < 0 else self.day
        if not 1 <= self.day <= days_in(self.month, self.year):
            raise self._error(": day out of range")

    def _settle_year_day(self) -> None:
        if not 1 <= self.year_day <= 365 + is_leap(self.year):
            raise self._error(": day-of-year out of range")
        month, day = 1, self.year_day
        while day > days_in(month, self.year):
            day -= days_in(month, self.year)
            month += 1
        if self.month >= 0 and self.month != month:
            raise self._error(": day-of-year does not match month")
        if self.day >= 0 and self.day != day:
            raise self._error(": day-of-year does not match day")
        self.month, self.day = month, day

    def _moment(self, default: Location, local: Location) -> Time:
        clock = self.hour * 3600 + self.minute * 60 + self.second
        parts = (self.year, self.month, self.day, clock, self.nanosecond)
        if self.is_utc:
            return date(*parts, UTC)
        utc = date(*parts, UTC)
        if self.offset != -1:
            utc.seconds -= self.offset
            offset, name, _ = local.lookup(utc.seconds)
            is_local = offset == self.offset and self.zone in ("", name)
            return utc.inside(local if is_local else fixed_zone(self.zone, self.offset))
        if self.zone:
            known = local.lookup_name(self.zone, utc.seconds)
            hours = int(self.zone[3:]) if self.zone.startswith("GMT") and len(self.zone) > 3 else 0
            offset = known if known is not None else hours * 3600
            utc.seconds -= offset if known is not None else 0
            return utc.inside(local if known is not None else fixed_zone(self.zone, offset))
        return date(*parts, default)


def _reads(field: str, read: Callable[[_Parser], int]) -> Callable[[_Parser], None]:
    return lambda parser: setattr(parser, field, read(parser))


def _day(spaces: int, *, fixed: bool) -> Callable[[_Parser], None]:
    def read(parser: _Parser) -> None:
        parser.read_padded(spaces)
        parser.day = parser.number(2, fixed=fixed)

    return read


def _year_day(spaces: int, *, fixed: bool) -> Callable[[_Parser], None]:
    def read(parser: _Parser) -> None:
        parser.read_padded(spaces)
        parser.year_day = parser.number(3, fixed=fixed)

    return read


_READERS: dict[str, Callable[[_Parser], None]] = {
    "January": _reads("month", lambda parser: parser.name(MONTHS, None) + 1),
    "Jan": _reads("month", lambda parser: parser.name(MONTHS, 3) + 1),
    "1": _reads("month", lambda parser: parser.bounded("month", 1, 12, fixed=False)),
    "01": _reads("month", lambda parser: parser.bounded("month", 1, 12, fixed=True)),
    "Monday": _reads("ignored", lambda parser: parser.name(DAYS, None)),
    "Mon": _reads("ignored", lambda parser: parser.name(DAYS, 3)),
    "2": _day(0, fixed=False),
    "_2": _day(1, fixed=False),
    "02": _day(0, fixed=True),
    "__2": _year_day(2, fixed=False),
    "002": _year_day(0, fixed=True),
    "15": _reads("hour", lambda parser: parser.bounded("hour", 0, 23, fixed=False)),
    "3": _reads("hour", lambda parser: parser.bounded("hour", 0, 12, fixed=False)),
    "03": _reads("hour", lambda parser: parser.bounded("hour", 0, 12, fixed=True)),
    "4": _reads("minute", lambda parser: parser.bounded("minute", 0, 59, fixed=False)),
    "04": _reads("minute", lambda parser: parser.bounded("minute", 0, 59, fixed=True)),
    "5": _reads("second", lambda parser: parser.bounded("second", 0, 59, fixed=False)),
    "05": _reads("second", lambda parser: parser.bounded("second", 0, 59, fixed=True)),
    "2006": lambda parser: parser.read_year(4),
    "06": lambda parser: parser.read_year(2),
    "PM": lambda parser: parser.read_half(True),
    "pm": lambda parser: parser.read_half(False),
    "MST": lambda parser: parser.read_zone(),
}


def _bytes(text: str) -> str:
    """One character for each byte."""
    return text if text.isascii() else utf8(text).decode("latin-1")


def _quote(text: str) -> str:
    quoted = "".join(
        f"\\x{ord(character):02x}" if character < " " or character > "\x7f" else character
        for character in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{quoted}"'
