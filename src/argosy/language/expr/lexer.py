"""Text becomes tokens, by expr's parser/lexer; a place is a number of characters from the start.

Where the text stops making sense the last token is an `Error`: what comes before it may be wrong in another way first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from argosy.language.expr.strings import BadString, unescape, unescape_bytes
from argosy.language.gotext import is_space, quote


class Token(NamedTuple):
    """`kind` is Identifier, Number, String, Bytes, Operator, Bracket, EOF or Error, whose value is the message."""

    kind: str
    value: str
    at: int

    def __str__(self) -> str:
        return f"{self.kind}({quote(self.value)})" if self.value else self.kind

    def is_operator(self, value: str) -> bool:
        """Whether it is that operator."""
        return self.value == value and self.kind == "Operator"

    def is_bracket(self, value: str) -> bool:
        """Whether it is that bracket."""
        return self.value == value and self.kind == "Bracket"


_KEYWORDS = frozenset(("not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"))


def _number(digits: str) -> str:
    return rf"{digits}*(?:\.(?!\.){digits}*)?(?:[eE][+-]?{digits}*)?"


_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\n\v\f\r]+|//[^\n]*|/\*.*?\*/)
  | (?P<word>[A-Za-z_$][A-Za-z0-9_$]*)
  | (?P<number>(?:\.(?=[0-9]))?  # after the point, a number is read as if it began there
      (?:0[xX]{_number("[0-9a-fA-F_]")}|0[oO]{_number("[0-7_]")}|0[bB]{_number("[01_]")}|[0-9]{_number("[0-9_]")}))
  | (?P<string>"[^"\\\n\r]*"|'[^'\\\n\r]*')
  | (?P<bracket>[()\[\]{{}}])
  | (?P<operator>\?[.?]?|\|\|?|::?|\.\.?|[,;%+\-^]|[&!=*<>][&=*]?|/(?![/*])|\#\#?)
    """,
    re.VERBOSE | re.DOTALL,
)
_RAW_STRING = re.compile("`((?:[^`]|``)*)`")
_HEX = "0123456789abcdefABCDEF"


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, ending with EOF or Error."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        group = match.lastgroup if match else None
        if match is None or group is None:
            token, position = _rare(text, position)
        else:
            start, position = position, match.end()
            if group == "space":
                continue
            token = _COMMON[group](match.group(), start)
            if group in ("word", "number") and position < len(text):
                token, position = _check_end(token, text, position)
        if token is not None:
            tokens.append(token)
            if token.kind == "Error":
                return tokens
            if token.value in ("#", "##") and token.kind == "Operator" and position < len(text):
                word, position = _word(text, position)
                if word.value:
                    tokens.append(Token("Identifier", word.value, word.at))
    tokens.append(Token("EOF", "", max(len(text) - 1, 0)))
    return tokens


def is_alphabetic(character: str) -> bool:
    """Whether an identifier can begin with it."""
    return character in "_$" or character.isalpha()


def is_alphanumeric(character: str) -> bool:
    """Whether an identifier can contain it."""
    return is_alphabetic(character) or character.isdecimal()


def is_identifier(text: str) -> bool:
    """Whether the whole text is one identifier."""
    return bool(text) and is_alphabetic(text[0]) and all(map(is_alphanumeric, text))


_COMMON: dict[str, Callable[[str, int], Token]] = {
    "word": lambda text, start: Token("Operator" if text in _KEYWORDS else "Identifier", text, start),
    "number": lambda text, start: Token("Number", text, start),
    "string": lambda text, start: Token("String", unescape(text), start),
    "bracket": lambda text, start: Token("Bracket", text, start),
    "operator": lambda text, start: Token("Operator", text, start),
}


def _word(text: str, start: int) -> tuple[Token, int]:
    """An identifier with letters outside of ASCII."""
    end = start
    while end < len(text) and is_alphanumeric(text[end]):
        end += 1
    word = text[start:end]
    return Token("Operator" if word in _KEYWORDS else "Identifier", word, start), end


def _check_end(token: Token, text: str, end: int) -> tuple[Token, int]:
    """A word may go on with letters outside of ASCII, or be the `b` of a literal; a number may not go on."""
    if is_alphanumeric(text[end]):
        if token.kind == "Number":
            return Token("Error", f"bad number syntax: {quote(text[token.at : end + 1])}", end), end
        return _word(text, token.at)
    if text[end] in "'\"" and token.value in ("b", "B"):
        return _escaped(text, token.at, end, "Bytes", unescape_bytes)
    return token, end


def _rare(text: str, position: int) -> tuple[Token | None, int]:
    """What the pattern of common tokens does not match: escapes, raw strings, what is not ASCII, and errors."""
    character = text[position]
    if is_space(character):
        return None, position + 1
    if character == "`":
        match = _RAW_STRING.match(text, position)
        if match is None:
            return Token("Error", "literal not terminated", len(text)), len(text)
        return Token("String", match[1].replace("``", "`"), position), match.end()
    if character in "'\"":
        return _escaped(text, position, position, "String", unescape)
    if is_alphanumeric(character):
        return _word(text, position)
    if text.startswith("/*", position):
        return Token("Error", "unclosed comment", len(text)), len(text)
    code = f"U+{ord(character):04X}" + (f" '{character}'" if character.isprintable() else "")
    return Token("Error", f"unrecognized character: {code}", position), position


def _escaped(text: str, start: int, opened: int, kind: str, decode: Callable[[str], str]) -> tuple[Token, int]:
    """A string with escapes, whose quotation mark is at `opened`."""
    try:
        end = _string_end(text, opened)
    except BadString as error:
        return Token("Error", str(error), error.at), len(text)
    try:
        return Token(kind, decode(text[opened:end]), start), end
    except BadString as error:
        return Token("Error", str(error), end - 1), len(text)


def _string_end(text: str, opened: int) -> int:
    """Where the string ends; it is only looked at whether its escapes have their digits."""
    delimiter, position = text[opened], opened + 1
    while position < len(text) and text[position] != "\n":
        if text[position] == delimiter:
            return position + 1
        position = _escape_end(text, position + 1, delimiter) if text[position] == "\\" else position + 1
    raise BadString("literal not terminated", position)


def _escape_end(text: str, position: int, delimiter: str) -> int:
    code = text[position : position + 1]
    if code and code in "abfnrtv\\" + delimiter:
        return position + 1
    if code == "u" and text[position + 1 : position + 2] == "{":
        end = position + 2
        while end < len(text) and text[end] in _HEX and end - position < 8:
            end += 1
        if text[end : end + 1] == "}" and 2 < end - position <= 8:
            return end + 1
        raise BadString("invalid char escape", end - 1)
    if code and code in "01234567":
        start, digits, count = position, "01234567", 3
    else:
        count = {"x": 2, "u": 4, "U": 8}.get(code, 0)
        start, digits = position + 1, _HEX
    end = start
    while end < len(text) and text[end] in digits and end < start + count:
        end += 1
    if count == 0 or end < start + count:
        raise BadString("invalid char escape", position if count == 0 else end)
    return end
