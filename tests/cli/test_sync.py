"""argosy sync: limits of semaphores."""

from __future__ import annotations

import pytest

from argosy.ports.store import ObjectKey
from tests.cli.terminal import Terminal


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
