"""What Argosy costs on a real cluster, beside a bare loop of lightkube that creates the same pods.

Where no kubelet is to be measured the pods select a node that there is not, and the benchmark says itself that they
have ended. Times are when one watch of the benchmark saw what happened.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from argosy.engine.execution import Execution
from argosy.executors.kubernetes.manifest import manifests
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.codec import decode_lenient
from argosy.model.workflow import Workflow
from argosy.plan.resolve import resolve
from argosy.ports.commands import StartPod
from bench.eyes import AT_ONCE, PATIENCE, Eyes, looking
from bench.workloads import Graph, chain, independent, manifest

Object = dict[str, Any]
NOWHERE = {"argosy.internal/no-such-node": "true"}
MANY, SOME, LONG, SHORT = 300, 40, 50, 10
"""Pods created without a kubelet, and run by one; lengths of chains without one, and with one."""


class Way(NamedTuple):
    """How Argosy runs: `controller`: with the state in the cluster; else `submit`, with the state in a home."""

    title: str
    executor: str = "kubernetes"
    controller: bool = False


WAYS = (
    Way("`argosy submit --executor kubernetes`"),
    Way("`argosy controller --store kubernetes`", controller=True),
    Way("`argosy submit --executor kubernetes-jobs`", executor="kubernetes-jobs"),
)


class Run(NamedTuple):
    """How it went: pods per second; seconds between the end of each pod and the creation of the next; and what the
    engine's process needed."""

    rate: float
    delays: list[float]
    calls: Counter[str]
    cpu: float


def workflow(graph: Graph, kubelet: bool) -> Object:
    """The workflow of a graph, for a node or for none."""
    data = json.loads(manifest(graph))
    if not kubelet:
        data["spec"]["nodeSelector"] = NOWHERE
    return data


def pods(graph: Graph, kubelet: bool, namespace: str) -> list[Object]:
    """The manifests of what Argosy would begin with."""
    data = workflow(graph, kubelet)
    data["metadata"] = {"name": "bare", "namespace": namespace, "uid": "bare"}
    wanted = decode_lenient(data, Workflow)
    commands = Execution(resolve(wanted), wanted).handle(now=datetime.now(UTC))
    requests = [command.request for command in commands if isinstance(command, StartPod)]
    return [manifests(request, PodSettings(instance_id="bare")).pod for request in requests]


def start(way: Way, eyes: Eyes, data: Object, folder: Path, kubeconfig: str) -> subprocess.Popen[bytes]:
    """The engine, at this workflow."""
    file = folder / "workflow.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    if way.controller:
        at = ["--kubeconfig", kubeconfig, "-n", eyes.namespace]
        words = ["controller", "--store", "kubernetes", "--namespaced", *at]
        eyes.create_workflow(data)
    else:
        words = ["submit", str(file), "--executor", way.executor, "-n", eyes.namespace, "--wait", "-o", "name"]
    command = [sys.executable, "-m", "bench.counted", str(folder / "report"), *words]
    environment = {**os.environ, "ARGOSY_HOME": str(folder / "home"), "KUBECONFIG": kubeconfig}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def finish(way: Way, eyes: Eyes, child: subprocess.Popen[bytes], folder: Path) -> Object:
    """What the engine has needed, once there is nothing left for it to do."""
    if way.controller:
        eyes.workflows_ended()
        child.send_signal(signal.SIGINT)
    if child.wait(PATIENCE):
        raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
    return json.loads((folder / "report").read_text(encoding="utf-8"))


def run(way: Way, eyes: Eyes, graph: Graph, kubeconfig: str, *, kubelet: bool) -> Run:
    """Run the graph once."""
    chained = any(graph.values())
    eyes.clear()
    eyes.ends_them = chained and not kubelet
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        child = start(way, eyes, workflow(graph, kubelet), Path(name), kubeconfig)
        try:
            eyes.wait_created(len(graph))
            if not (kubelet or chained):
                eyes.end_all()
            eyes.wait_ended(len(graph))
            needed = finish(way, eyes, child, Path(name))
        finally:
            child.kill()
    return Run(rate(eyes, kubelet), delays(eyes) if chained else [], Counter(needed["calls"]), needed["cpu"])


def run_bare(eyes: Eyes, graph: Graph, kubeconfig: str, at_once: int, *, kubelet: bool) -> float:
    """Pods per second without Argosy."""
    eyes.clear()
    eyes.ends_them = False
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        file = Path(name) / "pods.json"
        file.write_text(json.dumps(pods(graph, kubelet, eyes.namespace)), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "bench.bare", kubeconfig, str(file), str(at_once)], check=True)
    eyes.wait_created(len(graph))
    if kubelet:
        eyes.wait_ended(len(graph))
    return rate(eyes, kubelet)


