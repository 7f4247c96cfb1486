"""What came of a run, and what was to come of it → what differs, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.model.arguments import Outputs
from argosy.model.status import NodeStatus
from argosy.testing.play import Player
from argosy.testing.stubs import Expectation, NodeExpectation


def compare(player: Player, wanted: Expectation) -> Iterator[str]:
    """What is not as it was expected."""
    status = player.execution.state.status
    yield from differs("phase", wanted.phase, status.phase)
    if wanted.message and wanted.message not in status.message:
        yield f"message: {wanted.message!r} is not in {status.message!r}"
    took = player.seconds if player.took is None else player.took
    if wanted.seconds is not None and abs(wanted.seconds - took) > 0.001:
        yield f"seconds: {took:g}, not {wanted.seconds:g}"
    for name, value in wanted.outputs.items():
        yield from differs(f"outputs.{name}", value, _output(status.outputs, name))
    yield from _nodes(player, wanted)
    order = [name for name in player.order if name in wanted.order]
    if wanted.order and order != wanted.order:
        yield f"order: {', '.join(order)}, not {', '.join(wanted.order)}"


def _nodes(player: Player, wanted: Expectation) -> Iterator[str]:
    nodes = player.execution.state.status.nodes.values()
    by_name = {node.display_name: node for node in nodes} | {node.name: node for node in nodes}
    for name in wanted.absent:
        if name in by_name:
            yield f"{name}: is there, {by_name[name].phase}"
    for name, given in wanted.nodes.items():
        expected = NodeExpectation(phase=given) if isinstance(given, str) else given
        if name not in by_name:
            yield f"{name}: there is no such node"
        else:
            yield from _node(by_name[name], name, expected)


def _node(node: NodeStatus, name: str, wanted: NodeExpectation) -> Iterator[str]:
    if wanted.phase:
        yield from differs(f"{name}: phase", wanted.phase, node.phase)
    if wanted.type:
        yield from differs(f"{name}: type", wanted.type, node.type)
    if wanted.message not in node.message:
        yield f"{name}: message: {wanted.message!r} is not in {node.message!r}"
    if wanted.children is not None:
        yield from differs(f"{name}: children", wanted.children, len(node.children))
    if wanted.result is not None:
        yield from differs(f"{name}: result", wanted.result, node.outputs.result if node.outputs else None)
    inputs = {each.name: each.value for each in node.inputs.parameters} if node.inputs else {}
    for key, value in wanted.inputs.items():
        yield from differs(f"{name}: inputs.{key}", value, inputs.get(key))
    for key, value in wanted.outputs.items():
        yield from differs(f"{name}: outputs.{key}", value, _output(node.outputs, key))


def _output(outputs: Outputs | None, name: str) -> str | None:
    return next((each.value for each in outputs.parameters if each.name == name), None) if outputs else None


def differs(what: str, wanted: object, found: object) -> Iterator[str]:
    """Says so where they differ."""
    if wanted != found:
        yield f"{what}: {found!r}, not {wanted!r}"
