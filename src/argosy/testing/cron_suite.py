"""Cases of a CronWorkflow: each is played, and its runs are compared with those that were to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argosy.engine.cron import Skipped
from argosy.model.codec import decode, read_documents
from argosy.model.kinds import FULFILLED
from argosy.testing.compare import compare, differs
from argosy.testing.cron_cases import CronCase, CronExpectation, CronTestFile, RunExpectation, SkipExpectation
from argosy.testing.cron_play import CronPlayer, Run
from argosy.testing.results import CaseResult, Play
from argosy.testing.stubs import understood


def is_cron(manifest: str, file: str) -> bool:
    """Whether the first document is a CronWorkflow. Raises ManifestError."""
    return any(document.kind == "CronWorkflow" for document in read_documents(manifest, file)[:1])


def read_cron_cases(path: Path, data: dict[str, Any]) -> list[CronCase]:
    """The cases of a test file. Raises InvalidRequest."""
    return understood(path, data, CronTestFile).tests


def play_cron(manifest: str, case: CronCase) -> Play:
    """Play a case. Raises ArgosyError for what cannot be played."""
    cron, *templates = [decode(document) for document in read_documents(manifest, "cron-workflow.yaml")]
    player = CronPlayer(cron, templates, case)
    player.play()
    wrong = list(_compare(player, case.expect))
    return Play(CaseResult(case.name, wrong, player.seconds), [run.player.execution for run in player.runs])


def _compare(player: CronPlayer, wanted: CronExpectation) -> Iterator[str]:
    """What is not as it was expected, a sentence each."""
    status, runs = player.cron.workflow.status, player.runs
    if wanted.runs is not None:
        yield from _runs(runs, wanted.runs)
    if wanted.count is not None:
        yield from differs("count", wanted.count, len(runs))
    if wanted.skipped is not None:
        yield from _skipped(player.skipped, wanted.skipped)
    unfinished = [run.at for run in runs if run.child.phase not in FULFILLED]
    for what, times, found in (
        ("active", wanted.active, unfinished),
        ("kept", wanted.kept, [run.at for run in runs if run.kept]),
    ):
        if times is not None:
            yield from differs(what, _texts(times), _texts(found))
    if wanted.phase:
        yield from differs("phase", wanted.phase, status.phase)
    if wanted.succeeded is not None:
        yield from differs("succeeded", wanted.succeeded, status.succeeded)
    if wanted.failed is not None:
        yield from differs("failed", wanted.failed, status.failed)
    if wanted.conditions is not None:
        yield from _conditions({each.type: each.message for each in status.conditions}, wanted.conditions)


def _runs(runs: list[Run], wanted: Sequence[RunExpectation | datetime]) -> Iterator[str]:
    times = [each if isinstance(each, datetime) else each.at for each in wanted]
    yield from differs("runs", _texts(times), _texts([run.at for run in runs]))
    by_time = {run.at: run for run in runs}
    for each in wanted:
        run = by_time.get(each if isinstance(each, datetime) else each.at)
        if run is not None and isinstance(each, RunExpectation):
            if each.name:
                yield from differs(f"run {_text(run.at)}: name", each.name, run.name)
            yield from (f"run {_text(run.at)}: {text}" for text in compare(run.player, each))


def _skipped(skipped: list[Skipped], wanted: Sequence[SkipExpectation | datetime]) -> Iterator[str]:
    times = [each if isinstance(each, datetime) else each.at for each in wanted]
    if times != [each.at for each in skipped]:
        found = "; ".join(f"{_text(each.at)} {each.why}" for each in skipped)
        yield f"skipped: [{found}], not {_texts(times)}"
        return
    for each, found in zip(wanted, skipped, strict=True):
        if isinstance(each, SkipExpectation) and each.why not in found.why:
            yield f"skipped {_text(found.at)}: {each.why!r} is not in {found.why!r}"


def _conditions(found: dict[str, str], wanted: dict[str, str]) -> Iterator[str]:
    yield from differs("conditions", sorted(wanted), sorted(found))
    for kind, message in wanted.items():
        if kind in found and message not in found[kind]:
            yield f"condition {kind}: {message!r} is not in {found[kind]!r}"


def _texts(times: Sequence[datetime]) -> list[str]:
    return [_text(each) for each in times]


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
