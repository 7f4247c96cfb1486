"""Text becomes tokens, and a table says which token may follow which (govaluate's parsing.go and lexerState.go)."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from argosy.errors import ExpressionError
from argosy.language.gotext import is_space
from argosy.language.gotime import parse_time
from argosy.language.govalues import format_value, parse_float
from argosy.language.regexp import compile_regexp


class Kind(enum.Enum):
    """What a token is."""

    UNKNOWN = enum.auto()
    PREFIX = enum.auto()
    NUMERIC = enum.auto()
    BOOLEAN = enum.auto()
    STRING = enum.auto()
    PATTERN = enum.auto()
    TIME = enum.auto()
    VARIABLE = enum.auto()
    SEPARATOR = enum.auto()
    ACCESSOR = enum.auto()
    COMPARATOR = enum.auto()
    LOGICALOP = enum.auto()
    MODIFIER = enum.auto()
    CLAUSE = enum.auto()
    CLAUSE_CLOSE = enum.auto()
    TERNARY = enum.auto()


class Token(NamedTuple):
    """`value` is an operator's or a name's text, a literal's value, or an accessor's names."""

    kind: Kind
    value: Any


PREFIXES = ("-", "!", "~")
SYMBOLS = {
    Kind.MODIFIER: ("+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"),
    Kind.LOGICALOP: ("&&", "||"),
    Kind.COMPARATOR: ("==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"),
    Kind.TERNARY: ("?", ":", "??"),
}
_TIME_LAYOUTS = (
    "Mon Jan _2 15:04:05 2006",
    "Mon Jan _2 15:04:05 MST 2006",
    "Mon Jan 02 15:04:05 -0700 2006",
    "3:04PM",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02",
    "2006-01-02 15:04",
    "2006-01-02 15:04:05",
    "2006-01-02 15:04:05-07:00",
    "2006-01-02T15Z0700",
    "2006-01-02T15:04Z0700",
    "2006-01-02T15:04:05Z0700",
)

_START = {Kind.PREFIX, Kind.NUMERIC, Kind.BOOLEAN, Kind.VARIABLE, Kind.ACCESSOR, Kind.STRING, Kind.TIME, Kind.CLAUSE}
_AFTER_VALUE = {Kind.MODIFIER, Kind.COMPARATOR, Kind.LOGICALOP, Kind.CLAUSE_CLOSE, Kind.TERNARY, Kind.SEPARATOR}
_FOLLOWS = {
    Kind.UNKNOWN: _START | {Kind.PATTERN},
    Kind.CLAUSE: _START | {Kind.PATTERN, Kind.CLAUSE_CLOSE},
    Kind.CLAUSE_CLOSE: _AFTER_VALUE
    | {Kind.NUMERIC, Kind.BOOLEAN, Kind.VARIABLE, Kind.STRING, Kind.PATTERN, Kind.TIME, Kind.CLAUSE},
    Kind.NUMERIC: _AFTER_VALUE,
    Kind.BOOLEAN: _AFTER_VALUE,
    Kind.STRING: _AFTER_VALUE,
    Kind.TIME: _AFTER_VALUE - {Kind.TERNARY},
    Kind.PATTERN: _AFTER_VALUE - {Kind.TERNARY},
    Kind.VARIABLE: _AFTER_VALUE,
    Kind.ACCESSOR: _AFTER_VALUE | {Kind.CLAUSE},
    Kind.MODIFIER: _START - {Kind.TIME} | {Kind.CLAUSE_CLOSE},
    Kind.COMPARATOR: _START | {Kind.PATTERN, Kind.CLAUSE_CLOSE},
    Kind.LOGICALOP: _START | {Kind.CLAUSE_CLOSE},
    Kind.PREFIX: {Kind.NUMERIC, Kind.BOOLEAN, Kind.VARIABLE, Kind.ACCESSOR, Kind.CLAUSE, Kind.CLAUSE_CLOSE},
    Kind.TERNARY: _START | {Kind.SEPARATOR},
    Kind.SEPARATOR: _START,
}
_MAY_END = {Kind.CLAUSE_CLOSE, Kind.NUMERIC, Kind.BOOLEAN, Kind.STRING, Kind.TIME, Kind.PATTERN, Kind.VARIABLE} | {
    Kind.ACCESSOR
}


def tokenize(text: str) -> list[Token]:
    """The tokens of an expression; raises ExpressionError for a malformed one or unbalanced brackets."""
    lexer = _Lexer(text)
    tokens: list[Token] = []
    while (token := lexer.read(tokens[-1].kind if tokens else Kind.UNKNOWN)) is not None:
        tokens.append(token)
    opened = sum(token.kind is Kind.CLAUSE for token in tokens)
    if opened != sum(token.kind is Kind.CLAUSE_CLOSE for token in tokens):
        raise ExpressionError("Unbalanced parenthesis")
    return tokens


def check_syntax(tokens: list[Token]) -> None:
    """Raise ExpressionError where a token follows one that it may not follow, or the end comes too early."""
    last = Token(Kind.UNKNOWN, None)
    for token in tokens:
        if token.kind not in _FOLLOWS[last.kind]:
            if last.kind is Kind.VARIABLE and token.kind is Kind.CLAUSE:
                raise ExpressionError(f"Undefined function {last.value}")
            before, after = (f"{each.kind.name} [{format_value(each.value)}]" for each in (last, token))
            raise ExpressionError(f"Cannot transition token types from {before} to {after}")
        last = token
    if last.kind not in _MAY_END:
        raise ExpressionError("Unexpected end of expression")


def with_patterns(tokens: list[Token]) -> list[Token]:
    """The tokens with a string that follows `=~` or `!~` compiled; raises ExpressionError if it is no pattern."""
    result = list(tokens)
    for index, token in enumerate(tokens):
        if token.kind is Kind.COMPARATOR and token.value in ("=~", "!~") and tokens[index + 1].kind is Kind.STRING:
            result[index + 1] = Token(Kind.PATTERN, compile_regexp(str(tokens[index + 1].value)))
    return result


class _Lexer:
    """Reads from left to right; a backslash takes the next character as it is, in words and symbols too."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def read(self, last: Kind) -> Token | None:
        """The next token, None at the end; after `last`, `-` may be a sign or a minus."""
        while self.position < len(self.text) and is_space(self.text[self.position]):
            self.position += 1
        if self.position >= len(self.text):
            return None
        first = self.text[self.position]
        if _is_numeric(first):
            return self._number()
        if first.isalpha():
            return self._word()
        if first in "'\"":
            return self._string()
        if first == "[":
            self.position += 1
            return Token(
                Kind.VARIABLE, self._enclosed(lambda character: character != "]", "Unclosed parameter bracket")
            )
        if first in ",()":
            self.position += 1
            kind = {",": Kind.SEPARATOR, "(": Kind.CLAUSE, ")": Kind.CLAUSE_CLOSE}[first]
            return Token(kind, first if first == "," else ord(first))
        return self._symbol(last)

    def _number(self) -> Token:
        if self.text[self.position : self.position + 2] == "0x" and self.position + 2 < len(self.text):
            self.position += 2
            digits = self._take(_is_hex_digit)
            if not re.fullmatch("[0-9a-fA-F]+", digits) or int(digits, 16) >> 64:
                raise ExpressionError(f"Unable to parse hex value '{digits}' to uint64\n")
            return Token(Kind.NUMERIC, float(int(digits, 16)))
        digits = self._take(_is_numeric)
        value = parse_float(digits)
        if value is None:
            raise ExpressionError(f"Unable to parse numeric value '{digits}' to float64\n")
        return Token(Kind.NUMERIC, value)

    def _word(self) -> Token:
        word = self._take(lambda character: character.isalpha() or character.isdecimal() or character in "_.")
        if word in ("true", "false"):
            return Token(Kind.BOOLEAN, word == "true")
        if word in ("in", "IN"):
            return Token(Kind.COMPARATOR, "in")
        if "." not in word[1:]:
            return Token(Kind.VARIABLE, word)
        if word.endswith("."):
            raise ExpressionError(f"Hanging accessor on token '{word}'")
        names = word.split(".")
        for name in names[1:]:
            if name and len(name[0].upper()) == 1 and name[0].upper() != name[0]:
                raise ExpressionError(f"Unable to access unexported field '{name}' in token '{word}'")
        return Token(Kind.ACCESSOR, names)

    def _string(self) -> Token:
        self.position += 1
        value = self._enclosed(lambda character: character not in "'\"", "Unclosed string literal")
        for layout in _TIME_LAYOUTS:
            if (moment := parse_time(layout, value)) is not None:
                return Token(Kind.TIME, moment)
        return Token(Kind.STRING, value)

    def _symbol(self, last: Kind) -> Token:
        symbol = self._take(_is_symbol)
        if symbol in PREFIXES and Kind.PREFIX in _FOLLOWS[last]:
            return Token(Kind.PREFIX, symbol)
        for kind, symbols in SYMBOLS.items():
            if symbol in symbols:
                return Token(kind, symbol)
        raise ExpressionError(f"Invalid token: '{symbol}'")

    def _enclosed(self, inside: Callable[[str], bool], unclosed: str) -> str:
        """What stands before the closing character, which is skipped."""
        value, closed = self._take_until(inside, keep_space=True)
        if not closed:
            raise ExpressionError(unclosed)
        self.position += 1
        return value

    def _take(self, condition: Callable[[str], bool]) -> str:
        return self._take_until(condition, keep_space=False)[0]

    def _take_until(self, condition: Callable[[str], bool], *, keep_space: bool) -> tuple[str, bool]:
        """The characters for which the condition holds, and whether something ended them before the text did."""
        taken: list[str] = []
        while self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
            if character == "\\":
                taken.append(self._escaped())
            elif not keep_space and is_space(character):
                if taken:
                    return "".join(taken), True
            elif condition(character):
                taken.append(character)
            else:
                self.position -= 1
                return "".join(taken), True
        return "".join(taken), False

    def _escaped(self) -> str:
        if self.position >= len(self.text):
            length = len(self.text)
            raise ExpressionError(f"runtime error: index out of range [{length}] with length {length}")
        self.position += 1
        return self.text[self.position - 1]


def _is_numeric(character: str) -> bool:
    return character.isdecimal() or character == "."


def _is_hex_digit(character: str) -> bool:
    return character.isdecimal() or character.lower() in "abcdef"


def _is_symbol(character: str) -> bool:
    return not (character.isdecimal() or character.isalpha() or character in "()[]'\"")
