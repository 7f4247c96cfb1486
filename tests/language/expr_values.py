"""Values of expressions in the oracle's notation, kinds and all."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from argosy.language.expr import values
from argosy.language.expr.text import format_any
from argosy.language.times import format_time
from tests.oracle.rows import Row

CASES = Path(__file__).parent / "cases"
ENVIRONMENT: Row = {
    "i": 7,
    "j": -3,
    "f": 2.5,
    "s": "Hello",
    "e": "",
    "t": True,
    "fa": False,
    "nil1": None,
    "l": [1, 2, 3, 4, 5],
    "ls": ["b", "a", "c"],
    "lm": [{"name": "a", "v": 1}, {"name": "b", "v": 2}],
    "el": [],
    "m": {"a": 1, "b": {"c": "deep"}, "k-1": "dash", "n": None},
    "em": {},
    "u": "héllo 日本",
    "d": {"i": 7, "f": 2.5, "s": "Hello", "l": [3, 1, 2], "t": True, "m": {"x": 1}},
}


class FixedWorld:
    """The time at which the oracle's rows were made, and no chance."""

    def nanoseconds(self) -> int:
        return 1795435200 * 10**9

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)


def cases(name: str) -> list[tuple[str, str, str]]:
    """The lines `expression  =>  word  rest` of a file."""
    lines = (CASES / f"{name}.txt").read_text().split("\n")
    found = [line.partition("  =>  ") for line in lines if "  =>  " in line and not line.startswith("# ")]
    split = [(expression, *rest.partition("  ")) for expression, _, rest in found]
    return [(expression, word, rest) for expression, word, _, rest in split]


def kind_of(value: Any) -> str:
    type_ = values.type_of(value)
    return "<nil>" if type_ is None else type_.name.replace("interface {}", "any")


def written(value: Any) -> Any:
    """A value of ours in the oracle's notation."""
    if isinstance(value, values.AnyMap):
        return {"$map": sorted(([written(key), written(item)] for key, item in value.items()), key=json.dumps)}
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, values.Time):
        return {"$time": format_time(value, "2006-01-02T15:04:05.999999999Z07:00")}
    if isinstance(value, values.Duration):
        return {"$duration_ns": int(value), "str": format_any(value)}
    if isinstance(value, values.Location):
        return {"$location": value.name}
    if isinstance(value, values.Function):
        return {"$func": True}
    if isinstance(value, values.Version):
        return {"$go": "*semver.Version", "str": str(value)}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, str) and not value.isascii():
        data = value.encode("utf-8", "surrogateescape")
        return value if _is_utf8(data) else {"$bytes": base64.b64encode(data).decode()}
    if isinstance(value, float) and value - value != 0:
        return {"$float": "NaN" if value != value else "+Inf" if value > 0 else "-Inf"}
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def expected(row: Row) -> list[Any]:
    """The results of which any is right."""
    return [_sorted(value) for value in row.get("any_of", [row.get("expected")])]


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$map"}:
            return {"$map": sorted((_sorted(pair) for pair in value["$map"]), key=json.dumps)}
        return {key: _sorted(item) for key, item in value.items()}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
