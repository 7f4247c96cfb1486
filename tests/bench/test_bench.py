"""The benchmark measures what it says: everything that ran, and nothing but it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import merged
from bench.workloads import chain, fan, independent, makefile, manifest, ninja_file
from tests.house.source import ROOT

# The command leaves a process behind that works for 0.2 s of CPU time after the command has ended.
ORPHAN = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    time.sleep(0.05)
    while time.process_time() < 0.2:
        pass
"""
MEASURE = """
import sys, os
from pathlib import Path
from bench.measure import become_subreaper, measure
become_subreaper()
print(*measure([sys.executable, "-c", sys.argv[1]], Path(sys.argv[2]), os.environ))
"""


def python(*arguments: str) -> str:
    run = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_what_stays_behind_is_counted(tmp_path: Path) -> None:
    wall, cpu, linger = map(float, python("-c", MEASURE, ORPHAN, str(tmp_path)).split())
    assert cpu > 0.2
    assert linger > 0.1
    assert wall > 0


def test_workloads_are_written_in_each_language() -> None:
    assert [len(graph) for graph in (chain(100), fan(500), independent(2000))] == [100, 502, 2000]
    assert "t1: t0\n\t@/bin/true" in makefile(chain(2))
    assert "build last: run t0 t1\n" in ninja_file(fan(2))
    assert '{"name": "t1", "template": "run", "dependencies": ["t0"]}' in manifest(chain(2))


@pytest.mark.skipif(not (shutil.which("make") and shutil.which("ninja")), reason="needs make and ninja")
def test_it_prints_a_table() -> None:
    out = python("-m", "bench", "one", "--engines", "make", "ninja", "--repeats", "1")
    assert [line.split(" | ")[0] for line in out.splitlines() if line.startswith("| `")] == ["| `make`", "| `ninja`"]


def test_what_a_command_asks_of_a_cluster_is_counted(tmp_path: Path) -> None:
    python("-m", "bench.counted", str(tmp_path / "report"), "version")
    report = json.loads((tmp_path / "report").read_text())
    assert report["calls"] == {}
    assert report["cpu"] > 0


def test_the_same_pods_are_created_without_argosy() -> None:
    from bench.cluster import NOWHERE, pods

    for kubelet in (False, True):
        made = pods(independent(3), kubelet, "ns")
        assert len({pod["metadata"]["name"] for pod in made}) == 3
        assert [pod["spec"].get("nodeSelector") for pod in made] == [None if kubelet else NOWHERE] * 3


def test_each_chapter_of_the_results_is_written_by_itself() -> None:
    here, there = "# What it costs\n\nmuch\n", "# What it costs on a cluster\n\nmore\n"
    both = f"{here}\n{there}"
    assert merged("", here) == here
    assert merged("", there) == there
    assert merged(here, there) == merged(both, there) == merged(both, here) == merged(there, here) == both
