"""Tokens become a tree, by expr's parser: one method for each level of the grammar, precedence climbing in between.

Brackets and operands may be nested 100 deep, which keeps every walk over a tree within Python's stack; a chain of
binary operators counts once, however long it is. A tree has at most 10,000 nodes, as in expr.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from argosy.errors import ExpressionError
from argosy.language.expr import nodes
from argosy.language.expr.errors import ExprError
from argosy.language.expr.lexer import is_identifier, show, tokenize
from argosy.language.expr.nodes import Node
from argosy.language.expr.numbers import parse_number
from argosy.language.expr.signatures import BUILTINS, PREDICATES

MOST_NODES: Final = 10_000
DEEPEST: Final = 100
_UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}
_BINARY = {
    "|": 0,
    "or": 10,
    "||": 10,
    "and": 15,
    "&&": 15,
    "==": 20,
    "!=": 20,
    "<": 20,
    ">": 20,
    ">=": 20,
    "<=": 20,
    "in": 20,
    "matches": 20,
    "contains": 20,
    "startsWith": 20,
    "endsWith": 20,
    "..": 25,
    "+": 30,
    "-": 30,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 100,
    "^": 100,
    "??": 500,
}
_RIGHT = ("**", "^")
_COMPARISONS = ("<", ">", ">=", "<=")
_NEGATABLE = ("contains", "matches", "startsWith", "endsWith", "in")
_WORDS = {"true": True, "false": False}
AnyNode = TypeVar("AnyNode", bound=Node)


def parse(text: str, is_overridden: Callable[[str], bool] = lambda name: False) -> Node:  # noqa: ARG005
    """The tree of an expression; `is_overridden` says which built-in functions the environment hides.

    Raises ExprError.
    """
    return _Parser(text, is_overridden).parse()


class _Parser:
    def __init__(self, text: str, is_overridden: Callable[[str], bool]) -> None:
        self.text = text
        self.is_overridden = is_overridden
        self.tokens = tokenize(text)
        self.index = -1
        self.symbol = self.kind = self.value = ""  # of the token at the index
        self.at = 0
        self.count = 0
        self.predicates = 0
        self.nesting = 0
        self.next()

    def parse(self) -> Node:
        node = self.sequence()
        if self.kind != "EOF":
            self.unexpected()
        if len(self.tokens) > DEEPEST // 3 and _depth(node) > DEEPEST:
            _too_deep()
        return node

    # tokens

    def next(self) -> None:
        self.index += 1
        if self.index >= len(self.tokens):
            self.fail("unexpected end of expression")
        self.symbol, self.kind, self.value, self.at = self.tokens[self.index]
        if self.kind == "Error":
            self.fail(self.value)

    def fail(self, problem: str, at: int | None = None) -> NoReturn:
        raise ExprError(problem, self.text, self.at if at is None else at, "compile")

    def unexpected(self) -> NoReturn:
        self.fail(f"unexpected token {show(self.tokens[self.index])}")

    def expect(self, symbol: str) -> None:
        if self.symbol != symbol:
            self.unexpected()
        self.next()

    def accept(self, symbol: str) -> bool:
        """Read a symbol, if it is there."""
        is_there = self.symbol == symbol
        if is_there:
            self.next()
        return is_there

    def name(self) -> tuple[str, int]:
        """Read an identifier: the name and its place."""
        if self.kind != "Identifier":
            self.unexpected()
        name, at = self.value, self.at
        self.next()
        return name, at

    def make(self, node: AnyNode) -> AnyNode:
        self.count += 1
        if self.count > MOST_NODES:
            self.fail("compilation failed: expression exceeds maximum allowed nodes")
        return node

    # the grammar

    def sequence(self) -> Node:
        parts = [self.expression(0)]
        while self.symbol == ";":
            self.next()
            if self.kind == "EOF":
                break
            parts.append(self.expression(0))
        return parts[0] if len(parts) == 1 else self.make(nodes.Sequence(parts, parts[0].at))

    def expression(self, precedence: int) -> Node:
        """An operand and what follows with at least that precedence (parseExpression)."""
        self.nesting += 1
        if self.nesting > DEEPEST:
            _too_deep()
        if precedence == 0 and self.symbol == "let":
            node = self.let()
        elif precedence == 0 and self.symbol == "if":
            node = self.if_else()
        else:
            node = self.operators(self.primary(), precedence)
            if precedence == 0 and self.value == "?":
                node = self.conditional(node)
        self.nesting -= 1
        return node

    def operators(self, left: Node, precedence: int) -> Node:
        previous = ""
        while self.kind == "Operator":
            negated = self.symbol == "not"
            if negated:
                self.next()
                if self.value not in _NEGATABLE:
                    self.unexpected()
                if precedence > 20:
                    self.back()
                    break
            operator, at = self.value, self.at
            binding = _BINARY.get(operator)
            if binding is None or binding < precedence:
                break
            self.next()
            left = self.operation(left, operator, at, previous)
            if negated:
                left = self.make(nodes.Unary("not", left, at))
            previous = operator
        return left

    def back(self) -> None:
        self.index -= 2
        self.next()

    def operation(self, left: Node, operator: str, at: int, previous: str) -> Node:
        """`left operator ...`, where the operator has been read."""
        if operator == "|":
            return self.call(*self.name(), [left])
        if previous == "??" and operator != "??":
            text = f"Operator ({operator}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses."
            self.fail(text, at)
        if operator in _COMPARISONS:
            return self.comparison(left, operator, at)
        binding = _BINARY[operator]
        right = self.expression(binding if operator in _RIGHT else binding + 1)
        return self.make(nodes.Binary(operator, left, right, at))

    def comparison(self, left: Node, operator: str, at: int) -> Node:
        """`a < b <= c`, which is `a < b && b <= c`."""
        root: Node | None = None
        while True:
            right = self.expression(21)
            compared = self.make(nodes.Binary(operator, left, right, at))
            root = compared if root is None else self.make(nodes.Binary("&&", root, compared, at))
            if self.symbol not in _COMPARISONS:
                return root
            left, operator, at = right, self.symbol, self.at
            self.next()

    def let(self) -> Node:
        self.next()
        name, at = self.name()
        self.expect("=")
        value = self.expression(0)
        self.expect(";")
        return self.make(nodes.Let(name, value, self.sequence(), at))

    def if_else(self) -> Node:
        self.next()
        condition = self.expression(0)
        then = self.block()
        self.expect("else")
        self.nesting += 1
        otherwise = self.if_else() if self.symbol == "if" else self.block()
        self.nesting -= 1
        return nodes.Conditional(condition, then, otherwise, 0)

    def block(self) -> Node:
        self.expect("{")
        node = self.sequence()
        self.expect("}")
        return node

    def conditional(self, node: Node) -> Node:
        while self.accept("?"):
            if self.accept(":"):
                then = node
            else:
                then = self.expression(0)
                self.expect(":")
            otherwise = self.expression(0)
            node = self.make(nodes.Conditional(node, then, otherwise, self.at))
        return node

    def primary(self) -> Node:
        symbol, at = self.symbol, self.at
        if not symbol:
            return self.secondary()
        if (precedence := _UNARY.get(symbol)) is not None:
            self.next()
            return self.postfix(self.make(nodes.Unary(symbol, self.expression(precedence), at)))
        if symbol == "(":
            self.next()
            node = self.sequence()
            self.expect(")")
            return self.postfix(node)
        if symbol == "[":
            return self.postfix(self.make(nodes.Array(self.items("[", "]", []), at)))
        if symbol == "{":
            return self.postfix(self.map())
        if self.predicates and symbol in ("#", "."):
            return self.postfix(self.pointer())
        if symbol == "::":
            self.next()
            return self.postfix(self.call(*self.name(), [], builtin=True))
        return self.unexpected()

    def pointer(self) -> Node:
        name, at = "", self.at
        if self.symbol == "#":
            self.next()
            if self.kind == "Identifier":
                name = self.value
                self.next()
        return self.make(nodes.Pointer(name, at))

    def secondary(self) -> Node:
        """A literal, an identifier or a call."""
        kind, value, at = self.kind, self.value, self.at
        if kind == "Identifier":
            return self.identifier()
        if kind == "EOF":
            self.unexpected()
        self.next()
        if kind == "Number":
            try:
                return self.make(nodes.Literal(parse_number(value), at))
            except ExpressionError as error:
                self.fail(error.message)
        literal: str | bytes = value.encode("latin-1") if kind == "Bytes" else value
        return self.postfix(self.make(nodes.Literal(literal, at)))

    def identifier(self) -> Node:
        name, at = self.name()
        if name in _WORDS:
            return self.make(nodes.Literal(_WORDS[name], at))
        if name == "nil":
            return self.make(nodes.Nil(at))
        if self.symbol == "(":
            return self.postfix(self.call(name, at, []))
        return self.postfix(self.make(nodes.Identifier(name, at)))

    def call(self, name: str, at: int, arguments: list[Node], *, builtin: bool = False) -> Node:
        """A call; a pipe has put in the first argument."""
        is_overridden = not builtin and self.is_overridden(name)
        if name in PREDICATES and not is_overridden:
            return self.make(nodes.Builtin(name, self.predicate_arguments(name, arguments), at))
        if name in BUILTINS and not is_overridden:
            return self.make(nodes.Builtin(name, self.items("(", ")", arguments), at))
        callee = self.make(nodes.Identifier(name, at))
        return self.make(nodes.Call(callee, self.items("(", ")", arguments), at))

    def items(self, opening: str, closing: str, found: list[Node]) -> list[Node]:
        """Expressions between brackets; a comma may follow the last one."""
        given = len(found)
        self.expect(opening)
        while self.symbol != closing:
            if len(found) > given:
                self.expect(",")
                if self.symbol == closing:
                    break
            found.append(self.expression(0))
        self.next()
        return found

    def predicate_arguments(self, name: str, arguments: list[Node]) -> list[Node]:
        self.expect("(")
        kinds = PREDICATES[name][len(arguments) :]
        for index, kind in enumerate(kinds):
            if self.symbol == ")":
                if kind.endswith("?"):
                    break
                self.fail(f"expected at least {len(kinds)} arguments")
            if index > 0:
                self.expect(",")
            arguments.append(self.expression(0) if kind.startswith("value") else self.predicate())
        if self.symbol == ",":
            self.next()
        self.expect(")")
        return arguments

    def predicate(self) -> Node:
        at = self.at
        self.predicates += 1
        if self.symbol == "{":
            self.next()
            node = self.sequence()
            self.predicates -= 1
            self.expect("}")
        else:
            node = self.expression(0)
            if self.symbol == ";":
                self.fail("wrap predicate with brackets { and }")
            self.predicates -= 1
        return self.make(nodes.Predicate(node, at))

    def map(self) -> Node:
        pairs: list[Node] = []
        at = self.at
        self.next()
        while self.symbol != "}":
            if pairs:
                self.expect(",")
                if self.symbol == "}":
                    break
                if self.symbol == ",":
                    self.unexpected()
            key = self.map_key()
            self.expect(":")
            pairs.append(self.make(nodes.Pair(key, self.expression(0), at)))
        self.next()
        return self.make(nodes.Map(pairs, at))

    def map_key(self) -> Node:
        if self.kind in ("Number", "String", "Identifier"):
            node = self.make(nodes.Literal(self.value, self.at))
            self.next()
            return node
        if self.symbol == "(":
            return self.expression(0)
        wanted = "a quoted string, a number, a identifier, or an expression enclosed in parentheses"
        shown = show(self.tokens[self.index])
        return self.fail(f"a map key must be {wanted} (unexpected token {shown})")

    def postfix(self, node: Node) -> Node:
        """`.name`, `?.name`, `[...]` and calls of methods, as many as there are."""
        while self.symbol in (".", "?.", "["):
            found = self.symbol
            if found != "[":
                self.next()
            if self.symbol == "[" and found != ".":
                node = self.index_or_slice(node, found == "?.")
            else:
                node = self.member(node, found == "?.")
        return node

    def member(self, node: Node, optional: bool) -> Node:
        kind, name, at = self.kind, self.value, self.at
        self.next()
        if kind != "Identifier" and (kind != "Operator" or not is_identifier(name)):
            self.fail("expected name")
        prop = self.make(nodes.Literal(name, at))
        is_chain = isinstance(node, nodes.Chain)
        member = self.make(nodes.Member(node.node if isinstance(node, nodes.Chain) else node, prop, optional, at))
        result: Node = member
        if self.symbol == "(":
            member.is_method = True
            result = self.make(nodes.Call(member, self.items("(", ")", []), at))
        return self.make(nodes.Chain(result, at)) if is_chain or optional else result

    def index_or_slice(self, node: Node, optional: bool) -> Node:
        at = self.at
        self.next()
        low = None if self.symbol == ":" else self.expression(0)
        if self.accept(":"):
            high = None if self.symbol == "]" else self.expression(0)
            result: Node = self.make(nodes.Slice(node, low, high, at))
        else:
            result = self.make(nodes.Member(node, low or nodes.Nil(at), optional, at))
            if optional:
                result = self.make(nodes.Chain(result, at))
        self.expect("]")
        return result


def _too_deep() -> NoReturn:
    raise ExpressionError("the expression is nested too deeply")


def _depth(root: Node) -> int:
    """How deeply nodes are nested; what is on the left of a binary operator is not deeper than the operator."""
    deepest = 0
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend(
            (
                part,
                depth
                if isinstance(part, nodes.Binary) and isinstance(node, nodes.Binary) and part is node.left
                else depth + 1,
            )
            for part in node.parts()
        )
    return deepest
