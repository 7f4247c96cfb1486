"""Summaries of workflows become the table that `argosy list` shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argosy.cli.printers.table import columns
from argosy.cli.printers.times import short_span
from argosy.cli.printers.workflow import phase_text
from argosy.model.kinds import FULFILLED, RUNNING
from argosy.ports.store import WorkflowSummary

HEAD = ("NAME", "STATUS", "AGE", "DURATION", "PRIORITY", "MESSAGE")
LONGEST_VALUE = 50
SHUT_DOWN = "Stopped with strategy"
"""How the message of a workflow begins that was stopped or terminated."""


def table(
    workflows: Sequence[WorkflowSummary],
    now: datetime,
    *,
    namespaces: bool = False,
    wide: bool = False,
    headers: bool = True,
) -> str:
    """The table, with a column of namespaces and with those for pods and parameters where that is wanted."""
    rows = [_row(each, now, namespaces, wide) for each in workflows]
    head = [*(["NAMESPACE"] if namespaces else []), *HEAD, *(["P/R/C", "PARAMETERS"] if wide else [])]
    return columns([head, *rows] if headers else rows, 3)


def in_order(workflows: Sequence[WorkflowSummary]) -> list[WorkflowSummary]:
    """What has not finished first, the newest of that first; then what finished last."""
    running = [each for each in workflows if each.finished_at is None]
    finished = [(each.finished_at, each) for each in workflows if each.finished_at is not None]
    running.sort(key=lambda each: each.created_at, reverse=True)
    finished.sort(key=lambda pair: pair[0], reverse=True)
    return [*running, *(each for _, each in finished)]


def _row(each: WorkflowSummary, now: datetime, namespaces: bool, wide: bool) -> list[str]:
    row = [
        *([each.namespace] if namespaces else []),
        each.name,
        phase_text(each.phase, suspended=each.suspended, shut_down=each.message.startswith(SHUT_DOWN)),
        short_span(each.created_at, now, now),
        short_span(each.started_at, each.finished_at, now),
        str(each.priority or 0),
        each.message,
    ]
    return [*row, _pods(each), _parameters(each.parameters)] if wide else row


def _pods(each: WorkflowSummary) -> str:
    """How many pods wait, run and have ended: `0/1/3`."""
    if each.finished_at is not None:
        total = each.progress.partition("/")[2]
        return f"0/0/{total or 0}"
    ended = sum(count for phase, count in each.pods.items() if phase in FULFILLED)
    running = each.pods.get(RUNNING, 0)
    return f"{sum(each.pods.values()) - ended - running}/{running}/{ended}"


def _parameters(parameters: dict[str, str]) -> str:
    return ",".join(f"{name}={_shortened(value)}" for name, value in parameters.items())


def _shortened(value: str) -> str:
    """A long value without its middle."""
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 18]}...{value[-15:]}"
