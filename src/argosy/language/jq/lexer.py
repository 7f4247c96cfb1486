"""A filter becomes tokens, one at a time: how a string goes on depends on the parser."""

from __future__ import annotations

import re
from typing import NamedTuple

from argosy.language import gojson
from argosy.language.jq.encoding import quoted
from argosy.language.jq.errors import JqError

KEYWORDS = frozenset(
    re.findall(
        "[a-z]+",
        "or and module import include def as label break null true false"
        " if then elif else end try catch reduce foreach",
    )
)
_SPACE = re.compile(r"(?:[ \t\r\n]|#(?:\\(?:\\|\r?\n)?|[^\r\n\\\0])*)*")
_TOKEN = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<field>\.[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<variable>\$[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<format>@[A-Za-z0-9_]+)"
    r"|(?P<number>\.?[0-9])"
    r'|(?P<string>")'
    r"|(?P<sign>\.\.|\?//|//=|//|[|+\-*/%=!<>]=|.)",
    re.DOTALL,
)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BAD_NUMBER = re.compile(r"[0-9]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]*)?[.A-Za-z_]?")
_RUN = re.compile(r'[^"\\]+|\\["/\\bfnrt]|\\u[0-9a-fA-F]{4}')
_BAD_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3}|.)", re.DOTALL)


class Token(NamedTuple):
    """A kind (`name`, `field`, `number`, ..., a sign or keyword itself, "" at the end) and the text."""

    kind: str
    text: str


class Lexer:
    """Reads tokens from `position` on."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0

    def next(self) -> Token:
        """The next token. Raises JqError, `invalid token "1a"` and the like."""
        self.position = _match(_SPACE, self.text, self.position).end()
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            return Token("", "")
        kind, text = match.lastgroup or "", match.group()
        if kind == "number":
            text = self._number()
        self.position += len(text)
        if kind == "sign" or text in KEYWORDS:
            return Token(text, text)
        return Token(kind, text)

    def _number(self) -> str:
        match = _NUMBER.match(self.text, self.position)
        number = match.group() if match else ""
        after = self.text[self.position + len(number) :][:1]
        if not number or re.match("[A-Za-z_]", after) or (after == "." and "e" not in number.lower()):
            bad = _match(_BAD_NUMBER, self.text, self.position).group()
            raise JqError(f"invalid token {quoted(bad)}")
        return number

    def string_part(self) -> tuple[str, str]:
        """What comes next in a string, and what ends it: `"`, or `(` where an expression begins."""
        start = self.position
        while match := _RUN.match(self.text, self.position):
            self.position = match.end()
        found = self.text[start : self.position]
        if self.position >= len(self.text) or self.text[self.position :] == "\\":
            raise JqError("unterminated string literal")
        end = '"' if self.text[self.position] == '"' else self.text[self.position + 1]
        if end not in ('"', "("):
            escape = _match(_BAD_ESCAPE, self.text, self.position).group()
            raise JqError(f'invalid escape sequence "{escape}" in string literal')
        self.position += 1 if end == '"' else 2
        return _unescaped(found), end


def _match(pattern: re.Pattern[str], text: str, position: int) -> re.Match[str]:
    match = pattern.match(text, position)
    assert match is not None
    return match


def _unescaped(text: str) -> str:
    """A string's text without escapes; control characters may stand in it as they are."""
    if "\\" not in text:
        return text
    controls = re.sub(r"[\x00-\x1f]", lambda match: f"\\u{ord(match.group()):04x}", text)
    return gojson.decode(f'"{controls}"')
