"""Durations: `30`, `30s` and `1h30m` become seconds, and seconds become text again.

A text without a unit counts seconds (Argo's ParseStringToDuration); all else is Go's time.ParseDuration, which knows
no days. Go counts nanoseconds in 64 bits, and so do the functions whose names end in `nanoseconds`.
"""

from __future__ import annotations

import re

from argosy.errors import ExpressionError
from argosy.language.gotext import utf8
from argosy.language.govalues import parse_int

SECOND = 1_000_000_000
_MINUTE, _HOUR = 60 * SECOND, 3600 * SECOND
_UNITS = {"ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": SECOND, "m": _MINUTE, "h": _HOUR}
_LIMIT = 1 << 63
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")

_MAGNITUDES = (
    # up to this many seconds, the words for it, and what it is counted in
    (1, "0 seconds", 1),
    (2, "1 second", 1),
    (60, "{} seconds", 1),
    (120, "1 minute", 1),
    (3600, "{} minutes", 60),
    (7200, "1 hour", 1),
    (86400, "{} hours", 3600),
    (2 * 86400, "1 day", 1),
    (7 * 86400, "{} days", 86400),
    (14 * 86400, "1 week", 1),
    (30 * 86400, "{} weeks", 7 * 86400),
    (60 * 86400, "1 month", 1),
    (360 * 86400, "{} months", 30 * 86400),
    (540 * 86400, "1 year", 1),
    (720 * 86400, "2 years", 1),
    (37 * 360 * 86400, "{} years", 360 * 86400),
)


def parse_duration(text: str) -> float:
    """Seconds. Raises ExpressionError, `unable to parse 1d as a duration: ...`."""
    return parse_nanoseconds(text) / SECOND


def parse_nanoseconds(text: str) -> int:
    """`parse_duration`, exact: whole nanoseconds."""
    try:
        seconds = parse_int(text)
    except ExpressionError:
        try:
            return parse_go_nanoseconds(text)
        except ExpressionError as error:
            raise ExpressionError(f"unable to parse {text} as a duration: {error}") from None
    return (seconds * SECOND + _LIMIT) % (2 * _LIMIT) - _LIMIT


def parse_go_nanoseconds(text: str) -> int:
    """time.ParseDuration. Raises ExpressionError, `time: missing unit in duration "5"` and the like."""
    unsigned = text[1:] if text[:1] in ("-", "+") else text
    if unsigned == "0":
        return 0
    total = 0
    position = 0
    while position < len(unsigned) or not unsigned:
        match = _PART.match(unsigned, position)
        if match is None or not (match[1] or match[2]) or _whole(match[1]) > _LIMIT:
            raise _invalid(text)
        if not match[3]:
            raise ExpressionError(f"time: missing unit in duration {_quote(text)}")
        if match[3] not in _UNITS:
            raise ExpressionError(f"time: unknown unit {_quote(match[3])} in duration {_quote(text)}")
        total += _part(text, match[1], match[2] or "", _UNITS[match[3]])
        if total > _LIMIT:
            raise _invalid(text)
        position = match.end()
    if text[:1] == "-":
        return -total
    if total == _LIMIT:
        raise _invalid(text)
    return total


def format_duration(seconds: float) -> str:
    """Seconds as Go prints a duration: `1h30m0s`, `1.5s`, `10ms`."""
    return format_nanoseconds(round(seconds * SECOND))


def format_nanoseconds(nanoseconds: int) -> str:
    """Nanoseconds as Go prints a duration (Duration.String)."""
    sign, rest = "-" if nanoseconds < 0 else "", abs(nanoseconds)
    if rest < SECOND:
        for unit, size in (("ms", 1_000_000), ("µs", 1000), ("ns", 1)):
            if rest >= size:
                return f"{sign}{_decimal(rest, size)}{unit}"
        return "0s"
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    text = f"{_decimal(rest, SECOND)}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{sign}{hours}h{text}" if hours else sign + text


def round_nanoseconds(nanoseconds: int, unit: int = SECOND) -> int:
    """To the nearest multiple of `unit`, halves away from zero (Duration.Round)."""
    rounded = (abs(nanoseconds) + unit // 2) // unit * unit
    return max(-rounded, -_LIMIT) if nanoseconds < 0 else min(rounded, _LIMIT - 1)


def humanize(seconds: float) -> str:
    """A duration in one or two units, as `argo get` shows it: `1 minute 30 seconds`, `1 day 2 hours`."""
    main = _magnitude(abs(seconds))
    if seconds < 60:
        return main
    if seconds < 3600:
        return f"{main} {int(seconds % 60)} seconds"
    if seconds < 86400:
        return f"{main} {int(seconds / 60 % 60)} minutes"
    return f"{main} {int(seconds / 3600 % 24)} hours"


def humanize_short(seconds: float) -> str:
    """A duration in one unit, as lists show it: `5s`, `1h`, `3d`; weeks and more are counted in days."""
    seconds = abs(seconds)
    for name, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size)}{name}"
    return f"{int(seconds)}s"


def _magnitude(seconds: float) -> str:
    for limit, words, unit in _MAGNITUDES:
        if seconds < limit:
            return words.format(int(seconds // unit))
    return "a long while"


def _part(text: str, whole: str, fraction: str, unit: int) -> int:
    """One number with a unit; of a fraction that does not fit 63 bits, the first digits count."""
    value = _whole(whole)
    if value > _LIMIT // unit:
        raise _invalid(text)
    digits, scale = 0, 1.0
    for digit in fraction:
        if digits > (_LIMIT - 1) // 10:
            break
        digits, scale = digits * 10 + int(digit), scale * 10
    result = value * unit + int(digits * (unit / scale))
    if result > _LIMIT:
        raise _invalid(text)
    return result


def _whole(digits: str) -> int:
    """A number, of which 20 digits are too many already."""
    return int(digits.lstrip("0")[:25] or "0")


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    fraction = str(rest).rjust(len(str(unit)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def _invalid(text: str) -> ExpressionError:
    return ExpressionError(f"time: invalid duration {_quote(text)}")


def _quote(text: str) -> str:
    """The time package's own quoting, in which what is not ASCII shows as bytes."""
    quoted = ""
    for character in text:
        if not " " <= character <= "\x7f":
            quoted += "".join(f"\\x{byte:02x}" for byte in utf8(character))
        else:
            quoted += f"\\{character}" if character in '"\\' else character
    return f'"{quoted}"'
