"""The controller of a cluster, as a process: from `kubectl create` to the end, edits, kill -9, takeover."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from argosy.cluster.requests import Selection
from argosy.errors import ArgosyError
from argosy.stores.kubernetes.shape import nodes_of
from tests.executors.kubernetes.server import OUTCOME
from tests.stores.kubernetes.stage import KUBECONFIG, Stage, eventually, staged

KILLS = int(os.environ.get("ARGOSY_TEST_KILLS", "4"))
TASKS = (10 if KUBECONFIG else 30) * KILLS
"""So many that the workflow outlives the kills; a real kubelet is slower."""
PATIENCE = 600.0 if KUBECONFIG else 240.0
Object = dict[str, Any]


def container(seconds: float, code: int = 0, say: str = "") -> Object:
    """A template that runs so on a real cluster, and on that of the tests."""
    outcome = json.dumps({"seconds": seconds, "exit_code": code, "log": [say] if say else [], "result": say or None})
    script = f"{f'echo {say}; ' if say else ''}sleep {seconds:.1f}; exit {code}"
    return {
        "metadata": {"annotations": {OUTCOME: outcome}},
        "container": {"image": "alpine:3.20", "command": ["sh", "-c", script]},
    }


class Pods:
    """Who has ever been there of the pods of a namespace: uids by name."""

    def __init__(self, stage: Stage) -> None:
        self.uids: dict[str, set[str]] = defaultdict(set)
        self._cluster = stage.hands.cluster
        self._selection = Selection("v1", "Pod", stage.namespace)
        self._informer = self._cluster.runtime.run(self._take())

    async def _take(self) -> Any:
        return self._cluster.informers.take(self._selection, self)

    def close(self) -> None:
        async def release() -> None:
            self._cluster.informers.release(self._informer, self)

        self._cluster.runtime.run(release())

    def added(self, new: Object, /) -> None:
        self.uids[new["metadata"]["name"]].add(new["metadata"]["uid"])

    def updated(self, _old: Object, new: Object, /) -> None:
        self.added(new)

    def deleted(self, _old: Object, /) -> None:
        pass


class Argosy:
    """The command line against the stage's cluster."""

    def __init__(self, stage: Stage, home: Path) -> None:
        self.stage, self.log = stage, home / "log"
        self.env = {**os.environ, "ARGOSY_HOME": str(home), "NO_COLOR": "1"}
        self._controllers: list[subprocess.Popen[bytes]] = []

    def words(self, *words: str) -> list[str]:
        place = ["--kubeconfig", self.stage.kubeconfig, "-n", self.stage.namespace]
        return [sys.executable, "-m", "argosy", *place, *words]

    def __call__(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(self.words(*words), env=self.env, capture_output=True, timeout=PATIENCE, text=True)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def controller(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = self.words("controller", "--store", "kubernetes", "--namespaced", *words)
            made = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, start_new_session=True)
        self._controllers.append(made)
        return made

    def wait(self, name: str) -> Object:
        """The workflow, once it has finished."""
        self("wait", name, check=False)
        return self.stage.hands.get(name)

    def close(self) -> None:
        for each in self._controllers:
            if each.poll() is None:
                each.terminate()
        for each in self._controllers:
            each.wait(30)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


@pytest.fixture
def argosy(stage: Stage, tmp_path: Path) -> Iterator[Argosy]:
    home = tmp_path / "home"
    home.mkdir()
    made = Argosy(stage, home)
    yield made
    made.close()


def phases(workflow: Object) -> dict[str, str]:
    nodes = workflow.get("status", {}).get("nodes", {})
    return {node["displayName"]: node["phase"] for node in nodes.values()}


def test_runs_what_is_created(stage: Stage, argosy: Argosy) -> None:
    argosy.controller()
    steps = [[{"name": "a", "template": "ok"}, {"name": "b", "template": "ok"}], [{"name": "c", "template": "no"}]]
    templates = [{"name": "main", "steps": steps}, {"name": "ok", **container(0.1)}, {"name": "no", **container(0, 3)}]
    stage.hands.workflow("wf", entrypoint="main", templates=templates)
    workflow = argosy.wait("wf")
    assert workflow["status"]["phase"] == "Failed"
    assert workflow["metadata"]["labels"]["workflows.argoproj.io/phase"] == "Failed"
    assert phases(workflow) | {"a": "Succeeded", "b": "Succeeded", "c": "Failed"} == phases(workflow)
    (pod,) = [
        pod for pod in pods(stage) if pod["metadata"]["annotations"]["workflows.argoproj.io/node-name"] == "wf[1].c"
    ]
    (owner,) = pod["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("Workflow", workflow["metadata"]["uid"])


def test_the_command_line_and_kubectl_ask_for_the_same(stage: Stage, argosy: Argosy, tmp_path: Path) -> None:
    argosy.controller()
    steps = [[{"name": "first", "template": "say"}], [{"name": "approve", "template": "wait"}]]
    templates = [{"name": "main", "steps": steps}, {"name": "say", **container(0, say="hello")}]
    templates.append({"name": "wait", "suspend": {}})
    file = tmp_path / "wf.yaml"
    spec = {"entrypoint": "main", "templates": templates}
    head = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"generateName": "wf-"}}
    file.write_text(json.dumps({**head, "spec": spec}))

    def begun() -> str:
        name = argosy("submit", str(file), "-o", "name").strip()
        eventually(lambda: phases(stage.hands.get(name)).get("approve") == "Running", "it waits", PATIENCE)
        return name

    def ended(name: str) -> tuple[str, str]:
        workflow = argosy.wait(name)
        return workflow["status"]["phase"], phases(workflow)["approve"]

    one = begun()
    assert "(Suspended)" in argosy("list")
    assert "hello" in argosy("logs", one)
    argosy("suspend", one)
    argosy("resume", one)
    assert ended(one) == ("Succeeded", "Succeeded")

    two = begun()
    (node,) = [id_ for id_, each in stage.hands.get(two)["status"]["nodes"].items() if each["type"] == "Suspend"]
    stage.hands.edit(two, status={"nodes": {node: {"phase": "Succeeded"}}})  # what argo resume does
    assert ended(two) == ("Succeeded", "Succeeded")

    three, four = begun(), begun()
    argosy("stop", three)
    stage.hands.edit(four, spec={"shutdown": "Terminate"})
    assert ended(three) == ended(four) == ("Failed", "Failed")
    argosy("delete", three)
    assert three not in argosy("list", "-o", "name")


