"""The tree of an expression. Every node knows its place in the text, and after the check the type of its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from argosy.language.expr.types import UNKNOWN, Nature

Change = Callable[["Node"], "Node"]
_SLICE = ("node", "low", "high")


class Node:
    """A part of an expression; `at` is the character it is blamed at.

    `fields` are the attributes that hold a node, `rest` is one that holds a list of them.
    """

    __slots__ = ("at", "nature")
    fields: ClassVar[tuple[str, ...]] = ()
    rest: ClassVar[str] = ""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.nature: Nature = UNKNOWN

    def parts(self) -> list[Node]:
        """The nodes inside, in the order in which expr walks them."""
        parts = [getattr(self, name) for name in self.fields]
        if self.rest:
            parts += getattr(self, self.rest)
        return parts if self.fields != _SLICE else [part for part in parts if part is not None]

    def change(self, change: Change) -> None:
        """Put something else in the place of each node inside."""
        for name in self.fields:
            part = getattr(self, name)
            if part is not None:
                setattr(self, name, change(part))
        if self.rest:
            setattr(self, self.rest, [change(part) for part in getattr(self, self.rest)])


class Nil(Node):
    """`nil`."""

    __slots__ = ()


class Literal(Node):
    """A number, string, boolean or bytes: `value` is a Python int, float, str, bool or bytes."""

    __slots__ = ("value",)

    def __init__(self, value: Any, at: int = 0) -> None:
        self.at, self.nature = at, UNKNOWN
        self.value: Any = value


class Constant(Node):
    """A value worked out before the run: a list of literals, or a set to look up in."""

    __slots__ = ("value",)

    def __init__(self, value: Any, at: int = 0) -> None:
        self.at, self.nature = at, UNKNOWN
        self.value: Any = value


class Identifier(Node):
    """A variable, or the environment as a whole: `$env`."""

    __slots__ = ("name",)

    def __init__(self, name: str, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.name = name


class Unary(Node):
    """`-x`, `+x`, `!x`, `not x`."""

    __slots__ = ("operand", "operator")
    fields = ("operand",)

    def __init__(self, operator: str, operand: Node, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.operator, self.operand = operator, operand


class Binary(Node):
    """`x + y` and its like."""

    __slots__ = ("left", "operator", "right")
    fields = ("left", "right")

    def __init__(self, operator: str, left: Node, right: Node, at: int = 0) -> None:
        self.at, self.nature = at, UNKNOWN
        self.operator, self.left, self.right = operator, left, right


class Chain(Node):
    """How far a `?.` skips when what is before it is nil."""

    __slots__ = ("node",)
    fields = ("node",)

    def __init__(self, node: Node, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.node = node


class Member(Node):
    """`x.name`, `x?.name`, `x[y]`; `is_method` where a call follows."""

    __slots__ = ("is_method", "node", "optional", "prop")
    fields = ("node", "prop")

    def __init__(self, node: Node, prop: Node, optional: bool, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.node, self.prop, self.optional = node, prop, optional
        self.is_method = False


class Slice(Node):
    """`x[low:high]`."""

    __slots__ = ("high", "low", "node")
    fields = _SLICE

    def __init__(self, node: Node, low: Node | None, high: Node | None, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.node, self.low, self.high = node, low, high


class Call(Node):
    """A call of a function of the environment or of a method."""

    __slots__ = ("arguments", "callee")
    fields = ("callee",)
    rest = "arguments"

    def __init__(self, callee: Node, arguments: list[Node], at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.callee, self.arguments = callee, arguments


class Builtin(Node):
    """A call of one of the language's functions.

    The optimizer may add `mapped` (what to keep of what was found), `throws` (nothing found is an error) and
    `threshold` (counting further changes nothing).
    """

    __slots__ = ("arguments", "mapped", "name", "threshold", "throws")
    rest = "arguments"

    def __init__(self, name: str, arguments: list[Node], at: int = 0) -> None:
        self.at, self.nature = at, UNKNOWN
        self.name, self.arguments = name, arguments
        self.mapped: Node | None = None
        self.throws = False
        self.threshold: int | None = None

    def body(self) -> Node:
        """What a loop does for each item; its second argument is always a predicate."""
        return self.arguments[1].parts()[0]


class Predicate(Node):
    """`# > 1` or `{# > 1}` as an argument: what is done for each item."""

    __slots__ = ("node",)
    fields = ("node",)

    def __init__(self, node: Node, at: int = 0) -> None:
        self.at, self.nature = at, UNKNOWN
        self.node = node


class Pointer(Node):
    """`#`, `#index`, `#acc`, and the unwritten `#` of `.name`."""

    __slots__ = ("name",)

    def __init__(self, name: str, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.name = name


class Let(Node):
    """`let name = value; body`."""

    __slots__ = ("body", "name", "value")
    fields = ("value", "body")

    def __init__(self, name: str, value: Node, body: Node, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.name, self.value, self.body = name, value, body


class Sequence(Node):
    """`x; y; z`, which is z."""

    __slots__ = ("nodes",)
    rest = "nodes"

    def __init__(self, nodes: list[Node], at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.nodes = nodes


class Conditional(Node):
    """`x ? y : z`, or with `if` and `else`."""

    __slots__ = ("condition", "otherwise", "then")
    fields = ("condition", "then", "otherwise")

    def __init__(self, condition: Node, then: Node, otherwise: Node, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.condition, self.then, self.otherwise = condition, then, otherwise


class Array(Node):
    """`[x, y]`."""

    __slots__ = ("nodes",)
    rest = "nodes"

    def __init__(self, nodes: list[Node], at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.nodes = nodes


class Map(Node):
    """`{x: y}`, as pairs of key and value."""

    __slots__ = ("pairs",)
    rest = "pairs"

    def __init__(self, pairs: list[Node], at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.pairs = pairs


class Pair(Node):
    """One entry of a map."""

    __slots__ = ("key", "value")
    fields = ("key", "value")

    def __init__(self, key: Node, value: Node, at: int) -> None:
        self.at, self.nature = at, UNKNOWN
        self.key, self.value = key, value


def walk(root: Node) -> Iterator[Node]:
    """A tree's nodes, parts before wholes (ast.Walk)."""
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            yield node
            continue
        waiting.append((node, True))
        waiting.extend((part, False) for part in reversed(node.parts()))
