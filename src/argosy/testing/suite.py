"""Runs test files: each case is played, and what came of it is compared with what was to come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from argosy.errors import ArgosyError, InvalidRequest
from argosy.model.arguments import Outputs
from argosy.model.status import NodeStatus
from argosy.testing.branches import Branch, branches, taken
from argosy.testing.play import Player
from argosy.testing.stubs import Case, Expectation, NodeExpectation, read_test_file


class CaseResult(Struct, frozen=True):
    """What came of one case: nothing in `wrong` where it passed. `seconds` are those of the virtual clock."""

    name: str
    wrong: list[str]
    seconds: float


class FileResult(Struct, frozen=True):
    """What came of a test file: its cases, and the branches of the manifest that none of them took, of how many."""

    path: str
    cases: list[CaseResult]
    untaken: list[Branch]
    branches: int


def run_file(path: Path) -> FileResult:
    """Play every case of a test file. Raises InvalidRequest where it, or its manifest, can't be read."""
    file = read_test_file(path)
    manifest = path.parent / file.manifest
    try:
        text = manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: the manifest {manifest} can't be read: {error}") from None
    cases: list[CaseResult] = []
    there: dict[Branch, None] = {}
    seen: set[Branch] = set()
    for case in file.tests:
        try:
            player = Player(text, case)
        except ArgosyError as error:
            cases.append(CaseResult(case.name, [f"it does not begin: {error}"], 0.0))
            continue
        stuck = player.play()
        wrong = list(_compare(player, case))
        if stuck is not None:
            wrong.insert(0, f"it does not end: {stuck.phase} {stuck.text}".rstrip())
        cases.append(CaseResult(case.name, wrong, player.seconds))
        there |= dict.fromkeys(branches(player.execution.state.resolved))
        seen |= taken(player.execution)
    return FileResult(str(path), cases, [each for each in there if each not in seen], len(there))


def _compare(player: Player, case: Case) -> Iterator[str]:
    """What is not as it was expected, a sentence each."""
    wanted, status = case.expect, player.execution.state.status
    yield from _differs("phase", wanted.phase, status.phase)
    if wanted.message and wanted.message not in status.message:
        yield f"message: {wanted.message!r} is not in {status.message!r}"
    if wanted.seconds is not None and abs(wanted.seconds - player.seconds) > 0.001:
        yield f"seconds: {player.seconds:g}, not {wanted.seconds:g}"
    for name, value in wanted.outputs.items():
        yield from _differs(f"outputs.{name}", value, _output(status.outputs, name))
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
        yield from _differs(f"{name}: phase", wanted.phase, node.phase)
    if wanted.type:
        yield from _differs(f"{name}: type", wanted.type, node.type)
    if wanted.message not in node.message:
        yield f"{name}: message: {wanted.message!r} is not in {node.message!r}"
    if wanted.children is not None:
        yield from _differs(f"{name}: children", wanted.children, len(node.children))
    if wanted.result is not None:
        yield from _differs(f"{name}: result", wanted.result, node.outputs.result if node.outputs else None)
    inputs = {each.name: each.value for each in node.inputs.parameters} if node.inputs else {}
    for key, value in wanted.inputs.items():
        yield from _differs(f"{name}: inputs.{key}", value, inputs.get(key))
    for key, value in wanted.outputs.items():
        yield from _differs(f"{name}: outputs.{key}", value, _output(node.outputs, key))


def _output(outputs: Outputs | None, name: str) -> str | None:
    return next((each.value for each in outputs.parameters if each.name == name), None) if outputs else None


def _differs(what: str, wanted: object, found: object) -> Iterator[str]:
    if wanted != found:
        yield f"{what}: {found!r}, not {wanted!r}"
