"""Schedules of cron workflows: in which time zone, and whether runs may overlap."""

from __future__ import annotations

from collections.abc import Iterator

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
    if not cron.spec.timezone and any(_has_an_hour(schedule) for schedule in cron.spec.schedules):
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
