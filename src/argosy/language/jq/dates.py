"""`strftime`, `strptime`, `gmtime` and `mktime`: seconds since 1970, and arrays of eight numbers."""

from __future__ import annotations

import math
from typing import Any

from argosy.language.govalues import is_list
from argosy.language.jq.calendar import TimeError, format_time, read_time
from argosy.language.jq.encoding import is_number, preview
from argosy.language.jq.errors import JqError
from argosy.language.jq.functions import Function, refused, spoiled
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import to_float, to_int
from argosy.language.times import UTC, Time
from argosy.language.times.moments import date

_SECOND = 10**9
_ZERO = (-62135596800, 0)


def _from_seconds(number: float) -> Time:
    fraction = number - math.floor(number) if math.isfinite(number) else 0.0
    whole = max(-(10**11), min(to_int(number), 10**12))
    return Time(whole, int(fraction * 1e9))


def _to_array(time: Time) -> list[Any]:
    year, month, day, hour, minute, second = time.civil
    return [year, month - 1, day, hour, minute, second + time.nanosecond / 1e9, time.weekday, time.year_day - 1]


def _from_array(items: list[Any]) -> Time:
    if not all(map(is_number, items[:8])):
        raise TimeError("expected an array of 8 numbers")
    given = [max(-(10**6), min(to_int(item), 10**6)) for item in items[:6]]
    year, month, day, hour, minute, second = given + [0] * (6 - len(given))
    exact = to_float(items[5]) if len(items) > 5 else 0.0
    nanosecond = int((exact - math.floor(exact)) * 1e9) if math.isfinite(exact) else 0
    return date(year, month + 1, day, hour * 3600 + minute * 60 + second, nanosecond, UTC)


def _gmtime(name: str) -> Function:
    def function(_: Run, value: Any) -> list[Any]:
        if not is_number(value):
            raise refused(name, value)
        return _to_array(_from_seconds(to_float(value)))

    return function


def _mktime(_: Run, value: Any) -> float:
    if not is_list(value):
        raise refused("mktime", value)
    try:
        time = _from_array(value)
    except TimeError as error:
        raise spoiled("mktime", value, str(error)) from None
    return time.seconds + time.nanosecond / 1e9


def _strftime(name: str) -> Function:
    def function(_: Run, value: Any, layout: Any) -> str:
        if is_number(value):
            value = _to_array(_from_seconds(to_float(value)))
        if not is_list(value) or not isinstance(layout, str):
            raise refused(name, value, layout)
        try:
            return format_time(_from_array(value), layout)
        except TimeError as error:
            raise _spoiled(name, value, layout, error) from None

    return function


def _strptime(_: Run, value: Any, layout: Any) -> list[Any]:
    if not (isinstance(value, str) and isinstance(layout, str)):
        raise refused("strptime", value, layout)
    try:
        time = read_time(value, layout)
    except TimeError as error:
        raise _spoiled("strptime", value, layout, error) from None
    if time.key == _ZERO:
        raise refused("strptime", value, layout)
    return _to_array(_from_seconds(time.seconds + time.nanosecond / 1e9))


def _spoiled(name: str, value: Any, layout: str, error: Exception) -> JqError:
    return JqError(f"{name}({preview(layout)}) cannot be applied to {preview(value)}: {error}")


FUNCTIONS: dict[str, Function] = {
    "gmtime/0": _gmtime("gmtime"),
    "localtime/0": _gmtime("localtime"),
    "mktime/0": _mktime,
    "strftime/1": _strftime("strftime"),
    "strflocaltime/1": _strftime("strflocaltime"),
    "strptime/1": _strptime,
}
