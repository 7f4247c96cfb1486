"""Go's way of writing text: quoted strings, escapes and white space.

Argo is written in Go, so what its users read back (names, messages, substituted values) is in Go's spelling.
"""

from __future__ import annotations

import re

_SHORT_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_WORD = re.compile(f"[^{_SPACE}]+")
_UNESCAPES = {escape[1]: character for character, escape in _SHORT_ESCAPES.items()} | {"'": "'", '"': '"'}
_ESCAPE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[abfnrtv\\'\"])|[^\\]", re.ASCII | re.DOTALL
)


def quote(text: str) -> str:
    """`text` as a double-quoted Go string: `say "hi"` becomes `"say \\"hi\\""` (strconv.Quote)."""
    return f'"{escape(text)}"'


def escape(text: str) -> str:
    """`quote` without the surrounding quotation marks."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(_escape_character(character, '"') for character in text)


def quote_rune(codepoint: int) -> str:
    """One character in single quotes: 10 becomes `'\\n'` (strconv.QuoteRune)."""
    return f"'{_escape_character(to_rune(codepoint), chr(39))}'"


def to_rune(codepoint: int) -> str:
    """The character of a code point; the replacement character where there is none."""
    if 0 <= codepoint <= 0x10FFFF and not 0xD800 <= codepoint <= 0xDFFF:
        return chr(codepoint)
    return "\ufffd"


def _escape_character(character: str, delimiter: str) -> str:
    if character == delimiter:
        return "\\" + delimiter
    if (short := _SHORT_ESCAPES.get(character)) is not None:
        return short
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as Python's surrogateescape keeps it
        return f"\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_space(character: str) -> bool:
    """unicode.IsSpace."""
    return character in _SPACE


def trim_space(text: str) -> str:
    """`text` without space around it (strings.TrimSpace; Python's strip also takes the separators 0x1c to 0x1f)."""
    return text.strip(_SPACE)


def fields_of(text: str) -> list[str]:
    """The words of `text` between space (strings.Fields)."""
    return _WORD.findall(text)


def utf8(text: str) -> bytes:
    """The bytes that Go sees; bytes kept by surrogateescape come back as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def unquote(quoted: str) -> str | None:
    """The text of a string in single or double quotes with Go's escapes, None where it is malformed."""
    if len(quoted) < 2 or quoted[0] != quoted[-1] or quoted[0] not in "'\"":
        return None
    inside = quoted[1:-1]
    if "\\" not in inside and quoted[0] not in inside:
        return inside
    parts: list[str] = []
    position = 0
    while position < len(inside):
        match = _ESCAPE.match(inside, position)
        if (
            match is None
            or match.group() in (quoted[0], "\n")
            or match.group() == ("\\'" if quoted[0] == '"' else '\\"')
        ):
            return None
        decoded = _unescape(match.group())
        if decoded is None:
            return None
        parts.append(decoded)
        position = match.end()
    return "".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _unescape(escape: str) -> str | None:
    """The character of one escape, or the character itself; bytes of a string come as surrogates."""
    if escape[0] != "\\":
        return escape
    if (short := _UNESCAPES.get(escape[1])) is not None:
        return short
    value = int(escape[1:], 8) if escape[1].isdigit() else int(escape[2:], 16)
    if escape[1] in "uU":
        return chr(value) if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else None
    if value > 255:
        return None
    return chr(value) if value < 128 else chr(0xDC00 + value)
