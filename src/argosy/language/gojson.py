"""JSON as Go checks it: is a text valid, and if not, what does `encoding/json` say?

Python's parser answers the first question fast; only a text that it refuses is walked by the scanner here, whose
errors are the ones Argo's users see (`invalid character 'x' looking for beginning of value`).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from argosy.errors import ExpressionError
from argosy.language.gotext import quote, utf8
from argosy.language.govalues import format_json_float, is_list, is_object, narrow

_DEEPEST = 10_000  # Go's limit of nesting
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_RUN = re.compile(r'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(r"[0-9]*")
_SURROGATES = re.compile(r"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|(\\u[dD][89a-fA-F]..)|\\.")  # whole, half, others
_HEX = "0123456789abcdefABCDEF"


def is_valid(text: str) -> bool:
    """Whether `text` is one JSON value, by Go's `json.Valid`."""
    try:
        check(text)
    except ExpressionError:
        return False
    return True


def check(text: str) -> None:
    """Raise ExpressionError, in Go's words, unless `text` is one JSON value."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        _Scanner(text).scan()


def decode(text: str) -> Any:
    """A value as Go's `json.Unmarshal` gives it, every number a float.

    Raises ExpressionError in Go's words where the text is not JSON, or a number is too large.
    """
    check(text)
    try:
        if "\\ud" in text or "\\uD" in text:
            text = _SURROGATES.sub(lambda match: "\\ufffd" if match[2] else match.group(), text)
        value: Any = json.loads(text, parse_int=_decode_number, parse_float=_decode_number)
    except RecursionError:
        raise ExpressionError("exceeded max depth") from None
    return value


def decode_or_none(text: str) -> Any:
    """`decode`, but None where it would raise."""
    try:
        return decode(text)
    except ExpressionError:
        return None


def _decode_number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ExpressionError(f"json: cannot unmarshal number {text} into Go value of type float64")
    return value


def encode(value: Any) -> str:
    """A value as Go's `json.Marshal` writes it: compact, keys sorted, `<`, `>` and `&` as escapes, `1e+21`.

    Raises ExpressionError for NaN, an infinity, and what is nested too deeply.
    """
    try:
        return _encode(value)
    except RecursionError:
        raise ExpressionError("exceeded max depth") from None


def _encode(value: Any) -> str:
    if isinstance(value, str):
        return encode_string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if is_object(value):
        return f"{{{','.join(f'{encode_string(key)}:{_encode(value[key])}' for key in sorted(value))}}}"
    if is_list(value):
        return f"[{','.join(map(_encode, value))}]"
    number = narrow(value) if isinstance(value, int) else value
    return format_json_float(number) if isinstance(number, float) else str(number)


def encode_string(text: str) -> str:
    """`text` as a JSON string by Go's `json.Marshal`, which writes `<`, `>` and `&` as escapes."""
    return escape_html(json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False))


def escape_html(encoded: str) -> str:
    """JSON with `<`, `>`, `&` and the two line separators as escapes."""
    for character in "<>&\u2028\u2029":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    return encoded


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


class _Scanner:
    """The slow walk. `closers` holds one `}` or `]` for each open object or list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.closers: list[str] = []

    def scan(self) -> None:
        while True:
            opener = self._space()
            if opener and opener in "{[":
                self._enter(opener)
                if self._space() != self.closers[-1]:
                    if opener == "{":
                        self._key()
                    continue
            else:
                self._scalar(opener)
            if self._after_value():
                return

    def _peek(self) -> str:
        """The next character, "" at the end."""
        return self.text[self.position : self.position + 1]

    def _space(self) -> str:
        self._skip(_SPACE)
        return self._peek()

    def _fail(self, context: str) -> NoReturn:
        """Complain of the next character; the end of the text counts as a space, except between values."""
        character = chr(utf8(self._peek() or " ")[0])
        shown = {"'": "'\\''", '"': "'\"'"}.get(character) or f"'{quote(character)[1:-1]}'"
        raise ExpressionError(f"invalid character {shown} {context}")

    def _expect(self, accepted: str, context: str) -> str:
        """Take one of the accepted characters after space."""
        found = self._space()
        if not found:
            raise ExpressionError("unexpected end of JSON input")
        if found not in accepted:
            self._fail(context)
        self.position += 1
        return found

    def _enter(self, opener: str) -> None:
        self.position += 1
        self.closers.append("}" if opener == "{" else "]")
        if len(self.closers) > _DEEPEST:
            raise ExpressionError("exceeded max depth")

    def _key(self) -> None:
        self._expect('"', "looking for beginning of object key string")
        self._string()
        self._expect(":", "after object key")

    def _after_value(self) -> bool:
        """Close what ends here and step to the next value; True at the end of the text."""
        while self.closers:
            closer = self.closers[-1]
            context = "after object key:value pair" if closer == "}" else "after array element"
            if self._expect("," + closer, context) == ",":
                if closer == "}":
                    self._key()
                return False
            self.closers.pop()
        if self._space():
            self._fail("after top-level value")
        return True

    def _scalar(self, first: str) -> None:
        if not first:
            raise ExpressionError("unexpected end of JSON input")
        if first == '"':
            self.position += 1
            self._string()
        elif first in "-0123456789":
            self._number()
        elif first in "tfn":
            self._word({"t": "true", "f": "false", "n": "null"}[first])
        else:
            self._fail("looking for beginning of value")

    def _string(self) -> None:
        """The rest of a string whose opening quote has been read."""
        while True:
            self._skip(_STRING_RUN)
            stop = self._peek()
            if not stop:
                raise ExpressionError("unexpected end of JSON input")
            if stop not in '"\\':
                self._fail("in string literal")
            self.position += 1
            if stop == '"':
                return
            self._escape()

    def _escape(self) -> None:
        if not self._peek() or self._peek() not in 'bfnrt\\/"u':
            self._fail("in string escape code")
        self.position += 1
        if self.text[self.position - 1] == "u":
            for _ in range(4):
                if not self._peek() or self._peek() not in _HEX:
                    self._fail("in \\u hexadecimal character escape")
                self.position += 1

    def _number(self) -> None:
        if self._peek() == "-":
            self.position += 1
            self._require_digit("in numeric literal")
        if self._peek() == "0":
            self.position += 1
        else:
            self._skip(_DIGITS)
        if self._peek() == ".":
            self.position += 1
            self._require_digit("after decimal point in numeric literal")
            self._skip(_DIGITS)
        if self._peek() in ("e", "E"):
            self.position += 1
            if self._peek() in ("+", "-"):
                self.position += 1
            self._require_digit("in exponent of numeric literal")
            self._skip(_DIGITS)

    def _require_digit(self, context: str) -> None:
        if not self._peek() or self._peek() not in "0123456789":
            self._fail(context)

    def _word(self, word: str) -> None:
        for letter in word:
            if self._peek() != letter:
                self._fail(f"in literal {word} (expecting '{letter}')")
            self.position += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
