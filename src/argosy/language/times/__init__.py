"""Go's times: a moment with a time zone, read and written by layouts such as `2006-01-02 15:04 MST`.

The local time zone is UTC, as it is in Argo's containers.
"""

from __future__ import annotations

from argosy.language.times.layouts import format_time
from argosy.language.times.moments import Time, date, from_datetime
from argosy.language.times.parsing import parse_in_location, parse_time
from argosy.language.times.zones import UTC, Location, fixed_zone, load_location

__all__ = [
    "UTC",
    "Location",
    "Time",
    "date",
    "fixed_zone",
    "format_time",
    "from_datetime",
    "load_location",
    "parse_in_location",
    "parse_time",
]
