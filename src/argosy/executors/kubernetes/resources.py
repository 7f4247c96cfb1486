"""The executor of resource templates on a cluster: no pod runs for them, the engine acts and watches by itself.

    resource_call      a request → kubectl's call, with the kinds of this cluster
    resource_actions   what kubectl does
    resource_waits     what becomes of an object, watched
    resource_desk      the leaves, each a task, and their reports

Everything that is said is what the executor `objects` says, which does the same without a cluster.

An engine that has died leaves nothing but what it did on the cluster: the next one does again what can be repeated, and
finds again what it must not do twice. What it needs of the cluster for each kind: the verb of the action, `get`, and
`list` and `watch` where there is a condition or where it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as Impatience
from typing import Any, Final

from argosy.cluster.cluster import Cluster
from argosy.errors import NotFound
from argosy.executors.kubernetes.resource_desk import ResourceDesk
from argosy.executors.kubernetes.settings import PodSettings
from argosy.ports.executor import Deliver, LogQuery
from argosy.ports.pods import PodKey, PodRequest

CLOSE_SECONDS: Final = 10.0


class ResourceExecutor:
    """Carries out resource templates (argosy.ports.executor.Executor). It may share the `cluster` with others.

    Of the settings, `namespace`, `at_once` and `owned` count: only what is owned gets owner references.
    """

    name = "kubernetes-resources"

    def __init__(self, cluster: Cluster | None = None, settings: PodSettings | None = None) -> None:
        self.cluster, self.settings = cluster or Cluster(), settings or PodSettings()
        self._desk: ResourceDesk | None = None

    def open(self, deliver: Deliver) -> None:
        """Connect. Raises ExecutorError where the configuration can't be used."""
        self.cluster.retain()
        try:
            self._desk = self.cluster.runtime.run(self._open(deliver), CLOSE_SECONDS)
        except BaseException:
            self.cluster.release()
            raise

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up what an engine before this one was asked for: what it has done is not done twice."""
        self._post("adopt", list(requests))

    def start(self, request: PodRequest) -> None:
        """Act, once per key."""
        self._post("start", request)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the wait at once; what was made goes on."""
        del grace_seconds
        self._post("stop", key)

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these are committed."""
        self._post("forget", list(keys))

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """There is no pod, and so no log. Raises NotFound."""
        del request_key, query
        raise NotFound(f"pod {pod_name!r} has no log")

    def delete_workflow(self, workflow_uid: str) -> None:
        """End its waits. What the workflow owns goes with it, which is the cluster's work."""
        self._post("drop_workflow", workflow_uid)

    def close(self) -> None:
        """Let go without ending anything."""
        desk, self._desk = self._desk, None
        if desk is not None:
            try:
                self.cluster.runtime.run(desk.close(), CLOSE_SECONDS)
            except Impatience as error:
                self.cluster.on_error(error)
            self.cluster.release()

    async def _open(self, deliver: Deliver) -> ResourceDesk:
        return ResourceDesk(self.cluster, self.settings, deliver)

    def _post(self, order: str, *arguments: Any) -> None:
        if self._desk is not None:
            self.cluster.runtime.post(getattr(self._desk, order), *arguments)
