"""An API server with a kubelet and a Job controller, in a thread of the tests, on a port of the loopback.

    with ApiServer() as server:
        cluster = Cluster(Connection(kubeconfig=server.kubeconfig(folder)))

It keeps objects of any kind that it is told of; lists in pages, watches with resourceVersion, bookmarks and 410; takes
all four kinds of patch; ends pods as their annotation says (kubelet.Outcome), Jobs as their pods do; and fails on
demand: `fail`, `away`, `cut_connections`, `forget_events`. What it does was seen on a real one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from aiohttp import web

from tests.executors.kubernetes.server.http import DROP, Fault, Handler
from tests.executors.kubernetes.server.jobs import JobController
from tests.executors.kubernetes.server.kubelet import OUTCOME, Kubelet, Outcome
from tests.executors.kubernetes.server.state import Filter, Kind, Object, State

__all__ = ["DROP", "OUTCOME", "ApiServer", "Fault", "Kind", "Outcome"]

T = TypeVar("T")

PODS = Kind("v1", "Pod", "pods", short="po")
JOBS = Kind("batch/v1", "Job", "jobs")
KINDS = (
    PODS,
    JOBS,
    Kind("v1", "ConfigMap", "configmaps", short="cm"),
    Kind("v1", "Secret", "secrets"),
    Kind("v1", "Namespace", "namespaces", namespaced=False, short="ns"),
    Kind("coordination.k8s.io/v1", "Lease", "leases"),
    Kind("argoproj.io/v1alpha1", "Workflow", "workflows", short="wf"),
    Kind("argoproj.io/v1alpha1", "WorkflowTemplate", "workflowtemplates", short="wftmpl"),
    Kind("argoproj.io/v1alpha1", "ClusterWorkflowTemplate", "clusterworkflowtemplates", False, "cwft"),
    Kind("argoproj.io/v1alpha1", "CronWorkflow", "cronworkflows", short="cwf"),
)


class ApiServer:
    """The server, from `start` (or `with`) to `stop`. Everything here may be called from any thread."""

    def __init__(self, kinds: Sequence[Kind] = ()) -> None:
        self._kinds = [*KINDS, *kinds]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="api-server", daemon=True)
        self.url = ""
        self.state: State
        self.handler: Handler
        self.kubelet: Kubelet

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(10)

    def kubeconfig(self, folder: Path) -> str:
        """The path of a kubeconfig for this server."""
        named = {"name": "test"}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{**named, "cluster": {"server": self.url}}],
            "users": [{**named, "user": {"token": "secret"}}],
            "contexts": [{**named, "context": {"cluster": "test", "user": "test", "namespace": "default"}}],
        }
        path = folder / "kubeconfig"
        path.write_text(yaml.safe_dump(config))
        return str(path)

    # --- what tests look at, and do

    def all(self, kind: str, api_version: str = "v1", labels: str = "", namespace: str = "") -> list[Object]:
        """The objects of a kind, as they are now."""
        wanted = Filter.read(namespace, labels, "")
        return self.do(lambda: self.state.select(self.state.kind(api_version, kind), wanted))

    def get(self, kind: str, name: str, api_version: str = "v1", namespace: str = "default") -> Object:
        return self.do(lambda: self.state.get(self.state.kind(api_version, kind), namespace, name))

    def create(self, data: Object, namespace: str = "default") -> Object:
        kind = self.state.kind(data["apiVersion"], data["kind"])
        return self.do(lambda: self.state.create(kind, namespace if kind.namespaced else "", data))

    def update(self, data: Object) -> Object:
        """Put this in the place of the object of its name; of its metadata, only what it says."""
        kind, metadata = self.state.kind(data["apiVersion"], data["kind"]), data["metadata"]

        def update() -> Object:
            current = self.state.get(kind, metadata.get("namespace", ""), metadata["name"])
            return self.state.update(kind, {**data, "metadata": {**current["metadata"], **metadata}})

        return self.do(update)

    def delete(self, data: Object, grace: int | None = None) -> None:
        """Delete an object by hand, as it is now."""
        kind, metadata = self.state.kind(data["apiVersion"], data["kind"]), data["metadata"]

        def delete() -> None:
            current = self.state.get(kind, metadata.get("namespace", ""), metadata["name"])
            self.state.delete(kind, current, grace)

        self.do(delete)

    def fail(self, method: str, path: str, status: int, **more: Any) -> Fault:
        """Let the next requests that match fail."""
        fault = Fault(method, path, status, **more)
        self.do(lambda: self.handler.faults.append(fault))
        return fault

    @contextmanager
    def away(self) -> Iterator[None]:
        """No answers, and no connection lives, for a while."""
        self.handler.away = True
        self.cut_connections()
        try:
            yield
        finally:
            self.handler.away = False

    def cut_connections(self) -> None:
        self.do(self.handler.cut)

    def forget_events(self) -> None:
        """What happened up to now can't be watched any more."""
        self.do(lambda: self.state.forget_events())

    def do(self, action: Callable[[], T]) -> T:
        """Do this in the server's thread."""

        async def work() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(30)

    def eventually(self, condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"never came true: {what}"
            time.sleep(0.01)

    # --- the thread

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _live(self) -> None:
        self._stopping = asyncio.Event()
        self.state = State(self._kinds)
        self.kubelet = Kubelet(self.state, PODS)
        self.jobs = JobController(self.state, JOBS, PODS)
        self.handler = Handler(self.state, self.kubelet)
        server = web.Server(self.handler, handler_cancellation=True, access_log=None)  # pyright: ignore[reportArgumentType]
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._ready.set()
        await self._stopping.wait()
        self.handler.cut()
        await runner.cleanup()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
