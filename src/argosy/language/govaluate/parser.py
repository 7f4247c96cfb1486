"""Tokens become a tree. All operators group from left to right, `**` and `? :` too (govaluate's stagePlanner.go).

What follows a complete expression is ignored, as in govaluate: `(1) 2` is 1. Brackets may be nested 100 deep.
"""

from __future__ import annotations

from typing import NamedTuple

from argosy.errors import ExpressionError
from argosy.language.govaluate.lexer import Kind, Token
from argosy.language.govalues import format_value

_DEEPEST = 100
_LEVELS = (
    (Kind.SEPARATOR, (",",)),
    (Kind.TERNARY, ("?", ":", "??")),
    (Kind.LOGICALOP, ("||",)),
    (Kind.LOGICALOP, ("&&",)),
    (Kind.COMPARATOR, ("==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in")),
    (Kind.MODIFIER, ("^", "&", "|")),
    (Kind.MODIFIER, (">>", "<<")),
    (Kind.MODIFIER, ("+", "-")),
    (Kind.MODIFIER, ("*", "/", "%")),
    (Kind.MODIFIER, ("**",)),
)
_BINDS = {(kind, symbol): level for level, (kind, symbols) in enumerate(_LEVELS) for symbol in symbols}


class Literal(NamedTuple):
    """A number, string, boolean or pattern."""

    value: object


class Parameter(NamedTuple):
    """A name whose value is given at evaluation."""

    name: str


class Access(NamedTuple):
    """`a.B`, with what is in brackets behind it."""

    names: list[str]
    argument: Node | None


class Prefix(NamedTuple):
    """A sign before a value; None stands for a value that is missing before a closing bracket."""

    symbol: str
    operand: Node | None


class Chain(NamedTuple):
    """Operators of one kind and level from left to right: `first symbol operand symbol operand ...`."""

    kind: Kind
    first: Node | None
    links: list[tuple[str, Node | None]]


Node = Literal | Parameter | Access | Prefix | Chain


def parse(tokens: list[Token]) -> Node | None:
    """The tree of a list of tokens that `check_syntax` has passed; None for `()`."""
    return _Parser(tokens).expression(0)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def expression(self, level: int) -> Node | None:
        """Operators of this level and those that bind tighter."""
        node = self._value()
        chain = Chain(Kind.UNKNOWN, None, [])
        chain_level = -1
        while self.position < len(self.tokens):
            kind, symbol = self.tokens[self.position]
            own = _BINDS.get((kind, symbol), -1) if isinstance(symbol, str) else -1
            if own < level:
                break
            self.position += 1
            right = self.expression(own + 1)
            if chain_level != own:
                node = chain = Chain(kind, node, [])
                chain_level = own
            chain.links.append((str(symbol), right))
        return node

    def _value(self) -> Node | None:
        if self.position >= len(self.tokens) or self.tokens[self.position].kind is Kind.CLAUSE_CLOSE:
            return None
        kind, value = self.tokens[self.position]
        self.position += 1
        if kind is Kind.CLAUSE:
            return self._brackets()
        if kind is Kind.PREFIX:
            return Prefix(str(value), self._value())
        if kind is Kind.VARIABLE:
            return Parameter(str(value))
        if kind is Kind.ACCESSOR:
            has_argument = self.position < len(self.tokens) and self.tokens[self.position].kind is Kind.CLAUSE
            return Access(value, self._nested() if has_argument else None)
        if kind in (Kind.NUMERIC, Kind.STRING, Kind.PATTERN, Kind.BOOLEAN):
            return Literal(value)
        if kind is Kind.TIME:
            return Literal(float(value.seconds))
        raise ExpressionError(f"Unable to plan token kind: '{kind.name}', value: '{format_value(value)}'")

    def _brackets(self) -> Node | None:
        """The inside of brackets, and the token after it: the closing one, since they are balanced, or any other."""
        node = self._nested()
        self.position += 1
        return node

    def _nested(self) -> Node | None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError(f"the expression is nested more than {_DEEPEST} deep")
        node = self.expression(0)
        self.depth -= 1
        return node
