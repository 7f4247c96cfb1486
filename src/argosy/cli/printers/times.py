"""Moments and spans of time as people read them."""

from __future__ import annotations

from datetime import datetime

from argosy.language.durations import humanize, humanize_short


def span(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """From a start to an end, or to now where there is none yet: `1 minute 30 seconds`."""
    return humanize(_seconds(start, end, now))


def short_span(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """The same in one unit: `1m`."""
    return humanize_short(_seconds(start, end, now))


def stamp(time: datetime, now: datetime) -> str:
    """`Tue Nov 24 15:02:11 +0000 (2 minutes ago)`, in the local time zone."""
    return f"{time.astimezone():%a %b %d %H:%M:%S %z} ({ago((now - time).total_seconds())})"


def ago(seconds: float) -> str:
    """How long ago that was: `now`, `1 second ago`, `3 hours from now`."""
    if abs(seconds) < 1:
        return "now"
    words = humanize(abs(seconds)).split()[:2]
    return f"{' '.join(words)} {'ago' if seconds > 0 else 'from now'}"


def _seconds(start: datetime | None, end: datetime | None, now: datetime) -> float:
    return 0.0 if start is None else ((end or now) - start).total_seconds()
