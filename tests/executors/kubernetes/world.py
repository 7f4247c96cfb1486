"""An engine's executor on the server of the tests, with its ears; for tests of what goes wrong."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import msgspec

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.retry import Backoff
from argosy.executors.kubernetes.jobs import JobExecutor
from argosy.executors.kubernetes.pods import KubernetesExecutor
from argosy.executors.kubernetes.settings import JobSettings, PodSettings
from argosy.model.kubernetes import Container
from argosy.model.spec import WorkflowSpec
from argosy.model.template import ScriptTemplate, Template
from argosy.ports.pods import PodReport, PodRequest
from tests.executors.kubernetes.server import OUTCOME, ApiServer, Outcome
from tests.executors.kubernetes.server.state import Object
from tests.executors.process.support import Listener, request

RETRIES = Backoff(first_seconds=0.02, longest_seconds=0.2, patience_seconds=2)
PAUSES = Backoff(first_seconds=0.02, longest_seconds=0.2)
COMPLETED = "workflows.argoproj.io/completed"


def make_cluster(server: ApiServer, folder: Path, errors: list[BaseException]) -> Cluster:
    """Connected to the server, with little patience."""
    connection = Connection(kubeconfig=server.kubeconfig(folder))
    chance = random.Random(1)
    return Cluster(connection, on_error=errors.append, jitter=chance.random, retries=RETRIES, pauses=PAUSES)


class World:
    """One server; engines come with `engine` and go with `close`. `kind` is Pod or Job."""

    def __init__(self, server: ApiServer, folder: Path, kind: str) -> None:
        self.server, self.folder, self.kind = server, folder, kind
        self.heard = Listener()
        self.errors: list[BaseException] = []
        self.executors: list[KubernetesExecutor] = []
        self.numbers = itertools.count()

    def engine(self, settings: PodSettings | None = None, jobs: JobSettings | None = None) -> KubernetesExecutor:
        """A new engine, open."""
        cluster = make_cluster(self.server, self.folder, self.errors)
        if self.kind == "Job":
            executor: KubernetesExecutor = JobExecutor(cluster, settings or PodSettings(instance_id="one"), jobs)
        else:
            executor = KubernetesExecutor(cluster, settings or PodSettings(instance_id="one"))
        self.executors.append(executor)
        executor.open(self.heard)
        return executor

    def leaf(self, spec: WorkflowSpec | None = None, script: str = "", **outcome: Any) -> PodRequest:
        """A new leaf that ends as the Outcome says."""
        more = {name: outcome.pop(name) for name in ("wants_result", "deadline_seconds", "uid") if name in outcome}
        annotations = {OUTCOME: msgspec.json.encode(Outcome(**outcome)).decode()}
        template = Template(name="t", container=Container(image="i", command=["x"]))
        if script:
            template = Template(name="t", script=ScriptTemplate(image="i", command=["sh"], source=script))
        return request(f"n{next(self.numbers)}", template, annotations=annotations, spec=spec, **more)

    def end(self, leaf: PodRequest) -> PodReport:
        return self.heard.end(leaf.key)

    def running(self, leaf: PodRequest) -> None:
        self.heard.wait_for_phase(leaf.key, "Running")

    def told(self, leaf: PodRequest, message: str) -> None:
        """Until this has been said of it."""
        self.heard.wait(lambda: any(each.message == message for each in self.heard.reports.get(leaf.key, [])), message)

    def pods(self) -> list[Object]:
        return self.server.all("Pod")

    def pod(self, leaf: PodRequest) -> Object:
        (found,) = [pod for pod in self.pods() if pod["metadata"]["name"].startswith(leaf.pod_name)]
        return found

    def things(self) -> list[Object]:
        """What stands for leaves: Pods, or Jobs."""
        return self.server.all(self.kind, "batch/v1" if self.kind == "Job" else "v1")

    def runs(self) -> int:
        return self.server.do(lambda: len(self.server.kubelet.runs))

    def completed(self) -> int:
        """How many leaves are labelled as completed."""
        return len([item for item in self.things() if item["metadata"]["labels"][COMPLETED] == "true"])

    def kill(self, executor: KubernetesExecutor) -> None:
        """What becomes of an engine whose process is killed: nothing is finished, nothing is said."""
        cluster, desk = executor.cluster, executor._desk
        assert desk is not None

        async def die() -> None:
            desk._deliver = None
            for pool in (desk.creations, desk.orders, desk.reads, desk.tidying):
                await pool.stop()
            await cluster.informers.stop()
            await cluster.api.close()

        cluster.runtime.run(die())
        cluster.runtime.stop()
        executor._desk = None
        self.executors.remove(executor)

    def clean_up(self) -> None:
        for executor in self.executors:
            executor.close()
