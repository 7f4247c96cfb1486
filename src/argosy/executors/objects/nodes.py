"""The pods of resource templates while they act and wait: a request goes in, reports come out.

Nothing is polled: a wait looks at its object when that was changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from argosy.errors import ArgosyError, ExpressionError, NotFound
from argosy.executors.objects.actions import Actions, Done
from argosy.executors.objects.failures import EXIT_CODE, Failure
from argosy.executors.objects.kinds import kind_of
from argosy.executors.objects.logs import PodLogs
from argosy.executors.objects.outputs import nothing, read
from argosy.executors.objects.resources import WORKFLOW, Object, full_name
from argosy.executors.objects.world import World
from argosy.language.conditions import ResourceConditions, parse_conditions
from argosy.ports.clock import Clock
from argosy.ports.executor import Deliver
from argosy.ports.pods import PodKey, PodReport, PodRequest
from argosy.ports.store import ObjectKey

OVERDUE = "Pod was active on the node longer than the specified deadline"
NO_DELETE = "successCondition, failureCondition and outputs are not supported for delete action"
DELETED = "The resource has been deleted while its status was still being checked. Will not be retried"
TERMINATED = "143"


class _Wait(Struct):
    """A pod that has acted and waits for what becomes of its object, or for objects to go. `version`: seen last."""

    request: PodRequest
    started_at: datetime
    key: ObjectKey | None
    conditions: ResourceConditions
    leaving: Mapping[ObjectKey, str]
    version: Any = None
    deadline: datetime | None = None


class ResourceNodes:
    """Carries out requests. Everything here is called from one thread."""

    def __init__(self, world: World, actions: Actions, clock: Clock, logs: PodLogs) -> None:
        self._world, self._actions, self._clock, self._logs = world, actions, clock, logs
        self._waits: dict[PodKey, _Wait] = {}
        self._ended: dict[PodKey, PodReport] = {}
        self.deliver: Deliver = lambda _key, _report: None
        self._host = os.uname().nodename

    @property
    def active(self) -> bool:
        """Whether anything waits."""
        return bool(self._waits)

    @property
    def wake_at(self) -> datetime | None:
        """When a deadline is over."""
        return min((wait.deadline for wait in self._waits.values() if wait.deadline is not None), default=None)

    # --- orders

    def start(self, request: PodRequest) -> None:
        """Act, and report what comes of it; once, however often it is asked for."""
        if request.key in self._ended:
            self.deliver(request.key, self._ended[request.key])
            return
        if request.key in self._waits:
            return
        now = self._clock.now()
        self.deliver(request.key, PodReport(phase="Running", started_at=now, host_node_name=self._host))
        try:
            wait = self._begin(request, now)
            if wait is not None:
                self._waits[request.key] = wait
                self._look_at(wait)
        except Exception as error:  # whatever it is becomes the end of this pod
            self._fail(request, now, error)

    def _begin(self, request: PodRequest, now: datetime) -> _Wait | None:
        """Do the action; gives what there is to wait for."""
        resource, outputs = request.template.resource, request.template.outputs.parameters
        assert resource is not None
        if resource.action == "delete" and (resource.success_condition or resource.failure_condition or outputs):
            raise Failure(NO_DELETE)
        done = self._actions.do(request)
        for line in done.lines:
            self._logs.write(request, line)
        try:
            conditions = parse_conditions(resource.success_condition, resource.failure_condition)
        except ExpressionError as error:
            raise Failure(str(error)) from None
        deadline = None
        if request.deadline_seconds is not None:
            deadline = now + timedelta(seconds=request.deadline_seconds)
        if done.key is None and not done.leaving:
            self._succeed(request, now, nothing(outputs))
            return None
        return _Wait(request, now, done.key, conditions, self._uids(done), deadline=deadline)

    def _uids(self, done: Done) -> dict[ObjectKey, str]:
        """The objects that are to go, so that others of their names are told from them."""
        found = {}
        for key in done.leaving:
            try:
                found[key] = self._world.get(key)["metadata"]["uid"]
            except NotFound:
                continue
        return found

    def stop(self, key: PodKey) -> None:
        """End the pod; what it has done stays done, as when argoexec is killed."""
        wait = self._waits.pop(key, None)
        if wait is not None:
            message = f"main: Error (exit code {TERMINATED})"
            self._end(wait.request, "Failed", wait.started_at, message=message, exit_code=TERMINATED)

    def forget(self, keys: Iterable[PodKey]) -> None:
        """The ends of these are committed."""
        for key in keys:
            self._ended.pop(key, None)

    # --- looking

    def changed(self, keys: Iterable[ObjectKey]) -> None:
        """These objects were changed: look at what waits for them."""
        changed = set(keys)
        for wait in list(self._waits.values()):
            if wait.key in changed or not changed.isdisjoint(wait.leaving):
                self._guarded(wait)

    def look(self) -> None:
        """Look at all that waits."""
        for wait in list(self._waits.values()):
            self._guarded(wait)

    def look_at_workflows(self) -> None:
        """Look at all that waits for a workflow."""
        for wait in list(self._waits.values()):
            if wait.key is None or wait.key[:2] == WORKFLOW:
                self._guarded(wait)

    @property
    def waits_for_workflows(self) -> bool:
        """Whether anything does."""
        return any(wait.key is None or wait.key[:2] == WORKFLOW for wait in list(self._waits.values()))

    def due(self, now: datetime) -> None:
        """End the pods that are over their deadline."""
        for wait in list(self._waits.values()):
            if wait.deadline is not None and wait.deadline <= now:
                del self._waits[wait.request.key]
                self._end(wait.request, "Failed", wait.started_at, message=OVERDUE, exit_code=TERMINATED)

    def _guarded(self, wait: _Wait) -> None:
        try:
            self._look_at(wait)
        except Exception as error:  # whatever it is becomes the end of this pod
            self._fail(wait.request, wait.started_at, error)

    def _look_at(self, wait: _Wait) -> None:
        """End the pod if what it waits for has come. Raises Failure."""
        if wait.key is None:
            if not any(self._is_there(key, uid) for key, uid in wait.leaving.items()):
                self._succeed(wait.request, wait.started_at, {})
            return
        try:
            data = self._world.get(wait.key)
        except NotFound as error:
            raise Failure(f"{DELETED}: {error}") from None
        version = data["metadata"].get("resourceVersion") or data  # workflows have none
        if version == wait.version:
            return
        wait.version = version
        verdict = wait.conditions.judge(data)
        if verdict.succeeded is False:
            raise Failure(verdict.message)
        if verdict.succeeded:
            parameters = read(data, wait.request.template.outputs.parameters)
            self._succeed(wait.request, wait.started_at, parameters)
        elif all(each.key.split(".")[0] == "status" for each in wait.conditions.success.requirements):
            self._expect_more(wait.key, data)

    def _is_there(self, key: ObjectKey, uid: str) -> bool:
        try:
            return self._world.get(key)["metadata"]["uid"] == uid
        except NotFound:
            return False

    def _expect_more(self, key: ObjectKey, data: Object) -> None:
        """Raise Failure where the object's status will never change again: nothing is left to wait for."""
        kind = kind_of(key.api_version, key.kind)
        settled = kind.settled(data) if kind else ""
        if settled:
            raise Failure(
                f"{full_name(key)} {settled}, and neither success condition nor the failure condition has been matched"
            )

    # --- reports

    def _succeed(self, request: PodRequest, started_at: datetime, parameters: dict[str, str]) -> None:
        self._end(request, "Succeeded", started_at, exit_code="0", parameters=parameters)

    def _fail(self, request: PodRequest, started_at: datetime, error: Exception) -> None:
        self._logs.write(request, str(error))
        if isinstance(error, Failure):
            message = f"main: Error (exit code {EXIT_CODE}): {error}"
            self._end(request, "Failed", started_at, message=message, exit_code=EXIT_CODE)
        elif isinstance(error, ArgosyError):
            self._end(request, "Error", started_at, message=str(error))
        else:  # a bug of ours: it must not leave the node waiting for ever
            self._end(request, "Error", started_at, message=f"{type(error).__name__}: {error}")

    def _end(self, request: PodRequest, phase: Any, started_at: datetime, **more: Any) -> None:
        self._waits.pop(request.key, None)
        self._actions.ended(request)
        report = PodReport(
            phase=phase, started_at=started_at, finished_at=self._clock.now(), host_node_name=self._host, **more
        )
        self._ended[request.key] = report
        self.deliver(request.key, report)
