"""The pure rings decide and never act: no clock, no chance, no files, nothing of the process around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Source, contract, pure_sources, sources

MODULES = frozenset(contract("Purity")["forbidden_modules"]) | {
    *("contextvars", "ctypes", "fcntl", "glob", "io", "logging", "multiprocessing", "pathlib", "platform", "queue"),
    *("select", "selectors", "shutil", "signal", "ssl", "tempfile"),
}
CALLS = frozenset({"open", "input", "print", "globals", "breakpoint"})
METHODS = frozenset({"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"})
RUNS_TEXT = frozenset({"eval", "exec", "compile", "__import__"})


def impurities(source: Source) -> Iterator[str]:
    """What in a file reaches out of it: imports of the world, and calls that ask it something."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                reached = MODULES.intersection(alias.name.split(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                reached = MODULES.intersection([module.split(".")[0]])
            case ast.Call(func=ast.Name(id=name)):
                reached = CALLS.intersection([name])
            case ast.Call(func=ast.Attribute(attr=name)):
                reached = METHODS.intersection([name])
            case _:
                continue
        for name in reached:
            yield f"{source.at(node)} {name}"


def test_the_pure_rings_are_pure() -> None:
    assert [found for source in pure_sources() for found in impurities(source)] == []


def test_no_text_is_run_as_python() -> None:
    calls = [
        f"{source.at(node)} {node.func.id}"
        for source in sources("src")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_TEXT
    ]
    assert calls == []


@pytest.mark.parametrize(
    "text",
    [
        "import os.path",
        "from time import monotonic",
        "def f():\n    import random",
        "stamp = datetime.now(UTC)",
        "text = open('x').read",
        "text = path.read_text()",
    ],
)
def test_the_rule_sees(text: str) -> None:
    assert len(list(impurities(Source("x.py", text, ast.parse(text))))) == 1


@pytest.mark.parametrize("text", ["import re", "from . import time", "now = later(now)", "compile = re.compile('x')"])
def test_the_rule_lets_pass(text: str) -> None:
    assert list(impurities(Source("x.py", text, ast.parse(text)))) == []
