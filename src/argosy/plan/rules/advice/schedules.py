"""Schedules of cron workflows: in which time zone, and whether runs may overlap."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.errors import ExpressionError
from argosy.language.cron import parse_schedule
from argosy.model.cron import CronWorkflow
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Walk

ZONES = ("TZ=", "CRON_TZ=")
ANY_TIME = ("@every", "@hourly")


def check(walk: Walk) -> Iterator[Problem]:
    """The schedules of a cron workflow."""
    cron = walk.subject.manifest
    if not isinstance(cron, CronWorkflow):
        return
    if cron.spec.timezone:
        yield from _zone(cron.spec.timezone)
    elif any(map(_has_an_hour, cron.spec.schedules)):
        message = "there is no timezone: the hours are those of the controller, mostly UTC"
        yield Problem("info", ("spec", "schedules"), message, "write timezone: Europe/Berlin, or UTC")
    if not cron.spec.concurrency_policy:
        message = "there is no concurrencyPolicy: a run may begin while the one before it runs"
        yield Problem("info", ("spec",), message, "write concurrencyPolicy: Forbid, Replace or Allow")


def _has_an_hour(schedule: str) -> bool:
    """Whether the time zone makes a difference."""
    if schedule.startswith((*ZONES, *ANY_TIME)):
        return False
    fields = schedule.split()
    return schedule.startswith("@") or any(not field.startswith("*") for field in fields[1:])


def _zone(name: str) -> Iterator[Problem]:
    """Argo's validation does not look at the time zone; the schedule then never fires."""
    try:
        parse_schedule("@daily", name)
    except ExpressionError as error:
        hint = "write a name of the IANA database: Europe/Berlin"
        yield Problem("warning", ("spec", "timezone"), f"no time of the schedule can be told: {error.message}", hint)
