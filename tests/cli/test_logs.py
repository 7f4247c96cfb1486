"""argosy logs, and submit --log."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.executors.fake import Outcome
from argosy.ports.pods import PodRequest
from tests.cli.terminal import FAILS, WAITING, Terminal

STEPS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: steps}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: one, template: says}
    - - {name: two, template: says}
    - - {name: three, template: other}
  - name: says
    container: {image: alpine, command: [echo]}
  - name: other
    metadata: {labels: {app: other}}
    container: {image: alpine, command: [echo]}
"""


def says(request: PodRequest) -> Outcome:
    return Outcome(log=[f"I am {request.node_name}", "and that is all"])


@pytest.fixture
def ran(terminal: Terminal) -> Terminal:
    terminal.outcomes.update(says=says, other=says)
    terminal.submit(STEPS)
    return terminal


def pods(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(line.partition(":")[0] for line in lines))


def test_all_pods_in_their_order(ran: Terminal) -> None:
    printed = ran.argosy("logs", "steps")
    first, second, third = pods(printed.lines)
    assert printed.lines == [
        f"{first}: I am steps[0].one",
        f"{first}: and that is all",
        f"{second}: I am steps[1].two",
        f"{second}: and that is all",
        f"{third}: I am steps[2].three",
        f"{third}: and that is all",
    ]
    assert (first[:11], third[:12]) == ("steps-says-", "steps-other-")


def test_one_pod_by_any_of_its_names(ran: Terminal) -> None:
    pod = pods(ran.argosy("logs", "steps").lines)[1]
    (node,) = [node for node in ran.workflow("steps").status.nodes.values() if node.display_name == "two"]
    for name in (pod, "two", node.id, node.name):
        assert ran.argosy("logs", "@latest", name).lines == [f"{pod}: I am steps[1].two", f"{pod}: and that is all"]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("--tail 1", 3),
        ("--tail 0", 0),
        ("--grep ^I.am", 3),
        ("-l app=other", 2),
        ("-l app!=other", 4),
        ("-l workflows.argoproj.io/workflow=steps", 6),
        ("--since 1h", 6),
        ("--since-time 2099-01-01T00:00:00Z", 0),
        ("-f", 6),
        ("-f --tail 1", 3),
    ],
)
def test_only_some_lines(words: str, count: int, ran: Terminal) -> None:
    printed = ran.argosy("logs", "steps", *words.split())
    assert (printed.code, len(printed.lines)) == (0, count), printed.err


def test_timestamps(ran: Terminal) -> None:
    assert ": 20" in ran.argosy("logs", "steps", "--timestamps").lines[0]


def test_a_pod_that_is_not_there(ran: Terminal) -> None:
    printed = ran.argosy("logs", "steps", "four")
    assert printed.code == 1
    assert 'pods "four" not found in workflow steps\nhint: there are: steps-says-' in printed.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--since 1h --since-time 2026-01-01T00:00:00Z", "--since-time and --since cannot be used together"),
        ("--since-time noon", "'noon' is no time"),
        ("--since-time 2026-01-01T00:00:00", "is no time"),
        ("--tail few", "'few' is not a valid integer"),
    ],
)
def test_flags_that_cannot_be(words: str, message: str, ran: Terminal) -> None:
    printed = ran.argosy("logs", "steps", *words.split())
    assert (printed.code, message in printed.err) == (2, True), printed.err


def test_an_expression_that_is_none(ran: Terminal) -> None:
    printed = ran.argosy("logs", "steps", "--grep", "(")
    assert (printed.code, "failed to compile '('" in printed.err) == (1, True)


def test_a_workflow_without_pods(terminal: Terminal) -> None:
    terminal.submit(WAITING)
    assert terminal.argosy("logs", "waiting") == (0, "", "")


def test_log_follows_to_the_end(terminal: Terminal) -> None:
    outcomes: dict[str, Any] = {"says": lambda request: Outcome(seconds=5, log=says(request).log), "other": says}
    terminal.outcomes.update(outcomes)
    printed = terminal.argosy("submit", "-", "--log", "-q", stdin=STEPS)
    assert printed.code == 0
    assert [line.partition(": ")[2] for line in printed.lines[-6:]].count("and that is all") == 3


def test_log_and_wait(terminal: Terminal) -> None:
    terminal.outcomes.update(says=says, other=FAILS)
    printed = terminal.argosy("submit", "-", "--log", "--wait", "-q", stdin=STEPS)
    assert printed.code == 1
    assert printed.lines[-1].startswith("steps Failed at ")


def test_colours_tell_pods_apart(ran: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ran.argosy("logs", "steps").out.startswith("\x1b[3")
    assert "\x1b" not in ran.argosy("logs", "steps", "--no-color").out
