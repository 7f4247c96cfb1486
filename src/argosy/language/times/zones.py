"""Time zones: the name of one becomes offsets and abbreviations at any moment, in any year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC as PYTHON_UTC
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from argosy.errors import ExpressionError

_CYCLE = 146097 * 86400  # 400 years, after which the calendar repeats
_FIRST, _LAST = -62135596800 + 2 * 86400, 253402300799 - 2 * 86400  # what a datetime holds, with room for offsets
_EPOCH = datetime(1970, 1, 1, tzinfo=PYTHON_UTC)
_YEAR = 31556952


class Location:
    """A place's time zone (time.Location). `str` gives its name."""

    __slots__ = ("_zone", "name")

    def __init__(self, name: str, zone: ZoneInfo | None = None) -> None:
        self.name, self._zone = name, zone

    def __str__(self) -> str:
        return self.name

    def lookup(self, unix: int) -> tuple[int, str, bool]:
        """Seconds east of UTC, the abbreviation and whether it is summer time, at a number of seconds since 1970."""
        if self._zone is None:
            return 0, self.name, False
        if unix > _LAST:
            unix -= ((unix - _LAST) // _CYCLE + 1) * _CYCLE
        local = (_EPOCH + timedelta(seconds=max(unix, _FIRST))).astimezone(self._zone)
        offset = local.utcoffset() or timedelta()
        return offset.days * 86400 + offset.seconds, local.tzname() or "", bool(local.dst())

    def lookup_name(self, name: str, unix: int) -> int | None:
        """The offset that an abbreviation stands for here, if possible at that moment (Location.lookupName)."""
        if self._zone is None:
            return None
        offsets = [offset for known, offset in _abbreviations(self) if known == name]
        for offset in offsets:
            found, found_name, _ = self.lookup(unix - offset)
            if found_name == name:
                return found
        return offsets[0] if offsets else None


class _FixedZone(Location):
    __slots__ = ("offset",)

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(name)
        self.offset = offset

    def lookup(self, unix: int) -> tuple[int, str, bool]:  # noqa: ARG002
        return self.offset, self.name, False

    def lookup_name(self, name: str, unix: int) -> int | None:  # noqa: ARG002
        return self.offset if name == self.name else None


UTC = Location("UTC")


def fixed_zone(name: str, offset: int) -> Location:
    """A zone that is always so many seconds east of UTC."""
    return _FixedZone(name, offset)


@lru_cache(maxsize=256)
def load_location(name: str) -> Location:
    """The time zone of a name such as `Europe/Berlin`. Raises ExpressionError, `unknown time zone X`."""
    if name in ("", "UTC", "Local"):
        return UTC
    if ".." in name or name[0] in "/\\":
        raise ExpressionError("time: invalid location name")
    try:
        return Location(name, ZoneInfo(name))
    except (OSError, ValueError, KeyError):
        raise ExpressionError(f"unknown time zone {name}") from None


@lru_cache(maxsize=256)
def _abbreviations(location: Location) -> tuple[tuple[str, int], ...]:
    """The abbreviations and offsets that a zone has had since 1900, the first ones first."""

    def samples() -> Iterator[tuple[str, int]]:
        for half_year in range(-140, 136):
            offset, name, _ = location.lookup(half_year * _YEAR // 2)
            yield name, offset

    return tuple(dict.fromkeys(samples()))
