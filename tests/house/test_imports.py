"""The rings hold, and no two modules need each other."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

from tests.house.source import PACKAGE, PURE_ELSEWHERE, PURE_RINGS, ROOT, contract, tool_settings


@cache
def imports() -> dict[str, set[str]]:
    """Which modules of the project each of them imports, inside functions and for types only too."""
    graph = grimp.build_graph("argosy", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_pure_ring_is_under_the_purity_contract() -> None:
    files = [(ring, file) for ring in PURE_RINGS for file in (f"{ring}.py", f"{ring}/__init__.py")]
    there = {ring for ring, file in files if (PACKAGE / file).is_file()}
    elsewhere = {part.removeprefix("src/").strip("/").replace("/", ".") for part in PURE_ELSEWHERE}
    assert {f"argosy.{ring}" for ring in there} | elsewhere == set(contract("Purity")["source_modules"])
    assert {Path(path).stem for path in tool_settings()["pyright"]["strict"]} == set(PURE_RINGS)


def test_there_are_no_import_cycles() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None
