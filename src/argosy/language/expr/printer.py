"""A tree becomes text again: that of the expression it was read from, but for blanks, quotes and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from argosy.language.expr import nodes
from argosy.language.expr.nodes import Node
from argosy.language.gojson import encode
from argosy.language.govalues import format_float

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LOOSE = (nodes.Conditional, nodes.Let, nodes.Sequence)


def show(node: Node) -> str:
    """The text of a tree."""
    return _SHOWN[type(node)](node)


def _inside(node: Node, operator: str = "") -> str:
    """A part of an operation, in brackets where it is one of another kind."""
    loose = isinstance(node, _LOOSE) or (isinstance(node, nodes.Binary) and node.operator != operator)
    return f"({show(node)})" if loose else show(node)


def _literal(node: nodes.Literal | nodes.Constant) -> str:
    value = node.value
    if isinstance(value, bytes):
        return 'b"' + "".join(_byte(each) for each in value) + '"'
    if isinstance(value, float):
        return format_float(value)
    return encode(value) if isinstance(value, str | bool | int) else "..."


def _byte(value: int) -> str:
    sign = chr(value)
    return sign if 31 < value < 127 and sign not in '"\\' else f"\\x{value:02x}"


def _pair(node: nodes.Pair) -> str:
    key = show(node.key)
    return f"{key if isinstance(node.key, nodes.Literal) else f'({key})'}: {show(node.value)}"


def _unary(node: nodes.Unary) -> str:
    space = " " if node.operator.isalpha() else ""
    return f"{node.operator}{space}{_inside(node.operand)}"


def _binary(node: nodes.Binary) -> str:
    operator = node.operator if node.operator == ".." else f" {node.operator} "
    parts = [_inside(node.right)]
    left: Node = node.left
    while isinstance(left, nodes.Binary) and left.operator == node.operator:
        parts.append(_inside(left.right))
        left = left.left
    return operator.join([_inside(left, node.operator), *reversed(parts)])


def _member(node: nodes.Member) -> str:
    base, mark = _inside(node.node), "?." if node.optional else ""
    if isinstance(node.prop, nodes.Literal) and isinstance(node.prop.value, str) and _NAME.fullmatch(node.prop.value):
        return f"{base}{mark or '.'}{node.prop.value}"
    return f"{base}{mark}[{show(node.prop)}]"


def _slice(node: nodes.Slice) -> str:
    low, high = ("" if bound is None else show(bound) for bound in (node.low, node.high))
    return f"{_inside(node.node)}[{low}:{high}]"


def _call(name: str, arguments: list[Node]) -> str:
    return f"{name}({', '.join(map(show, arguments))})"


def _conditional(node: nodes.Conditional) -> str:
    return f"{_inside(node.condition)} ? {_inside(node.then)} : {_inside(node.otherwise)}"


_SHOWN: dict[type[Node], Callable[[Any], str]] = {
    nodes.Nil: lambda _: "nil",
    nodes.Literal: _literal,
    nodes.Constant: _literal,
    nodes.Identifier: lambda node: node.name,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Chain: lambda node: show(node.node),
    nodes.Member: _member,
    nodes.Slice: _slice,
    nodes.Call: lambda node: _call(_inside(node.callee), node.arguments),
    nodes.Builtin: lambda node: _call(node.name, node.arguments),
    nodes.Predicate: lambda node: show(node.node),
    nodes.Pointer: lambda node: f"#{node.name}",
    nodes.Let: lambda node: f"let {node.name} = {show(node.value)}; {show(node.body)}",
    nodes.Sequence: lambda node: "; ".join(map(show, node.nodes)),
    nodes.Conditional: _conditional,
    nodes.Array: lambda node: f"[{', '.join(map(show, node.nodes))}]",
    nodes.Map: lambda node: "{" + ", ".join(map(show, node.pairs)) + "}",
    nodes.Pair: _pair,
}
