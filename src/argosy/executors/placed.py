"""Leaves run on the engine's own executor, or on one that their workflow names, which is opened when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from argosy.errors import ExecutorError, NotFound
from argosy.ports.executor import Deliver, Executor, LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest


class PlacedExecutor:
    """`own` is the engine's; `others` makes those that workflows may name. `placement_of` knows a workflow's by uid.

    One that cannot be opened (there is no cluster, say) fails the pods that were to run on it, and no others.
    """

    name = "placed"

    def __init__(
        self, own: Executor, others: Mapping[str, Callable[[], Executor]], placement_of: Callable[[str], str]
    ) -> None:
        self._own, self._others, self._placement_of = own, others, placement_of
        self._made: dict[str, Executor] = {}
        self._places: dict[PodKey, Executor] = {}
        self._deliver: Deliver = lambda _key, _report: None

    def open(self, deliver: Deliver) -> None:
        """Make ready to run. Raises ExecutorError where the engine's own can't."""
        self._deliver = deliver
        self._own.open(deliver)

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for."""
        for placement in dict.fromkeys(request.placement for request in requests):
            own = [request for request in requests if request.placement == placement]
            executor = self._executor(own)
            if executor is not None:
                executor.adopt(own)

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key however often it is asked for."""
        executor = self._executor([request])
        if executor is not None:
            executor.start(request)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod."""
        self._places.get(key, self._own).stop(key, grace_seconds)

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these pods are committed."""
        for executor in (self._own, *self._made.values()):
            own = [key for key in keys if self._places.get(key, self._own) is executor]
            if own:
                executor.forget(own)
        for key in keys:
            self._places.pop(key, None)

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines. Raises NotFound where there is none."""
        try:
            yield from self._own.logs(request_key, pod_name, query)
        except NotFound:
            placement = self._placement_of(request_key.workflow_uid)
            if placement not in self._others:
                raise
            yield from self._make(placement).logs(request_key, pod_name, query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove all that is kept of a workflow."""
        placement = self._placement_of(workflow_uid)
        if placement in self._others:
            self._make(placement).delete_workflow(workflow_uid)
        self._own.delete_workflow(workflow_uid)

    def close(self) -> None:
        """Let go without ending anything."""
        for executor in (*self._made.values(), self._own):
            executor.close()
        self._made.clear()

    def _executor(self, requests: Sequence[PodRequest]) -> Executor | None:
        """The executor of requests that are for the same; None where it can't be had, which fails them."""
        placement = requests[0].placement
        if placement not in self._others:
            return self._own
        try:
            if placement not in self._made:
                executor = self._make(placement)
                executor.open(self._deliver)
                self._made[placement] = executor
        except ExecutorError as error:
            for request in requests:
                self._deliver(request.key, PodReport(phase="Error", message=error.message))
            return None
        for request in requests:
            self._places[request.key] = self._made[placement]
        return self._made[placement]

    def _make(self, placement: str) -> Executor:
        return self._made.get(placement) or self._others[placement]()
