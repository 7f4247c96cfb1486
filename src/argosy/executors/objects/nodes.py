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
from argosy.language.selectors import Requirement
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

    @property
    def objects(self) -> list[ObjectKey]:
        """What it waits for."""
        return [*self.leaving] if self.key is None else [self.key]


class ResourceNodes:
    """Carries out requests. Everything here is called from one thread."""

    def __init__(self, world: World, actions: Actions, clock: Clock, logs: PodLogs) -> None:
        self._world, self._actions, self._clock, self._logs = world, actions, clock, logs
        self._waits: dict[PodKey, _Wait] = {}
        self._by_object: dict[ObjectKey, set[PodKey]] = {}
        self._by_deadline: dict[PodKey, datetime] = {}
        self._on_workflows: set[PodKey] = set()
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
        return min(self._by_deadline.values(), default=None)

    @property
    def waits_for_workflows(self) -> bool:
        """Whether anything waits for a workflow."""
        return bool(self._on_workflows)

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
                self._add(wait)
                self._look_at(wait)
        except Exception as error:  # whatever it is becomes the end of this pod
            _pass_on(error)
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
        if done.key is None and not done.leaving:
            self._succeed(request, now, nothing(outputs))
            return None
        return _Wait(request, now, done.key, conditions, self._uids(done))

    def _add(self, wait: _Wait) -> None:
        key = wait.request.key
        self._waits[key] = wait
        for each in wait.objects:
            self._by_object.setdefault(each, set()).add(key)
            if each[:2] == WORKFLOW:
                self._on_workflows.add(key)
        if wait.request.deadline_seconds is not None:
            self._by_deadline[key] = wait.started_at + timedelta(seconds=wait.request.deadline_seconds)

    def _remove(self, key: PodKey) -> _Wait | None:
        wait = self._waits.pop(key, None)
        if wait is not None:
            for each in wait.objects:
                self._by_object[each].discard(key)
                if not self._by_object[each]:
                    del self._by_object[each]
            self._on_workflows.discard(key)
            self._by_deadline.pop(key, None)
        return wait

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
        wait = self._waits.get(key)
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
        self._look_at_all({pod for key in keys for pod in self._by_object.get(key, ())})

    def look(self) -> None:
        """Look at all that waits."""
        self._look_at_all(self._waits)

    def look_at_workflows(self) -> None:
        """Look at all that waits for a workflow."""
        self._look_at_all(self._on_workflows)

    def due(self, now: datetime) -> None:
        """End the pods that are over their deadline."""
        for key in [key for key, deadline in self._by_deadline.items() if deadline <= now]:
            wait = self._waits[key]
            self._end(wait.request, "Failed", wait.started_at, message=OVERDUE, exit_code=TERMINATED)

    def _look_at_all(self, pods: Iterable[PodKey]) -> None:
        for key in list(pods):
            if key in self._waits:
                self._guarded(self._waits[key])

    def _guarded(self, wait: _Wait) -> None:
        try:
            self._look_at(wait)
        except Exception as error:  # whatever it is becomes the end of this pod
            _pass_on(error)
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
        settled = self._settled(wait, data)
        if verdict.succeeded is None and not settled:
            return
        if wait.conditions.success.requirements or wait.conditions.failure.requirements:
            self._logs.write_pods(wait.request, data)
        if not verdict.succeeded:
            raise Failure(settled if verdict.succeeded is None else verdict.message)
        parameters = read(data, wait.request.template.outputs.parameters)
        self._succeed(wait.request, wait.started_at, parameters)

    def _is_there(self, key: ObjectKey, uid: str) -> bool:
        try:
            return self._world.get(key)["metadata"]["uid"] == uid
        except NotFound:
            return False

    def _settled(self, wait: _Wait, data: Object) -> str:
        """Why there is nothing left to wait for, where the object's status will never change again; else empty."""
        key = wait.key
        kind = kind_of(key.api_version, key.kind) if key is not None else None
        settled = kind.settled(data) if kind is not None else ""
        if key is None or not settled or not all(_is_of_status(each) for each in wait.conditions.success.requirements):
            return ""
        return f"{full_name(key)} {settled}, and neither success condition nor the failure condition has been matched"

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
        self._remove(request.key)
        self._actions.ended(request)
        report = PodReport(
            phase=phase, started_at=started_at, finished_at=self._clock.now(), host_node_name=self._host, **more
        )
        self._ended[request.key] = report
        self.deliver(request.key, report)


def _is_of_status(requirement: Requirement) -> bool:
    return requirement.key.partition(".")[0] == "status"


def _pass_on(error: Exception) -> None:
    """Raise it again where trying again can help."""
    if isinstance(error, ArgosyError) and error.transient:
        raise error
