"""Plays a CronWorkflow on a virtual clock: its times come, its runs are played, and time passes as the test says."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from argosy.engine.cron import Child, Create, Cron, Skipped
from argosy.engine.execution import Execution
from argosy.engine.locks import LockTable
from argosy.errors import ArgosyError, InvalidRequest
from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.cron import CronWorkflow
from argosy.operations.options import override_parameters
from argosy.plan.resolve import resolve
from argosy.plan.snapshot import Shelf, take_snapshot
from argosy.ports.events import TerminateRequested
from argosy.testing.clock import VirtualClock
from argosy.testing.cron_cases import CronCase, span
from argosy.testing.play import Player

MOST_STEPS = 1_000_000


@dataclass
class Run:
    """A run of a scheduled time; `kept` until the limits of the history remove it."""

    at: datetime
    uid: str
    name: str
    player: Player
    kept: bool = True

    @property
    def due(self) -> datetime | None:
        """When something happens in it next."""
        after = None if self.player.execution.finished else self.player.due
        return None if after is None else self.player.begun + timedelta(seconds=after)

    @property
    def child(self) -> Child:
        """The run as the CronWorkflow sees it."""
        status = self.player.execution.state.status
        return Child(self.uid, self.name, status.phase, status.finished_at)


class CronPlayer:
    """A CronWorkflow, and the templates that it may refer to, as a case wants it."""

    def __init__(self, cron: CronWorkflow, templates: list[Any], case: CronCase) -> None:
        self.case, self.clock = case, VirtualClock(case.start)
        self.runs: list[Run] = []
        self._present: list[Run] = []
        self.skipped: list[Skipped] = []
        self._shelf, self._locks = Shelf(templates), LockTable()
        self._edits = sorted(case.edits, key=lambda edit: edit.at)
        self._down = [(down.at, down.at + span(down.for_)) for down in case.down]
        self.cron = Cron(_placed(cron, case), since=case.start)

    @property
    def seconds(self) -> float:
        """How much time has passed."""
        return (self.clock.now() - self.case.start).total_seconds()

    def play(self) -> None:
        """Let the time of the case pass. Raises InvalidRequest where too much happens in it."""
        end = self.case.end
        for _ in range(MOST_STEPS):
            at = self._next()
            if at is None or at > end:
                self._pass(end)
                return
            self._pass(at)
            if not self._is_down:
                self._turn(at)
        raise InvalidRequest(f"more than {MOST_STEPS} things happen until {end}", hint="write an earlier `until`")

    def _turn(self, at: datetime) -> None:
        """All that an engine does at a moment. A time that has come sees the runs as they were just before."""
        self._fire()
        self._edit()
        for run in list(self._present):
            if (due := run.due) is not None and due <= at:
                run.player.step()
                self._unlock()
        surplus = {child.uid for child in self.cron.look([run.child for run in self._present], at)}
        for run in self._present:
            run.kept = run.uid not in surplus
        self._present = [run for run in self._present if run.kept]
        self._fire()

    def _next(self) -> datetime | None:
        """When something happens next; nothing does while there is no engine."""
        moments = [run.due for run in self._present]
        moments += [self.cron.wake_at, *(edit.at for edit in self._edits[:1])]
        moments += [until for _, until in self._down if until > self.clock.now()]
        return min((self._up_again(each) for each in moments if each is not None), default=None)

    def _up_again(self, at: datetime) -> datetime:
        """That time, or when there is an engine again."""
        at = max(at, self.clock.now())
        return max((until for since, until in self._down if since <= at < until), default=at)

    @property
    def _is_down(self) -> bool:
        return self._up_again(self.clock.now()) != self.clock.now()

    def _pass(self, at: datetime) -> None:
        before = self.clock.now()
        self.clock.advance(max(0.0, (at - before).total_seconds()))
        if any(before < until <= at for _, until in self._down):
            self.cron = Cron(self.cron.workflow, since=at)

    def _edit(self) -> None:
        while self._edits and self._edits[0].at <= self.clock.now():
            edit = self._edits.pop(0)
            data = to_builtins(self.cron.workflow)
            changed = decode_lenient({**data, "spec": {**data["spec"], **edit.spec}}, CronWorkflow)
            self.cron = Cron(changed, since=self.cron.since)

    def _fire(self) -> None:
        while order := self.cron.fire(self.clock.now()):
            if isinstance(order, Create):
                self._create(order)
            else:
                self.skipped.append(order)

    def _create(self, order: Create) -> None:
        ended = {reference.uid for reference in order.terminate}
        for run in self._present:
            if run.uid in ended and not run.player.execution.finished:
                run.player.tell(TerminateRequested())
                self._unlock()
        name = order.workflow.metadata.name
        try:
            execution = self._execution(order, f"uid-of-{name}")
        except ArgosyError as error:
            self.cron.refused(order, str(error))
            self.skipped.append(Skipped(order.at, f"SubmissionError: {error}"))
            return
        run = Run(order.at, f"uid-of-{name}", name, Player(execution, self.clock, self.case.script(order.at)))
        self.runs.append(run)
        self._present.append(run)
        self.cron.created(order, run.uid)
        run.player.tell()

    def _execution(self, order: Create, uid: str) -> Execution:
        workflow = copy.deepcopy(order.workflow)
        workflow.metadata.uid, workflow.metadata.creation_timestamp = uid, self.clock.now()
        workflow = take_snapshot(workflow, self._shelf, {})
        return Execution(resolve(workflow), workflow, locks=self._locks)

    def _unlock(self) -> None:
        """What a run let go of may be for another one."""
        while woken := self._locks.take_woken():
            for run in self._present:
                if run.uid in woken and not run.player.execution.finished:
                    run.player.tell()


def _placed(cron: CronWorkflow, case: CronCase) -> CronWorkflow:
    """The CronWorkflow as it is when the test begins."""
    spec = cron.spec.workflow_spec
    given = override_parameters(spec.arguments.parameters, [f"{name}={text}" for name, text in case.parameters.items()])
    spec = msgspec.structs.replace(spec, arguments=msgspec.structs.replace(spec.arguments, parameters=given))
    cron = copy.deepcopy(msgspec.structs.replace(cron, spec=msgspec.structs.replace(cron.spec, workflow_spec=spec)))
    meta = cron.metadata
    meta.name, meta.namespace = meta.name or "cron", meta.namespace or "default"
    meta.uid, meta.creation_timestamp = f"uid-of-{meta.name}", case.start
    return cron
