"""Who runs the workloads: for each engine the file that it reads and the command that reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench import workloads
from bench.workloads import Graph

JOBS = 2


class Engine(NamedTuple):
    """`file` is written in a fresh folder before the time runs, and `command` reads it there."""

    title: str
    program: str
    file: str
    write: Callable[[Graph], str]
    command: list[str]


def argosy_command() -> list[str]:
    """The `argosy` that was installed beside this interpreter."""
    script = Path(sys.executable).with_name("argosy")
    return [str(script)] if script.exists() else [sys.executable, "-m", "argosy"]


ENGINES = {
    "make": Engine(
        "`make`",
        "make",
        "Makefile",
        workloads.makefile,
        ["make", "-s", f"-j{JOBS}"],
    ),
    "make-stamp": Engine(
        "`make`, a file per task",
        "make",
        "Makefile",
        workloads.stamped_makefile,
        ["make", "-s", f"-j{JOBS}"],
    ),
    "ninja": Engine(
        "`ninja`",
        "ninja",
        "build.ninja",
        workloads.ninja_file,
        ["ninja", "--quiet", f"-j{JOBS}"],
    ),
    "argosy": Engine(
        "Argosy",
        argosy_command()[0],
        "workflow.yaml",
        workloads.manifest,
        [*argosy_command(), "submit", "workflow.yaml", "--wait", "-o", "name"],
    ),
}
BASELINE = "make"


def environment(home: Path) -> dict[str, str]:
    """What the commands see: a home of their own, and a Python that keeps its compiled files."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "MAKEFLAGS")}
    return {**kept, "ARGOSY_HOME": str(home)}


def check_all_ran(folder: Path, home: Path, count: int) -> None:
    """Raise where Argosy's store does not hold so many finished pods."""
    done = subprocess.run(
        [*argosy_command(), "get", "@latest", "-o", "json"],
        cwd=folder, env=environment(home), capture_output=True, text=True, check=True,
    )  # fmt: skip
    nodes = json.loads(done.stdout)["status"]["nodes"].values()
    succeeded = sum(node["type"] == "Pod" and node["phase"] == "Succeeded" for node in nodes)
    if succeeded != count:
        raise RuntimeError(f"{succeeded} of {count} tasks succeeded")
