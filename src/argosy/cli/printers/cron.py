"""CronWorkflows become what `argosy cron get` and `list` show (cmd/argo/commands/cron in Argo)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from argosy.cli.printers.style import Style
from argosy.cli.printers.table import columns
from argosy.cli.printers.times import short_span, stamp
from argosy.engine.cron.timetable import Timetable
from argosy.errors import ExpressionError
from argosy.model.cron import CronWorkflow

HEAD = ("NAME", "AGE", "LAST RUN", "NEXT RUN", "SCHEDULES", "TIMEZONE", "SUSPENDED")


def table(crons: Sequence[CronWorkflow], now: datetime, *, namespaces: bool = False) -> str:
    """The table, with a column of namespaces where that is wanted."""
    rows = [[*([each.metadata.namespace] if namespaces else []), *_row(each, now)] for each in crons]
    return columns([[*(["NAMESPACE"] if namespaces else []), *HEAD], *rows], 3)


def describe(cron: CronWorkflow, style: Style, now: datetime) -> str:
    """The facts in two columns."""
    return "".join(f"{name:<30} {value}".rstrip() + "\n" for name, value in _facts(cron, style, now))


def next_run(cron: CronWorkflow, now: datetime) -> datetime | None:
    """The next of its scheduled times, whether or not anything will run then; None where there is none."""
    anchor = cron.status.last_scheduled_time or cron.metadata.creation_timestamp or now
    try:
        return Timetable(cron.spec).next(now, anchor)
    except ExpressionError:
        return None


def _row(cron: CronWorkflow, now: datetime) -> list[str]:
    meta, last, following = cron.metadata, cron.status.last_scheduled_time, next_run(cron, now)
    return [
        meta.name,
        short_span(meta.creation_timestamp, now, now),
        short_span(last, now, now) if last else "N/A",
        short_span(now, following, now) if following else "N/A",
        ",".join(cron.spec.schedules),
        cron.spec.timezone,
        str(cron.spec.suspend).lower(),
    ]


def _facts(cron: CronWorkflow, style: Style, now: datetime) -> Iterator[tuple[str, str]]:
    meta, spec = cron.metadata, cron.spec
    yield "Name:", meta.name
    yield "Namespace:", meta.namespace
    if meta.creation_timestamp:
        yield "Created:", stamp(meta.creation_timestamp, now)
    yield "Schedules:", ",".join(spec.schedules)
    yield "Suspended:", str(spec.suspend).lower()
    if spec.timezone:
        yield "Timezone:", spec.timezone
    if spec.starting_deadline_seconds is not None:
        yield "StartingDeadlineSeconds:", str(spec.starting_deadline_seconds)
    if spec.concurrency_policy:
        yield "ConcurrencyPolicy:", spec.concurrency_policy
    yield from _state(cron, style, now)
    if spec.workflow_spec.arguments.parameters:
        yield "Workflow Parameters:", ""
        for parameter in spec.workflow_spec.arguments.parameters:
            if parameter.value is not None:
                yield f"  {parameter.name}:", parameter.value


def _state(cron: CronWorkflow, style: Style, now: datetime) -> Iterator[tuple[str, str]]:
    status, following = cron.status, next_run(cron, now)
    if status.last_scheduled_time:
        yield "LastScheduledTime:", stamp(status.last_scheduled_time, now)
    if following is not None:
        yield "NextScheduledTime:", f"{stamp(following, now)} (assumes workflow-controller is in UTC)"
    if status.active:
        yield "Active Workflows:", ", ".join(each.name for each in status.active)
    if status.conditions:
        yield "Conditions:", ""
        for condition in status.conditions:
            yield f"{style.condition(condition.type)} {condition.type}", condition.message or condition.status
