"""A cluster for tests of the store: the API server of the tests, or the one of ARGOSY_TEST_KUBECONFIG."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argosy.executors.kubernetes.cluster import Cluster
from argosy.executors.kubernetes.connect import Connection
from argosy.executors.kubernetes.retry import Backoff
from argosy.model.workflow import Workflow
from argosy.stores.kubernetes.store import KubernetesStore
from tests.executors.kubernetes.server import ApiServer, Kind

RETRIES = Backoff(first_seconds=0.02, longest_seconds=0.2, patience_seconds=1)
PAUSES = Backoff(first_seconds=0.02, longest_seconds=0.2)


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
