"""The conditions left of a `depends` when its tasks are written out: text becomes a test of the tasks' results.

In Argo this is the expr language over one variable per task, each with eight booleans. Since every word has to be a
task, what is left of that language is small, and this is all of it that can hold:

    condition := either ("?" condition ":" condition)?          either   := both ("||" both)*
    both      := equal ("&&" equal)*                            equal    := value (("==" | "!=") value)*
    value     := "!" value | "(" condition ")" | task "." result | string

Errors are expr's, with its snippet of the text. Brackets and `!` may be nested 100 deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, NoReturn

from argosy.errors import ExpressionError
from argosy.language.gotext import quote

Results = Callable[[str, str], bool]
Test = Callable[[Results], bool]

RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed")
_WORD_OPERATORS = frozenset("not in or and matches contains startsWith endsWith let if else".split())  # noqa: SIM905
RESERVED = _WORD_OPERATORS | {"true", "false", "nil"}
_DEEPEST = 100
_NAME = r"[\w$]+"
_SKIPPED = r"(?:\s|//[^\n]*|/\*.*?\*/)*"
_DIGITS = r"(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|\.?[0-9][0-9_]*)"
_KINDS = {
    "String": r"'[^'\\\n]*'|\"[^\"\\\n]*\"|`[^`]*`",
    "Number": _DIGITS + r"(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?",
    "Identifier": _NAME,
    "Bracket": r"[()\[\]{}]",
    "Operator": r"\|\|?|::?|\?[.?]?|\.\.?|[&!=*<>][&=*]?|[,;%+\-^/#]",
    "EOF": r"\Z",
}
_FORMS = "|".join(f"(?P<{kind}>{form})" for kind, form in _KINDS.items())
_TOKEN = re.compile(f"{_SKIPPED}(?:{_FORMS})", re.DOTALL)
_UNARY = {"!": 50, "not": 50, "-": 90, "+": 90}
_BINARY = {
    "|": 0,
    "||": 10,
    "&&": 15,
    "==": 20,
    "!=": 20,
    "<": 20,
    ">": 20,
    ">=": 20,
    "<=": 20,
    "..": 25,
    "+": 30,
    "-": 30,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 100,
    "^": 100,
}


def compile_logic(text: str, tasks: Mapping[str, str]) -> Test:
    """The test that `text` says; `tasks` maps a name in the text to the task's own name.

    Raises ExpressionError, in expr's words, where the text is no condition.
    """
    kind, value = _Compiler(text, tasks).compile(_Parser(text).parse())
    if kind == "bool":
        return lambda results: value(results) is True

    def test(results: Results) -> bool:
        result = value(results)
        if not isinstance(result, bool):
            raise ExpressionError(f"unable to cast expression result '{result}' to bool")
        return result

    return test


class _Token(NamedTuple):
    kind: str  # one of _KINDS
    value: str
    position: int

    def __str__(self) -> str:
        return f"{self.kind}({quote(self.value)})" if self.value else self.kind


class _Node(NamedTuple):
    """`token` is the operator; a task's node has the name as its token, and a member's the field."""

    kind: str
    token: _Token
    parts: tuple[_Node, ...] = ()


def _fail(text: str, message: str, position: int) -> NoReturn:
    """Raise the error with its line, column and a line of the text, as expr does."""
    before, after = text[:position], text[position:]
    line_start = before.rfind("\n") + 1
    line = before[line_start:] + after.partition("\n")[0]
    column = position - line_start
    if line:
        shown = line.replace("\t", " ")
        message += f" ({before.count(chr(10)) + 1}:{column + 1})\n | {shown}\n | {'.' * column}^"
    raise ExpressionError(message)


class _Parser:
    """expr's Pratt parser, cut down. Tokens are read one ahead, so that errors come in expr's order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.current = self._read()

    def parse(self) -> _Node:
        nodes = [self._expression(0)]
        while self._is("Operator", ";"):
            self._next()
            if not self._is("EOF"):
                nodes.append(self._expression(0))
        if not self._is("EOF"):
            self._unexpected()
        return _Node(";", nodes[0].token, tuple(nodes)) if len(nodes) > 1 else nodes[0]

    def _is(self, kind: str, value: str | None = None) -> bool:
        return self.current.kind == kind and value in (None, self.current.value)

    def _next(self) -> _Token:
        token, self.current = self.current, self._read()
        return token

    def _unexpected(self) -> NoReturn:
        _fail(self.text, f"unexpected token {self.current}", self.current.position)

    def _expect(self, kind: str, value: str | None = None) -> None:
        if not self._is(kind, value):
            self._unexpected()
        self._next()

    def _count(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise ExpressionError(f"the condition is nested more than {_DEEPEST} deep")

    def _expression(self, precedence: int) -> _Node:
        self.depth += 1
        self._count(self.depth)
        node = self._binary(precedence)
        while precedence == 0 and self._is("Operator", "?"):
            self._next()
            if self._is("Operator", ":"):
                self._next()
                node = _Node("?", self.current, (node, node, self._expression(0)))
                continue
            first = self._expression(0)
            self._expect("Operator", ":")
            node = _Node("?", self.current, (node, first, self._expression(0)))
        self.depth -= 1
        return node

    def _binary(self, precedence: int) -> _Node:
        node = self._value()
        length = self.depth
        while self.current.kind == "Operator":
            own = _BINARY.get(self.current.value, -1)
            if own < precedence:
                break
            token = self._next()
            if token.value == "|":
                self._expect("Identifier")
                self._expect("Bracket", "(")
                _fail(self.text, "there are no functions in depends", token.position)
            right = self._expression(own + (token.value not in ("**", "^")))
            node = _Node(token.value, token, (node, right))
            if token.value not in ("&&", "||"):
                self._count(length := length + 1)
        return node

    def _value(self) -> _Node:
        token = self.current
        if token.kind == "Operator" and token.value in _UNARY:
            self._next()
            return self._postfix(_Node("unary", token, (self._expression(_UNARY[token.value]),)))
        if self._is("Bracket", "("):
            self._next()
            node = self._expression(0)
            self._expect("Bracket", ")")
            return self._postfix(node)
        if token.kind not in ("Identifier", "String"):
            self._unexpected()
        self._next()
        node = _Node("task" if token.kind == "Identifier" else "text", token)
        return self._postfix(self._call(node) if token.kind == "Identifier" else node)

    def _postfix(self, node: _Node) -> _Node:
        length = self.depth
        while self._is("Operator", "."):
            self._count(length := length + 1)
            self._next()
            if self._is("EOF"):
                _fail(self.text, "unexpected end of expression", self.current.position)
            name = self._next()
            if not (name.kind == "Identifier" or name.value in RESERVED):
                _fail(self.text, "expected name", self.current.position)
            node = self._call(_Node("member", name, (node,)))
        return node

    def _call(self, node: _Node) -> _Node:
        """A bracket after a name calls it; nothing can be called, but what is in the brackets is looked at first."""
        if not self._is("Bracket", "("):
            return node
        self._next()
        first = True
        while not self._is("Bracket", ")"):
            if not first:
                self._expect("Operator", ",")
            self._expression(0)
            first = False
        self._next()
        return _Node("call", node.token, (node,))

    def _read(self) -> _Token:
        """The token at the position, after space and comments."""
        match = _TOKEN.match(self.text, self.position)
        if match is None or match.lastgroup is None:
            self._refuse()
        kind = match.lastgroup
        start = match.start(kind)
        value = match[kind]
        self.position = match.end()
        if kind == "Identifier":
            return _Token("Operator" if value in _WORD_OPERATORS else kind, value, start)
        if kind == "EOF":
            return _Token(kind, "", max(len(self.text) - 1, 0))
        if kind == "String":
            return _Token(kind, value[1:-1], start)
        if kind == "Number":
            self._refuse_number(start)
        return _Token(kind, value, start)

    def _refuse(self) -> NoReturn:
        match = re.compile(_SKIPPED, re.DOTALL).match(self.text, self.position)
        start = match.end() if match else self.position
        character = self.text[start]
        if character in "'\"`":
            _fail(self.text, "literal not terminated", len(self.text))
        _fail(self.text, f"unrecognized character: U+{ord(character):04X} '{character}'", start)

    def _refuse_number(self, start: int) -> NoReturn:
        """What begins like a number is a task's name, which a result follows: `1.Succeeded`, `1e5.Succeeded`."""
        following = self.text[self.position : self.position + 1]
        if following == ".":
            _fail(self.text, 'unexpected token Operator(".")', self.position)
        _fail(self.text, f"bad number syntax: {quote(self.text[start : self.position + 1])}", self.position)


_Value = Callable[[Results], object]


class _Compiler:
    """A tree becomes its type's name and a closure; types are checked as expr does, left to right, inside out."""

    def __init__(self, text: str, tasks: Mapping[str, str]) -> None:
        self.text, self.tasks = text, tasks

    def compile(self, node: _Node) -> tuple[str, _Value]:
        if node.kind == "text":
            value = node.token.value
            return "string", lambda _: value
        if node.kind == "member":
            return self._member(node)
        if node.kind == "task":
            if node.token.value not in self.tasks:
                _fail(self.text, f"unknown name {node.token.value}", node.token.position)
            name = node.token.value
            return "controller.TaskResults", lambda results: {word: results(self.tasks[name], word) for word in RESULTS}
        if node.kind in ("&&", "||"):
            return "bool", self._chain(node)
        if node.kind == "call":
            kind, _ = self.compile(node.parts[0])
            _fail(self.text, f"{kind} is not callable", node.token.position)
        kinds, values = zip(*map(self.compile, node.parts), strict=True)
        return self._operator(node, list(kinds), list(values))

    def _member(self, node: _Node) -> tuple[str, _Value]:
        (owner,) = node.parts
        kind, _ = self.compile(owner)
        field = node.token.value
        if kind != "controller.TaskResults" or owner.kind != "task" or field not in RESULTS:
            _fail(self.text, f"type {kind} has no field {field}", node.token.position)
        task = self.tasks[owner.token.value]
        return "bool", lambda results: results(task, field)

    def _operator(self, node: _Node, kinds: list[str], values: list[_Value]) -> tuple[str, _Value]:
        first, *others = values
        if node.kind == ";":
            return kinds[-1], values[-1]
        if node.kind == "unary":
            if node.token.value not in ("!", "not") or kinds[0] != "bool":
                self._mismatch(node, kinds)
            return "bool", lambda results: not first(results)
        if node.kind == "?":
            if kinds[0] != "bool":
                _fail(
                    self.text, f"non-bool expression (type {kinds[0]}) used as condition", node.parts[0].token.position
                )
            then, otherwise = others
            kind = kinds[1] if kinds[1] == kinds[2] else "unknown"
            return kind, lambda results: (then if first(results) else otherwise)(results)
        if node.kind not in ("==", "!=") or kinds[0] != kinds[1]:
            self._mismatch(node, kinds)
        (second,) = others
        wanted = node.kind == "=="
        return "bool", lambda results: (first(results) == second(results)) is wanted

    def _chain(self, node: _Node) -> _Value:
        """All or any of a chain of operands, however long."""
        combine = all if node.kind == "&&" else any
        links: list[_Node] = []
        first = node
        while first.kind == node.kind:
            links.append(first)
            first = first.parts[0]
        kind, value = self.compile(first)
        values = [value]
        for link in reversed(links):
            right, value = self.compile(link.parts[1])
            if (kind, right) != ("bool", "bool"):
                self._mismatch(link, [kind, right])
            values.append(value)
        return lambda results: combine(value(results) for value in values)

    def _mismatch(self, node: _Node, kinds: list[str]) -> NoReturn:
        types = " and ".join(kinds)
        plural = "s" if len(kinds) > 1 else ""
        message = f"invalid operation: {node.token.value} (mismatched type{plural} {types})"
        _fail(self.text, message, node.token.position)
