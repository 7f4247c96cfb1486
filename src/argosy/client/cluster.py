"""Waiting for what happens in a cluster: its controller is the engine, so no command ever is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

LOOK_SECONDS = 0.5
"""After so long a wait ends though nothing has changed: what is waited for may be a time."""


class Watched(Protocol):
    """A store that says when something has changed (argosy.stores.kubernetes.store.KubernetesStore)."""

    changed: Callable[[], None]

    def version(self) -> int:
        """Another number after anybody has changed a workflow."""
        ...


class ClusterEngine:
    """argosy.client.local.Engine: the controller of a cluster, wherever it runs."""

    def __init__(self, store: Watched) -> None:
        self._store = store

    def wake(self) -> bool:
        """Nobody has to be woken: the controller watches."""
        return True

    def start_in_background(self) -> None:
        """Nothing: who runs the cluster starts its controller."""

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Wait until `done()`, calling `changed()` after every change."""
        news = threading.Event()
        self._store.changed = news.set
        try:
            seen = self._store.version()
            while not done():
                news.wait(LOOK_SECONDS)
                news.clear()
                version = self._store.version()
                if version != seen:
                    seen = version
                    changed()
        finally:
            self._store.changed = _nothing


def _nothing() -> None:
    pass
