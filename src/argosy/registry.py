"""A table of names to things that are imported on first use, so that what is not used costs nothing."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar, cast

from argosy.errors import InvalidRequest

T = TypeVar("T")


class Table(Generic[T]):
    """Rows of name → "package.module:attribute"; `table[name]` imports the module and gives the attribute.

    >>> Table("template type", {"dag": "argosy.templates.dag:HANDLER"})["dag"]
    """

    def __init__(self, kind: str, rows: Mapping[str, str]) -> None:
        self.kind, self.rows = kind, dict(rows)
        self._imported: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        """The row's thing. Raises InvalidRequest, with the nearest name as the hint, where there is no such row."""
        if name in self._imported:
            return self._imported[name]
        if name not in self.rows:
            near = difflib.get_close_matches(name, self.rows, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(self.rows))}"
            raise InvalidRequest(f"unknown {self.kind} {name!r}", hint=hint)
        module, _, attribute = self.rows[name].partition(":")
        found = self._imported[name] = cast(T, getattr(importlib.import_module(module), attribute))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, name: object) -> bool:
        return name in self.rows
