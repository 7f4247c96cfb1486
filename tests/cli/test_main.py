"""argosy itself: help, verbs, usage, bugs, and files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import pytest

import argosy
from argosy.cli.main import TABLE
from argosy.cli.verbs import VERBS
from argosy.errors import StoreError
from tests.cli.terminal import HELLO, Terminal


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"], ["help", "nonsense"]])
def test_help_names_every_verb(words: list[str], terminal: Terminal) -> None:
    printed = terminal.argosy(*words)
    assert printed.code == 0
    for name, verb in VERBS.items():
        assert (f"  {name} " in printed.out) is not verb.hidden


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_explains_itself(name: str, terminal: Terminal) -> None:
    for words in ([name, "--help"], [name, "-h"], ["help", name]):
        printed = terminal.argosy(*words)
        assert printed.code == 0
        assert printed.out.startswith(f"Usage: argosy {name} [OPTIONS]")
    for parameter in TABLE[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"say what {parameter.opts[0]} of {name} is"


def test_version(terminal: Terminal) -> None:
    assert terminal.argosy("version", "--short").out == f"argosy: v{argosy.__version__}\n"
    assert terminal.argosy("--version").out == f"argosy: v{argosy.__version__}\n"
    assert terminal.argosy("version").lines[1].startswith("  Python: 3.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sumbit"], "there is no verb 'sumbit'; did you mean 'submit'?\nhint: see argosy --help\n"),
        (["xyz"], "there is no verb 'xyz'\nhint: see argosy --help\n"),
        (["--colour", "list"], "no such option '--colour'"),
        (["list", "--runing"], "no such option '--runing'"),
        (["get"], "missing argument 'WORKFLOW...'\nhint: see argosy get --help\n"),
        (["watch", "a", "b"], "got unexpected extra argument (b)\nhint: see argosy watch --help\n"),
        (["completion", "tcsh"], "invalid value for '{bash|zsh|fish}': 'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_usage(words: list[str], message: str, terminal: Terminal) -> None:
    printed = terminal.argosy(*words)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith(f"argosy: error: {message}")


@pytest.mark.parametrize(
    ("flag", "running"), [("--running", True), ("--running=true", True), ("--running=false", False)]
)
def test_flags_as_go_writes_them(flag: str, running: bool, terminal: Terminal) -> None:
    terminal.submit()
    assert (terminal.argosy("list", flag).out == "No workflows found\n") is running


def test_a_verb_that_is_not_built(terminal: Terminal) -> None:
    printed = terminal.argosy("retry", "hello")
    assert (printed.code, printed.err) == (1, "argosy: error: not supported yet: argosy retry\n")


def test_a_bug_is_reported_without_a_traceback(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(terminal.store, "list", fail)
    printed = terminal.argosy("list")
    assert printed.code == 1
    first, hint = printed.err.splitlines()
    assert first.startswith("argosy: bug: ZeroDivisionError: by zero; a report is in ")
    assert "ARGOSY_DEBUG" in hint
    report = Path(first.rpartition(" ")[2])
    assert report.parent == terminal.home / "crash"
    assert "raise ZeroDivisionError" in report.read_text()
    for more in (["-v"], ["--loglevel", "debug"]):
        with pytest.raises(ZeroDivisionError):
            terminal.argosy("list", *more)
    monkeypatch.setenv("ARGOSY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        terminal.argosy("list")


def test_an_error_with_advice(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise StoreError("the disk is full", hint="make room")

    monkeypatch.setattr(terminal.store, "list", fail)
    printed = terminal.argosy("list")
    assert (printed.code, printed.err) == (1, "argosy: error: the disk is full\nhint: make room\n")


def test_settings_that_are_wrong(terminal: Terminal) -> None:
    terminal.file("paralelism: 1", "config.yaml")
    printed = terminal.argosy("list")
    assert printed.code == 1
    assert f"{terminal.home / 'config.yaml'}:1:1: paralelism: unknown setting" in printed.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, terminal: Terminal) -> None:
    assert "_ARGOSY_COMPLETE" in terminal.argosy("completion", shell).out


UNREADABLE: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "there is no such file"),
    "": (None, "this is a folder"),
    "empty": (b"", "the file is empty"),
    "blank": (b"\n\n  \n", "the file is empty"),
    "comments": (b"# nothing\n---\n", "no document is in it"),
    "binary": (bytes(range(256)), "this is not text"),
    "nul": (b"a: b\0", "this is not text"),
    "latin": ("a: b\nc: caf\xe9".encode("latin-1"), "2:7: this is not UTF-8"),
    "huge": (b"#" * (16 * 1024 * 1024 + 1), "this is larger than 16 MB"),
    "list": (b"- a", "1:1: expected a mapping, found a list"),
    "tabs": (b"a:\n\tb: c", "not valid YAML"),
}
"""Names of files, what is in them, and what is said of them."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_files_that_cannot_be_read(name: str, terminal: Terminal) -> None:
    path, (data, message) = terminal.home / name, UNREADABLE[name]
    if data is not None:
        path.write_bytes(data)
    printed = terminal.argosy("submit", str(path))
    assert (printed.code, printed.out) == (1, "")
    assert printed.err.startswith(f"argosy: error: {path}:")
    assert message in printed.err


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_without_permission(terminal: Terminal) -> None:
    path = Path(terminal.file(HELLO))
    path.chmod(0)
    printed = terminal.argosy("submit", str(path))
    assert (printed.code, "permission denied" in printed.err) == (1, True)


def test_a_url(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "http://127.0.0.1:1/a.yaml")
    assert printed.code == 1
    assert "http://127.0.0.1:1/a.yaml: cannot be read: " in printed.err


def test_windows_line_ends_and_a_byte_order_mark(terminal: Terminal) -> None:
    path = terminal.home / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + HELLO.replace("\n", "\r\n").encode())
    assert terminal.argosy("submit", str(path), "-o", "name").out == "hello\n"
