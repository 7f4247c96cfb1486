"""A cluster for tests of the store: the API server of the tests, or the one of ARGOSY_TEST_KUBECONFIG."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.requests import DeleteOptions, PatchOptions
from argosy.cluster.retry import Backoff
from argosy.model.workflow import Workflow
from argosy.ports.store import ObjectKey
from argosy.stores.kubernetes.store import KubernetesStore
from tests.executors.kubernetes.server import ApiServer, Kind

RETRIES = Backoff(first_seconds=0.02, longest_seconds=0.2, patience_seconds=1)
PAUSES = Backoff(first_seconds=0.02, longest_seconds=0.2)


KUBECONFIG = os.environ.get("ARGOSY_TEST_KUBECONFIG", "")
GROUP = "argoproj.io/v1alpha1"
Object = dict[str, Any]


class Hands:
    """Somebody with kubectl, in a namespace of his own."""

    def __init__(self, kubeconfig: str) -> None:
        self.kubeconfig = kubeconfig
        self.cluster = Cluster(Connection(kubeconfig=kubeconfig), retries=RETRIES)
        self.namespace = f"ctl-{uuid.uuid4().hex[:8]}"
        self.cluster.retain()
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}, namespaced=False)

    def key(self, name: str, kind: str = "Workflow", api_version: str = GROUP) -> ObjectKey:
        return ObjectKey(api_version, kind, self.namespace, name)

    def create(self, data: Object, *, namespaced: bool = True) -> Object:
        if namespaced:
            data = {**data, "metadata": {**data["metadata"], "namespace": self.namespace}}
        return self.cluster.runtime.run(self.cluster.api.create(data))

    def workflow(self, name: str, status: Object | None = None, **spec: Any) -> Object:
        """Create a workflow, as `kubectl create -f` does."""
        data: Object = {"apiVersion": GROUP, "kind": "Workflow", "metadata": {"name": name}, "spec": spec or SPEC}
        return self.create({**data, **({"status": status} if status else {})})

    def get(self, name: str) -> Object:
        return self.cluster.runtime.run(self.cluster.api.get(self.key(name)))

    def edit(self, name: str, **patch: Any) -> Object:
        """`kubectl patch --type merge`."""
        return self.cluster.runtime.run(self.cluster.api.patch(self.key(name), patch, PatchOptions(type="merge")))

    def delete(self, name: str) -> None:
        self.cluster.runtime.run(self.cluster.api.delete(self.key(name), DeleteOptions()))

    def close(self) -> None:
        self.cluster.runtime.run(self.cluster.api.delete(ObjectKey("v1", "Namespace", "", self.namespace)))
        self.cluster.release()


SPEC: Object = {"entrypoint": "main", "templates": [{"name": "main", "container": {"image": "alpine:3.20"}}]}


class Stage:
    """A cluster with stores on it, and hands that do what others do. `server` is None where it is a real one."""

    def __init__(self, folder: Path, server: ApiServer | None) -> None:
        self.server = server
        self.kubeconfig = server.kubeconfig(folder) if server else KUBECONFIG
        self.hands = Hands(self.kubeconfig)
        self.errors: list[BaseException] = []
        self._stores: list[KubernetesStore] = []

    @property
    def namespace(self) -> str:
        return self.hands.namespace

    def store(self, **options: Any) -> KubernetesStore:
        """A store of the stage's namespace, of a process of its own."""
        options.setdefault("namespace", self.namespace)
        made = KubernetesStore(self.connection(), **options)
        self._stores.append(made)
        return made

    def connection(self) -> Cluster:
        connection = Connection(kubeconfig=self.kubeconfig)
        chance = random.Random(1).random
        return Cluster(connection, on_error=self.errors.append, jitter=chance, retries=RETRIES, pauses=PAUSES)

    def close(self) -> None:
        for store in self._stores:
            store.close()
        self.hands.close()


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage on the server of the tests, or on the real cluster."""
    if KUBECONFIG:
        stage = Stage(folder, None)
        try:
            yield stage
        finally:
            stage.close()
        return
    with ApiServer() as server:
        stage = Stage(folder, server)
        try:
            yield stage
        finally:
            stage.close()


def eventually(condition: Callable[[], Any], what: str, seconds: float = 20.0) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.01)


def cluster_of(server: ApiServer, folder: Path, errors: list[BaseException] | None = None) -> Cluster:
    """Connected to the server, with little patience."""
    connection = Connection(kubeconfig=server.kubeconfig(folder))
    note = (errors if errors is not None else []).append
    return Cluster(connection, on_error=note, jitter=random.Random(1).random, retries=RETRIES, pauses=PAUSES)


class BareStore(KubernetesStore):
    """Gives workflows without what only a cluster adds to their metadata."""

    def get(self, namespace: str, name: str) -> Workflow:
        return _bare(super().get(namespace, name))

    def load(self, uid: str) -> Workflow:
        return _bare(super().load(uid))


def _bare(workflow: Workflow) -> Workflow:
    workflow.metadata.generation, workflow.metadata.resource_version = 0, ""
    return workflow


@contextmanager
def contract_store(folder: Path) -> Iterator[KubernetesStore]:
    """An empty store on a server that lets tests choose uid and creationTimestamp."""
    with ApiServer([Kind("argoproj.io/v1alpha1", "ConfigMap", "configmaps")]) as server:
        server.state.trusting = True
        store = BareStore(cluster_of(server, folder))
        try:
            yield store
        finally:
            store.close()