def test_what_can_not_run_is_said(stage: Stage, argosy: Argosy) -> None:
    argosy.controller()
    stage.hands.workflow("none", entrypoint="nothing", templates=[])
    stage.hands.workflow("files", entrypoint="main", templates=[{"name": "main", "http": {"url": "http://x"}}])
    assert argosy.wait("none")["status"]["message"].startswith("invalid spec: ")
    assert "not supported yet" in argosy.wait("files")["status"]["message"]


def test_another_one_takes_over_within_fifteen_seconds(stage: Stage, argosy: Argosy) -> None:
    one = argosy.controller()
    eventually(lambda: holder(stage), "one is elected")
    first = holder(stage)
    argosy.controller()
    eventually(lambda: argosy.log.read_text().count("standing by") == 2, "the other stands by", PATIENCE)
    steps = [[{"name": f"s{number}", "template": "work"}] for number in range(4)]
    stage.hands.workflow(
        "wf", entrypoint="main", templates=[{"name": "main", "steps": steps}, {"name": "work", **container(1)}]
    )
    eventually(lambda: pods(stage), "a pod runs", PATIENCE)
    os.killpg(one.pid, signal.SIGKILL)
    began = time.monotonic()
    eventually(lambda: holder(stage) != first, "another one holds the Lease", 30)
    assert time.monotonic() - began < 16.0
    workflow = argosy.wait("wf")
    assert workflow["status"]["phase"] == "Succeeded"


def test_leaving_in_order_lets_another_one_begin_at_once(stage: Stage, argosy: Argosy) -> None:
    one = argosy.controller()
    eventually(lambda: holder(stage), "one is elected", PATIENCE)
    first = holder(stage)
    argosy.controller()
    eventually(lambda: argosy.log.read_text().count("standing by") == 2, "the other stands by", PATIENCE)
    one.terminate()
    eventually(lambda: holder(stage) not in (first, ""), "another one holds the Lease", 8)
    assert one.wait(20) == 0


def test_killed_at_any_moment_nothing_is_lost_and_nothing_runs_twice(stage: Stage, argosy: Argosy) -> None:
    chance = random.Random(7)
    stage.hands.workflow("wf", **dag(chance))
    seen = Pods(stage)
    kills = 0
    while kills < KILLS and "finishedAt" not in stage.hands.get("wf").get("status", {}):
        engine = argosy.controller("--identity", "one")
        time.sleep(chance.uniform(0.5, 4.0))
        os.killpg(engine.pid, signal.SIGKILL)
        engine.wait()
        kills += 1
    argosy.controller("--identity", "one")
    workflow = argosy.wait("wf")
    seen.close()
    nodes = [node for node in nodes_of(workflow).values() if node["type"] == "Pod"]
    assert kills > KILLS // 2
    assert len(nodes) == TASKS
    for node in nodes:
        code = exit_code(int(node["displayName"][1:]))
        assert (node["phase"], node["outputs"]["exitCode"]) == ("Failed" if code else "Succeeded", str(code))
    assert {len(uids) for uids in seen.uids.values()} == {1}
    assert len(seen.uids) == TASKS


