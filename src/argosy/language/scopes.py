"""The variables that a text can see: by name, and all whose names begin alike. And the world: time and chance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from argosy.language.tags import MISSING


class Scope(Protocol):
    """The variables that a tag can see."""

    def lookup(self, name: str) -> object:
        """The variable's value, None for one that is absent for good, MISSING where there is none of that name."""
        ...

    def names(self, prefix: str) -> Iterable[str]:
        """The names of variables that begin with `prefix`, which is empty or ends with a dot; it may be lazy."""
        ...


class MapScope:
    """The variables of a map."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables
        self._sorted: list[str] | None = None

    def lookup(self, name: str) -> object:
        """A variable's value, or MISSING."""
        return self._variables.get(name, MISSING)

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin with a prefix."""
        if self._sorted is None:
            self._sorted = sorted(self._variables)
        for index in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[index].startswith(prefix):
                return
            yield self._sorted[index]


class ChainScope:
    """The variables of `first`, and those of `then` whose names it does not have."""

    def __init__(self, first: Scope, then: Scope) -> None:
        self._first, self._then = first, then

    def lookup(self, name: str) -> object:
        """A variable's value, or MISSING."""
        value = self._first.lookup(name)
        return self._then.lookup(name) if value is MISSING else value

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin with a prefix, each once."""
        return iter(dict.fromkeys((*self._first.names(prefix), *self._then.names(prefix))))


class World(Protocol):
    """What functions such as `now()` and `sprig.randAlpha(8)` need, and the pure core does not have."""

    def nanoseconds(self) -> int:
        """Nanoseconds since 1970."""
        ...

    def random_bytes(self, count: int) -> bytes:
        """So many bytes by chance."""
        ...
