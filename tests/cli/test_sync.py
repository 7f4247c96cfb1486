"""argosy sync: limits of semaphores."""

from __future__ import annotations

import json

import pytest

from argosy.ports.store import ObjectKey
from tests.cli.terminal import SLOW, Terminal


@pytest.mark.parametrize(
    ("flags", "name"),
    [(("--type", "database"), "argosy-sync-limits"), (("--type", "configmap", "--cm-name", "cm"), "cm")],
)
def test_a_limit_is_set_shown_changed_and_removed(terminal: Terminal, flags: tuple[str, ...], name: str) -> None:
    created = terminal.argosy("sync", "create", "k", *flags, "--limit", "2")
    assert created.out.startswith("Sync limit created\nKey: k\n")
    assert terminal.argosy("sync", "create", "k", *flags, "--limit", "2").code != 0
    terminal.argosy("sync", "update", "k", *flags, "--limit", "3")
    assert terminal.argosy("sync", "get", "k", *flags).out.endswith("Limit: 3\n")
    key = ObjectKey("v1", "ConfigMap", "default", name)
    assert terminal.store.objects.get(key)["data"] == {"k": "3"}
    terminal.argosy("sync", "delete", "k", *flags)
    assert terminal.argosy("sync", "get", "k", *flags).code != 0
    assert terminal.store.objects.get(key)["data"] == {}


LOCKED = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: NAME}
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{name: a, template: work, withItems: [1, 2]}]]
  - name: work
    synchronization: {mutexes: [{name: x}], semaphores: [{database: {key: k}}]}
    container: {image: alpine, command: ["true"]}
"""
WHOLE = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: whole, namespace: other}
spec:
  entrypoint: main
  priority: 5
  synchronization: {mutexes: [{name: x, namespace: default}]}
  templates:
  - name: main
    container: {image: alpine, command: ["true"]}
"""


@pytest.fixture
def locked(terminal: Terminal) -> Terminal:
    """Two workflows whose steps take turns, and an important one of another namespace that waits for the same mutex."""
    terminal.executor.outcomes |= {"work": SLOW, "main": SLOW}
    terminal.argosy("sync", "create", "k", "--type", "database", "--limit", "2")
    for name in ("one", "two"):
        terminal.submit(LOCKED.replace("NAME", name))
    terminal.submit(WHOLE, "-n", "other")
    return terminal


def test_holders_and_waiters_in_their_order(locked: Terminal) -> None:
    shown = locked.argosy("sync", "holders")
    assert shown.out == (
        "LOCK                 HELD   STATUS   FENCE   WORKFLOW      NODE\n"
        "default/Database/k   1/2    held     2       default/one   one[0].a(0:1)\n"
        "default/Database/k   1/2    waits    -       default/one   one[0].a(1:2)\n"
        "default/Database/k   1/2    waits    -       default/two   two[0].a(0:1)\n"
        "default/Database/k   1/2    waits    -       default/two   two[0].a(1:2)\n"
        "default/Mutex/x      1/1    held     1       default/one   one[0].a(0:1)\n"
        "default/Mutex/x      1/1    waits    -       other/whole\n"
        "default/Mutex/x      1/1    waits    -       default/one   one[0].a(1:2)\n"
        "default/Mutex/x      1/1    waits    -       default/two   two[0].a(0:1)\n"
        "default/Mutex/x      1/1    waits    -       default/two   two[0].a(1:2)\n"
    )
    assert locked.argosy("sync", "holders", "-n", "other").out == "No locks are held\n"
    rows = locked.argosy("sync", "holders", "-A", "--no-headers").lines
    assert [row.split() for row in rows] == [row.split() for row in shown.lines[1:]]


def test_a_later_holder_has_a_greater_fence(locked: Terminal) -> None:
    locked.executor.advance(10)
    locked.settle()
    row = next(each for each in locked.argosy("sync", "holders").lines if each.startswith("default/Mutex/x"))
    assert row.split() == ["default/Mutex/x", "1/1", "held", "3", "other/whole"]


def test_holders_for_programs(locked: Terminal) -> None:
    found = json.loads(locked.argosy("sync", "holders", "-o", "json").out)
    assert [(each["name"], each["type"], each["limit"]) for each in found] == [
        ("default/Database/k", "semaphore", 2),
        ("default/Mutex/x", "mutex", 1),
    ]
    assert found[1]["holders"] == [{"workflow": "default/one", "node": "one[0].a(0:1)", "fence": 1}]
    assert found[1]["waiting"][0] == {"workflow": "other/whole"}
    assert "fence: 2" in locked.argosy("sync", "holders", "-o", "yaml").out
