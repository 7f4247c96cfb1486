"""What a command does not use it does not import: starting stays cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("argosy.cli.main")

SHOW = """
import sys
before = set(sys.modules)
try:
    from argosy.cli.main import main
    sys.argv = ["argosy", *sys.argv[1:]]
    main()
finally:
    print("\\n--- ", *sorted(set(sys.modules) - before))
"""
OURS = ("argosy", "argosy.cli", "argosy.errors", "argosy.registry")
"""The parts of the project that every start may import, with what is in argosy.cli."""
PYTHONS = frozenset(
    (
        *("pathlib", "fnmatch", "ntpath", "urllib", "ipaddress", "difflib", "heapq", "typing", "platform"),
        *("shutil", "zlib", "bz2", "compression", "lzma", "locale", "textwrap"),  # click's, when it prints help
    )
)
"""What else of Python's own, beside what click needs."""


def imported(code: str, *arguments: str) -> set[str]:
    """The modules that running the code brings in, beyond Python's own start."""
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.rpartition("--- ")[2].split())


@pytest.mark.parametrize("arguments", [["version"], ["version", "--short"], ["--help"], ["completion", "bash"]])
def test_start_imports_click_and_little_else(arguments: list[str]) -> None:
    click = imported("import sys; before = set(sys.modules); import click; print('---', *set(sys.modules) - before)")
    found = {name for name in imported(SHOW, *arguments) - click if not name.startswith(("click.", "argosy.cli."))}
    foreign = {name for name in found - set(OURS) if name.partition(".")[0].lstrip("_") not in PYTHONS}
    assert foreign == set()
