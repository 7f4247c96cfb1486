"""A filter becomes a tree, by gojq's grammar: `|` binds least, then `,`, `//`, updates, `or`, `and`, comparisons."""

from __future__ import annotations

from collections.abc import Callable

from argosy.language.jq.encoding import is_number, quoted
from argosy.language.jq.errors import JqError
from argosy.language.jq.lexer import KEYWORDS, Lexer, Token
from argosy.language.jq.nodes import (
    Array,
    Binary,
    Bind,
    Call,
    Comma,
    Constant,
    Define,
    Each,
    Fold,
    Identity,
    If,
    Index,
    Label,
    Leave,
    Node,
    Object,
    Pattern,
    Pipe,
    Slice,
    Text,
    Try,
    Unary,
)
from argosy.language.jq.operators import parse_number

_DEEPEST = 100
_LEVELS = ("//", "= |= += -= *= /= %= //=", "or", "and", "== != < <= > >=", "+ -", "* / %")
_LEVEL = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators.split()}
_ALONE = (_LEVEL["="], _LEVEL["=="])  # of which there is one, or parentheses
_CONSTANTS = {"null": None, "true": True, "false": False}


def parse(text: str) -> Node:
    """The tree of a filter. Raises JqError, `unexpected token "]"` and the like."""
    return Parser(text).program()


