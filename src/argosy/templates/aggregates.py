"""What a loop gives to those that read it: its children's outputs as lists (processAggregateNodeOutputs in Argo)."""

from __future__ import annotations

from collections.abc import Iterable

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.items import parse_item
from argosy.language.names import loop_index
from argosy.model.kinds import SUCCEEDED
from argosy.model.status import NodeStatus


def aggregate(children: Iterable[NodeStatus]) -> dict[str, str]:
    """The fields of a loop, `outputs.result`, `outputs.parameters` and each `outputs.parameters.NAME`, as JSON.

    Only children that succeeded count, in the order of the items. Raises ExpressionError for a result that is not JSON.
    """
    results: list[str] = []
    rows: list[dict[str, str]] = []
    columns: dict[str, list[str]] = {}
    for node in sorted(children, key=lambda node: loop_index(node.name)):
        if node.outputs is None or node.phase != SUCCEEDED:
            continue
        values = {each.name: each.value or "" for each in node.outputs.parameters}
        if values:
            rows.append(values)
        for name, value in values.items():
            columns.setdefault(name, []).append(value)
        if node.outputs.result is not None:
            results.append(parse_item(node.outputs.result).html_escaped())
    return {
        "outputs.result": f"[{','.join(results)}]",
        "outputs.parameters": gojson.encode(rows),
        **{f"outputs.parameters.{name}": _list(values) for name, values in columns.items()},
    }


def _list(values: list[str]) -> str:
    """A JSON list of the values: as what they hold where all of them hold lists or maps, else as strings."""
    try:
        held = [gojson.decode(value) for value in values]
    except ExpressionError:
        return gojson.encode(values)
    return gojson.encode(held if all(isinstance(each, dict | list) for each in held) else values)
