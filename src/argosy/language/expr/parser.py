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
from argosy.language.expr.lexer import Token, is_identifier, tokenize
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
        self.current: Token = self.tokens[0]
        self.count = 0
        self.predicates = 0
        self.nesting = 0
        self.next()

    def parse(self) -> Node:
        node = self.sequence()
        if self.current.kind != "EOF":
            self.unexpected()
        if _depth(node) > DEEPEST:
            _too_deep()
        return node

    # tokens

    def next(self) -> None:
        self.index += 1
        if self.index >= len(self.tokens):
            self.fail("unexpected end of expression")
        self.current = self.tokens[self.index]
        if self.current.kind == "Error":
            self.fail(self.current.value)

    def fail(self, problem: str, at: int | None = None) -> NoReturn:
        raise ExprError(problem, self.text, self.current.at if at is None else at, "compile")

    def unexpected(self) -> NoReturn:
        self.fail(f"unexpected token {self.current}")

    def expect(self, kind: str, value: str = "") -> None:
        if self.current.kind != kind or (value and self.current.value != value):
            self.unexpected()
        self.next()

    def make(self, node: AnyNode) -> AnyNode:
        self.count += 1
        if self.count > MOST_NODES:
            self.fail("compilation failed: expression exceeds maximum allowed nodes")
        return node

    # the grammar

    def sequence(self) -> Node:
        parts = [self.expression(0)]
        while self.current.is_operator(";"):
            self.next()
            if self.current.kind == "EOF":
                break
            parts.append(self.expression(0))
        return parts[0] if len(parts) == 1 else self.make(nodes.Sequence(parts, parts[0].at))

    def expression(self, precedence: int) -> Node:
        """An operand and what follows with at least that precedence (parseExpression)."""
        self.nesting += 1
        if self.nesting > DEEPEST:
            _too_deep()
        if precedence == 0 and self.current.is_operator("let"):
            node = self.let()
        elif precedence == 0 and self.current.is_operator("if"):
            node = self.if_else()
        else:
            node = self.operators(self.primary(), precedence)
            if precedence == 0 and self.current.value == "?":
                node = self.conditional(node)
        self.nesting -= 1
        return node

    def operators(self, left: Node, precedence: int) -> Node:
        previous = ""
        while self.current.kind == "Operator":
            operator, negated = self.current, False
            if operator.value == "not":
                back = self.index
                self.next()
                if self.current.value not in _NEGATABLE:
                    self.unexpected()
                if precedence > 20:
                    self.index, self.current = back, operator
                    break
                operator, negated = self.current, True
            binding = _BINARY.get(operator.value)
            if binding is None or binding < precedence:
                break
            self.next()
            left = self.operation(left, operator, binding, previous)
            if negated:
                left = self.make(nodes.Unary("not", left, operator.at))
            previous = operator.value
        return left

    def operation(self, left: Node, operator: Token, binding: int, previous: str) -> Node:
        """`left operator ...`, where the operator has been read."""
        name = operator.value
        if name == "|":
            function = self.current
            self.expect("Identifier")
            return self.call(function, [left])
        if previous == "??" and name != "??":
            text = f"Operator ({name}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses."
            self.fail(text, operator.at)
        if name in _COMPARISONS:
            return self.comparison(left, operator)
        right = self.expression(binding if name in _RIGHT else binding + 1)
        return self.make(nodes.Binary(name, left, right, operator.at))

    def comparison(self, left: Node, operator: Token) -> Node:
        """`a < b <= c`, which is `a < b && b <= c`."""
        root: Node | None = None
        while True:
            right = self.expression(21)
            compared = self.make(nodes.Binary(operator.value, left, right, operator.at))
            root = compared if root is None else self.make(nodes.Binary("&&", root, compared, operator.at))
            left, operator = right, self.current
            if operator.kind != "Operator" or operator.value not in _COMPARISONS:
                return root
            self.next()

    def let(self) -> Node:
        self.next()
        name = self.current
        self.expect("Identifier")
        self.expect("Operator", "=")
        value = self.expression(0)
        self.expect("Operator", ";")
        return self.make(nodes.Let(name.value, value, self.sequence(), name.at))

    def if_else(self) -> Node:
        self.next()
        condition = self.expression(0)
        then = self.block()
        self.expect("Operator", "else")
        self.nesting += 1
        if self.nesting > DEEPEST:
            _too_deep()
        otherwise = self.if_else() if self.current.is_operator("if") else self.block()
        self.nesting -= 1
        return nodes.Conditional(condition, then, otherwise, 0)

    def block(self) -> Node:
        self.expect("Bracket", "{")
        node = self.sequence()
        self.expect("Bracket", "}")
        return node

    def conditional(self, node: Node) -> Node:
        while self.current.is_operator("?"):
            self.next()
            if self.current.is_operator(":"):
                self.next()
                then = node
            else:
                then = self.expression(0)
                self.expect("Operator", ":")
            otherwise = self.expression(0)
            node = self.make(nodes.Conditional(node, then, otherwise, self.current.at))
        return node

    def primary(self) -> Node:
        token = self.current
        if token.kind == "Operator":
            if (precedence := _UNARY.get(token.value)) is not None:
                self.next()
                return self.postfix(self.make(nodes.Unary(token.value, self.expression(precedence), token.at)))
            if self.predicates and token.value in ("#", "."):
                return self.postfix(self.pointer(token))
            if token.value == "::":
                self.next()
                token = self.current
                self.expect("Identifier")
                return self.postfix(self.call(token, [], builtin=True))
        elif token.is_bracket("("):
            self.next()
            node = self.sequence()
            self.expect("Bracket", ")")
            return self.postfix(node)
        return self.secondary(token)

    def pointer(self, token: Token) -> Node:
        name = ""
        if token.value == "#":
            self.next()
            if self.current.kind == "Identifier":
                name = self.current.value
                self.next()
        return self.make(nodes.Pointer(name, token.at))

    def secondary(self, token: Token) -> Node:
        """A literal, an identifier, a call, a list or a map."""
        if token.kind == "Identifier":
            return self.identifier(token)
        if token.kind == "Number":
            self.next()
            try:
                return self.make(nodes.Literal(parse_number(token.value), token.at))
            except ExpressionError as error:
                self.fail(error.message)
        if token.kind == "String":
            self.next()
            return self.postfix(self.make(nodes.Literal(token.value, token.at)))
        if token.kind == "Bytes":
            self.next()
            return self.postfix(self.make(nodes.Literal(token.value.encode("latin-1"), token.at)))
        if token.is_bracket("["):
            return self.postfix(self.make(nodes.Array(self.items("[", "]", []), token.at)))
        if token.is_bracket("{"):
            return self.postfix(self.map(token))
        return self.unexpected()

    def identifier(self, token: Token) -> Node:
        self.next()
        if token.value in _WORDS:
            return self.make(nodes.Literal(_WORDS[token.value], token.at))
        if token.value == "nil":
            return self.make(nodes.Nil(token.at))
        if self.current.is_bracket("("):
            return self.postfix(self.call(token, []))
        return self.postfix(self.make(nodes.Identifier(token.value, token.at)))

    def call(self, name: Token, arguments: list[Node], *, builtin: bool = False) -> Node:
        """A call; a pipe has put in the first argument."""
        is_overridden = not builtin and self.is_overridden(name.value)
        if name.value in PREDICATES and not is_overridden:
            return self.make(nodes.Builtin(name.value, self.predicate_arguments(name.value, arguments), name.at))
        if name.value in BUILTINS and not is_overridden:
            return self.make(nodes.Builtin(name.value, self.items("(", ")", arguments), name.at))
        callee = self.make(nodes.Identifier(name.value, name.at))
        return self.make(nodes.Call(callee, self.items("(", ")", arguments), name.at))

    def items(self, opening: str, closing: str, found: list[Node]) -> list[Node]:
        """Expressions between brackets; a comma may follow the last one."""
        given = len(found)
        self.expect("Bracket", opening)
        while not self.current.is_bracket(closing):
            if len(found) > given:
                self.expect("Operator", ",")
                if self.current.is_bracket(closing):
                    break
            found.append(self.expression(0))
        self.next()
        return found

    def predicate_arguments(self, name: str, arguments: list[Node]) -> list[Node]:
        self.expect("Bracket", "(")
        kinds = PREDICATES[name][len(arguments) :]
        for index, kind in enumerate(kinds):
            if self.current.is_bracket(")"):
                if kind.endswith("?"):
                    break
                self.fail(f"expected at least {len(kinds)} arguments")
            if index > 0:
                self.expect("Operator", ",")
            arguments.append(self.expression(0) if kind.startswith("value") else self.predicate())
        if self.current.is_operator(","):
            self.next()
        self.expect("Bracket", ")")
        return arguments

    def predicate(self) -> Node:
        at = self.current.at
        self.predicates += 1
        if self.current.is_bracket("{"):
            self.next()
            node = self.sequence()
            self.predicates -= 1
            self.expect("Bracket", "}")
        else:
            node = self.expression(0)
            if self.current.is_operator(";"):
                self.fail("wrap predicate with brackets { and }")
            self.predicates -= 1
        return self.make(nodes.Predicate(node, at))

    def map(self, token: Token) -> Node:
        pairs: list[Node] = []
        self.next()
        while not self.current.is_bracket("}"):
            if pairs:
                self.expect("Operator", ",")
                if self.current.is_bracket("}"):
                    break
                if self.current.is_operator(","):
                    self.unexpected()
            key = self.map_key()
            self.expect("Operator", ":")
            pairs.append(self.make(nodes.Pair(key, self.expression(0), token.at)))
        self.next()
        return self.make(nodes.Map(pairs, token.at))

    def map_key(self) -> Node:
        key = self.current
        if key.kind in ("Number", "String", "Identifier"):
            node = self.make(nodes.Literal(key.value, key.at))
            self.next()
            return node
        if key.is_bracket("("):
            return self.expression(0)
        wanted = "a quoted string, a number, a identifier, or an expression enclosed in parentheses"
        return self.fail(f"a map key must be {wanted} (unexpected token {key})")

    def postfix(self, node: Node) -> Node:
        """`.name`, `?.name`, `[...]` and calls of methods, as many as there are."""
        while self.current.value in (".", "?.", "[") and self.current.kind in ("Operator", "Bracket"):
            found = self.current.value
            optional = found == "?."
            if found != "[":
                self.next()
            if self.current.is_bracket("[") and found != ".":
                node = self.index_or_slice(node, optional)
            else:
                node = self.member(node, optional)
        return node

    def member(self, node: Node, optional: bool) -> Node:
        name = self.current
        self.next()
        if name.kind != "Identifier" and (name.kind != "Operator" or not is_identifier(name.value)):
            self.fail("expected name")
        prop = self.make(nodes.Literal(name.value, name.at))
        is_chain = isinstance(node, nodes.Chain)
        member = self.make(nodes.Member(node.node if isinstance(node, nodes.Chain) else node, prop, optional, name.at))
        result: Node = member
        if self.current.is_bracket("("):
            member.is_method = True
            result = self.make(nodes.Call(member, self.items("(", ")", []), name.at))
        return self.make(nodes.Chain(result, name.at)) if is_chain or optional else result

    def index_or_slice(self, node: Node, optional: bool) -> Node:
        at = self.current.at
        self.next()
        low = None if self.current.is_operator(":") else self.expression(0)
        if self.current.is_operator(":"):
            self.next()
            high = None if self.current.is_bracket("]") else self.expression(0)
            result: Node = self.make(nodes.Slice(node, low, high, at))
        else:
            result = self.make(nodes.Member(node, low or nodes.Nil(at), optional, at))
            if optional:
                result = self.make(nodes.Chain(result, at))
        self.expect("Bracket", "]")
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
            for part in nodes.children(node)
        )
    return deepest
