"""An expression, compiled once and run many times.

What an expression means depends on the types of the variables that it names: they decide what the checker refuses, and
a variable hides a built-in function of the same name. So a program keeps one compiled form for each combination of
types that it has met; which variables matter is read off the tree.
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
from argosy.language.expr.nodes import Node
from argosy.language.expr.optimizer import optimize
from argosy.language.expr.parser import parse
from argosy.language.expr.signatures import BUILTINS
from argosy.language.expr.state import Code, State
from argosy.language.expr.types import NIL, Nature, nature_of
from argosy.language.expr.usage import Usage, usage_of
from argosy.language.expr.values import AnyMap, Function, type_of
from argosy.language.scopes import World

_MOST_VARIANTS = 64


class _Absent:
    """The class of what stands for a variable that is not there."""


_ABSENT: Final = _Absent()
_Variant = tuple[Code, int] | ExpressionError


class Program:
    """An expression.

    `usage` says what it needs of its environment, None where that cannot be known: the text only makes sense if
    variables hide built-in functions.
    """

    __slots__ = ("_names", "_tree", "_variants", "text", "usage")

    def __init__(self, text: str) -> None:
        self.text = text
        self._variants: dict[tuple[object, ...], _Variant] = {}
        self._tree: Node | None = None
        self.usage: Usage | None = None
        try:
            self._tree = parse(text)
            self.usage = usage_of(self._tree)
            names = [path[0] for path in self.usage.paths]
        except ExpressionError:
            names = [token[2] for token in tokenize(text) if token[1] == "Identifier"]
            if BUILTINS.keys().isdisjoint(names):
                raise
        self._names = tuple(dict.fromkeys(names))

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

    def _variant(self, env: dict[str, Any]) -> tuple[Code, int]:
        """The form for the types of the variables, which the classes of their values stand for."""
        signature: tuple[object, ...] = tuple([env.get(name, _ABSENT).__class__ for name in self._names])
        if Function in signature or AnyMap in signature:
            signature = tuple([type_of(env[name]) if name in env else _Absent for name in self._names])
        variant = self._variants.get(signature)
        if variant is None:
            natures = {name: _nature(env[name]) for name in self._names if name in env}
            if len(self._variants) >= _MOST_VARIANTS:
                self._variants.clear()
            variant = self._variants[signature] = self._compile(natures)
        if isinstance(variant, ExpressionError):
            raise variant.with_traceback(None)
        return variant

    def _compile(self, natures: dict[str, Nature]) -> _Variant:
        try:
            tree, self._tree = self._tree, None
            if tree is None or not BUILTINS.keys().isdisjoint(natures):
                tree = parse(self.text, natures.__contains__)
            check(tree, self.text, natures.get)
            return compile_tree(optimize(tree, self.text))
        except ExpressionError as error:
            return error


def _nature(value: Any) -> Nature:
    type_ = type_of(value)
    return NIL if type_ is None else nature_of(type_)


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Program:
    """The program of an expression, kept for the next time. Raises ExprError where no environment could help."""
    return Program(text)


def evaluate(text: str, env: Mapping[str, Any], world: World | None = None) -> Any:
    """The value of an expression in an environment of plain values; see `Program.evaluate`."""
    return compile_expression(text).evaluate(env, world)
