"""Several executors look like one: each request goes to the executor for its type of template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from argosy.errors import NotFound
from argosy.model.kinds import TEMPLATE_FIELDS
from argosy.model.template import Template
from argosy.ports.executor import Deliver, Executor, LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest


@runtime_checkable
class Nested(Protocol):
    """An executor that has pods of its own run by the default one, and wants to hear of them."""

    def ours(self, key: PodKey) -> bool:
        """Whether this is such a pod. Called from any thread; never blocks."""
        ...

    def heard(self, key: PodKey, report: PodReport) -> None:
        """Take a report of one. Called from any thread; never blocks."""
        ...

    def committed(self) -> None:
        """Take note that the ends of pods were committed, and so maybe that of a workflow. Never blocks."""
        ...


class RoutedExecutor:
    """Sends each request to the executor that `by_type` has for its template's type, the others to `default`.

    The types are the names of the template's fields: `resource`, `container`, ...
    """

    name = "routed"

    def __init__(self, default: Executor, by_type: Mapping[str, Executor]) -> None:
        self.default, self.by_type = default, dict(by_type)
        self._others = list({id(each): each for each in self.by_type.values() if each is not default}.values())
        self._nested = [each for each in self._others if isinstance(each, Nested)]
        self._elsewhere: dict[PodKey, Executor] = {}

    def open(self, deliver: Deliver) -> None:
        """Make ready to run. Raises ExecutorError where one of them can't."""

        def sort(key: PodKey, report: PodReport) -> None:
            for each in self._nested:
                if each.ours(key):
                    each.heard(key, report)
                    return
            deliver(key, report)

        self.default.open(sort)
        for each in self._others:
            each.open(deliver)

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for."""
        for executor in (self.default, *self._others):
            own = [request for request in requests if self._executor_for(request) is executor]
            if own:
                executor.adopt(own)

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key however often it is asked for."""
        self._executor_for(request).start(request)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod."""
        self._executor_of(key).stop(key, grace_seconds)

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these pods are committed."""
        for executor in (self.default, *self._others):
            own = [key for key in keys if self._executor_of(key) is executor]
            if own:
                executor.forget(own)
        for key in keys:
            self._elsewhere.pop(key, None)
        for each in self._nested:
            each.committed()

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines, from whichever executor has it. Raises NotFound where none has."""
        first, missing = self._executor_of(request_key), NotFound()
        for executor in (first, *(each for each in (self.default, *self._others) if each is not first)):
            try:
                yield from executor.logs(request_key, pod_name, query)
            except NotFound as error:
                missing = error
            else:
                return
        raise missing

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove all that is kept of a workflow."""
        for executor in (*self._others, self.default):
            executor.delete_workflow(workflow_uid)

    def close(self) -> None:
        """Let go without ending anything."""
        for executor in (*self._others, self.default):
            executor.close()

    def _executor_for(self, request: PodRequest) -> Executor:
        """The executor of the request's type, which is remembered until the pod is forgotten."""
        executor = self.by_type.get(type_of(request.template), self.default)
        if executor is not self.default:
            self._elsewhere[request.key] = executor
        return executor

    def _executor_of(self, key: PodKey) -> Executor:
        return self._elsewhere.get(key, self.default)


def type_of(template: Template) -> str:
    """The name of the field that says the template's type; empty where there is none."""
    return next((field for field in TEMPLATE_FIELDS if getattr(template, field)), "")
