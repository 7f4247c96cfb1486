"""argosy convert: printed, in place, as a difference."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.terminal import Terminal

OLD = 'kind: CronWorkflow\nspec:\n  schedule: "0 0 * * *" # x\n  workflowSpec: {podPriority: 3}\n'
NEW = OLD.replace('schedule: "0 0 * * *"', "schedules:\n    - 0 0 * * *")
BY_HAND = (
    "argosy: warning: -:4: spec.workflowSpec.podPriority is gone: write podPriorityClassName, the name of a "
    "PriorityClass\n"
)


def test_it_is_printed(terminal: Terminal) -> None:
    printed = terminal.argosy("convert", "-", stdin=OLD)
    assert (printed.code, printed.out, printed.err) == (0, NEW, BY_HAND)
    assert terminal.argosy("convert", "-q", "-", stdin=OLD.rstrip()).out == NEW


def test_several_files(terminal: Terminal) -> None:
    terminal.file(OLD, "folder/a.yaml")
    terminal.file(OLD, "folder/b.yaml")
    assert terminal.argosy("convert", str(terminal.home / "folder")).out == f"{NEW}---\n{NEW}"


def test_in_place(terminal: Terminal) -> None:
    path = Path(terminal.file("", "a.yaml"))
    path.write_bytes(b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode())
    printed = terminal.argosy("convert", "-i", str(path))
    assert (printed.code, printed.out) == (0, "")
    assert f"{path}:3: spec.schedule → schedules\n" in printed.err
    assert path.read_bytes() == b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode()


def test_in_place_where_nothing_is_old(terminal: Terminal) -> None:
    path = Path(terminal.file(NEW.replace(", {podPriority: 3}", ""), "a.yaml"))
    before = path.stat().st_mtime_ns
    assert terminal.argosy("convert", "--in-place", "-q", str(path)).code == 0
    assert path.stat().st_mtime_ns == before


def test_only_files_are_changed_in_place(terminal: Terminal) -> None:
    assert terminal.argosy("convert", "-i", "-", stdin=OLD).code == 2
    assert terminal.argosy("convert", "-i", "--diff", "-", stdin=OLD).code == 2


def test_a_difference(terminal: Terminal) -> None:
    printed = terminal.argosy("convert", "--diff", "-q", "-", stdin=OLD.rstrip())
    assert printed.lines == [
        *("--- -", "+++ -", "@@ -1,4 +1,5 @@", " kind: CronWorkflow", " spec:", '-  schedule: "0 0 * * *" # x'),
        *("+  schedules:", "+    - 0 0 * * * # x", "   workflowSpec: {podPriority: 3}", "\\ No newline at end of file"),
    ]


def test_anew(terminal: Terminal) -> None:
    printed = terminal.argosy("convert", "-o", "json", "-", stdin=OLD)
    assert json.loads(printed.out) == {
        "kind": "CronWorkflow",
        "spec": {"schedules": ["0 0 * * *"], "workflowSpec": {"podPriority": 3}},
    }
    assert "  schedules:\n  - 0 0 * * *\n" in terminal.argosy("convert", "-o", "yaml", "-", stdin=OLD).out


def test_comments_that_are_lost(terminal: Terminal) -> None:
    text = "kind: Workflow # x\nspec: {synchronization: {mutex: {name: a}, mutexes: []}}\n"
    printed = terminal.argosy("convert", "-", stdin=text)
    assert printed.err == "argosy: warning: -:1: the document had to be written anew, without its comments\n"


def test_what_cannot_be_read(terminal: Terminal) -> None:
    assert terminal.argosy("convert", "-", stdin="a: b: c").code == 1