def exit_code(number: int) -> int:
    """Every tenth step fails, each in its own way."""
    return 1 + number % 200 if number % 10 == 0 else 0


def dag(chance: random.Random) -> Object:
    """Tasks in layers of ten; a task waits for two of the layer before, whatever becomes of them."""
    tasks: list[Object] = []
    templates: list[Object] = []
    for number in range(TASKS):
        task: Object = {"name": f"t{number}", "template": f"w{number}"}
        if number >= 10:
            before = number // 10 * 10 - 10
            waits = [f"t{each}" for each in chance.sample(range(before, before + 10), 2)]
            task["depends"] = " && ".join(f"({each}.Succeeded || {each}.Failed)" for each in waits)
        tasks.append(task)
        templates.append({"name": f"w{number}", **container(chance.uniform(0, 1), exit_code(number))})
    return {"entrypoint": "main", "templates": [{"name": "main", "dag": {"tasks": tasks}}, *templates]}


def pods(stage: Stage) -> list[Object]:
    cluster = stage.hands.cluster
    return cluster.runtime.run(cluster.api.list(Selection("v1", "Pod", stage.namespace))).items


def holder(stage: Stage) -> str:
    cluster = stage.hands.cluster
    leases = cluster.runtime.run(cluster.api.list(Selection("coordination.k8s.io/v1", "Lease", stage.namespace))).items
    return leases[0]["spec"]["holderIdentity"] if leases else ""


@pytest.mark.skipif(bool(KUBECONFIG), reason="a real cluster does not fail on demand")
def test_one_that_can_not_reach_the_cluster_stops_and_the_next_one_goes_on(stage: Stage, argosy: Argosy) -> None:
    assert stage.server
    one = argosy.controller("--identity", "one")
    steps = [[{"name": f"s{number}", "template": "work"}] for number in range(3)]
    templates = [{"name": "main", "steps": steps}, {"name": "work", **container(0.5)}]
    stage.hands.workflow("wf", entrypoint="main", templates=templates)
    eventually(lambda: pods(stage), "a pod runs", PATIENCE)
    with stage.server.away():
        assert one.wait(20) == 1
    assert "the Lease is lost" in argosy.log.read_text()
    argosy.controller("--identity", "one")
    assert argosy.wait("wf")["status"]["phase"] == "Succeeded"


@pytest.mark.skipif(bool(KUBECONFIG), reason="a real cluster does not fail on demand")
def test_faults_on_the_way_change_nothing(stage: Stage, argosy: Argosy) -> None:
    assert stage.server
    chance = random.Random(3)
    argosy.controller()
    stage.hands.workflow("wf", **dag(chance))
    seen = Pods(stage)
    faults = [
        ("PATCH", "workflows", 409),
        ("PATCH", "workflows", 429),
        ("PATCH", "workflows", 500),
        ("POST", "pods", 503),
    ]
    for _ in range(12):  # after more of them, watches pause longer than a test may take
        stage.server.fail(*chance.choice(faults), late=chance.random() < 0.5, reason="Conflict")
        chance.choice([stage.server.cut_connections, stage.server.forget_events, lambda: None])()
        with suppress(ArgosyError):  # it may be these hands that the fault falls on
            stage.hands.edit("wf", metadata={"labels": {"touched": str(chance.randrange(1000))}})
        time.sleep(0.2)
    workflow = argosy.wait("wf")
    seen.close()
    nodes = [node for node in nodes_of(workflow).values() if node["type"] == "Pod"]
    assert len(nodes) == TASKS
    for node in nodes:
        assert node.get("outputs") == {"exitCode": str(exit_code(int(node["displayName"][1:])))}, node
    assert workflow["metadata"]["labels"]["touched"]
    assert {len(uids) for uids in seen.uids.values()} == {1}


def test_cron_workflows_are_fired_and_their_status_is_kept(stage: Stage, argosy: Argosy, tmp_path: Path) -> None:
    spec = {"entrypoint": "ok", "templates": [{"name": "ok", **container(0.1)}]}
    cron = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": "often"},
        "spec": {"schedules": ["@every 1s"], "successfulJobsHistoryLimit": 1, "workflowSpec": spec},
    }
    file = tmp_path / "often.yaml"
    file.write_text(json.dumps(cron))
    argosy("cron", "create", str(file))
    argosy.controller()

    def status() -> Object:
        return json.loads(argosy("cron", "get", "often", "-o", "json")).get("status", {})

    eventually(lambda: status().get("succeeded", 0) >= 2, "runs are counted", PATIENCE)
    argosy("cron", "suspend", "often")
    eventually(lambda: not status().get("active"), "nothing is active", PATIENCE)
    names = argosy("list", "-o", "name").split()
    assert names
    assert all(name.startswith("often-") for name in names)
    argosy("cron", "delete", "often")
    assert argosy("cron", "list", "-o", "name") == ""
