"""The one loop: what has happened → the machine → the store → the executor → what happens next.

1. Wait for reports of pods, a ring of the bell, or the time at which a workflow asked to be woken.
2. Take all that has arrived, give each workflow its events, and collect what changed and what is to be done.
3. Commit the changes of all of them in one transaction.
4. Only then carry the commands out. If the engine dies between 3 and 4, the next one finds the pods outstanding and
   asks the executor to adopt them; a pod is known by its key, so nothing runs twice.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from argosy.controller.configmaps import ConfigMaps
from argosy.controller.residents import Nobody, Residents
from argosy.controller.throttle import POSTPONED, admit, turn
from argosy.engine.completion import fail_workflow, postpone_workflow
from argosy.engine.execution import Execution
from argosy.engine.locks import LockTable
from argosy.engine.memoization import Caches
from argosy.engine.rate import StartRate
from argosy.engine.state import GRACE_SECONDS
from argosy.errors import ArgosyError, InvalidRequest, NotFound
from argosy.model.kinds import FAILED
from argosy.model.workflow import Workflow
from argosy.plan.resolve import resolve
from argosy.ports.clock import Clock
from argosy.ports.commands import Command, Remember, StartPod, StopPod
from argosy.ports.events import AnyEvent, PodReported, TerminateRequested
from argosy.ports.executor import Executor
from argosy.ports.limits import Limits
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport
from argosy.ports.store import Change, DeleteRequested, Store

Arrival = tuple[PodKey, PodReport] | None
"""A report; None: something waits in the store."""


class Controller:
    """Runs every workflow of one store on one executor, within these limits.

    `residents` have their turn, are told when the store may have changed, and keep the engine from being idle.

    `guard` raises why a workflow that runs must not go on.

    `on_bug(uid, error)` hears of an exception in the machine; the workflow is put in Error, and the others go on.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        clock: Clock,
        *,
        limits: Limits = Limits(),  # noqa: B008 (it is frozen)
        residents: Residents | None = None,
        guard: Callable[[Workflow], None] = lambda _workflow: None,
        on_bug: Callable[[str, Exception], None] = lambda _uid, _error: None,
    ) -> None:
        self.store, self.executor, self.clock = store, executor, clock
        self.limits, self.on_bug = limits, on_bug
        self.residents: Residents = residents or Nobody()
        self._guard = guard
        self.executions: dict[str, Execution] = {}
        self.config_maps = ConfigMaps(store)
        self.locks, self.caches = LockTable(self.config_maps.read), Caches(self.config_maps.read)
        self.rate = StartRate(limits.rate)
        self._waiting: dict[str, Workflow] = {}
        self._deleting: set[str] = set()
        self._inbox: queue.SimpleQueue[Arrival] = queue.SimpleQueue()
        self._look = True

    def open(self) -> None:
        """Make ready, and take up what an engine before this one left."""
        self.executor.open(lambda key, report: self._inbox.put((key, report)))
        self._look = True

    def wake(self) -> None:
        """Say, from any thread, that something waits in the store."""
        self._inbox.put(None)

    def close(self) -> None:
        """Let go of everything, ending nothing."""
        self.executor.close()

    @property
    def idle(self) -> bool:
        """Whether nothing is left to run."""
        return not (self.executions or self._waiting or self._look or self.residents.active)

    def step(self, timeout: float) -> bool:
        """One turn of the loop, waiting at most `timeout` seconds for something to happen; whether anything changed."""
        arrivals = self._receive(0.0 if self._look else timeout)
        self._look = self.residents.turn(self.clock.now()) or self._look
        self._look_at_limits()
        events: dict[str, list[AnyEvent]] = {}
        final: list[PodKey] = []
        for key, report in arrivals:
            events.setdefault(key.workflow_uid, []).append(PodReported(node_id=key.node_id, report=report))
            if report.phase in FINAL_POD_PHASES:
                final.append(key)
        handled = self._look_into_store(events) if self._look else {}
        self._stop_strays(arrivals)
        changed = self._advance(events, handled)
        if final:
            self.executor.forget(final)
        return changed or bool(handled)

    def _receive(self, timeout: float) -> list[tuple[PodKey, PodReport]]:
        """All that has arrived, after waiting for the first."""
        arrived: list[tuple[PodKey, PodReport]] = []
        try:
            first = self._inbox.get(timeout=self._patience(timeout)) if timeout else self._inbox.get_nowait()
            while True:
                if first is None:
                    self._look = True
                else:
                    arrived.append(first)
                first = self._inbox.get_nowait()
        except queue.Empty:
            return arrived

    def _look_at_limits(self) -> None:
        """Somebody may have changed the limit of a semaphore that is waited for."""
        self.config_maps.look_again()
        self.locks.look(self.clock.now())

    def _patience(self, timeout: float) -> float:
        wakes = [wake_at for each in (self.residents, *self.executions.values()) if (wake_at := each.wake_at)]
        if not wakes:
            return timeout
        return max(0.001, min(timeout, (min(wakes) - self.clock.now()).total_seconds()))

    def _stop_strays(self, arrivals: list[tuple[PodKey, PodReport]]) -> None:
        """End pods that run though nobody wants them: an engine before this one died before it could."""
        for key, report in arrivals:
            execution = self.executions.get(key.workflow_uid)
            if report.phase not in FINAL_POD_PHASES and (execution is None or not execution.wants(key.node_id)):
                self.executor.stop(key, GRACE_SECONDS)

    def _look_into_store(self, events: dict[str, list[AnyEvent]]) -> dict[str, list[int]]:
        """Take up workflows and requests that are new; gives the ids of the requests by workflow."""
        self._look = False
        self.residents.look()
        unfinished = self.store.unfinished()
        for uid in unfinished:
            if uid not in self.executions and uid not in self._waiting:
                self._load(uid)
        self._drop_removed(set(unfinished))
        running = (each.workflow for each in self.executions.values())
        for workflow in admit(self._waiting.values(), running, self.limits):
            self._take_up(self._waiting.pop(workflow.metadata.uid), events)
        handled: dict[str, list[int]] = {}
        for request in self.store.requests():
            if request.workflow_uid in self._waiting:
                self._take_up(self._waiting.pop(request.workflow_uid), events)
            handled.setdefault(request.workflow_uid, []).append(request.id)
            if isinstance(request.request, DeleteRequested):
                self._deleting.add(request.workflow_uid)
                events.setdefault(request.workflow_uid, []).append(TerminateRequested())
            else:
                events.setdefault(request.workflow_uid, []).append(request.request)
        return handled

    def _drop_removed(self, unfinished: set[str]) -> None:
        """End what is left of workflows that somebody has removed from the store."""
        for uid in [uid for uid in self.executions if uid not in unfinished]:
            for request in self.executions.pop(uid).outstanding:
                self.executor.stop(request.key, GRACE_SECONDS)
            self.locks.forget(uid)
        for uid in [uid for uid in self._waiting if uid not in unfinished]:
            del self._waiting[uid]

    def _load(self, uid: str) -> None:
        try:
            workflow = self.store.load(uid)
        except NotFound:
            return
        self._waiting[uid] = workflow

    def _take_up(self, workflow: Workflow, events: dict[str, list[AnyEvent]]) -> None:
        uid = workflow.metadata.uid
        try:
            execution = Execution(
                resolve(workflow, self.config_maps.read),
                workflow,
                locks=self.locks,
                caches=self.caches,
                rate=self.rate,
            )
        except Exception as error:  # whatever is wrong with it, it must not stop the others
            self._give_up(workflow, error)
            return
        self.executions[uid] = execution
        events.setdefault(uid, [])
        if execution.outstanding:
            self.executor.adopt(execution.outstanding)

    def _give_up(self, workflow: Workflow, error: Exception) -> None:
        self.locks.forget(workflow.metadata.uid)
        if not isinstance(error, ArgosyError):
            self.on_bug(workflow.metadata.uid, error)
        if isinstance(error, InvalidRequest) and not workflow.status.nodes:
            change = fail_workflow(workflow, f"invalid spec: {error}", self.clock.now(), phase=FAILED)
        else:
            change = fail_workflow(workflow, str(error), self.clock.now())
        self.store.commit([change])

    def _advance(self, events: dict[str, list[AnyEvent]], handled: dict[str, list[int]]) -> bool:
        """Let the machine handle the events; commit; carry out."""
        now = self.clock.now()
        changes: list[Change] = []
        commands: list[Command] = []
        touched: dict[str, Execution] = {}
        turns: Iterable[str] = self._in_turn(events, now)
        while turns:
            for uid in turns:
                execution = self.executions.get(uid)
                if execution is not None and not execution.finished:
                    commands += self._handle(uid, execution, events.get(uid, ()), now, changes)
                    touched[uid] = execution
            events, turns = {}, self.locks.take_woken()  # what a workflow let go of may be for another one
        changes += [change for each in touched.values() if (change := each.take_change()) is not None]
        self._note_handled(changes, handled)
        changes += self._postponed()
        if changes:
            self.store.commit(changes)
        self._carry_out(commands)
        self._let_go()
        return bool(changes)

    def _in_turn(self, events: Mapping[str, object], now: datetime) -> Iterable[str]:
        """The workflows to handle: those whose time has come, by priority and age, then those with events or locks.

        Of the first it is asked again at its turn: the start that it waited for may be another one's by then.
        """

        def is_due(uid: str) -> bool:
            wake_at = self.executions[uid].wake_at
            return wake_at is not None and wake_at <= now

        others = dict.fromkeys([*events, *self.locks.take_woken()])
        due = sorted(filter(is_due, self.executions), key=lambda uid: turn(self.executions[uid].workflow))
        yield from (uid for uid in due if uid in others or is_due(uid))
        yield from (uid for uid in others if uid not in due)

    def _handle(
        self, uid: str, execution: Execution, events: Iterable[AnyEvent], now: datetime, changes: list[Change]
    ) -> list[Command]:
        try:
            self._guard(execution.workflow)
            return execution.handle(*events, now=now)
        except Exception as error:  # a bug of ours in one workflow must not stop the others
            expected = isinstance(error, ArgosyError)
            if not expected:
                self.on_bug(uid, error)
            stops: list[Command] = [StopPod(request.key, 0.0) for request in execution.outstanding]
            message = str(error) if expected else f"{type(error).__name__}: {error}"
            changes.append(fail_workflow(execution.workflow, message, now))
            self.locks.forget(uid)
            return stops

    def _note_handled(self, changes: list[Change], handled: dict[str, list[int]]) -> None:
        by_uid = {change.uid: change for change in changes}
        for uid, ids in handled.items():
            if uid in by_uid:
                by_uid[uid].handled = ids
            else:
                self.store.drop_requests(ids)

    def _postponed(self) -> list[Change]:
        """Say of the workflows that wait for their turn that they do."""
        return [
            postpone_workflow(workflow, POSTPONED)
            for workflow in self._waiting.values()
            if workflow.status.message != POSTPONED
        ]

    def _carry_out(self, commands: Sequence[Command]) -> None:
        for command in commands:
            if isinstance(command, StartPod):
                self.executor.start(command.request)
            elif isinstance(command, StopPod):
                self.executor.stop(command.key, command.grace_seconds)
        for cache, error in self.config_maps.remember([each for each in commands if isinstance(each, Remember)]):
            self.on_bug(f"cache-{cache}", error)
        self.caches.written()

    def _let_go(self) -> None:
        """Forget the workflows that have ended, and give their places to those that wait."""
        for uid in [uid for uid, execution in self.executions.items() if execution.finished]:
            del self.executions[uid]
            self._look = self._look or bool(self._waiting)
        for uid in [uid for uid in self._deleting if uid not in self.executions]:
            self._deleting.discard(uid)
            self.store.delete(uid)
            self.executor.delete_workflow(uid)
