"""Words inside a name: `HTTPServer2xx` becomes `http_server_2xx`, `no_https` becomes `NoHttps` (xstrings)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from argosy.language.expr.letters import lower_character, upper_character
from argosy.language.gotext import is_space

_IDEOGRAPHS = (("\u4e00", "\u9fcc"), ("\u3400", "\u4d85"), ("\U00020000", "\U0002b81d"))
_LETTERS = ("letters", "number")
_NO_CONNECTOR_BEFORE = ("", "connector", "punctuation")


def _is_connector(character: str) -> bool:
    return character in "-_" or is_space(character)


def _is_upper(character: str) -> bool:
    return unicodedata.category(character) == "Lu"


def _is_number(character: str) -> bool:
    return unicodedata.category(character)[0] == "N"


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"


def _is_letter(character: str) -> bool:
    """A letter of an alphabet: no ideograph."""
    return character.isalpha() and not any(low <= character <= high for low, high in _IDEOGRAPHS)


def _is_small(character: str) -> bool:
    return _is_letter(character) and not _is_upper(character)


def _is_other(character: str) -> bool:
    tests = (_is_connector, _is_letter, _is_number, _is_punctuation)
    return not any(test(character) for test in tests)


_KINDS: tuple[tuple[str, Callable[[str], bool], Callable[[str], bool]], ...] = (
    # kind of word, what it begins with, what it goes on with
    ("connector", _is_connector, _is_connector),
    ("punctuation", _is_punctuation, _is_punctuation),
    ("letters", _is_letter, _is_small),
    ("number", _is_number, _is_number),
    ("other", lambda _: True, _is_other),
)


class _Words:
    """The words of a text, one after the other; `kind` is "" after the last one."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0
        self.kind = self.word = ""
        self.next()

    @property
    def is_last(self) -> bool:
        return self.position >= len(self.text)

    def next(self) -> None:
        start = self.position
        if self.is_last:
            self.kind = self.word = ""
            return
        first = self.text[start]
        if not _is_connector(first) and not _is_punctuation(first) and _is_upper(first):
            self.kind, self.position = "capitals", self._end_of_capitals(start + 1)
        else:
            self.kind, _, goes_on = next(kind for kind in _KINDS if kind[1](first))
            self.position = self._run(start + 1, goes_on)
        self.word = self.text[start : self.position]

    def _run(self, position: int, goes_on: Callable[[str], bool]) -> int:
        while position < len(self.text) and goes_on(self.text[position]):
            position += 1
        return position

    def _end_of_capitals(self, position: int) -> int:
        """`HTTP` of `HTTPStatus`, or `Status` of `StatusCode`."""
        end = self._run(position, _is_upper)
        if end == position:
            return self._run(position, _is_small)
        return end - (end < len(self.text) and _is_letter(self.text[end]))


def to_lower_words(text: str, connector: str) -> str:
    """The words of a text in small letters, with a connector between them (xstrings.ToSnakeCase, ToKebabCase)."""
    return _Joiner(text, connector).run()


class _Joiner:
    """What has been written of a text, and its words from there on."""

    def __init__(self, text: str, connector: str) -> None:
        self.words, self.connector = _Words(text), connector
        self.parts: list[str] = []

    def run(self) -> str:
        words = self.words
        while not words.is_last:
            if words.kind != "connector":
                self._write()
            before, last = words.kind, words.word
            words.next()
            if before == "number":
                self._write_letters()
            elif before == "connector":
                self.parts.append(_lowered(before, last, self.connector))
            elif before != "punctuation" and words.kind != "number":
                self._connect()
            elif before != "punctuation" and not words.is_last:
                self._number()
        self._write()
        return "".join(self.parts)

    def _number(self) -> None:
        """A number after a word belongs to it unless letters follow."""
        number = self.words.word
        self.words.next()
        if self.words.kind == "letters":
            self.parts += [self.connector, number]
            self._write_letters()
        else:
            self.parts.append(number)
            self._connect()

    def _write(self) -> None:
        self.parts.append(_lowered(self.words.kind, self.words.word, self.connector))

    def _write_letters(self) -> None:
        while self.words.kind in _LETTERS:
            self._write()
            self.words.next()
        self._connect()

    def _connect(self) -> None:
        if self.words.kind not in _NO_CONNECTOR_BEFORE:
            self.parts.append(self.connector)


def _lowered(kind: str, word: str, connector: str) -> str:
    if kind not in ("capitals", "connector"):
        return word
    return "".join(
        connector if _is_connector(character) else lower_character(character) if _is_upper(character) else character
        for character in word
    )


def to_pascal_words(text: str) -> str:
    """The words of a text with capital letters and nothing between them (xstrings.ToPascalCase)."""
    start = 0
    while start < len(text) and _is_connector(text[start]):
        start += 1
    if start == len(text):
        return text + text[-1:]
    if start == len(text) - 1:
        return text[:start] + upper_character(text[start])
    written = [text[:start]]
    was_upper = _is_upper(text[start])
    current = upper_character(text[start])
    for character in text[start + 1 :]:
        before, current = current, character
        if _is_connector(before):
            if _is_connector(current):
                written.append(before)
                continue
            was_upper = _is_upper(current)
            current = upper_character(current)
            continue
        if was_upper:
            if _is_upper(current):
                current = lower_character(current)
            else:
                was_upper = False
        written.append(before)
    return "".join([*written, current])
