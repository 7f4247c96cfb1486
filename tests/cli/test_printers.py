"""What is printed for what there is: the tree, times, tables, without a terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from argosy.cli.printers.encode import json_text, yaml_text
from argosy.cli.printers.lint import PRINTERS, Complaint, Report
from argosy.cli.printers.list import in_order, table
from argosy.cli.printers.style import Style
from argosy.cli.printers.table import columns, width
from argosy.cli.printers.times import ago, short_span, stamp
from argosy.cli.printers.tree import draw
from argosy.cli.printers.workflow import describe
from argosy.model.codec import decode_lenient
from argosy.model.workflow import Workflow
from argosy.ports.store import WorkflowSummary

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)
PLAIN = Style()


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def at(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def node(name: str, type_: str = "Pod", phase: str = "Succeeded", **more: Any) -> dict[str, Any]:
    display = name.rpartition("]." if "]." in name else ".")[2] or name
    times = {"startedAt": at(-60), "finishedAt": at(-55)} if phase != "Running" else {"startedAt": at(-60)}
    return {"name": name, "displayName": display, "type": type_, "phase": phase, "templateName": "t", **times, **more}


def workflow(*nodes: dict[str, Any], **status: Any) -> Workflow:
    """A workflow named `wf` with these nodes; a node's ID is its name."""
    data = {
        "metadata": {"name": "wf", "namespace": "default", "creationTimestamp": at(-61)},
        "spec": {"serviceAccountName": "robot"},
        "status": {
            "phase": "Succeeded",
            **status,
            "nodes": {each["name"]: {"id": each["name"], **each} for each in nodes},
        },
    }
    return decode_lenient(data, Workflow)


EVERYTHING = workflow(
    node("wf", "DAG", "Failed", templateName="main"),
    node("wf.A", boundaryID="wf", children=["wf.B"]),
    node("wf.B", "Steps", "Failed", boundaryID="wf", startedAt=at(-50)),
    node("wf.B[0]", "StepGroup", boundaryID="wf.B", displayName="[0]", children=["wf.B[0].one", "wf.B[0].two"]),
    node("wf.B[0].one", boundaryID="wf.B"),
    node("wf.B[0].two", boundaryID="wf.B", message="exit code 1\nand more", phase="Failed"),
    node("wf.B[1]", "StepGroup", boundaryID="wf.B", displayName="[1]", children=["wf.B[1].only"], startedAt=at(-40)),
    node("wf.B[1].only", "Suspend", "Running", boundaryID="wf.B", templateName="approve"),
    node("wf.C", "Retry", boundaryID="wf", startedAt=at(-45), children=["wf.C(0)", "wf.C(1)"]),
    node("wf.C(0)", phase="Error", boundaryID="wf", displayName="C(0)", message="pod deleted"),
    node("wf.C(1)", boundaryID="wf", displayName="C(1)", startedAt=at(-30), finishedAt=at(-20)),
    node("wf.D", "Retry", boundaryID="wf", startedAt=at(-44), children=["wf.D(0)"]),
    node(
        "wf.D(0)", boundaryID="wf", displayName="D(0)", hostNodeName="node-1", resourcesDuration={"cpu": 3, "memory": 1}
    ),
    node("wf.E", "Skipped", "Skipped", boundaryID="wf", startedAt=at(-43), message="when 'a == b' evaluated false"),
    node("wf.F", "Skipped", "Omitted", boundaryID="wf", startedAt=at(-42)),
    node("wf.G", "TaskGroup", boundaryID="wf", startedAt=at(-41), children=["wf.G(2:c)", "wf.G(10:k)"]),
    node("wf.G(10:k)", boundaryID="wf", displayName="G(10:k)", phase="Pending", startedAt=at(-41)),
    node("wf.G(2:c)", boundaryID="wf", displayName="G(2:c)", phase="Running", startedAt=at(-41)),
    node("wf.H", boundaryID="wf", startedAt=at(-40), templateName="", templateRef={"name": "lib", "template": "x"}),
    node("wf.onExit", displayName="wf.onExit", startedAt=at(-10)),
    phase="Failed",
    message="child 'wf.B' failed",
    startedAt=at(-60),
    finishedAt=at(-5),
    progress="8/9",
    conditions=[
        {"type": "Completed", "status": "True"},
        {"type": "SpecWarning", "message": "careful", "status": "True"},
    ],
    resourcesDuration={"cpu": 3, "memory": 1},
    outputs={
        "parameters": [{"name": "colour", "value": "red"}],
        "artifacts": [{"name": "log", "raw": {"data": "x"}}, {"name": "empty"}],
    },
)


@pytest.mark.parametrize("form", ["", "wide", "short"])
def test_everything_that_can_be_drawn(form: str) -> None:
    text = describe(EVERYTHING, PLAIN, NOW, form=form)
    assert text == (GOLDEN / f"everything{'-' if form else ''}{form}.txt").read_text()


def test_without_symbols() -> None:
    assert draw(EVERYTHING, Style(utf8=False), NOW) == (GOLDEN / "everything-ascii.txt").read_text()


def test_colours_do_not_move_the_columns() -> None:
    import re

    colored = draw(EVERYTHING, Style(color=True), NOW)
    assert "\x1b[32m✔\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == draw(EVERYTHING, PLAIN, NOW)


def test_only_nodes_that_are_asked_for() -> None:
    lines = draw(EVERYTHING, PLAIN, NOW, shown=lambda node: node.phase == "Error").splitlines()
    assert [line.split()[:2] for line in lines[1:] if line] == [["⚠", "C(0)"]]


