"""An expression, compiled once and run many times.

What an expression means depends on the types of the variables that it names: they decide what the checker refuses, and
a variable hides a built-in function of the same name. So a program keeps one compiled form for each combination of
types that it has met; which names matter is read off the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from argosy.errors import ExpressionError
from argosy.language.expr.checker import check
from argosy.language.expr.compiler import compile_tree
from argosy.language.expr.errors import ExprError, Panic
from argosy.language.expr.lexer import tokenize
from argosy.language.expr.optimizer import optimize
from argosy.language.expr.parser import parse
from argosy.language.expr.signatures import BUILTINS
from argosy.language.expr.state import Code, State, World
from argosy.language.expr.types import NIL, Nature, Type, nature_of
from argosy.language.expr.values import type_of

_MOST_VARIANTS = 64
_ABSENT: Final = object()


class Program:
    """An expression; `names` are the variables that it may look at, in the order in which they occur."""

    __slots__ = ("_variants", "has_environment", "names", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = tokenize(text)
        words = [token.value for token in tokens if token.kind == "Identifier"]
        self.has_environment = "$env" in words
        if self.has_environment:
            words += [token.value for token in tokens if token.kind == "String"]
        self.names = tuple(dict.fromkeys(words))
        self._variants: dict[tuple[object, ...], tuple[Code, int] | ExpressionError] = {}
        if not any(name in BUILTINS for name in self.names):
            parse(text)

    def evaluate(self, env: Mapping[str, Any], world: World | None = None) -> Any:
        """The value in an environment. Raises ExprError.

        The environment holds nil, booleans, numbers, strings, lists, maps with strings for keys, and values of
        `argosy.language.expr.values`.
        """
        given = env if isinstance(env, dict) else dict(env)
        try:
            code, variables = self._variant(given)
            return code(State(given, variables, world))
        except Panic as panic:
            raise ExprError(panic.message, self.text, panic.at or 0, "run") from None
        except RecursionError:
            raise ExpressionError("the expression is nested too deeply") from None

    def check(self, env: Mapping[str, Any]) -> None:
        """Raise ExprError for what is wrong before the run."""
        self._variant(dict(env))

    def _variant(self, env: dict[str, Any]) -> tuple[Code, int]:
        key: list[object] = []
        for name in self.names:
            value = env.get(name, _ABSENT)
            key.append(type_of(value) if value is not _ABSENT else _ABSENT)
        signature = tuple(key)
        variant = self._variants.get(signature)
        if variant is None:
            if len(self._variants) >= _MOST_VARIANTS:
                self._variants.clear()
            types = dict(zip(self.names, signature, strict=True))
            variant = self._variants[signature] = self._compile(types)
        if isinstance(variant, ExpressionError):
            raise variant.with_traceback(None)
        return variant

    def _compile(self, types: dict[str, object]) -> tuple[Code, int] | ExpressionError:
        def nature(name: str) -> Nature | None:
            type_ = types.get(name, _ABSENT)
            if isinstance(type_, Type):
                return nature_of(type_)
            return NIL if type_ is None else None

        try:
            root = parse(self.text, lambda name: types.get(name, _ABSENT) is not _ABSENT)
            check(root, self.text, nature)
            return compile_tree(optimize(root, self.text))
        except ExpressionError as error:
            return error


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Program:
    """The program of an expression, kept for the next time. Raises ExprError where no environment could help."""
    return Program(text)


def evaluate(text: str, env: Mapping[str, Any], world: World | None = None) -> Any:
    """The value of an expression in an environment of plain values; see `Program.evaluate`."""
    return compile_expression(text).evaluate(env, world)
