"""Runs test files: each case is played, and what came of it is compared with what was to come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from argosy.engine.execution import Execution
from argosy.errors import ArgosyError, InvalidRequest
from argosy.testing.branches import Branch, branches, taken
from argosy.testing.compare import compare
from argosy.testing.cron_suite import is_cron, play_cron, read_cron_cases
from argosy.testing.play import Player
from argosy.testing.results import CaseResult, Play
from argosy.testing.stubs import Case, TestFile, read_test_file, understood


class FileResult(Struct, frozen=True):
    """What came of a test file: its cases, and the branches of the manifest that none of them took, of how many."""

    path: str
    cases: list[CaseResult]
    untaken: list[Branch]
    branches: int


def run_file(path: Path) -> FileResult:
    """Play every case of a test file. Raises InvalidRequest where it, or its manifest, can't be read."""
    data = read_test_file(path)
    manifest = path.parent / str(data.get("manifest", ""))
    try:
        text = manifest.read_text(encoding="utf-8") if "manifest" in data else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: the manifest {manifest} can't be read: {error}") from None
    if is_cron(text, str(manifest)):
        plays = [_played(each.name, lambda case=each: play_cron(text, case)) for each in read_cron_cases(path, data)]
    else:
        cases = understood(path, data, TestFile).tests
        plays = [_played(each.name, lambda case=each: _play(text, case)) for each in cases]
    there = dict.fromkeys(branch for play in plays for run in play.runs for branch in _branches_of(run))
    seen = {branch for play in plays for run in play.runs for branch in taken(run)}
    return FileResult(
        str(path), [play.result for play in plays], [each for each in there if each not in seen], len(there)
    )


def _played(name: str, play: Callable[[], Play]) -> Play:
    try:
        return play()
    except ArgosyError as error:
        return Play(CaseResult(name, [f"it does not begin: {error}"], 0.0), [])


def _play(text: str, case: Case) -> Play:
    player = Player.of(text, case)
    stuck = player.play()
    wrong = list(compare(player, case.expect))
    if stuck is not None:
        wrong.insert(0, f"it does not end: {stuck.phase} {stuck.text}".rstrip())
    return Play(CaseResult(case.name, wrong, player.seconds), [player.execution])


def _branches_of(run: Execution) -> list[Branch]:
    return branches(run.state.resolved)
