"""Gates: what every node passes between its making and its beginning, whatever its type: its locks, and the caches."""

from __future__ import annotations

from typing import NamedTuple

from argosy.engine.locks import Refusal
from argosy.engine.memoization import Memoization, Memory
from argosy.engine.synchronization import Synchronization
from argosy.errors import InvalidRequest
from argosy.model.template import Template


class Passage(NamedTuple):
    """What a node finds before it begins: the lock that it has to wait for, or what is remembered of it."""

    refusal: Refusal | None = None
    memory: Memory | None = None


class Gates(NamedTuple):
    """What may keep a node from beginning, or spare it that."""

    locks: Synchronization
    memories: Memoization

    def enter(self, name: str, template: Template) -> Passage:
        """Ask for the locks of a node that is about to begin, then for what is remembered. Raises InvalidRequest."""
        refusal = self.locks.request(template.synchronization, name)
        if refusal is not None:
            return Passage(refusal)
        try:
            return Passage(memory=self.memories.recall(template.memoize))
        except InvalidRequest:
            self.locks.release(name)
            raise
