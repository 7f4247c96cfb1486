"""A filter as a tree, and what runs it: the spot that a filter is at, and the steps that it may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from argosy.language.jq.errors import Fatal

_MOST_STEPS = 300_000


class Run:
    """One run of a filter."""

    __slots__ = ("now", "steps")

    def __init__(self, now: float) -> None:
        self.now, self.steps = now, 0

    def spend(self, steps: int) -> None:
        """Account for some work, or so much memory."""
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise Fatal(f"the filter takes more than {_MOST_STEPS} steps")


class Trail(NamedTuple):
    """Where in the input a filter is that is asked for paths: the keys, the last one first, and what is there."""

    value: Any
    before: Trail | None = None
    key: Any = None

    def path(self) -> list[Any]:
        """The keys from the first one on."""
        keys: list[Any] = []
        trail = self
        while trail.before is not None:
            keys.append(trail.key)
            trail = trail.before
        return keys[::-1]


class Spot(NamedTuple):
    """A value, and its trail if paths are asked for."""

    value: Any
    trail: Trail | None = None

    def with_value(self, value: Any) -> Spot:
        """Another value that is at no place of its own."""
        return Spot(value, self.trail)


Env = dict[Any, Any]
"""Variables and functions given as arguments, by the object that stands for their name."""
Code = Callable[[Env, Spot, Run], Iterator[Spot]]
"""A compiled filter."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`.`"""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a string, true, false or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Text:
    """A string with expressions in it; `format` is what they go through, such as `@base64`."""

    parts: tuple[str | Node, ...]
    format: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """`base[key]`; `.a` has a Constant key."""

    base: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Slice:
    """`base[start:end]`; a limit that is not given is null."""

    base: Node
    start: Node
    end: Node


@dataclass(frozen=True, slots=True)
class Each:
    """`base[]`."""

    base: Node


@dataclass(frozen=True, slots=True)
class Pipe:
    """`left | right`."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comma:
    """`left, right`."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two filters; of updates, too."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `+x`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or a variable whose name begins with `$`."""

    name: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Array:
    """`[items]`."""

    items: Node | None


@dataclass(frozen=True, slots=True)
class Object:
    """`{key: value}`; a value that is None is what the input has for the key."""

    entries: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then then else otherwise end`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Try:
    """`try body catch handler`."""

    body: Node
    handler: Node | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """`$name`, `[a, b]` or `{key: a}`; `$name` may stand with a pattern for the same value."""

    name: str = ""
    items: tuple[Pattern, ...] = ()
    entries: tuple[tuple[Node, Pattern], ...] = ()
    both: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Bind:
    """`source as a ?// b | body`."""

    source: Node
    patterns: tuple[Pattern, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Fold:
    """`reduce source as pattern (start; update)`, or with `foreach` what comes of each step."""

    word: str
    source: Node
    pattern: Pattern
    start: Node
    update: Node
    extract: Node | None = None


@dataclass(frozen=True, slots=True)
class Define:
    """`def name(parameters): body; rest`."""

    name: str
    parameters: tuple[str, ...]
    body: Node
    rest: Node


@dataclass(frozen=True, slots=True)
class Label:
    """`label $name | body`."""

    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Leave:
    """`break $name`."""

    name: str


Node = (
    Identity
    | Constant
    | Text
    | Index
    | Slice
    | Each
    | Pipe
    | Comma
    | Binary
    | Unary
    | Call
    | Array
    | Object
    | If
    | Try
    | Bind
    | Fold
    | Define
    | Label
    | Leave
)
Compilers = dict[Any, Callable[[Any, Any], Code]]
"""The class of a node -> what compiles one in a scope."""
