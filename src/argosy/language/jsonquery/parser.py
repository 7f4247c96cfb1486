"""The texts of tokens become tokens, and the expressions in them operators (token.Parse and script/standard).

Expressions may be nested 60 deep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.gotext import trim_space
from argosy.language.govalues import parse_int
from argosy.language.jsonquery.tokenizer import tokenize

_DEEPEST = 60
_OPERATORS = ("||", "&&", "==", "!=", "<=", ">=", "<", ">", "=~", "!", "+", "-", "**", "*", "/", "%", "not in", "in")
_SEARCHED = (*_OPERATORS, "@", "$")


class InvalidToken(ExpressionError):
    """The library's ErrInvalidToken."""


class InvalidExpression(ExpressionError):
    """The library's ErrInvalidExpression."""


@dataclass(frozen=True, slots=True)
class Whole:
    """`$`, the document, or `@`, the value at hand."""

    is_root: bool


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`*`."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """`..`."""


@dataclass(frozen=True, slots=True)
class Length:
    """`.length`."""


@dataclass(frozen=True, slots=True)
class Key:
    """`.name` or `['name']`."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`[0]`."""

    index: int


@dataclass(frozen=True, slots=True)
class Computed:
    """`[(expression)]`: the key or index is computed."""

    script: Script


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(expression)]`."""

    script: Script


@dataclass(frozen=True, slots=True)
class Range:
    """`[from:to:step]`; a missing part is None."""

    start: int | Script | None
    end: int | Script | None
    step: int | Script | None


@dataclass(frozen=True, slots=True)
class Union:
    """`['a','b']` or `[0,1]`."""

    parts: tuple[int | str | Script, ...]


Token = Whole | Wildcard | Recursive | Length | Key | Index | Computed | Filter | Range | Union


@dataclass(frozen=True, slots=True)
class Operator:
    """`left symbol right`; a side is an operator, a path, a JSON list or object, or a text; `!` has no left one."""

    symbol: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A path in an expression."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """An expression; without a `root` it is only a text."""

    text: str
    root: Operator | Path | None


def parse(path: str) -> tuple[Token, ...]:
    """The tokens of a path; raises ExpressionError, `invalid JSONPath selector '...' ...`."""
    try:
        return _tokens(path, 0)
    except ExpressionError as error:
        raise ExpressionError(f"invalid JSONPath selector '{path}' {error}") from None


def _tokens(path: str, depth: int) -> tuple[Token, ...]:
    _check_depth(depth)
    return tuple(_token(trim_space(text), depth) for text in tokenize(path))


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise ExpressionError(f"the path is nested more than {_DEEPEST} deep")


def _token(text: str, depth: int) -> Token:
    if not text:
        raise InvalidToken("invalid token. token string is empty")
    if text in ("$", "@"):
        return Whole(text == "$")
    simple = {"*": Wildcard(), "..": Recursive(), "length": Length()}.get(text)
    if simple is not None:
        return simple
    if not text.startswith("["):
        return Key(text)
    inside = trim_space(text[1:-1])
    if not text.endswith("]") or not inside:
        _refuse(text)
    if inside == "*":
        return Wildcard()
    if inside.startswith("?"):
        if not inside.startswith("?(") or not inside.endswith(")"):
            _refuse(text)
        return Filter(_script(trim_space(inside[2:-1]), depth))
    return _subscript(text, _Arguments(text, inside).read(), depth)


def _refuse(text: str) -> NoReturn:
    raise InvalidToken(f"invalid token. '{text}' does not match any token format")


def _is_key(argument: object) -> bool:
    return isinstance(argument, str) and len(argument) > 1 and argument[0] == argument[-1] and argument[0] in "'\""


def _is_script(argument: object) -> bool:
    return isinstance(argument, str) and len(argument) > 2 and argument[0] == "(" and argument[-1] == ")"


def _number(text: str) -> int | None:
    try:
        return parse_int(text)
    except ExpressionError:
        return None


class _Arguments:
    """Cuts the inside of square brackets into numbers, quoted keys, scripts, `:` and `,`; None is an empty start."""

    def __init__(self, token: str, inside: str) -> None:
        self.token, self.inside = token, inside
        self.arguments: list[int | str | None] = []
        self.buffer = ""
        self.quote = ""
        self.opened = self.closed = 0

    def read(self) -> list[int | str | None]:
        for position, character in enumerate(self.inside):
            self.buffer += character
            if character in "'\"":
                self._quote(character)
            elif character == ")":
                self._close_script()
            elif self.quote:
                continue
            elif character == "(":
                self.opened += 1
            elif self.opened != self.closed:
                continue
            elif character == " ":
                self.buffer = trim_space(self.buffer)
            elif character in ":,":
                self._separator(character, is_first=position == 0)
        if self.buffer:
            number = _number(self.buffer)
            self.arguments.append(self.buffer if number is None else number)
        return self.arguments

    def _quote(self, character: str) -> None:
        if self.quote not in ("", character) or self.opened != self.closed:
            return
        if self.buffer[-2:-1] == "\\":
            self.buffer = self.buffer[:-2] + character
        elif not self.quote:
            self.quote = character
            if self.buffer != character:
                _refuse(self.token)
        else:
            self.quote = ""
            self.arguments.append(self.buffer)
            self.buffer = ""

    def _close_script(self) -> None:
        self.closed += 1
        if self.opened == self.closed:
            if not _is_script(self.buffer):
                raise InvalidExpression(f"invalid expression. invalid format '{self.buffer}'")
            self.arguments.append(self.buffer)
            self.buffer = ""

    def _separator(self, character: str, *, is_first: bool) -> None:
        argument, self.buffer = self.buffer[:-1], ""
        number = _number(argument)
        if number is not None:
            self.arguments.append(number)
        elif argument and character == ":":
            _refuse(self.token)
        elif argument:
            self.arguments.append(argument)
        elif is_first and character == ":":
            self.arguments.append(None)
        self.arguments.append(character)


def _subscript(text: str, arguments: list[int | str | None], depth: int) -> Token:
    if len(arguments) == 1:
        (argument,) = arguments
        if isinstance(argument, int):
            return Index(argument)
        if argument is not None and _is_key(argument):
            return Key(argument[1:-1])
        if argument is not None and _is_script(argument):
            return Computed(_script(argument[1:-1], depth))
        _refuse(text)
    values: list[int | str | None] = []
    colons = commas = 0
    for position, argument in enumerate(arguments):
        if argument == ":":
            colons += 1
            if position and arguments[position - 1] == ":":
                values.append(None)
        elif argument == ",":
            commas += 1
        else:
            values.append(argument)
    if bool(colons) is bool(commas) or colons > 2:
        _refuse(text)
    return _union(text, values, commas, depth) if commas else _range(values, depth)


def _union(text: str, values: list[int | str | None], commas: int, depth: int) -> Token:
    if commas >= len(values):
        _refuse(text)
    parts: list[int | str | Script] = []
    for value in values:
        if isinstance(value, int):
            parts.append(value)
        elif value is not None and _is_script(value):
            parts.append(_nested_script(value, depth))
        elif value is not None and _is_key(value):
            parts.append(value[1:-1])
        else:
            _refuse(text)
    return Union(tuple(parts))


def _range(values: list[int | str | None], depth: int) -> Token:
    parts: list[int | Script | None] = []
    for value in (*values, None, None)[:3]:
        if not isinstance(value, str):
            parts.append(value)
        elif _is_script(value):
            parts.append(_nested_script(value, depth))
        else:
            raise InvalidExpression(f"invalid expression. invalid format '{value}'")
    return Range(*parts)


def _nested_script(text: str, depth: int) -> Script:
    try:
        return _script(text[1:-1], depth)
    except InvalidExpression:
        raise
    except ExpressionError as error:
        raise InvalidExpression(f"invalid expression. {error}") from None


def _script(text: str, depth: int) -> Script:
    return Script(text, _Expression(depth + 1).build(text, 0))


class _Expression:
    """Finds the operator that binds least, the first of its kind, and goes on with what is left and right of it.

    Level -1 stands for the original's empty operator, which it comes to when it splits a text in brackets at the very
    operator it was looking for. The original looks at some texts again and again; here the answers are kept.
    """

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.known: dict[tuple[str, int], Operator | Path | None] = {}

    def build(self, text: str, level: int) -> Operator | Path | None:
        """The operator or path that `text` is, among those from `level` on; None for a plain text."""
        key = (text, level)
        if key not in self.known:
            self.depth += 1
            _check_depth(self.depth)
            self.known[key] = self._build(trim_space(text), level)
            self.depth -= 1
        return self.known[key]

    def _build(self, text: str, level: int) -> Operator | Path | None:
        while text and level < len(_SEARCHED):
            symbol = _SEARCHED[level] if level >= 0 else ""
            if text.startswith("(") and text.endswith(")"):
                text = trim_space(text[1:-1])
                level = -1  # in brackets all operators count again
            position = _find(text, symbol)
            if position >= 0 and (found := self._split(text, symbol, position, level)) is not None:
                return found
            level += 1
        return None

    def _split(self, text: str, symbol: str, position: int, level: int) -> Operator | Path | None:
        left, right = trim_space(text[:position]), trim_space(text[position + len(symbol) :])
        if symbol in ("@", "$"):
            self._argument(right, level)
            self._argument(left, level)
            return None if left else Path(_tokens(text, self.depth))
        if not right:
            return None
        if not symbol:
            raise ExpressionError("unsupported operator")
        right_value, left_value = self._argument(right, level), self._argument(left, level)
        if bool(left) is (symbol == "!"):
            return None
        return Operator(symbol, left_value, right_value)

    def _argument(self, text: str, level: int) -> Any:
        if (found := self.build(text, level)) is not None:
            return found
        if not text:
            return None
        if (text[0], text[-1]) in (("[", "]"), ("{", "}")) and (value := gojson.decode_or_none(text)) is not None:
            return value
        return text


def _find(text: str, symbol: str) -> int:
    """Where `symbol` stands outside quotes and brackets, -1 if nowhere."""
    quote = ""
    depths = {"(": 0, "[": 0}
    for end, character in enumerate(text, start=1):
        if character in "'\"" and quote in ("", character) and max(depths.values()) <= 0:
            quote = "" if quote else character
        elif character in "()[]" and not quote:
            own, other = ("(", "[") if character in "()" else ("[", "(")
            if depths[other] <= 0:
                depths[own] += 1 if character == own else -1
        start = end - len(symbol)
        if not quote and max(depths.values()) <= 0 and start >= 0 and text.startswith(symbol, start):
            return start
    return -1
