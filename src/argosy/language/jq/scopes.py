"""The names that a filter sees when it is compiled, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from argosy.language.jq.nodes import Code, Env, Node, Run, Spot


def identity(_: Env, spot: Spot, run: Run) -> Iterator[Spot]:
    """`.`"""
    run.spend(1)
    yield spot


class Scope:
    """The names that a filter sees: variables, functions and labels, the innermost first."""

    def __init__(self, compile_: Callable[[Node, Scope], Code], outer: Scope | None = None) -> None:
        self.outer, self._compile = outer, compile_
        self.names: dict[str, Any] = {}

    def compile(self, node: Node) -> Code:
        """The code of a filter that sees these names."""
        return self._compile(node, self)

    def find(self, name: str) -> Any:
        """What a name stands for, None if it is unknown."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def outermost(self) -> Scope:
        """A scope that sees nothing of the filter's."""
        return Scope(self._compile)

    def with_names(self, **names: Any) -> Scope:
        """The scope inside, with more names."""
        inner = Scope(self._compile, self)
        inner.names = names
        return inner


class Definition:
    """A function with filters as arguments; `key/n` in the variables are those of a call."""

    def __init__(self, parameters: tuple[str, ...]) -> None:
        self.keys = [object() for _ in parameters]
        self.code: Code = identity


class Argument:
    """A filter that was given to a function."""

    def __init__(self, key: object) -> None:
        self.key = key
