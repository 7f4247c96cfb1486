"""Every example runs through the real command line, on a home of its own, and does what its head comment says."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("argosy.cli.main")

EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 60


class Run:
    """A workflow that was run, as `get -o json` tells of it."""

    def __init__(self, workflow: dict[str, Any], logs: str) -> None:
        self.name: str = workflow["metadata"]["name"]
        self.phase: str = workflow["status"]["phase"]
        self.nodes: list[dict[str, Any]] = list(workflow["status"]["nodes"].values())
        self.logs = sorted(line.partition(": ")[2] for line in logs.splitlines())

    def __getitem__(self, display_name: str) -> dict[str, Any]:
        (node,) = [node for node in self.nodes if node["displayName"] == display_name]
        return node

    def phases(self, *display_names: str) -> list[str]:
        return [self[name]["phase"] for name in display_names]

    def parameters(self, display_name: str) -> dict[str, str]:
        return {one["name"]: one["value"] for one in self[display_name]["outputs"]["parameters"]}


class Home:
    """The command line on an ARGOSY_HOME where nothing has run before."""

    seconds = SECONDS

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "ARGOSY_HOME": str(folder)}

    def argosy(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "argosy", *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=self.seconds, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def latest(self) -> Run:
        return Run(json.loads(self.argosy("get", "@latest", "-o", "json")), self.argosy("logs", "@latest"))

    def run(self, example: str, *arguments: str) -> Run:
        out = self.argosy("submit", str(EXAMPLES / f"{example}.yaml"), "--wait", "-o", "name", *arguments)
        run = self.latest()
        assert out.splitlines()[0] == run.name
        assert run.name.startswith(f"{example}-")
        return run


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def hello_world(home: Home) -> None:
    run = home.run("hello-world")
    (node,) = run.nodes
    assert (node["name"], node["type"], node["templateName"]) == (run.name, "Pod", "hello")
    assert run.phase == node["phase"] == "Succeeded"
    assert run.logs == ["hello world"]


def dag_diamond(home: Home) -> None:
    run = home.run("dag-diamond")
    assert run.phase == "Succeeded"
    assert run.phases("A", "B", "C", "D") == ["Succeeded"] * 4
    assert run[run.name]["type"] == "DAG"
    assert run["A"]["name"] == f"{run.name}.A"
    assert run["A"]["finishedAt"] <= min(run["B"]["startedAt"], run["C"]["startedAt"])
    assert max(run["B"]["finishedAt"], run["C"]["finishedAt"]) <= run["D"]["startedAt"]
    assert run.logs == ["A", "B", "C", "D"]


def coinflip(home: Home) -> None:
    run = home.run("coinflip")
    flips = [node for node in run.nodes if node["displayName"] == "flip"]
    results = [node["outputs"]["result"] for node in sorted(flips, key=lambda node: len(node["name"]))]
    assert results == ["tails"] * (len(results) - 1) + ["heads"]
    ends = [node["phase"] for node in run.nodes if node["displayName"] == "heads"]
    assert sorted(ends) == ["Skipped"] * (len(results) - 1) + ["Succeeded"]
    assert run.phase == "Succeeded"
    assert run.logs.count("it was heads") == 1


def suspend(home: Home) -> None:
    name = home.argosy("submit", str(EXAMPLES / "suspend.yaml"), "-o", "name").strip()
    waiting = _eventually(home, lambda run: any(node["displayName"] == "approve" for node in run.nodes))
    assert (waiting.name, waiting.phase) == (name, "Running")
    assert (waiting["approve"]["type"], waiting["approve"]["phase"]) == ("Suspend", "Running")
    assert waiting.logs == ["built"]
    home.argosy("resume", "@latest")
    assert f"{name} Succeeded" in home.argosy("wait", "@latest")
    assert home.latest().logs == ["built", "published"]


def _eventually(home: Home, wanted: Callable[[Run], bool]) -> Run:
    """The newest workflow, once it is as wanted."""
    end = time.monotonic() + home.seconds
    while time.monotonic() < end:
        workflow = json.loads(home.argosy("get", "@latest", "-o", "json"))
        if workflow.get("status", {}).get("nodes") and wanted(run := home.latest()):
            return run
        time.sleep(0.05)
    raise AssertionError("it took too long")


def suspend_duration(home: Home) -> None:
    run = home.run("suspend-duration")
    assert run.phase == "Succeeded"
    assert run["delay"]["startedAt"] < run["delay"]["finishedAt"] <= run["after"]["startedAt"]
    assert run.logs == ["that was a second"]


def script_result(home: Home) -> None:
    run = home.run("script-result")
    assert run["numbers"]["outputs"]["result"] == str(list(range(20, 31)))
    assert run.logs == sorted([str(list(range(20, 31))), str(sum(range(20, 31)))])
    assert run.phase == "Succeeded"


def output_parameter(home: Home) -> None:
    if not shutil.which("bwrap"):
        pytest.skip("a step's own /tmp needs bubblewrap")
    there = Path("/tmp/size").exists()
    run = home.run("output-parameter")
    assert run.phase == "Succeeded"
    assert run.parameters("measure") == {"size": "6", "unit": "bytes"}
    assert run.logs == ["6 bytes"]
    assert Path("/tmp/size").exists() == there, "the file was the step's own"


def resource_job(home: Home) -> None:
    run = home.run("resource-job")
    assert run.phase == "Succeeded"
    outputs = run.parameters("pi")
    assert outputs["job"].startswith("pi-")
    assert outputs["succeeded"] == "1"
    assert f"{outputs['job']} succeeded: 1" in run.logs


def resource_configmap(home: Home) -> None:
    run = home.run("resource-configmap")
    assert run.phase == "Succeeded"
    assert [run.parameters(name)["colour"] for name in ("first", "second")] == ["red", "green"]
    assert "from red to green" in run.logs


def steps(home: Home) -> None:
    run = home.run("steps")
    assert run.phase == "Succeeded"
    assert run["[2]"]["type"] == "StepGroup"
    assert run["boil-eggs"]["name"] == f"{run.name}[1].boil-eggs"
    assert run["grind"]["name"] == f"{run.name}[1].brew-coffee[0].grind"
    assert run["lay-table"]["finishedAt"] <= run["boil-eggs"]["startedAt"]
    assert run["pour"]["finishedAt"] <= run["eat"]["startedAt"]
    assert len(run.logs) == 6


def parameters(home: Home) -> None:
    assert home.run("parameters").logs[-1] == "Hello world!"
    assert home.run("parameters", "-p", "name=Ada", "-p", "greeting=goodbye").logs[-1] == "Goodbye ada!"


def conditional(home: Home) -> None:
    names = ("umbrella", "sunglasses", "coat")
    assert home.run("conditional").phases(*names) == ["Succeeded", "Skipped", "Succeeded"]
    assert home.run("conditional", "-p", "weather=sun").phases(*names) == ["Skipped", "Succeeded", "Skipped"]


def sleep(home: Home) -> None:
    run = home.run("sleep", "-p", "seconds=0.1")
    assert run.phase == "Succeeded"
    assert run.logs == ["done", "sleeping for 0.1 s"]


def daemon(home: Home) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = home.run("daemon", "-p", f"port={port}")
    assert run.phases("server", "ask") == ["Succeeded", "Succeeded"]
    assert "the server answered 200" in run.logs
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)) != 0, "it ended with the workflow"


def loops(home: Home) -> None:
    run = home.run("loops")
    assert run.phase == "Succeeded"
    assert run["cities(1:name:Passau,rivers:3)"]["phase"] == "Succeeded"
    assert run.logs == sorted(
        ["Lyon has 2 rivers", "Passau has 3 rivers", "[2, 3, 4]", "4", "9", "16", "no-08", "no-09", "no-10"]
    )


def retry(home: Home) -> None:
    run = home.run("retry")
    assert run.phase == "Succeeded"
    assert [node["phase"] for node in run.nodes if node["type"] == "Pod"] == ["Failed", "Failed", "Succeeded"]


def exit_handler(home: Home) -> None:
    assert home.run("exit-handler").phases("celebrate", "mourn") == ["Succeeded", "Skipped"]
    with pytest.raises(AssertionError, match="exit-handler"):
        home.run("exit-handler", "-p", "code=3")
    failed = home.latest()
    assert (failed.phase, failed.phases("celebrate", "mourn")) == ("Failed", ["Skipped", "Succeeded"])
    assert "main: Error (exit code 3)" in failed.logs[0]


def artifacts(home: Home) -> None:
    if not shutil.which("bwrap"):
        pytest.skip("a step's own /tmp needs bubblewrap")
    run = home.run("artifacts")
    assert (run.phase, run.logs) == ("Succeeded", ["3 lines"])


def mutex(home: Home) -> None:
    run = home.run("mutex")
    assert run.phase == "Succeeded"
    assert run.logs == ["printed a", "printed b", "printed c"]


def check_of(example: str) -> Callable[[Home], None] | None:
    """The function here that says what an example does: the one of its name."""
    return globals().get(example.replace("-", "_"))


NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("example", NAMES)
def test_example(example: str, home: Home) -> None:
    check = check_of(example)
    assert check, f"say in this file what examples/{example}.yaml does"
    check(home)


@pytest.mark.parametrize("example", NAMES)
def test_examples_begin_by_saying_what_they_show(example: str) -> None:
    first, second = (EXAMPLES / f"{example}.yaml").read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert second.startswith(("# ", "apiVersion: "))
