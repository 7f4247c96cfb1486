"""The resource templates of one engine while they act and wait: a task for each, in the event loop of the cluster."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from argosy.cluster.cluster import Cluster
from argosy.cluster.requests import Object, key_of
from argosy.errors import ArgosyError, ExecutorError, ExpressionError
from argosy.executors.kubernetes import own_pod
from argosy.executors.kubernetes import resource_waits as waits
from argosy.executors.kubernetes.resource_actions import Done, act
from argosy.executors.kubernetes.settings import PodSettings
from argosy.executors.objects.failures import EXIT_CODE, Failure
from argosy.executors.objects.nodes import NO_DELETE, OVERDUE, TERMINATED
from argosy.executors.objects.outputs import nothing, read
from argosy.language.conditions import parse_conditions
from argosy.ports.executor import Deliver
from argosy.ports.pods import PodKey, PodReport, PodRequest


class _Leaf:
    """One that acts or waits. `told` is what hinders it."""

    def __init__(self, request: PodRequest) -> None:
        self.request, self.started_at, self.told = request, datetime.now(UTC), ""
        self.task: asyncio.Task[None] | None = None


class ResourceDesk:
    """Carries out requests. Everything here is called in the loop."""

    def __init__(self, cluster: Cluster, settings: PodSettings, deliver: Deliver) -> None:
        self._api, self._settings, self._on_error = cluster.api, settings, cluster.on_error
        self._deliver: Deliver | None = deliver
        self._leaves: dict[PodKey, _Leaf] = {}
        self._ended: dict[PodKey, PodReport] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(settings.at_once)
        self._host = os.uname().nodename

    # --- orders

    def start(self, request: PodRequest) -> None:
        """Act, and report what comes of it; once, however often it is asked for."""
        if request.key in self._ended:
            self._tell(request.key, self._ended[request.key])
        elif request.key not in self._leaves:
            leaf = self._leaves[request.key] = _Leaf(request)
            self._tell_running(leaf)
            leaf.task = self._add(self._live(leaf))

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """What was done for these is not done again; the wait goes on."""
        for request in requests:
            self.start(request)

    def stop(self, key: PodKey) -> None:
        """End it; what it has done stays done, as when argoexec is killed."""
        leaf = self._leaves.get(key)
        if leaf is not None:
            self._cancel(leaf)
            self._terminated(leaf, f"main: Error (exit code {TERMINATED})")

    def forget(self, keys: Iterable[PodKey]) -> None:
        """The ends of these are committed."""
        for key in keys:
            self._ended.pop(key, None)

    def drop_workflow(self, uid: str) -> None:
        """Know nothing any more of a workflow that is being deleted."""
        for leaf in [leaf for key, leaf in self._leaves.items() if key.workflow_uid == uid]:
            self._cancel(leaf)
            del self._leaves[leaf.request.key]
        self.forget([key for key in self._ended if key.workflow_uid == uid])

    async def close(self) -> None:
        """Tell nothing any more, and wait for nothing any more."""
        self._deliver = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- one leaf

    async def _live(self, leaf: _Leaf) -> None:
        deadline = asyncio.timeout(leaf.request.deadline_seconds)
        try:
            async with deadline:
                parameters = await self._carry_out(leaf)
            self._end(leaf, "Succeeded", exit_code="0", parameters=parameters)
        except Failure as error:
            message = f"main: Error (exit code {EXIT_CODE}): {error}"
            self._end(leaf, "Failed", message=message, exit_code=EXIT_CODE)
        except ArgosyError as error:
            self._end(leaf, "Error", message=str(error))
        except Exception as error:  # a bug of ours: it must not leave the node waiting for ever
            if deadline.expired():
                self._terminated(leaf, OVERDUE)
                return
            self._on_error(error)
            self._end(leaf, "Error", message=f"{type(error).__name__}: {error}")

    async def _carry_out(self, leaf: _Leaf) -> dict[str, str]:
        """Act, and wait; gives the output parameters. Raises Failure, and ArgosyError for what is no failure of it."""
        request = leaf.request
        resource, outputs = request.template.resource, request.template.outputs.parameters
        assert resource is not None
        only = self._settings.namespace
        if only and request.namespace != only:
            raise ExecutorError(f"this engine works in the namespace {only!r} only, not in {request.namespace!r}")
        if resource.action == "delete" and (resource.success_condition or resource.failure_condition or outputs):
            raise Failure(NO_DELETE)
        done = await waits.lasting(self._api, lambda: self._act(request), lambda error: self._hindered(leaf, error))
        for each in done.leaving:
            await waits.gone(self._api, each, self._on_error)
        data = await self._waited(request, done.object)
        return nothing(outputs) if data is None else read(data, outputs)

    async def _act(self, request: PodRequest) -> Done:
        async with self._room:
            if own_pod.names_it(request):
                await own_pod.show(self._api, request, self._settings)
            return await act(self._api, request, owned=self._settings.owned)

    async def _waited(self, request: PodRequest, data: Object | None) -> Object | None:
        """The object once its conditions hold."""
        resource = request.template.resource
        assert resource is not None
        try:
            conditions = parse_conditions(resource.success_condition, resource.failure_condition)
        except ExpressionError as error:
            raise Failure(str(error)) from None
        if data is None or not (conditions.success.requirements or conditions.failure.requirements):
            return data
        return await waits.condition(self._api, key_of(data), conditions, self._on_error)

    # --- reports

    def _hindered(self, leaf: _Leaf, error: Exception) -> None:
        if leaf.told != str(error):
            leaf.told = str(error)
            self._tell_running(leaf)

    def _tell_running(self, leaf: _Leaf) -> None:
        running = PodReport(phase="Running", message=leaf.told, started_at=leaf.started_at, host_node_name=self._host)
        self._tell(leaf.request.key, running)

    def _terminated(self, leaf: _Leaf, message: str) -> None:
        self._end(leaf, "Failed", message=message, exit_code=TERMINATED)

    def _end(self, leaf: _Leaf, phase: Any, **more: Any) -> None:
        key = leaf.request.key
        if self._leaves.pop(key, None) is not leaf:
            return
        report = PodReport(
            phase=phase,
            started_at=leaf.started_at,
            finished_at=datetime.now(UTC),
            host_node_name=self._host,
            **more,
        )
        self._ended[key] = report
        if own_pod.names_it(leaf.request):
            self._add(self._end_own_pod(leaf.request, report))
        else:
            self._tell(key, report)

    async def _end_own_pod(self, request: PodRequest, report: PodReport) -> None:
        """First this, then the report: what is not reported is done again by the next engine."""
        try:
            await own_pod.end(self._api, request, self._settings, report.phase)
        except ArgosyError as error:
            self._on_error(error)
        self._tell(request.key, report)

    def _add(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _tell(self, key: PodKey, report: PodReport) -> None:
        if self._deliver is not None:
            self._deliver(key, report)

    def _cancel(self, leaf: _Leaf) -> None:
        if leaf.task is not None:
            leaf.task.cancel()
