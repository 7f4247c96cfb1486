"""The executor `kubernetes`: each leaf is a Pod.

What is asked for is posted to the event loop of the cluster; what becomes of pods comes from an informer. A pod is
known by its labels and annotations, and its name follows from its key: so to create it again is an answer 409, which is
a success, and an engine that comes later finds what an engine before it has left.

What is asked of the API for a leaf: one request to create it; one to label it as completed once its end is committed,
or to delete it as podGC wants; and one for its log where its result is wanted. All else is watched.

A pod that runs is stopped by a deadline: the kubelet ends it, and it stays, with its log. Argo does the same with
signals. One that does not run yet is deleted, and one that is given less time than it has by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as Impatience
from typing import Any, Final

from argosy.cluster.cluster import Cluster
from argosy.cluster.requests import Selection
from argosy.errors import ArgosyError, ExecutorError, NotFound
from argosy.executors.kubernetes import collection
from argosy.executors.kubernetes.desk import OPEN_SECONDS, Desk, Form
from argosy.executors.kubernetes.leaf import Leaf
from argosy.executors.kubernetes.logs import lines
from argosy.executors.kubernetes.manifest import manifests
from argosy.executors.kubernetes.names import NODE_ID, of_workflow, selector
from argosy.executors.kubernetes.reports import deleted_report, pod_report
from argosy.executors.kubernetes.scripts import create_with_script
from argosy.executors.kubernetes.settings import PodSettings
from argosy.executors.kubernetes.tidying import delete_all, delete_workflow, stop_pod, tidy
from argosy.model.spec import PodGC
from argosy.ports.executor import Deliver, LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest
from argosy.ports.store import ObjectKey

Object = dict[str, Any]
Kinds = tuple[tuple[str, str], ...]

POD: Final = ("v1", "Pod")
CONFIG_MAP: Final = ("v1", "ConfigMap")
DELETE_SECONDS: Final = 30.0
CLOSE_SECONDS: Final = 10.0


class PodForm:
    """Leaves as Pods (argosy.executors.kubernetes.desk.Form)."""

    desk: Desk

    def __init__(self, settings: PodSettings) -> None:
        self.settings = settings

    def selections(self) -> Iterable[Selection]:
        """Our pods that are not completed."""
        return [Selection(*POD, self.settings.namespace or None, selector(self.settings.instance_id))]

    def note(self, leaf: Leaf, item: Object, gone: bool) -> None:
        """The pod is so now, or was so before it went."""
        leaf.pod, leaf.gone = item, gone

    def assess(self, leaf: Leaf) -> PodReport | None:
        """What the pod says."""
        if leaf.pod is None:
            return None
        return deleted_report(leaf.pod) if leaf.gone else pod_report(leaf.pod)

    async def create(self, leaf: Leaf) -> Object:
        """Make the pod."""
        assert leaf.request is not None
        pod, script = manifests(leaf.request, self.settings)
        return await create_with_script(self.desk.api, pod, script)

    async def find(self, leaf: Leaf) -> Object:
        """The pod of its name."""
        assert leaf.request is not None
        return await self.desk.api.get(ObjectKey(*POD, leaf.request.namespace, leaf.request.pod_name))

    async def stop(self, leaf: Leaf) -> None:
        """End the pod."""
        if leaf.pod is not None:
            await stop_pod(self.desk, leaf, leaf.pod)

    def tidy(self, leaf: Leaf) -> None:
        """Label the pod, or delete it."""
        if leaf.pod is not None:
            tidy(self.desk, leaf, leaf.pod)


class KubernetesExecutor:
    """Runs leaves as Pods of a cluster (argosy.ports.executor.Executor). Several may share the `cluster`."""

    name = "kubernetes"
    kinds: Kinds = (POD, CONFIG_MAP)

    def __init__(self, cluster: Cluster | None = None, settings: PodSettings | None = None) -> None:
        self.cluster, self.settings = cluster or Cluster(), settings or PodSettings()
        self._desk: Desk | None = None
        self._deleted: set[str] = set()

    def open(self, deliver: Deliver) -> None:
        """Connect, and learn what is there. Raises ExecutorError where the cluster can't be reached or refuses us."""
        self.cluster.retain()
        try:
            self._desk = self.cluster.runtime.run(self._open(deliver), 2 * OPEN_SECONDS)
        except BaseException as error:
            self.cluster.release()
            if isinstance(error, ArgosyError) and not isinstance(error, ExecutorError):
                raise ExecutorError(str(error)) from None
            raise

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for."""
        self._post("adopt", list(requests))

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key."""
        self._post("start", request)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod."""
        self._post("stop", key, grace_seconds)

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these are committed: label them as completed, or delete them as podGC says."""
        self._post("forget", list(keys))

    def workflow_finished(self, workflow_uid: str, pod_gc: PodGC | None, *, succeeded: bool) -> None:
        """Delete the pods that go with their workflow (OnWorkflowCompletion, OnWorkflowSuccess). Not of the port."""
        if self._desk is not None and pod_gc is not None and collection.with_the_workflow(pod_gc, succeeded):
            labels = of_workflow(workflow_uid) + collection.and_labels(pod_gc)
            work = delete_all(self.cluster.api, self.settings, self.kinds[:1], labels)
            self.cluster.runtime.submit(self._quietly(work))

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines. Raises NotFound where there is none."""
        with self.cluster.held():
            pod = self.cluster.runtime.run(self._find_pod(request_key, pod_name))
        return self._read(pod["metadata"]["namespace"], pod["metadata"]["name"], query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Delete all that is on the cluster of a workflow. Where this is not open, it is done when this returns."""
        self._deleted.add(workflow_uid)
        self._post("drop_workflow", workflow_uid)
        with self.cluster.held() as api:
            work = delete_workflow(api, self.settings, self.kinds, workflow_uid)
            if self._desk is not None:
                self.cluster.runtime.submit(self._quietly(work))
            else:
                self.cluster.runtime.run(work, DELETE_SECONDS)

    def close(self) -> None:
        """Let go without ending anything."""
        desk, self._desk = self._desk, None
        if desk is not None:
            try:
                self.cluster.runtime.run(desk.close(), CLOSE_SECONDS)
            except Impatience as error:
                self.cluster.on_error(error)
            self.cluster.release()

    # --- beneath

    def make_form(self) -> Form:
        """As what leaves run."""
        return PodForm(self.settings)

    def pod_selection(self, key: PodKey, pod_name: str) -> Selection:
        """Where the pod of a leaf is to be found."""
        fields = f"metadata.name={pod_name}"
        return Selection(*POD, self.settings.namespace or None, of_workflow(key.workflow_uid), fields)

    async def _open(self, deliver: Deliver) -> Desk:
        desk = Desk(self.cluster, self.settings, deliver, self.make_form())
        await desk.open()
        return desk

    def _post(self, order: str, *arguments: Any) -> None:
        if self._desk is not None:
            self.cluster.runtime.post(getattr(self._desk, order), *arguments)

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except Exception as error:
            self.cluster.on_error(error)

    async def _find_pod(self, key: PodKey, pod_name: str) -> Object:
        if key.workflow_uid not in self._deleted:
            found = await self.cluster.api.list(self.pod_selection(key, pod_name))
            ours = [pod for pod in found.items if pod["metadata"].get("annotations", {}).get(NODE_ID) == key.node_id]
            if ours:
                return max(ours, key=lambda pod: pod["metadata"]["creationTimestamp"])
        raise NotFound(f"pod {pod_name!r} has no log")

    def _read(self, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
        with self.cluster.held() as api:
            for some in self.cluster.runtime.iterate(lines(api, namespace, pod, query)):
                yield from some
