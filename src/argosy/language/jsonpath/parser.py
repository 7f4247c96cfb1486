"""A template becomes nodes (client-go, util/jsonpath/parser.go)."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from argosy.errors import ExpressionError
from argosy.language.gotext import unquote
from argosy.language.govalues import parse_float, parse_int
from argosy.language.sprintf import sprintf

_TERMINATORS = " \t\r\n.,[]$@{}"
_DICT_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)


class Text(NamedTuple):
    """Text between braces, or a string inside them."""

    text: str


class Value(NamedTuple):
    """A number or a boolean."""

    value: float | int | bool


class Field(NamedTuple):
    """`.name`."""

    name: str


class Word(NamedTuple):
    """`range`, `end` or any other bare word."""

    word: str


class Slice(NamedTuple):
    """`[start:end:step]`; `[start]` has no end, a missing part is None."""

    start: int | None
    end: int | None
    step: int | None
    is_index: bool


class Union(NamedTuple):
    """`[0,2]`."""

    parts: tuple[tuple[Node, ...], ...]


class Filter(NamedTuple):
    """`[?(left operator right)]`; the operator is `exists` where there is none."""

    left: tuple[Node, ...]
    operator: str
    right: tuple[Node, ...]


class Every(NamedTuple):
    """`*`: all values; `..`: the value and all that is in it, however deep."""

    is_deep: bool


class Action(NamedTuple):
    """What is between two braces."""

    parts: tuple[Node, ...]


Node = Text | Value | Field | Word | Slice | Union | Filter | Every | Action


def parse(template: str) -> tuple[Node, ...]:
    """The texts and actions of a template; raises ExpressionError in client-go's words."""
    nodes: list[Node] = []
    position = 0
    while (start := template.find("{", position)) >= 0:
        if start > position:
            nodes.append(Text(template[position:start]))
        reader = _Reader(template, start + 1)
        nodes.append(Action(tuple(reader.read())))
        position = reader.position
    if position < len(template):
        nodes.append(Text(template[position:]))
    return tuple(nodes)


class _Reader:
    """Reads one action up to its closing brace."""

    def __init__(self, text: str, position: int) -> None:
        self.text, self.position = text, position
        self.nodes: list[Node] = []

    def read(self) -> list[Node]:
        while not self.text.startswith("}", self.position):
            self._one()
        self.position += 1
        return self.nodes

    def _one(self) -> None:
        character = self._peek()
        if self.text.startswith("[?(", self.position):
            self._filter()
        elif self.text.startswith("..", self.position):
            self._recursive()
        elif character in ("", "\r", "\n"):
            raise ExpressionError("unclosed action")
        elif character in " @$":
            self.position += 1
        elif character == "[":
            self._array()
        elif character in "\"'":
            self._quoted(character)
        elif character == ".":
            self.position += 1
            self._field()
        elif character in "+-" or character.isdecimal():
            self._number()
        elif character == "_" or character.isalpha():
            self._word()
        else:
            raise ExpressionError(f"unrecognized character in action: {sprintf('%#U', ord(character))}")

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _recursive(self) -> None:
        last = self.nodes[-1] if self.nodes else None
        if isinstance(last, Every) and last.is_deep:
            raise ExpressionError("invalid multiple recursive descent")
        self.position += 2
        self.nodes.append(Every(is_deep=True))
        if self._peek() == "_" or self._peek().isalpha() or self._peek().isdecimal():
            self._field()

    def _field(self) -> None:
        start = self.position
        while self._peek() and self._peek() not in _TERMINATORS:
            self.position += 2 if self._peek() == "\\" else 1
        self.position = min(self.position, len(self.text))
        name = self.text[start : self.position]
        self.nodes.append(Every(is_deep=False) if name == "*" else Field(name.replace("\\", "")))

    def _word(self) -> None:
        start = self.position
        while self._peek() and self._peek() not in _TERMINATORS:
            self.position += 1
        word = self.text[start : self.position]
        self.nodes.append(Value(word == "true") if word in ("true", "false") else Word(word))

    def _number(self) -> None:
        start = self.position
        if self._peek() in "+-":
            self.position += 1
        while self._peek() == "." or self._peek().isdecimal():
            self.position += 1
        text = self.text[start : self.position]
        number = parse_float(text)
        if number is None:
            raise ExpressionError(f"cannot parse number {text}")
        try:
            self.nodes.append(Value(parse_int(text)))
        except ExpressionError:
            self.nodes.append(Value(number))

    def _quoted(self, quote: str) -> None:
        start = self.position
        self.position += 1
        while self._peek() not in ("", "\n"):
            self.position += 1
            if self.text[self.position - 1] == quote and self.text[self.position - 2] != "\\":
                break
        else:
            raise ExpressionError("unterminated quoted string")
        value = self.text[start : self.position]
        unquoted = unquote(value)
        if unquoted is None:
            raise ExpressionError(f"unquote string {value} error invalid syntax")
        self.nodes.append(Text(unquoted))

    def _array(self) -> None:
        end = self.text.find("]", self.position)
        line_end = self.text.find("\n", self.position)
        if end < 0 or 0 <= line_end < end:
            raise ExpressionError("unterminated array")
        text = self.text[self.position + 1 : end]
        self.position = end + 1
        if text == "*":
            text = ":"
        if "," in text:
            self.nodes.append(Union(tuple(self._action(f"[{part.strip(' ')}]") for part in text.split(","))))
        elif match := _DICT_KEY.fullmatch(text):
            self.nodes.extend(self._action(f".{match[1]}"))
        else:
            self.nodes.append(_slice(text))

    def _action(self, text: str) -> tuple[Node, ...]:
        """The nodes of a piece of text put between braces of its own; it gets shorter each time."""
        (first, *_) = parse(f"{{{text}}}")
        return first.parts if isinstance(first, Action) else ()

    def _filter(self) -> None:
        self.position += 3
        start = self.position
        self._skip_filter()
        text = self.text[start : self.position]
        self.position += 2
        match = _COMPARISON.fullmatch(text)
        if match is None:
            self.nodes.append(Filter(self._action(text), "exists", ()))
        else:
            self.nodes.append(Filter(self._action(match[1]), match[2], self._action(match[3])))

    def _skip_filter(self) -> None:
        """To the `)]`; the first quotation mark hides the closing bracket up to the next one like it."""
        quote, is_open = "", False
        while (character := self._peek()) not in ("", "\n"):
            if character == ")" and not is_open:
                if self.text[self.position + 1 : self.position + 2] != "]":
                    raise ExpressionError("unclosed array expect ]")
                return
            if character in "\"'" and not quote:
                quote, is_open = character, True
            elif character == quote and self.text[self.position - 1] != "\\":
                is_open = False
            self.position += 1
        raise ExpressionError("unterminated filter")


def _slice(text: str) -> Slice:
    match = _SLICE.fullmatch(text)
    if match is None:
        _refuse(text)
    numbers: list[int | None] = []
    for part in match.groups():
        digits = (part or "").removeprefix(":")
        try:
            numbers.append(parse_int(digits) if digits else None)
        except ExpressionError:
            raise ExpressionError(f"array index {digits} is not a number") from None
    start, end, step = numbers
    return Slice(start, end, step, is_index=not match[2])


def _refuse(text: str) -> NoReturn:
    raise ExpressionError(f"invalid array index {text}")
