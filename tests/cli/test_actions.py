"""argosy suspend, resume, stop and terminate: what is asked of a workflow that runs."""

from __future__ import annotations

import pytest

from tests.cli.terminal import HELLO, SLOW, WAITING, Terminal

TWO = WAITING.replace(
    "        template: approve", "        template: approve\n      - name: check\n        template: approve"
)
BUILD_FIRST = (
    WAITING.replace("    - - name: approve", "    - - name: build\n        template: build\n    - - name: approve")
    + "  - name: build\n    container: {image: alpine, command: [make]}\n"
)
ASKS = WAITING.replace(
    "suspend: {}", "suspend: {}\n    outputs: {parameters: [{name: verdict, valueFrom: {supplied: {}}}]}"
)


def phases(terminal: Terminal, name: str = "waiting") -> dict[str, str]:
    return {node.display_name: node.phase for node in terminal.workflow(name).status.nodes.values()}


def test_resume(terminal: Terminal) -> None:
    terminal.submit(WAITING)
    printed = terminal.argosy("resume", "@latest")
    assert (printed.code, printed.out) == (0, "workflow waiting resumed\n")
    assert terminal.workflow("waiting").status.phase == "Succeeded"


def test_resume_one_node(terminal: Terminal) -> None:
    terminal.submit(TWO)
    assert terminal.argosy("resume", "waiting", "--node-field-selector", "displayName=check").code == 0
    assert (phases(terminal)["approve"], phases(terminal)["check"]) == ("Running", "Succeeded")


def test_resume_waits_for_one_that_is_on_its_way(terminal: Terminal) -> None:
    terminal.outcomes["build"] = SLOW
    terminal.submit(BUILD_FIRST)
    assert "approve" not in phases(terminal)
    assert terminal.argosy("resume", "waiting").code == 0
    assert terminal.workflow("waiting").status.phase == "Succeeded"


def test_suspend_and_resume(terminal: Terminal) -> None:
    terminal.outcomes["build"] = SLOW
    terminal.submit(BUILD_FIRST)
    assert terminal.argosy("suspend", "waiting").out == "workflow waiting suspended\n"
    assert terminal.workflow("waiting").spec.suspend is True
    assert terminal.argosy("resume", "waiting").out == "workflow waiting resumed\n"
    assert terminal.workflow("waiting").spec.suspend is None


def test_several(terminal: Terminal) -> None:
    terminal.submit(WAITING)
    terminal.submit(WAITING, "--name", "other")
    assert terminal.argosy("resume", "waiting", "other").lines == ["workflow waiting resumed", "workflow other resumed"]


def test_resume_for_a_value_that_is_missing(terminal: Terminal) -> None:
    terminal.submit(ASKS)
    printed = terminal.argosy("resume", "waiting")
    assert printed.code == 1
    assert "raw output parameter 'verdict' has not been set and does not have a default value" in printed.err


@pytest.mark.parametrize("verb", ["resume", "stop"])
def test_a_selector_in_vain(verb: str, terminal: Terminal) -> None:
    terminal.submit(WAITING)
    printed = terminal.argosy(verb, "waiting", "--node-field-selector", "displayName=nobody")
    assert printed.code == 1
    assert (
        "no suspend nodes matching nodeFieldSelector: displayName=nobody\nhint: those that wait: approve" in printed.err
    )


def test_stop_fails_the_nodes_that_are_selected(terminal: Terminal) -> None:
    terminal.submit(TWO)
    words = ["--node-field-selector", "displayName=check", "--message", "rejected"]
    assert terminal.argosy("stop", "waiting", *words).out == "workflow waiting stopped\n"
    assert (phases(terminal)["approve"], phases(terminal)["check"]) == ("Running", "Failed")
    assert [node.message for node in terminal.workflow("waiting").status.nodes.values()].count("rejected") == 1


@pytest.mark.parametrize(
    ("verb", "done", "strategy"), [("stop", "stopped", "Stop"), ("terminate", "terminated", "Terminate")]
)
def test_the_end(verb: str, done: str, strategy: str, terminal: Terminal) -> None:
    terminal.outcomes["main"] = SLOW
    terminal.submit()
    assert terminal.argosy(verb, "hello", "--dry-run").out == f"workflow hello {done} (dry-run)\n"
    assert terminal.workflow().spec.shutdown == ""
    printed = terminal.argosy(verb, "hello")
    assert (printed.code, printed.out) == (0, f"workflow hello {done}\n")
    assert (terminal.workflow().spec.shutdown, terminal.workflow().status.phase) == (strategy, "Failed")
    assert "Failed (Terminated)" in terminal.argosy("list").out


@pytest.mark.parametrize("verb", ["stop", "terminate"])
def test_by_selector(verb: str, terminal: Terminal) -> None:
    terminal.outcomes["main"] = SLOW
    for name, label in (("a", "x=1"), ("b", "x=1"), ("c", "x=2")):
        terminal.submit(HELLO, "--name", name, "-l", label)
    assert terminal.argosy(verb, "-l", "x=1", "--dry-run").out.count("dry-run") == 2
    terminal.argosy(verb, "-l", "x=1", "a")
    assert [terminal.workflow(name).status.phase for name in "abc"] == ["Failed", "Failed", "Running"]


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        ("suspend", "cannot suspend completed workflows"),
        ("resume", "cannot resume completed workflows"),
        ("stop", 'cannot shutdown a completed workflow: workflow: "hello", namespace: "default"'),
        ("terminate", 'cannot shutdown a completed workflow: workflow: "hello", namespace: "default"'),
    ],
)
def test_too_late(verb: str, message: str, terminal: Terminal) -> None:
    terminal.submit()
    printed = terminal.argosy(verb, "hello")
    assert (printed.code, printed.out, printed.err) == (1, "", f"argosy: error: {message}\n")


@pytest.mark.parametrize("verb", ["resume", "stop", "terminate"])
def test_nothing_is_named(verb: str, terminal: Terminal) -> None:
    printed = terminal.argosy(verb)
    assert (printed.code, "requires either" in printed.err) == (2, True)
