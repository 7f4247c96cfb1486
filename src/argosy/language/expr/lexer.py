"""Text becomes tokens, by expr's parser/lexer; a place is a number of characters from the start.

Where the text stops making sense the last token is an `Error`: what comes before it may be wrong in another way first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from argosy.language.expr.strings import BadString, unescape, unescape_bytes
from argosy.language.gotext import is_space, quote

Token = tuple[str, str, str, int]
"""A symbol, which is what an operator or bracket is and "" for all else; a kind, the value, and the place.

The kinds are Identifier, Number, String, Bytes, Operator, Bracket, EOF and Error, whose value is the message.
"""

_KEYWORDS = frozenset(("not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"))


def _number(digits: str) -> str:
    return rf"{digits}*(?:\.(?!\.){digits}*)?(?:[eE][+-]?{digits}*)?"


_TOKEN = re.compile(
    rf"""[ \t\n\v\f\r]*(?:
    ([A-Za-z_$][A-Za-z0-9_$]*)
  | (\?[.?]?|\|\|?|::?|\.(?![0-9])\.?|[,;%+\-^]|[&!=*<>][&=*]?|/(?![/*]))
  | ([()\[\]{{}}])
  | ("[^"\\\n\r]*"|'[^'\\\n\r]*')
  | ((?:\.(?=[0-9]))?  # after the point, a number is read as if it began there
      (?:0[xX]{_number("[0-9a-fA-F_]")}|0[oO]{_number("[0-7_]")}|0[bB]{_number("[01_]")}|[0-9]{_number("[0-9_]")}))
  | (\#\#?)
  | (//[^\n]*|/\*.*?\*/)
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORD, _OPERATOR, _BRACKET, _STRING, _NUMBER, _POINTER, _COMMENT = range(1, 8)
_RAW_STRING = re.compile("`((?:[^`]|``)*)`")
_HEX = "0123456789abcdefABCDEF"


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, ending with EOF or Error."""
    tokens: list[Token] = []
    position = 0
    is_ascii = text.isascii()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            position = _rare(text, position, tokens)
            continue
        group = match.lastindex or _COMMENT
        value, position = match[group], match.end()
        at = position - len(value)
        if group == _WORD:
            if value in _KEYWORDS:
                tokens.append((value, "Operator", value, at))
            else:
                tokens.append(("", "Identifier", value, at))
            if not is_ascii or value in ("b", "B"):
                position = _check_word(text, at, position, tokens)
        elif group == _OPERATOR:
            tokens.append((value, "Operator", value, at))
        elif group == _BRACKET:
            tokens.append((value, "Bracket", value, at))
        else:
            position = _OTHERS[group](text, at, position, tokens)
    if not tokens or tokens[-1][1] != "Error":
        tokens.append(("", "EOF", "", max(len(text) - 1, 0)))
    return tokens


def show(token: Token) -> str:
    """A token as errors show it: `Operator("+")`."""
    return f"{token[1]}({quote(token[2])})" if token[2] else token[1]


def is_alphabetic(character: str) -> bool:
    """Whether an identifier can begin with it."""
    return character in "_$" or character.isalpha()


def is_alphanumeric(character: str) -> bool:
    """Whether an identifier can contain it."""
    return is_alphabetic(character) or character.isdecimal()


def is_identifier(text: str) -> bool:
    """Whether the whole text is one identifier."""
    return bool(text) and is_alphabetic(text[0]) and all(map(is_alphanumeric, text))


_Tokens = list[Token]
"""The functions below add to the tokens, and give the position at which the text goes on."""


def _error(problem: str, at: int, text: str, tokens: _Tokens) -> int:
    tokens.append(("", "Error", problem, at))
    return len(text)


def _check_word(text: str, start: int, end: int, tokens: _Tokens) -> int:
    """A word may go on with letters outside of ASCII, or be the `b` of a literal."""
    if end == len(text):
        return end
    if is_alphanumeric(text[end]):
        tokens.pop()
        return _word(text, start, tokens)
    if text[end] in "'\"" and text[start:end] in ("b", "B"):
        tokens.pop()
        return _escaped(text, start, end, "Bytes", unescape_bytes, tokens)
    return end


def _word(text: str, start: int, tokens: _Tokens) -> int:
    end = _word_end(text, start)
    word = text[start:end]
    tokens.append((word, "Operator", word, start) if word in _KEYWORDS else ("", "Identifier", word, start))
    return end


def _word_end(text: str, start: int) -> int:
    while start < len(text) and is_alphanumeric(text[start]):
        start += 1
    return start


def _string(text: str, start: int, end: int, tokens: _Tokens) -> int:
    tokens.append(("", "String", unescape(text[start:end]), start))
    return end


def _number_token(text: str, start: int, end: int, tokens: _Tokens) -> int:
    if end < len(text) and is_alphanumeric(text[end]):
        return _error(f"bad number syntax: {quote(text[start : end + 1])}", end, text, tokens)
    tokens.append(("", "Number", text[start:end], start))
    return end


def _pointer(text: str, start: int, end: int, tokens: _Tokens) -> int:
    """`#`, perhaps with a name after it, which may be a keyword."""
    tokens.append((text[start:end], "Operator", text[start:end], start))
    name_end = _word_end(text, end)
    if name_end > end:
        tokens.append(("", "Identifier", text[end:name_end], end))
    return name_end


_OTHERS: dict[int, Callable[[str, int, int, _Tokens], int]] = {
    _STRING: _string,
    _NUMBER: _number_token,
    _POINTER: _pointer,
    _COMMENT: lambda _text, _start, end, _tokens: end,
}


def _rare(text: str, position: int, tokens: _Tokens) -> int:
    """What the pattern does not match: escapes, raw strings, space at the end, what is not ASCII, and errors."""
    while position < len(text) and is_space(text[position]):
        position += 1
    if position == len(text) or _TOKEN.match(text, position):
        return position
    character = text[position]
    if character == "`":
        match = _RAW_STRING.match(text, position)
        if match is None:
            return _error("literal not terminated", len(text), text, tokens)
        tokens.append(("", "String", match[1].replace("``", "`"), position))
        return match.end()
    if character in "'\"":
        return _escaped(text, position, position, "String", unescape, tokens)
    if is_alphanumeric(character):
        return _word(text, position, tokens)
    if text.startswith("/*", position):
        return _error("unclosed comment", len(text), text, tokens)
    code = f"U+{ord(character):04X}" + (f" '{character}'" if character.isprintable() else "")
    return _error(f"unrecognized character: {code}", position, text, tokens)


def _escaped(text: str, start: int, opened: int, kind: str, decode: Callable[[str], str], tokens: _Tokens) -> int:
    """A string with escapes, whose quotation mark is at `opened`."""
    try:
        end = _string_end(text, opened)
    except BadString as error:
        return _error(str(error), error.at, text, tokens)
    try:
        tokens.append(("", kind, decode(text[opened:end]), start))
    except BadString as error:
        return _error(str(error), end - 1, text, tokens)
    return end


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
