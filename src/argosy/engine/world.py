"""Time and chance for expressions, as arguments: the same node sees the same of both, however often it is asked."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NodeWorld:
    """argosy.language.scopes.World for one node: the time at which it began, and bytes that follow from `seed`."""

    def __init__(self, seed: str, now: datetime) -> None:
        self._seed, self._now, self._drawn = seed, now, 0

    def nanoseconds(self) -> int:
        """Nanoseconds since 1970."""
        passed = self._now - EPOCH
        return ((passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds) * 1_000

    def random_bytes(self, count: int) -> bytes:
        """So many bytes that nobody can guess who does not know the workflow's uid."""
        found = b""
        while len(found) < count:
            self._drawn += 1
            found += hashlib.blake2b(f"{self._drawn}:{self._seed}".encode()).digest()
        return found[:count]
