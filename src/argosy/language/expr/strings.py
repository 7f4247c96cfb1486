"""String literals with their escapes resolved, by expr's parser/lexer."""

from __future__ import annotations

import re

_SIMPLE = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "?": "?",
}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7].?.?)|(.))",
    re.DOTALL,
)
_BYTE_ESCAPE = re.compile(r"\\(?:[xX]([0-9a-fA-F]{2})|([0-7].?.?)|(.))", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadString(Exception):
    """A literal that cannot be read; `at` is where the lexer notices."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


def unescape(literal: str) -> str:
    """The text of a literal in quotation marks. Any escape is a character: `\\xff` is U+00FF."""
    inside = _inside(literal)
    return _ESCAPE.sub(_character, inside) if "\\" in inside else inside


def unescape_bytes(literal: str) -> str:
    """The bytes of a literal in quotation marks, one character for each; an escape is a byte."""
    inside = _inside(literal)
    parts = _BYTE_ESCAPE.split(inside)
    decoded: list[str] = []
    for index in range(0, len(parts), 4):
        decoded.append(parts[index].encode().decode("latin-1"))
        if index + 3 < len(parts):
            decoded.append(_byte(*parts[index + 1 : index + 4]))
    return "".join(decoded)


def _inside(literal: str) -> str:
    inside = literal[1:-1]
    if "\r" in inside:
        inside = inside.replace("\r\n", "\n").replace("\r", "\n")
    return inside if inside.isascii() else _SURROGATE.sub("\ufffd", inside)


def _character(match: re.Match[str]) -> str:
    if (simple := match[6]) is not None:
        return _SIMPLE[simple]  # the lexer lets no other one through
    if (octal := match[5]) is not None:
        return chr(_octal(octal))
    value = int(match[1] or match[2] or match[3] or match[4], 16)
    if value > 0x10FFFF:
        raise BadString("unable to unescape string")
    return "\ufffd" if 0xD800 <= value <= 0xDFFF else chr(value)


def _byte(hexadecimal: str | None, octal: str | None, simple: str | None) -> str:
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if octal:
        return chr(_octal(octal))
    if not simple or simple not in _SIMPLE:
        raise BadString("unable to unescape string")
    return _SIMPLE[simple]


def _octal(digits: str) -> int:
    if digits[0] > "3":
        raise BadString("unable to unescape string")
    return int(digits, 8)
