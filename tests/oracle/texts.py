"""How texts, numbers and durations are read and written: adapters for the oracle's rows."""

from __future__ import annotations

from typing import Any

from argosy.language import cron, durations, gojson, items, names, progress
from argosy.language.gotext import quote
from argosy.language.govalues import format_value
from argosy.language.jq import filter_json
from argosy.language.sprintf import sprintf
from argosy.language.times import Time, format_time, load_location, parse_time
from argosy.language.times.strftime import strftime
from tests.oracle.rows import Adapter, Row, value_of


def _parts(nanoseconds: int, unit: int) -> float:
    """Whole units and the rest apart, as Go adds them up."""
    whole, rest = divmod(abs(nanoseconds), unit)
    return (whole + rest / unit) * (-1 if nanoseconds < 0 else 1)


def _item(given: Row) -> Any:
    item = items.parse_item(given["json"])
    name = names.child_name("step", 3, item.text)
    return {"node_name": name, "sprintf_v": item.text, "string": item.text, "type": item.kind}


def _expand_sequence(given: Row) -> Any:
    bounds = {key: str(given[key]) for key in ("start", "end", "count") if key in given}
    return [
        {"raw": item.raw, "string": item.text, "type": ["Number", "String", "Bool", "Map", "List"].index(item.kind)}
        for item in items.sequence(**bounds, template=given["format"])
    ]


def _duration_parse(given: Row) -> Row:
    nanoseconds = durations.parse_go_nanoseconds(given["s"])
    seconds = nanoseconds // 10**9 + nanoseconds % 10**9 / 1e9
    return {"ns": nanoseconds, "seconds": seconds, "string": durations.format_nanoseconds(nanoseconds)}


def _argo_duration(given: Row) -> Row:
    nanoseconds = durations.parse_nanoseconds(given["s"])
    return {"ns": nanoseconds, "string": durations.format_nanoseconds(nanoseconds)}


def _duration_string(given: Row) -> Row:
    nanoseconds = given["ns"]
    truncated = abs(nanoseconds) // 10**9 * 10**9
    return {
        "minutes": _parts(nanoseconds, 60 * 10**9),
        "round_s": durations.format_nanoseconds(durations.round_nanoseconds(nanoseconds)),
        "seconds": _parts(nanoseconds, 10**9),
        "string": durations.format_nanoseconds(nanoseconds),
        "trunc_s": durations.format_nanoseconds(-truncated if nanoseconds < 0 else truncated),
    }


def _moment(text: str, zone: str = "") -> Time:
    time = parse_time("2006-01-02T15:04:05.999999999Z07:00", text)
    return time.inside(load_location(zone)) if zone else time


def _cron_next(given: Row) -> list[str | None]:
    schedule = cron.parse_schedule(given["schedule"], given["timezone"])
    time: Time | None = _moment(given["start"])
    found: list[str | None] = []
    while time is not None and len(found) < 5:
        time = schedule.next(time)
        found.append(time and format_time(time, "2006-01-02T15:04:05Z07:00"))
    return found


def _format_v(given: Row) -> Row:
    text = format_value(gojson.decode(given["json"]))
    return {"any_string_ptr": text, "v": text}


def _progress(given: Row) -> Row:
    found = progress.parse_progress(given["s"])
    if found is None:
        return {"valid": False}
    more = found.plus(progress.Progress(1, 2))
    return {"n": found.done, "m": found.total, "plus_1_2": str(more), "valid": found.is_valid}


ADAPTERS: dict[str, Adapter] = {
    "argo_duration": value_of(_argo_duration),
    "cron_next": value_of(_cron_next),
    "duration_parse": value_of(_duration_parse),
    "duration_string": value_of(_duration_string),
    "expand_sequence": value_of(_expand_sequence),
    "fnv1a32": value_of(lambda given: names.fnv1a32(given["s"])),
    "format_v": value_of(_format_v),
    "go_time_format": value_of(lambda given: format_time(_moment(given["time"]), given["layout"])),
    "item": value_of(_item),
    "jq": value_of(lambda given: filter_json(given["json"], given["filter"])),
    "json_roundtrip": value_of(lambda given: gojson.encode(gojson.decode(given["json"]))),
    "node_id": value_of(lambda given: names.node_id(given["workflow"], given["node"])),
    "pod_name": value_of(lambda given: names.pod_name(given["workflow"], given["node"], given["template"])),
    "progress": value_of(_progress),
    "sprintf": value_of(lambda given: sprintf(given["format"], given["arg"])),
    "strconv_quote": value_of(lambda given: quote(given["s"])),
    "strftime": value_of(lambda given: strftime(given["format"], _moment(given["time"], given.get("zone", "")))),
}
