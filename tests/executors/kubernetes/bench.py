"""A cluster as a world in which engines come and go: the server of the tests, or, where it is asked for, a real one.

A leaf says how it ends twice: in an annotation, for the kubelet of the tests, and as a shell's script, for a real one.
On a real cluster ARGOSY_TEST_KUBECONFIG is the path of its kubeconfig and ARGOSY_TEST_IMAGE an image with a shell.
"""

from __future__ import annotations

import os
import random
import secrets
import shlex
import time
from pathlib import Path

import msgspec

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.requests import DeleteOptions, Selection
from argosy.cluster.retry import Backoff
from argosy.executors.fake import Outcome
from argosy.executors.kubernetes.jobs import JobExecutor
from argosy.executors.kubernetes.pods import KubernetesExecutor
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.kubernetes import Container
from argosy.model.meta import Metadata
from argosy.model.template import Template
from argosy.ports.executor import Executor
from tests.executors.kubernetes.server import OUTCOME, ApiServer
from tests.executors.kubernetes.server import Outcome as Ending
from tests.executors.process import support

KUBECONFIG = os.environ.get("ARGOSY_TEST_KUBECONFIG", "")
IMAGE = os.environ.get("ARGOSY_TEST_IMAGE", "busybox")
LEAF = "argosy-test-leaf"
BENCH = "argosy-test-bench"
RETRIES = Backoff(first_seconds=0.02, longest_seconds=0.5, patience_seconds=5)
PAUSES = Backoff(first_seconds=0.02, longest_seconds=0.2)


def leaf_template(name: str, outcome: Outcome, bench: str) -> Template:
    """A leaf that ends so."""
    ending = Ending(
        exit_code=outcome.exit_code,
        seconds=outcome.seconds,
        log=list(outcome.log),
        result=outcome.result,
        ignores_term=outcome.ignores_term,
    )
    metadata = Metadata(
        annotations={OUTCOME: msgspec.json.encode(ending).decode()},
        labels={LEAF: name, BENCH: bench},
    )
    return Template(
        name=name,
        metadata=metadata,
        container=Container(image=IMAGE, image_pull_policy="IfNotPresent", command=["sh", "-c", script(outcome)]),
    )


def script(outcome: Outcome) -> str:
    """As process 1 of a container it ignores SIGTERM unless it says what to do; it takes too long for no grace."""
    trap = "trap '' TERM" if outcome.ignores_term else "trap 'sleep 4; exit 143' TERM"
    lines = "".join(f"echo {shlex.quote(line)} >&2; " for line in outcome.log)
    result = f"printf %s {shlex.quote(outcome.result)}; " if outcome.result else ""
    steps = int(outcome.seconds * 10)
    wait = f"i=0; while [ $i -lt {steps} ]; do sleep 0.1; i=$((i+1)); done; " if steps else ""
    return f"{trap}; {lines}{result}{wait}exit {outcome.exit_code}"


class KubernetesBench:
    """Each engine has a connection of its own. `executor` is the class that is tried."""

    parameters = False
    executor: type[KubernetesExecutor] = KubernetesExecutor

    def __init__(self, folder: Path) -> None:
        self.name = secrets.token_hex(4)
        self.server = None if KUBECONFIG else ApiServer()
        if self.server is not None:
            self.server.start()
        self.kubeconfig = self.server.kubeconfig(folder) if self.server else KUBECONFIG
        self.fan_out = 300 if self.server else 60
        self.pace = 1.0 if self.server else 6.0
        if self.server is None:
            support.PATIENCE = 180.0
        self.errors: list[BaseException] = []
        self.opened: list[Executor] = []

    def cluster(self) -> Cluster:
        chance = random.Random(1)
        return Cluster(
            Connection(kubeconfig=self.kubeconfig),
            on_error=self.errors.append,
            jitter=chance.random,
            retries=RETRIES,
            pauses=PAUSES,
        )

    def engine(self) -> Executor:
        self.opened.append(self.executor(self.cluster(), PodSettings(instance_id=self.name)))
        return self.opened[-1]

    def leaf(self, name: str, outcome: Outcome) -> Template:
        return leaf_template(name, outcome, self.name)

    def many(self) -> Template:
        template = self.leaf("t-many", Outcome())
        if template.container:
            template.container.command = ["true"]
        return template

    def runs(self, name: str) -> int:
        if self.server is not None:
            runs = self.server.do(lambda: list(self.server.kubelet.runs if self.server else []))
            return len([pod for pod in runs if pod["metadata"]["labels"][LEAF] == name])
        cluster = self.cluster()
        with cluster.held() as api:
            return len(
                cluster.runtime.run(api.list(Selection("v1", "Pod", None, f"{BENCH}={self.name},{LEAF}={name}"))).items
            )

    def clean_up(self) -> None:
        for each in self.opened:
            each.close()
        if self.server is not None:
            self.server.stop()
        else:
            self._clear()

    def _clear(self) -> None:
        """Leave nothing on a real cluster, since the next test uses the same names."""
        cluster = self.cluster()
        with cluster.held() as api:
            for kind in (("batch/v1", "Job"), ("v1", "Pod")):
                selection = Selection(*kind, "default", f"{BENCH}={self.name}")
                options = DeleteOptions(grace_period_seconds=0, propagation_policy="Background")
                while cluster.runtime.run(api.list(selection)).items:
                    cluster.runtime.run(api.delete_all(selection, options))
                    time.sleep(0.2)


class JobsBench(KubernetesBench):
    """Leaves as Jobs."""

    executor = JobExecutor
