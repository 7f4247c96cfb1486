"""argosy list and delete: many workflows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import WorkflowStatus
from argosy.model.workflow import Workflow
from tests.cli.terminal import HELLO, SLOW, WAITING, Printed, Terminal

HOUR = timedelta(hours=1)
RESUBMITTED = {"workflows.argoproj.io/resubmitted-from-workflow": "x"}


@pytest.fixture
def many(terminal: Terminal) -> Terminal:
    """Some workflows: `yesterday` has finished then."""
    now = datetime.now(UTC)

    def add(name: str, phase: str, *, age: timedelta, namespace: str = "default", **labels: str) -> None:
        finished = now - age + HOUR / 2 if phase not in ("", "Running") else None
        meta = ObjectMeta(
            name=name, namespace=namespace, uid=f"uid of {name}", creation_timestamp=now - age, labels=labels
        )
        started = now - age if phase else None
        status = WorkflowStatus(phase=phase, started_at=started, finished_at=finished, progress="1/1")
        terminal.store.create(Workflow(metadata=meta, spec=WorkflowSpec(), status=status))

    add("yesterday", "Succeeded", age=24 * HOUR, team="red")
    add("again", "Failed", age=3 * HOUR, team="blue", **RESUBMITTED)
    add("runs", "Running", age=2 * HOUR, team="red")
    add("waits", "", age=HOUR)
    add("elsewhere", "Error", age=HOUR, namespace="other")
    return terminal


def names(printed: Printed) -> list[str]:
    assert printed.code == 0, printed.err
    return printed.out.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "waits runs again yesterday"),
        ("--running", "waits runs"),
        ("--completed", "again yesterday"),
        ("--status Succeeded,Running", "runs yesterday"),
        ("--status Pending", "waits"),
        ("--status Failed --status Succeeded", "again yesterday"),
        ("--completed --status Failed,Running", "again"),
        ("--running --status Failed", "No workflows found"),
        ("--prefix y", "yesterday"),
        ("--since 150m", "waits runs"),
        ("--older 1h", "again yesterday"),
        ("--older 1h --since 1d2h", "again yesterday"),
        ("--older 1h --since 4h", "again"),
        ("--resubmitted", "again"),
        ("-l team=red", "runs yesterday"),
        ("-l team!=red --completed", "again"),
        ("--field-selector metadata.name=runs", "runs"),
        ("--field-selector metadata.name!=runs --completed", "again yesterday"),
        ("-n other", "elsewhere"),
        ("-A --completed", "elsewhere again yesterday"),
        ("--chunk-size 1", "waits runs again yesterday"),
    ],
)
def test_which(words: str, found: str, many: Terminal) -> None:
    assert names(many.argosy("list", "-o", "name", *words.split())) == found.split()


def test_the_table(many: Terminal) -> None:
    assert many.argosy("list", "--completed").lines == [
        "NAME        STATUS      AGE   DURATION   PRIORITY   MESSAGE",
        "again       Failed      3h    30m        0",
        "yesterday   Succeeded   1d    30m        0",
    ]
    assert many.argosy("list", "-A", "--no-headers", "--prefix", "else").lines == [
        "other   elsewhere   Error   1h   30m   0"
    ]
    assert many.argosy("list", "-o", "wide", "--prefix", "y").lines[0].split()[-2:] == ["P/R/C", "PARAMETERS"]


def test_machine_readable(many: Terminal) -> None:
    found = json.loads(many.argosy("list", "-o", "json", "--completed").out)
    assert [each["metadata"]["name"] for each in found] == ["again", "yesterday"]
    assert many.argosy("list", "-o", "yaml", "--completed").out.startswith("- apiVersion: ")
    assert json.loads(many.argosy("list", "-o", "json", "--prefix", "zzz").out) == []


def test_one_that_waits_for_somebody(terminal: Terminal) -> None:
    terminal.submit(WAITING)
    assert "Running (Suspended)" in terminal.argosy("list").out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("--running --completed", 2, "--completed and --running cannot be used together"),
        ("--status Sleeping", 2, "--status: there is no phase 'Sleeping'"),
        ("--since yesterday", 2, "'yesterday' is no duration: write 30s, 10m, 3h or 1d"),
        ("--field-selector spec.x=y", 1, "field label not supported: spec.x"),
        ("-l =", 1, "found '=', expected: !, identifier"),
    ],
)
def test_conditions_that_cannot_be(words: str, code: int, message: str, terminal: Terminal) -> None:
    printed = terminal.argosy("list", *words.split())
    assert (printed.code, message in printed.err) == (code, True), printed.err


def left(terminal: Terminal) -> set[str]:
    return {each.name for each in terminal.workflows()}


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("yesterday", "yesterday"),
        ("yesterday again", "yesterday again"),
        ("--completed", "again yesterday"),
        ("--all", "waits runs again yesterday"),
        ("--older 5h", "yesterday"),
        ("--prefix a", "again"),
        ("--status Failed", "again"),
        ("--resubmitted", "again"),
        ("-l team=red --completed", "yesterday"),
        ("-A --completed", "elsewhere again yesterday"),
        ("yesterday --older 5h", "yesterday"),
    ],
)
def test_delete(words: str, gone: str, many: Terminal) -> None:
    everything = left(many)
    dry = many.argosy("delete", "--dry-run", *words.split())
    assert dry.lines == [f"Workflow '{name}' deleted (dry-run)" for name in gone.split()]
    assert left(many) == everything
    printed = many.argosy("delete", *words.split())
    assert (printed.code, printed.lines) == (0, [f"Workflow '{name}' deleted" for name in gone.split()])
    assert left(many) == everything - set(gone.split())


def test_delete_ends_what_runs(terminal: Terminal) -> None:
    terminal.outcomes["main"] = SLOW
    terminal.submit()
    assert terminal.argosy("delete", "hello").out == "Workflow 'hello' deleted\n"
    assert [verb for verb, _ in terminal.executor.calls] == ["start", "stop"]
    assert terminal.workflows() == []


def test_what_is_kept_beside_the_store_goes_too(many: Terminal) -> None:
    many.argosy("delete", "yesterday")
    assert many.left == ["uid of yesterday"]


def test_delete_the_latest(terminal: Terminal) -> None:
    terminal.submit()
    terminal.submit(HELLO, "--name", "newer")
    assert terminal.argosy("delete", "@latest").out == "Workflow 'newer' deleted\n"


def test_delete_what_is_not_there(terminal: Terminal) -> None:
    printed = terminal.argosy("delete", "nothing")
    assert (printed.code, printed.out) == (0, "Workflow 'nothing' not found\n")
    assert terminal.argosy("delete", "--all").out == "No resources found\n"


def test_delete_needs_to_know_what(terminal: Terminal) -> None:
    printed = terminal.argosy("delete")
    assert (printed.code, "requires either a workflow or other argument" in printed.err) == (2, True)