class Parser:
    """Reads a filter from left to right; `token` is the next one."""

    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)
        self.depth = 0
        self.token = self.lexer.next()

    def program(self) -> Node:
        """The whole filter."""
        if self.token.kind in ("import", "include"):
            self.take("import", "include")
            raise JqError(f"cannot load module: {quoted(self.take_string())}")
        definitions: list[tuple[str, tuple[str, ...], Node]] = []
        while self.token.kind == "def":
            definitions.append(self.definition())
        if not self.token.kind:
            raise JqError('missing query (try ".")')
        node = self.query()
        if self.token.kind:
            raise self.unexpected()
        for name, parameters, body in reversed(definitions):
            node = Define(name, parameters, body, node)
        return node

    def unexpected(self) -> JqError:
        """The error that a token may not be where it is."""
        if not self.token.kind:
            return JqError("unexpected EOF")
        text = self.token.text
        if self.token.kind == "string":
            start = self.lexer.position - 1
            self.lexer.string_part()
            text = self.lexer.text[start : self.lexer.position]
        return JqError(f"unexpected token {quoted(text)}")

    def take(self, *kinds: str) -> Token:
        """The token, which must be of one of these kinds; the one after it is read."""
        token = self.token
        if token.kind not in kinds:
            raise self.unexpected()
        self.token = self.lexer.next()
        return token

    def take_string(self) -> str:
        """The text of a string without expressions; the quote that begins it is the token."""
        if self.token.kind != "string":
            raise self.unexpected()
        return self.lexer.string_part()[0]

    def has(self, *kinds: str) -> bool:
        """Take the token if it is of one of these kinds."""
        found = self.token.kind in kinds
        if found:
            self.token = self.lexer.next()
        return found

    def query(self) -> Node:
        """What may stand in parentheses."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise JqError(f"the filter is nested more than {_DEEPEST} deep")
        parts = [self.listed()]
        while self.has("|"):
            parts.append(self.listed())
        self.depth -= 1
        node = parts.pop()
        while parts:
            node = Pipe(parts.pop(), node)
        return node

    def listed(self) -> Node:
        """Filters with commas between them."""
        node = self.bound()
        while self.has(","):
            node = Comma(node, self.bound())
        return node

    def bound(self) -> Node:
        """`label`, `def`, `... as $x | ...` or an expression."""
        if self.has("label"):
            name = self.take("variable").text
            self.take("|")
            return Label(name, self.query())
        if self.token.kind == "def":
            return Define(*self.definition(), self.query())
        node = self.expression()
        if not self.has("as"):
            return node
        patterns = [self.pattern()]
        while self.has("?//"):
            patterns.append(self.pattern())
        self.take("|")
        return Bind(node, tuple(patterns), self.query())

    def definition(self) -> tuple[str, tuple[str, ...], Node]:
        """`def name(parameters): body;`."""
        self.take("def")
        name = self.take("name").text
        parameters: list[str] = []
        if self.has("("):
            parameters.append(self.take("name", "variable").text)
            while self.has(";"):
                parameters.append(self.take("name", "variable").text)
            self.take(")")
        self.take(":")
        body = self.query()
        self.take(";")
        return name, tuple(parameters), body

    def expression(self, least: int = 0) -> Node:
        """Terms and operators that bind at least so tightly."""
        node = self.term()
        while (level := _LEVEL.get(self.token.kind, -1)) >= least:
            operator = self.take(self.token.kind).text
            node = Binary(operator, node, self.expression(level if operator == "//" else level + 1))
            if level in _ALONE and _LEVEL.get(self.token.kind) == level:
                raise self.unexpected()
        return node

    def pattern(self) -> Pattern:
        """What `as` binds to."""
        if self.token.kind == "variable":
            return Pattern(self.take("variable").text)
        if self.has("["):
            items = [self.pattern()]
            while self.has(","):
                items.append(self.pattern())
            self.take("]")
            return Pattern(items=tuple(items))
        self.take("{")
        entries = [self.pattern_entry()]
        while self.has(","):
            entries.append(self.pattern_entry())
        self.take("}")
        return Pattern(entries=tuple(entries))

    def pattern_entry(self) -> tuple[Node, Pattern]:
        """One key of an object in a pattern."""
        if self.token.kind == "variable":
            name = self.take("variable").text
            both = self.pattern() if self.has(":") else None
            return Constant(name[1:]), Pattern(name, both=both)
        key = self.key()
        self.take(":")
        return key, self.pattern()

    def key(self) -> Node:
        """The key of an object or a pattern; a variable stays one."""
        if self.token.kind == "string":
            return self.string()
        if self.has("("):
            key = self.query()
            self.take(")")
            return key
        token = self.take("name", "variable", *KEYWORDS)
        if "::" in token.text:
            raise JqError(f"unexpected token {quoted(token.text)}")
        return Call(token.text) if token.kind == "variable" else Constant(token.text)

    def term(self) -> Node:
        """An operand with all that follows it: fields, brackets, `?`."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise JqError(f"the filter is nested more than {_DEEPEST} deep")
        node = self.suffixes(self.primary())
        self.depth -= 1
        return node

    def suffixes(self, node: Node) -> Node:
        """A term with what follows it."""
        while True:
            if self.token.kind == "field":
                node = Index(node, Constant(self.take("field").text[1:]))
            elif self.has("["):
                node = self.bracket(node)
            elif self.has("?"):
                node = optional(node)
            elif self.has("."):
                node = self.after_dot(node)
            else:
                return node

    def after_dot(self, node: Node) -> Node:
        """A string or a bracket after a dot."""
        if self.token.kind == "string":
            return Index(node, self.string())
        self.take("[")
        return self.bracket(node)

    def bracket(self, node: Node) -> Node:
        """An index, a slice or `[]`; the bracket is taken."""
        if self.has("]"):
            return Each(node)
        if self.has(":"):
            end = self.query()
            self.take("]")
            return Slice(node, Constant(None), end)
        start = self.query()
        if self.has("]"):
            return Index(node, start)
        self.take(":")
        end = Constant(None) if self.token.kind == "]" else self.query()
        self.take("]")
        return Slice(node, start, end)

    def primary(self) -> Node:
        """An operand."""
        kind = self.token.kind
        special = PRIMARIES.get(kind)
        if special is not None:
            return special(self)
        token = self.take("number", "name", "variable", "field", *_CONSTANTS)
        if kind == "number":
            return Constant(parse_number(token.text))
        if kind == "field":
            return Index(Identity(), Constant(token.text[1:]))
        return Constant(_CONSTANTS[kind]) if kind in _CONSTANTS else self.call(token.text)

    def call(self, name: str) -> Node:
        """A function or a variable."""
        if name.startswith("$") or not self.has("("):
            return Call(name)
        arguments = [self.query()]
        while self.has(";"):
            arguments.append(self.query())
        self.take(")")
        return Call(name, tuple(arguments))

    def string(self, format_: str = "") -> Node:
        """A string; the quote that begins it is the token."""
        parts: list[str | Node] = []
        while True:
            text, end = self.lexer.string_part()
            parts.append(text)
            if end == '"':
                self.token = self.lexer.next()
                return Constant(text) if len(parts) == 1 else Text(tuple(part for part in parts if part != ""), format_)
            self.token = self.lexer.next()
            parts.append(self.query())
            if self.token.kind != ")":
                raise self.unexpected()


