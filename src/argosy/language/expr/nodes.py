"""The tree of an expression. Every node knows its place in the text, and after the check the type of its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argosy.language.expr.types import UNKNOWN, Nature


class Node:
    """A part of an expression; `at` is the character it is blamed at."""

    __slots__ = ("at", "nature")
    fields: tuple[str, ...] = ()

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.nature: Nature = UNKNOWN


class Nil(Node):
    """`nil`."""

    __slots__ = ()


class Literal(Node):
    """A number, string, boolean or bytes: `value` is a Python int, float, str, bool or bytes."""

    __slots__ = ("value",)

    def __init__(self, value: Any, at: int = 0) -> None:
        super().__init__(at)
        self.value: Any = value


class Constant(Node):
    """A value worked out before the run: a list of literals, or a set to look up in."""

    __slots__ = ("value",)

    def __init__(self, value: Any, at: int = 0) -> None:
        super().__init__(at)
        self.value: Any = value


class Identifier(Node):
    """A variable, or the environment as a whole: `$env`."""

    __slots__ = ("name",)

    def __init__(self, name: str, at: int) -> None:
        super().__init__(at)
        self.name = name


class Unary(Node):
    """`-x`, `+x`, `!x`, `not x`."""

    __slots__ = ("operand", "operator")
    fields = ("operand",)

    def __init__(self, operator: str, operand: Node, at: int) -> None:
        super().__init__(at)
        self.operator, self.operand = operator, operand


class Binary(Node):
    """`x + y` and its like."""

    __slots__ = ("left", "operator", "right")
    fields = ("left", "right")

    def __init__(self, operator: str, left: Node, right: Node, at: int = 0) -> None:
        super().__init__(at)
        self.operator, self.left, self.right = operator, left, right


class Chain(Node):
    """How far a `?.` skips when what is before it is nil."""

    __slots__ = ("node",)
    fields = ("node",)

    def __init__(self, node: Node, at: int) -> None:
        super().__init__(at)
        self.node = node


class Member(Node):
    """`x.name`, `x?.name`, `x[y]`; `is_method` where a call follows."""

    __slots__ = ("is_method", "node", "optional", "prop")
    fields = ("node", "prop")

    def __init__(self, node: Node, prop: Node, optional: bool, at: int) -> None:
        super().__init__(at)
        self.node, self.prop, self.optional = node, prop, optional
        self.is_method = False


class Slice(Node):
    """`x[low:high]`."""

    __slots__ = ("high", "low", "node")
    fields = ("node", "low", "high")

    def __init__(self, node: Node, low: Node | None, high: Node | None, at: int) -> None:
        super().__init__(at)
        self.node, self.low, self.high = node, low, high


class Call(Node):
    """A call of a function of the environment or of a method."""

    __slots__ = ("arguments", "callee")
    fields = ("callee", "arguments")

    def __init__(self, callee: Node, arguments: list[Node], at: int) -> None:
        super().__init__(at)
        self.callee, self.arguments = callee, arguments


class Builtin(Node):
    """A call of one of the language's functions.

    The optimizer may add `mapped` (what to keep of what was found), `throws` (nothing found is an error) and
    `threshold` (counting further changes nothing).
    """

    __slots__ = ("arguments", "mapped", "name", "threshold", "throws")
    fields = ("arguments",)

    def __init__(self, name: str, arguments: list[Node], at: int = 0) -> None:
        super().__init__(at)
        self.name, self.arguments = name, arguments
        self.mapped: Node | None = None
        self.throws = False
        self.threshold: int | None = None


class Predicate(Node):
    """`# > 1` or `{# > 1}` as an argument: what is done for each item."""

    __slots__ = ("node",)
    fields = ("node",)

    def __init__(self, node: Node, at: int = 0) -> None:
        super().__init__(at)
        self.node = node


class Pointer(Node):
    """`#`, `#index`, `#acc`, and the unwritten `#` of `.name`."""

    __slots__ = ("name",)

    def __init__(self, name: str, at: int) -> None:
        super().__init__(at)
        self.name = name


class Let(Node):
    """`let name = value; body`."""

    __slots__ = ("body", "name", "value")
    fields = ("value", "body")

    def __init__(self, name: str, value: Node, body: Node, at: int) -> None:
        super().__init__(at)
        self.name, self.value, self.body = name, value, body


class Sequence(Node):
    """`x; y; z`, which is z."""

    __slots__ = ("nodes",)
    fields = ("nodes",)

    def __init__(self, nodes: list[Node], at: int) -> None:
        super().__init__(at)
        self.nodes = nodes


class Conditional(Node):
    """`x ? y : z`, or with `if` and `else`."""

    __slots__ = ("condition", "otherwise", "then")
    fields = ("condition", "then", "otherwise")

    def __init__(self, condition: Node, then: Node, otherwise: Node, at: int) -> None:
        super().__init__(at)
        self.condition, self.then, self.otherwise = condition, then, otherwise


class Array(Node):
    """`[x, y]`."""

    __slots__ = ("nodes",)
    fields = ("nodes",)

    def __init__(self, nodes: list[Node], at: int) -> None:
        super().__init__(at)
        self.nodes = nodes


class Map(Node):
    """`{x: y}`, as pairs of key and value."""

    __slots__ = ("pairs",)
    fields = ("pairs",)

    def __init__(self, pairs: list[Node], at: int) -> None:
        super().__init__(at)
        self.pairs = pairs


class Pair(Node):
    """One entry of a map."""

    __slots__ = ("key", "value")
    fields = ("key", "value")

    def __init__(self, key: Node, value: Node, at: int) -> None:
        super().__init__(at)
        self.key, self.value = key, value


def children(node: Node) -> Iterator[Node]:
    """The parts of a node, in the order in which expr walks them."""
    for name in node.fields:
        part: Any = getattr(node, name)
        if isinstance(part, Node):
            yield part
        elif isinstance(part, list):
            yield from part  # pyright: ignore[reportUnknownVariableType]


def walk(root: Node) -> Iterator[Node]:
    """A tree's nodes, parts before wholes (ast.Walk)."""
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            yield node
            continue
        waiting.append((node, True))
        waiting.extend((part, False) for part in reversed(list(children(node))))