def test_nothing_has_begun() -> None:
    assert draw(workflow(phase=""), PLAIN, NOW) == ""
    assert describe(workflow(phase=""), PLAIN, NOW, form="short").startswith("Name:                wf\n")


def test_one_attempt_is_drawn_in_the_place_of_its_retry() -> None:
    one = workflow(node("wf", "Retry", children=["wf(0)"]), node("wf(0)", displayName="wf(0)"))
    assert draw(one, PLAIN, NOW).splitlines()[1].startswith(" ✔ wf(0)")


@pytest.mark.parametrize(
    ("status", "spec", "words"),
    [
        ({"phase": "Running"}, {}, "Running"),
        ({"phase": "Running"}, {"suspend": True}, "Running (Suspended)"),
        ({"phase": "Failed"}, {"shutdown": "Stop"}, "Failed (Terminated)"),
        ({"phase": ""}, {}, "Pending"),
    ],
)
def test_the_status_in_words(status: dict[str, Any], spec: dict[str, Any], words: str) -> None:
    found = decode_lenient({"metadata": {"name": "wf"}, "spec": spec, "status": status}, Workflow)
    assert f"Status:              {words}\n" in describe(found, PLAIN, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "now"),
        (1, "1 second ago"),
        (59, "59 seconds ago"),
        (119, "1 minute ago"),
        (7199, "1 hour ago"),
        (86400 * 3, "3 days ago"),
        (-300, "5 minutes from now"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_moments() -> None:
    assert stamp(NOW, NOW + timedelta(minutes=5)) == "Wed Mar 04 12:00:00 +0000 (5 minutes ago)"
    assert short_span(NOW, None, NOW + timedelta(hours=3)) == "3h"
    assert short_span(None, None, NOW) == "0s"


def test_times_are_whole_seconds_and_nothing_else_changes() -> None:
    time = "2026-01-02T03:04:05.678901Z"
    started = decode_lenient({"status": {"startedAt": time, "message": f'"startedAt":"{time}"'}}, Workflow)
    assert '"startedAt": "2026-01-02T03:04:05Z"' in json_text(started, 2)
    assert time in json_text(started, 2)
    assert 'startedAt: "2026-01-02T03:04:05Z"\n' in yaml_text(started)


def test_columns_are_as_wide_as_what_is_seen() -> None:
    assert columns([["a", "b"], ["\x1b[31mlong\x1b[0m", "c\nd"]], 2) == "a     b\n\x1b[31mlong\x1b[0m  c d\n"
    assert width("\x1b[31mlong\x1b[0m") == 4


def summary(name: str, **more: Any) -> WorkflowSummary:
    values: dict[str, Any] = {
        **dict.fromkeys(("message", "progress"), ""),
        **dict.fromkeys(("started_at", "finished_at", "priority")),
        "uid": name,
        "namespace": "default",
        "phase": "Running",
        "created_at": NOW - timedelta(minutes=5),
        "labels": {},
        "suspended": False,
        "parameters": {},
    }
    return WorkflowSummary(name=name, **{**values, **more})


def test_the_list() -> None:
    rows = [
        summary("a", started_at=NOW - timedelta(seconds=90), pods={"Succeeded": 2, "Running": 1, "Pending": 3}),
        summary("b", suspended=True, priority=7, namespace="other", parameters={"x": "1", "long": "0123456789" * 6}),
        summary("c", phase="Failed", finished_at=NOW, progress="1/4", message="Stopped with strategy 'Terminate'"),
        summary("d", phase=""),
    ]
    text = table(rows, NOW, namespaces=True, wide=True)
    assert text == (GOLDEN / "list.txt").read_text()
    assert table(rows[:1], NOW, headers=False) == "a   Running   5m   1m   0\n"


def test_what_runs_is_listed_first() -> None:
    rows = [
        summary("ended first", finished_at=NOW - timedelta(hours=2)),
        summary("old", created_at=NOW - timedelta(hours=9)),
        summary("ended last", finished_at=NOW - timedelta(hours=1)),
        summary("new"),
    ]
    assert [row.name for row in in_order(rows)] == ["new", "old", "ended last", "ended first"]


REPORTS = [
    Report("good.yaml", linted=True, complaints=[]),
    Report(
        "bad.yaml",
        linted=True,
        complaints=[
            Complaint("error", 3, 5, '"a" (Workflow)', "it is wrong", "make it right"),
            Complaint("warning", 0, 0, "", "it is odd"),
        ],
    ),
]


def test_lint_for_people() -> None:
    printer = PRINTERS["pretty"](PLAIN)
    assert [printer.report(each) for each in REPORTS] == [
        "",
        'bad.yaml:\n   ✖ bad.yaml:3:5 in "a" (Workflow): it is wrong\n     hint: make it right\n   ⚠ it is odd\n\n',
    ]
    assert printer.summary(REPORTS) == "✖ 1 linting errors found!\n"
    assert printer.summary(REPORTS[:1]) == "✔ no linting errors found!\n"
    assert printer.summary([]) == "✖ found nothing to lint in the specified paths, failing...\n"


def test_lint_for_programs() -> None:
    printer = PRINTERS["simple"](PLAIN)
    assert printer.report(REPORTS[1]) == 'bad.yaml:3:5: in "a" (Workflow): it is wrong\nbad.yaml: warning: it is odd\n'
    assert [printer.summary(each) for each in (REPORTS, REPORTS[:1], [])] == [
        "",
        "no linting errors found!\n",
        "found nothing to lint in the specified paths, failing...\n",
    ]