def rate(eyes: Eyes, kubelet: bool) -> float:
    """Pods per second: until the last is created, or has ended where there is a kubelet."""
    created = sorted(eyes.created.values())
    if kubelet:
        return len(created) / (max(eyes.ended.values()) - created[0])
    return (len(created) - 1) / (created[-1] - created[0])


def delays(eyes: Eyes) -> list[float]:
    """From each end in a chain to the next creation."""
    created, ended = sorted(eyes.created.values()), sorted(eyes.ended.values())
    return [after - before for before, after in zip(ended, created[1:], strict=False)]


# --- the report


def sections(kubeconfig: str, repeats: int) -> Iterator[str]:
    """The parts of the report, each as soon as it is measured."""
    with looking(kubeconfig) as eyes:
        yield f"Kubernetes {eyes.version()}, its control plane and its only node on the same machine.\n"
        yield creation(eyes, kubeconfig, repeats)
        yield running(eyes, kubeconfig)
        yield successors(eyes, kubeconfig)


def creation(eyes: Eyes, kubeconfig: str, repeats: int) -> str:
    """Without a kubelet: rates, calls, CPU."""
    graph = independent(MANY)
    rates: dict[str, list[float]] = {}
    runs: dict[Way, list[tuple[Run, float]]] = {way: [] for way in WAYS}
    for _ in range(repeats):
        for way in WAYS:
            base = run_bare(eyes, graph, kubeconfig, AT_ONCE, kubelet=False)
            rates.setdefault(f"lightkube, {AT_ONCE} at once", []).append(base)
            runs[way].append((run(way, eyes, graph, kubeconfig, kubelet=False), base))
        rates.setdefault("lightkube, in turn", []).append(run_bare(eyes, graph, kubeconfig, 1, kubelet=False))
    rows = [f"| {title} | {median(each):.0f} | | | |" for title, each in rates.items()]
    for way, pairs in runs.items():
        ratio = median(each.rate / base for each, base in pairs)
        last = pairs[-1][0]
        cpu = median(each.cpu for each, _ in pairs) / MANY * 1000
        per_second = median(each.rate for each, _ in pairs)
        rows.append(f"| {way.title} | {per_second:.0f} | {ratio:.2f}x | {per_pod(last.calls, MANY)} | {cpu:.1f} ms |")
    head = f"## {MANY} pods at once, that no node takes\n\n| who | pods/s | ratio | API calls per pod | CPU per pod |"
    return "\n".join([head, "| --- | --: | --: | --- | --: |", *rows, ""])


def running(eyes: Eyes, kubeconfig: str) -> str:
    """With a kubelet."""
    graph = independent(SOME)
    base = run_bare(eyes, graph, kubeconfig, AT_ONCE, kubelet=True)
    rows = [f"| lightkube, {AT_ONCE} at once | {base:.2f} | | | |"]
    for way in WAYS:
        one = run(way, eyes, graph, kubeconfig, kubelet=True)
        calls, cpu = per_pod(one.calls, SOME), one.cpu / SOME * 1000
        rows.append(f"| {way.title} | {one.rate:.2f} | {one.rate / base:.2f}x | {calls} | {cpu:.1f} ms |")
    head = f"## {SOME} pods at once, run by the kubelet\n\n| who | pods/s | ratio | API calls per pod | CPU per pod |"
    return "\n".join([head, "| --- | --: | --: | --- | --: |", *rows, ""])


def successors(eyes: Eyes, kubeconfig: str) -> str:
    """In chains."""
    rows: list[str] = []
    for way in WAYS:
        for length, kubelet in ((LONG, False), (SHORT, True)):
            found = sorted(run(way, eyes, chain(length), kubeconfig, kubelet=kubelet).delays)
            cells = f"{median(found) * 1000:.0f} ms | {found[0] * 1000:.0f} ms-{found[-1] * 1000:.0f} ms"
            rows.append(f"| {way.title} | {length}, {'kubelet' if kubelet else 'no kubelet'} | {cells} |")
    head = "## From a pod's end to the creation of the next\n\n| who | chain of | median | min-max |"
    return "\n".join([head, "| --- | --- | --: | --: |", *rows, ""])


def per_pod(calls: Counter[str], count: int) -> str:
    """The calls that grow with the pods, each per pod; then all others, summed."""
    many = {name: each for name, each in calls.most_common() if each * 10 >= count}
    rest = sum(calls.values()) - sum(many.values())
    return ", ".join(f"{name} {each / count:.2f}" for name, each in many.items()) + f"; {rest} others"
