"""What the real Go libraries answered, compared with what we answer. Skipped where the vectors are not there."""

from __future__ import annotations

from typing import Any

from argosy.language import items, names
from argosy.language.gotext import quote
from argosy.language.sprintf import sprintf

from .vectors import ORACLE, Row, expect, outcome, parametrize


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


FUNCTIONS = {
    "expand_sequence": _expand_sequence,
    "fnv1a32": lambda given: names.fnv1a32(given["s"]),
    "item": _item,
    "node_id": lambda given: names.node_id(given["workflow"], given["node"]),
    "pod_name": lambda given: names.pod_name(given["workflow"], given["node"], given["template"]),
    "sprintf": lambda given: sprintf(given["format"], given["arg"]),
    "strconv_quote": lambda given: quote(given["s"]),
}
LEFT: dict[str, str] = {}


@parametrize(ORACLE, ["basics"], FUNCTIONS, LEFT)
def test_oracle(row: Row) -> None:
    expect(row, outcome(lambda: FUNCTIONS[row["fn"]](row["input"])))