def optional(node: Node) -> Node:
    """`node?`, which is about the last step only."""
    if isinstance(node, Each) and not isinstance(node.base, Identity):
        return Pipe(node.base, Try(Each(Identity()), None))
    if isinstance(node, Index) and not isinstance(node.base, Identity):
        return Pipe(node.base, Try(Index(Identity(), node.key), None))
    if isinstance(node, Slice) and not isinstance(node.base, Identity):
        return Pipe(node.base, Try(Slice(Identity(), node.start, node.end), None))
    return Try(node, None)


def _dot(parser: Parser) -> Node:
    parser.take(".")
    if parser.token.kind in ("[", "string"):
        return parser.after_dot(Identity())
    return Identity()


def _recurse(parser: Parser) -> Node:
    parser.take("..")
    return Call("recurse")


def _group(parser: Parser) -> Node:
    parser.take("(")
    node = parser.query()
    parser.take(")")
    return Pipe(Identity(), node)


def _array(parser: Parser) -> Node:
    parser.take("[")
    if parser.has("]"):
        return Array(None)
    items = parser.query()
    parser.take("]")
    return Array(items)


def _object(parser: Parser) -> Node:
    parser.take("{")
    entries: list[tuple[Node, Node | None]] = []
    while not parser.has("}"):
        if entries:
            parser.take(",")
            if parser.has("}"):
                break
        is_variable = parser.token.kind == "variable"
        key: Node = parser.key()
        value = _object_value(parser) if parser.has(":") else None
        if is_variable and isinstance(key, Call) and value is None:
            key, value = Constant(key.name[1:]), key
        entries.append((key, value))
    return Object(tuple(entries))


def _object_value(parser: Parser) -> Node:
    node = parser.expression()
    return Pipe(node, _object_value(parser)) if parser.has("|") else node


def _unary(parser: Parser) -> Node:
    operator = parser.take("+", "-").text
    operand = parser.term()
    if isinstance(operand, Constant) and is_number(operand.value):
        return Constant(-operand.value if operator == "-" else operand.value)
    return Unary(operator, operand)


def _format(parser: Parser) -> Node:
    name = parser.take("format").text
    return parser.string(name) if parser.token.kind == "string" else Call("format", (Constant(name[1:]),))


def _if(parser: Parser) -> Node:
    parser.take("if", "elif")
    condition = parser.query()
    parser.take("then")
    then = parser.query()
    if parser.token.kind == "elif":
        return If(condition, then, _if(parser))
    otherwise = parser.query() if parser.has("else") else Identity()
    parser.take("end")
    return If(condition, then, otherwise)


def _try(parser: Parser) -> Node:
    parser.take("try")
    body = parser.term()
    return Try(body, parser.term() if parser.has("catch") else None)


def _fold(parser: Parser) -> Node:
    word = parser.take("reduce", "foreach").text
    source = parser.expression()
    parser.take("as")
    pattern = parser.pattern()
    parser.take("(")
    start = parser.query()
    parser.take(";")
    update = parser.query()
    extract = parser.query() if word == "foreach" and parser.has(";") else None
    parser.take(")")
    return Fold(word, source, pattern, start, update, extract)


def _leave(parser: Parser) -> Node:
    parser.take("break")
    return Leave(parser.take("variable").text)


PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    ".": _dot,
    "..": _recurse,
    "(": _group,
    "[": _array,
    "{": _object,
    "+": _unary,
    "-": _unary,
    "format": _format,
    "string": lambda parser: parser.string(),
    "if": _if,
    "try": _try,
    "reduce": _fold,
    "foreach": _fold,
    "break": _leave,
}
