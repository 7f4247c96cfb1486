"""The schedules of a CronWorkflow become moments: the next ones, and the one that was missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argosy.errors import ExpressionError
from argosy.language.cron import Every, Schedule, missed_run, next_time, parse_schedule
from argosy.language.times import Time, from_datetime
from argosy.model.cron import CronWorkflowSpec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = timedelta(days=365)
"""How long it holds that a schedule has no moment for five years."""


class Timetable:
    """All schedules of a specification. Raises ExpressionError, `cron schedule ... is malformed: ...`."""

    def __init__(self, spec: CronWorkflowSpec) -> None:
        if not spec.schedules:
            raise ExpressionError("cron workflow must have at least one schedule")
        self._schedules = [_parse(schedule, spec.timezone) for schedule in spec.schedules]
        self._found: dict[Schedule, tuple[datetime, datetime | None]] = {}

    def next(self, after: datetime, anchor: datetime) -> datetime | None:
        """The first moment after `after`; `@every` counts from `anchor`. None where there is none for five years."""
        found = [self._next(schedule, after, anchor) for schedule in self._schedules]
        return min((moment for moment in found if moment is not None), default=None)

    def due(self, since: datetime, anchor: datetime, now: datetime) -> set[datetime]:
        """The first moment of each schedule after `since`, where it is not after `now`.

        Whoever comes late finds one run of each schedule, not all that would have been (robfig/cron's Cron.run).
        """
        found = {self._next(schedule, since, anchor) for schedule in self._schedules}
        return {moment for moment in found if moment is not None and moment <= now}

    def missed(self, last: datetime, now: datetime, deadline_seconds: int) -> datetime | None:
        """The latest moment between `last` and `now` that is less than so many seconds ago."""
        found = missed_run(self._schedules, from_datetime(last), from_datetime(now), deadline_seconds)
        return _from_go(found) if found else None

    def _next(self, schedule: Schedule, after: datetime, anchor: datetime) -> datetime | None:
        if isinstance(schedule, Every):
            return _find(schedule, after, anchor)
        asked, found = self._found.get(schedule, (after, after))
        if not asked <= after < (found or asked + NEVER):  # to find it again costs a walk through the calendar
            found = _find(schedule, after, anchor)
            self._found[schedule] = after, found
        return found


def _find(schedule: Schedule, after: datetime, anchor: datetime) -> datetime | None:
    found = next_time(schedule, from_datetime(after), from_datetime(anchor))
    return _from_go(found) if found else None


def _parse(schedule: str, timezone: str) -> Schedule:
    try:
        return parse_schedule(schedule, timezone)
    except ExpressionError as error:
        raise ExpressionError(f"cron schedule {schedule} is malformed: {error.message}") from None


def _from_go(time: Time) -> datetime:
    return EPOCH + timedelta(seconds=time.seconds)
