"""The engine is killed with SIGKILL, again and again, at moments that nobody chose; nothing is lost or runs twice.

Each step writes its name into a file when it begins and ends with an exit code of its own, so that a step that ran
twice, never, or was given another one's exit code shows.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

STEPS = 200
KILLS = 50
SCRIPT = 'echo "$0" >> "$1"; sleep "$2"; exit "$3"'


def exit_code(number: int) -> int:
    """Every tenth step fails, each in its own way."""
    return 1 + number % 200 if number % 10 == 0 else 0


def manifest(record: Path, seed: random.Random) -> dict[str, Any]:
    """200 tasks in 40 layers; a task waits for three of the layer before, whatever becomes of them."""
    tasks: list[dict[str, Any]] = []
    for number in range(STEPS):
        arguments = {
            "name": f"t{number}",
            "seconds": f"{seed.uniform(0.1, 0.7):.3f}",
            "code": str(exit_code(number)),
        }
        task: dict[str, Any] = {
            "name": f"t{number}",
            "template": "step",
            "arguments": {"parameters": [{"name": name, "value": value} for name, value in arguments.items()]},
        }
        if number >= 5:
            before = number // 5 * 5 - 5
            waits = [f"t{each}" for each in seed.sample(range(before, before + 5), 3)]
            task["depends"] = " && ".join(f"({each}.Succeeded || {each}.Failed)" for each in waits)
        tasks.append(task)
    values = [f"{{{{inputs.parameters.{name}}}}}" for name in ("name", "seconds", "code")]
    step = {
        "name": "step",
        "inputs": {"parameters": [{"name": name} for name in ("name", "seconds", "code")]},
        "container": {"image": "alpine:3.20", "command": ["sh", "-c", SCRIPT, values[0], str(record), *values[1:]]},
    }
    spec = {"entrypoint": "main", "templates": [{"name": "main", "dag": {"tasks": tasks}}, step]}
    head = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "survivor"}}
    return {**head, "spec": spec}


class Argosy:
    """The command line on a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "ARGOSY_HOME": str(folder / "home"), "NO_COLOR": "1"}

    @property
    def engine(self) -> int:
        """The process that is the engine now."""
        return int((Path(self.env["ARGOSY_HOME"]) / "engine.lock").read_text())

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of its own group, whose output nobody reads."""
        return subprocess.Popen(
            [sys.executable, "-m", "argosy", *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __call__(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "argosy", *arguments]
        done = subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return done.stdout.decode()


@pytest.fixture
def argosy(tmp_path: Path) -> Iterator[Argosy]:
    yield Argosy(tmp_path)


def test_fifty_kills_lose_nothing_and_repeat_nothing(argosy: Argosy, tmp_path: Path) -> None:
    seed = random.Random(20)
    record = tmp_path / "record"
    file = tmp_path / "survivor.yaml"
    file.write_text(yaml.safe_dump(manifest(record, seed)))
    kills = kill_engines(argosy, file, seed)
    argosy("wait", "survivor")
    workflow = msgspec.json.decode(argosy("get", "survivor", "-o", "json"))
    nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values() if node["type"] == "Pod"}
    runs = Counter(record.read_text().split())
    assert kills >= KILLS
    assert runs == Counter({f"t{number}": 1 for number in range(STEPS)})
    for number in range(STEPS):
        node = nodes[f"t{number}"]
        assert node["outputs"]["exitCode"] == str(exit_code(number)), node
        assert node["phase"] == ("Failed" if exit_code(number) else "Succeeded")


def kill_engines(argosy: Argosy, file: Path, seed: random.Random) -> int:
    """Submit; kill the engine in the background; then each that takes its place, a moment after it began.

    The whole process group goes with it. Gives the number of kills: fewer than wanted where the workflow ended first.
    """
    argosy("submit", str(file), "-o", "name")
    time.sleep(0.5)
    os.kill(argosy.engine, signal.SIGKILL)
    for number in range(1, KILLS):
        engine = argosy.start("wait", "survivor")
        time.sleep(seed.uniform(0.1, 0.45))
        if engine.poll() is not None:
            return number
        os.killpg(engine.pid, signal.SIGKILL)
        engine.wait()
    return KILLS
