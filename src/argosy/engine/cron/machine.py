"""One CronWorkflow in memory: its runs as they are and the time go in; what is to run, or why nothing does, comes out.

    cron = Cron(cron_workflow, since=now)       `since`: from when on its times count
    surplus = cron.look(children, now)          who has ended is counted; gives the runs that are to be removed
    order = cron.fire(now)                      the next scheduled time that has come: Create, Skipped, or None
    cron.created(order, uid)                    or cron.refused(order, message), or cron.taken(order)

What is to be kept is `cron.workflow`: status, labels and annotations. The rules are those of Argo's
workflow/cron/operator.go and controller.go; the times are robfig/cron's.

A scheduled time fires at most once. Only times after `status.lastScheduledTime` are looked at, each run has a name that
says its time, and a run that is there but not in the status (the engine died between) is taken into it by `look`. So
runs are created first, then the status is kept, and only then may runs be removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from argosy.engine.cron.conditions import is_to_stop, may_run
from argosy.engine.cron.orders import Child, Create, Skipped
from argosy.engine.cron.timetable import Timetable
from argosy.errors import ExpressionError
from argosy.model.cron import CronWorkflow
from argosy.model.kinds import FAILED_OR_ERROR, FULFILLED, GROUP_VERSION, SUCCEEDED
from argosy.model.meta import ObjectReference
from argosy.model.status import Condition
from argosy.plan.cron import COMPLETED_LABEL, LAST_SCHEDULE, scheduled_run, scheduled_time, schedules_with_zone

ACTIVE, STOPPED = "Active", "Stopped"
SPEC_ERROR, SUBMISSION_ERROR = "SpecError", "SubmissionError"
ALLOW, FORBID, REPLACE = "Allow", "Forbid", "Replace"
KEEP_SUCCESSFUL, KEEP_FAILED = 3, 1

Validate = Callable[[CronWorkflow], str]
"""What is wrong with its specification; empty where nothing is."""


class Cron:
    """A CronWorkflow at work. It belongs to this object, which changes its status, labels and annotations."""

    def __init__(self, cron: CronWorkflow, *, since: datetime, validate: Validate = lambda _cron: "") -> None:
        self.workflow, self._since, self._validate = cron, since, validate
        self._times: Timetable | None = None
        self._pending: list[datetime] = []
        self._refused: set[datetime] = set()
        self._may_have_missed = True
        try:
            self._times = Timetable(cron.spec)
        except ExpressionError as error:
            self._report(SPEC_ERROR, error.message)

    @property
    def since(self) -> datetime:
        """Up to when its times have been looked at: whoever takes its place goes on from there."""
        return self._since

    @property
    def wake_at(self) -> datetime | None:
        """When `fire` has to be called; None where its time never comes."""
        if self._pending:
            return self._pending[0]
        return self._times.next(self._from, self._anchor) if self._times else None

    @property
    def can_fire(self) -> bool:
        """Whether anything of it will ever run, unless somebody changes it."""
        return not self.workflow.spec.suspend and not self._is_stopped and self.wake_at is not None

    def look(self, children: Sequence[Child], now: datetime) -> list[Child]:
        """Take note of its runs; gives those that are to be removed once the status is kept."""
        self._take_in(children)
        by_uid = {child.uid: child for child in children}
        for reference in list(self.workflow.status.active):
            child = by_uid.get(reference.uid)
            if child is None or child.phase in FULFILLED:
                self.workflow.status.active.remove(reference)
                self._may_have_missed = True
                if child is not None:
                    self._count(child.phase, now)
        return self._surplus(children)

    def fire(self, now: datetime) -> Create | Skipped | None:
        """What is to be done at the next scheduled time that has come, None where there is none."""
        if self._times is None:
            return None
        if not self._pending:
            self._collect(self._times, now)
        while self._pending:
            at = self._pending.pop(0)
            if self._is_new(at):
                return self._run(at, now)
        return None

    def created(self, order: Create, uid: str) -> None:
        """The workflow that was wanted is there."""
        meta = order.workflow.metadata
        self._activate(meta.name, meta.namespace, uid)
        self._note_run(order.at)
        self._clear(SUBMISSION_ERROR)

    def taken(self, order: Create) -> None:
        """There is a workflow of that name already: this time has had its run."""
        self._note_run(order.at)

    def refused(self, order: Create, message: str) -> None:
        """The workflow could not be created. Unlike in Argo it is not tried again and again until the deadline."""
        self._refused.add(order.at)
        self._report(SUBMISSION_ERROR, f"Failed to submit Workflow: {message}")

    # --- times

    @property
    def _from(self) -> datetime:
        return max(self._since, self.workflow.status.last_scheduled_time or self._since)

    @property
    def _anchor(self) -> datetime:
        """From when `@every` counts."""
        return self.workflow.status.last_scheduled_time or self.workflow.metadata.creation_timestamp or self._since

    def _is_new(self, at: datetime) -> bool:
        last = self.workflow.status.last_scheduled_time
        return last is None or at > last

    def _collect(self, times: Timetable, now: datetime) -> None:
        """Which scheduled times have come since the last call; and which was missed, where that may be."""
        found = times.due(self._from, self._anchor, now)
        if self._may_have_missed:
            self._may_have_missed = False
            found |= self._missed(times, now)
        self._since = max(self._since, now)
        self._pending = sorted(found)

    def _missed(self, times: Timetable, now: datetime) -> set[datetime]:
        """The one run to make up for (shouldOutstandingWorkflowsBeRun)."""
        last, deadline = self.workflow.status.last_scheduled_time, self.workflow.spec.starting_deadline_seconds
        if last is None or deadline is None or self._has_new_schedule:
            return set()
        found = times.missed(last, now, deadline)
        return set() if found is None or found in self._refused else {found}

    @property
    def _has_new_schedule(self) -> bool:
        return self.workflow.metadata.annotations.get(LAST_SCHEDULE) != schedules_with_zone(self.workflow)

    # --- a scheduled time

    def _run(self, at: datetime, now: datetime) -> Create | Skipped:
        cron = self.workflow
        if self._has_new_schedule:
            cron.metadata.annotations[LAST_SCHEDULE] = schedules_with_zone(cron)
        problem = self._validate(cron)
        if problem:
            self._report(SPEC_ERROR, problem)
            return Skipped(at, f"{SPEC_ERROR}: {problem}")
        self._clear(SPEC_ERROR)
        if problem := self._stop_if_wanted(now):
            return Skipped(at, f"{SPEC_ERROR}: {problem}")
        if why := self._obstacle(now):
            return Skipped(at, why)
        replaced = tuple(cron.status.active) if cron.spec.concurrency_policy == REPLACE else ()
        return Create(at, scheduled_run(cron, at), replaced)

    def _obstacle(self, now: datetime) -> str:
        """Why nothing runs (enforceRuntimePolicy); empty where something does."""
        spec, status = self.workflow.spec, self.workflow.status
        if spec.suspend:
            return "suspended"
        if self._is_stopped:
            return "stopped: stopStrategy.expression was true"
        try:
            if not may_run(self.workflow, now):
                return f"when is false: {spec.when}"
        except ExpressionError as error:
            return self._policy_error(error.message)
        if spec.concurrency_policy not in ("", ALLOW, FORBID, REPLACE):
            return self._policy_error(f"invalid ConcurrencyPolicy: {spec.concurrency_policy}")
        if spec.concurrency_policy == FORBID and status.active:
            return f"concurrencyPolicy is Forbid, and {', '.join(each.name for each in status.active)} is active"
        return ""

    def _policy_error(self, message: str) -> str:
        text = f"run policy error: {message}"
        self._report(SUBMISSION_ERROR, text)
        return f"{SUBMISSION_ERROR}: {text}"

    # --- what has become of the runs

    def _take_in(self, children: Sequence[Child]) -> None:
        """Runs that are at work, and those that were created just before an engine died."""
        meta = self.workflow.metadata
        known = {reference.uid for reference in self.workflow.status.active}
        unnoted: list[datetime] = []
        for child in children:
            at = scheduled_time(meta.name, child.name)
            if at is not None and self._is_new(at) and at >= (meta.creation_timestamp or at):
                unnoted.append(at)
            elif child.phase in FULFILLED:
                continue
            if child.uid not in known:
                self._activate(child.name, meta.namespace, child.uid)
        for at in sorted(unnoted):
            self._note_run(at)

    def _count(self, phase: str, now: datetime) -> None:
        if phase in FAILED_OR_ERROR:
            self.workflow.status.failed += 1
        elif phase == SUCCEEDED:
            self.workflow.status.succeeded += 1
        self._stop_if_wanted(now)

    def _surplus(self, children: Sequence[Child]) -> list[Child]:
        """The runs beyond the limits of the history, which keep those that ended last (enforceHistoryLimit)."""
        spec = self.workflow.spec
        succeeded = [child for child in children if child.phase == SUCCEEDED]
        failed = [child for child in children if child.phase in FULFILLED and child.phase != SUCCEEDED]
        return [
            *_beyond(spec.successful_jobs_history_limit, KEEP_SUCCESSFUL, succeeded),
            *_beyond(spec.failed_jobs_history_limit, KEEP_FAILED, failed),
        ]

    # --- the status

    @property
    def _is_stopped(self) -> bool:
        return self.workflow.status.phase == STOPPED

    def _stop_if_wanted(self, now: datetime) -> str:
        """Stop for good where the expression says so; gives what is wrong with it."""
        try:
            if is_to_stop(self.workflow, now):
                self.workflow.status.phase = STOPPED
                self.workflow.metadata.labels[COMPLETED_LABEL] = "true"
        except ExpressionError as error:
            reason = f"failed to evaluate stop expression: {error.message}"
            message = f"failed to check CronWorkflow '{self.workflow.metadata.name}' stopping condition: {reason}"
            self._report(SPEC_ERROR, message)
            return message
        return ""

    def _activate(self, name: str, namespace: str, uid: str) -> None:
        reference = ObjectReference(api_version=GROUP_VERSION, kind="Workflow", name=name, namespace=namespace, uid=uid)
        self.workflow.status.active.append(reference)

    def _note_run(self, at: datetime) -> None:
        status = self.workflow.status
        status.last_scheduled_time = at
        if not self._is_stopped:
            status.phase = ACTIVE

    def _report(self, kind: str, message: str) -> None:
        self._clear(kind)
        self.workflow.status.conditions.append(Condition(type=kind, status="True", message=message))
        if kind == SUBMISSION_ERROR:
            self.workflow.status.failed += 1

    def _clear(self, kind: str) -> None:
        conditions = self.workflow.status.conditions
        conditions[:] = [each for each in conditions if each.type != kind]


def _beyond(limit: int | None, otherwise: int, ended: list[Child]) -> list[Child]:
    keep = otherwise if limit is None or limit < 0 else limit
    newest = sorted(ended, key=lambda child: child.finished_at.timestamp() if child.finished_at else 0.0, reverse=True)
    return newest[keep:]
