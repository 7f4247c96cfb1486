"""What each part of an expression is: for those who ask why it is what it is.

A part is evaluated by itself, in the same environment. Parts that are not reached are left out: the branch that is not
taken, and what stands behind an `&&` that is false. So is what is done for each item of a loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from argosy.errors import ExpressionError
from argosy.language.expr import nodes
from argosy.language.expr.checker import check
from argosy.language.expr.compiler import compile_tree
from argosy.language.expr.errors import Panic
from argosy.language.expr.nodes import Node
from argosy.language.expr.parser import parse
from argosy.language.expr.printer import show
from argosy.language.expr.state import State
from argosy.language.expr.text import format_any, to_json
from argosy.language.expr.types import NIL, Nature, nature_of
from argosy.language.expr.values import Function, type_name, type_of
from argosy.language.scopes import World

_STOPS = {"&&": False, "and": False, "||": True, "or": True}
"""The operators that do not look at their right side where the left one is this."""


class Part(NamedTuple):
    """A part of an expression, how deep in it, and its value as JSON and its Go type; or the error that it gives."""

    depth: int
    text: str
    value: str
    type: str
    error: str = ""


def trace(text: str, environment: Mapping[str, Any], world: World | None = None) -> list[Part]:
    """The parts of an expression, wholes before parts. Raises ExprError for what is wrong before the run."""
    natures = {name: _nature(value) for name, value in environment.items()}
    tree = parse(text, natures.__contains__)
    check(tree, text, natures.get)
    return list(_Tracer(world).parts(tree, dict(environment), 0))


def shown(value: Any) -> tuple[str, str]:
    """A value as JSON, or as Go prints it where it has no JSON, and its type."""
    try:
        return to_json(value), type_name(value)
    except (Panic, ExpressionError):
        return format_any(value), type_name(value)


def _nature(value: Any) -> Nature:
    type_ = type_of(value)
    return NIL if type_ is None else nature_of(type_)


class _Tracer:
    def __init__(self, world: World | None) -> None:
        self.world = world

    def parts(self, node: Node, env: dict[str, Any], depth: int) -> Iterator[Part]:
        if isinstance(node, (nodes.Literal, nodes.Nil, nodes.Predicate, nodes.Pointer)):
            return
        value, part = self.part(node, env, depth)
        if not isinstance(value, Function):
            yield part
            yield from self.inside(node, env, depth + 1)

    def part(self, node: Node, env: dict[str, Any], depth: int) -> tuple[Any, Part]:
        """A part's value, None where there is none."""
        code, variables = compile_tree(node)
        text = show(node)
        try:
            value = code(State(env, variables, self.world))
            return value, Part(depth, text, *shown(value))
        except Panic as panic:
            return None, Part(depth, text, "", "", panic.message)

    def inside(self, node: Node, env: dict[str, Any], depth: int) -> Iterator[Part]:
        """The parts of a part that count."""
        if isinstance(node, nodes.Let):
            yield from self.parts(node.value, env, depth)
            env = env | {node.name: self.part(node.value, env, depth)[0]}
            yield from self.parts(node.body, env, depth)
        elif isinstance(node, nodes.Member):
            if not isinstance(node.node, (nodes.Identifier, nodes.Member)):
                yield from self.parts(node.node, env, depth)
            yield from self.parts(node.prop, env, depth)
        else:
            for part in self.reached(node, env):
                yield from self.parts(part, env, depth)

    def reached(self, node: Node, env: dict[str, Any]) -> list[Node]:
        """The parts that are looked at."""
        if isinstance(node, nodes.Conditional):
            condition = self.part(node.condition, env, 0)[0]
            return [node.condition, node.then if condition is True else node.otherwise]
        if isinstance(node, nodes.Binary):
            left = self.part(node.left, env, 0)[0]
            if node.operator == "??":
                stops = left is not None
            else:
                stops = node.operator in _STOPS and left is _STOPS[node.operator]
            return [node.left] if stops else [node.left, node.right]
        if isinstance(node, nodes.Chain):
            return node.node.parts()
        if isinstance(node, nodes.Map):
            return [part for pair in node.pairs for part in pair.parts()]
        return node.parts()
