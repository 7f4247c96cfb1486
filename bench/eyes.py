"""A namespace of a real cluster, and when what happened to pods in it was seen."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.requests import DeleteOptions, PatchOptions, Request, Selection
from argosy.errors import NotFound
from argosy.ports.store import ObjectKey

Object = dict[str, Any]
PODS = ("v1", "Pod")
PATIENCE = 300.0
AT_ONCE = 16
DONE = {"exitCode": 0, "reason": "Completed"}


class Eyes:
    """Sees by one watch, so that times can be compared. `ends_them`: each pod is said to have succeeded when seen."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.namespace = cluster, f"bench-{secrets.token_hex(4)}"
        self.created: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.ends_them = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._create("v1", "Namespace", {"metadata": {"name": self.namespace}})
        self._informer = cluster.runtime.run(self._watch())
        self._until(self._has_account, "the namespace has its service account")

    # --- what an informer calls

    def added(self, new: Object) -> None:
        """It is there."""
        self.created.setdefault(new["metadata"]["name"], time.perf_counter())
        if self.ends_them:
            task = asyncio.get_running_loop().create_task(self._end(new["metadata"]["name"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def updated(self, _old: Object, new: Object) -> None:
        """It is another one."""
        if new["status"].get("phase") in ("Succeeded", "Failed"):
            self.ended.setdefault(new["metadata"]["name"], time.perf_counter())

    def deleted(self, _old: Object) -> None:
        """It is gone."""

    # --- what the benchmark does

    def wait_created(self, count: int) -> None:
        """Until so many have been seen."""
        self._until(lambda: len(self.created) >= count, f"{count} pods")

    def wait_ended(self, count: int) -> None:
        """Until so many have been seen to have ended."""
        self._until(lambda: len(self.ended) >= count, f"{count} pods have ended")

    def end_all(self) -> None:
        """Say of every pod that it has succeeded, as its kubelet would."""
        self.cluster.runtime.run(self._each(list(self.created), self._end))

    def create_workflow(self, data: Object) -> None:
        """As `kubectl create` does."""
        self._create("argoproj.io/v1alpha1", "Workflow", data)

    def workflows_ended(self) -> None:
        """Until no workflow has anything left to do."""
        selection = Selection("argoproj.io/v1alpha1", "Workflow", self.namespace)

        def ended() -> bool:
            found = self.cluster.runtime.run(self.cluster.api.list(selection)).items
            return bool(found) and all((each.get("status") or {}).get("finishedAt") for each in found)

        self._until(ended, "the workflow has ended", 0.2)

    def clear(self) -> None:
        """Away with all pods and workflows, and what was seen."""
        options = DeleteOptions(grace_period_seconds=0, propagation_policy="Background")
        for kind in (("argoproj.io/v1alpha1", "Workflow"), ("batch/v1", "Job"), PODS):
            selection = Selection(*kind, self.namespace)
            try:
                self.cluster.runtime.run(self.cluster.api.delete_all(selection, options))
            except NotFound:  # no such kind here
                continue
            self._until(lambda s=selection: not self.cluster.runtime.run(self.cluster.api.list(s)).items, "gone", 0.2)
        self.created.clear()
        self.ended.clear()

    def version(self) -> str:
        """Of the API server."""
        request = Request(method="GET", path="/version", what="version")
        return self.cluster.runtime.run(self.cluster.api.send(request))["gitVersion"]

    # --- beneath

    def _create(self, api_version: str, kind: str, data: Object) -> None:
        data = {"apiVersion": api_version, "kind": kind, **data}
        if kind != "Namespace":
            data["metadata"] = {**data["metadata"], "namespace": self.namespace}
        self.cluster.runtime.run(self.cluster.api.create(data))

    async def _watch(self) -> Any:
        return self.cluster.informers.take(Selection(*PODS, self.namespace), self)

    def _has_account(self) -> bool:
        try:
            key = ObjectKey("v1", "ServiceAccount", self.namespace, "default")
            return bool(self.cluster.runtime.run(self.cluster.api.get(key)))
        except NotFound:
            return False

    async def _end(self, name: str) -> None:
        terminated = {"name": "main", "image": "", "imageID": "", "ready": False, "restartCount": 0}
        status = {"phase": "Succeeded", "containerStatuses": [{**terminated, "state": {"terminated": DONE}}]}
        key = ObjectKey(*PODS, self.namespace, name)
        await self.cluster.api.patch(key, {"status": status}, PatchOptions(subresource="status"))

    async def _each(self, names: list[str], work: Callable[[str], Awaitable[None]]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with room:
                await work(name)

        await asyncio.gather(*map(one, names))

    def _until(self, condition: Callable[[], bool], what: str, pause: float = 0.02) -> None:
        deadline = time.perf_counter() + PATIENCE
        while not condition():
            if time.perf_counter() > deadline:
                raise TimeoutError(f"never came true: {what}")
            time.sleep(pause)


@contextmanager
def looking(kubeconfig: str) -> Iterator[Eyes]:
    """A namespace of its own, which goes in the end."""
    cluster = Cluster(Connection(kubeconfig=kubeconfig))
    with cluster.held() as api:
        eyes = Eyes(cluster)
        try:
            yield eyes
        finally:
            cluster.runtime.run(api.delete(ObjectKey("v1", "Namespace", "", eyes.namespace)))
