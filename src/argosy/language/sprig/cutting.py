"""Texts are cut and wrapped. sprig counts in bytes here: a letter may be cut in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.language.expr.arithmetic import MOST_TEXT
from argosy.language.expr.errors import fail
from argosy.language.gotext import utf8


def _on_bytes(function: Callable[..., str]) -> Callable[..., str]:
    """A function whose last argument it sees as one character for each byte, and whose result is bytes again."""

    def call(*arguments: Any) -> str:
        *others, text = arguments
        if text.isascii():
            return function(*others, text)
        return function(*others, latin(text)).encode("latin-1").decode("utf-8", "surrogateescape")

    return call


def latin(text: str) -> str:
    """A text with one character for each byte."""
    return text if text.isascii() else utf8(text).decode("latin-1")


def _abbreviate(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


@_on_bytes
def abbrev(width: int, text: str) -> str:
    """Cut to a width, with `...` at the end."""
    return text if width < 4 else _abbreviate(text, width)


@_on_bytes
def abbrevboth(left: int, width: int, text: str) -> str:
    """Cut to a width from some offset on, with `...` where something is missing (goutils.AbbreviateFull)."""
    if width < 4 or (left > 0 and width < 7) or len(text) <= width:
        return text
    offset = min(left, len(text))
    if len(text) - offset < width - 3:
        offset = len(text) - (width - 3)
    if offset <= 4:
        return text[: width - 3] + "..."
    if offset + width - 3 < len(text):
        return "..." + _abbreviate(text[offset:], width - 3)
    return "..." + text[len(text) - (width - 3) :]


@_on_bytes
def trunc(count: int, text: str) -> str:
    """The first so many bytes, or with a negative number the last."""
    if count < 0:
        return text[count:] if len(text) + count > 0 else text
    return text[:count]


@_on_bytes
def substr(start: int, end: int, text: str) -> str:
    """The bytes from `start` to `end`; without an end where that is negative or too far."""
    length = len(text)
    if start < 0:
        if not 0 <= end <= length:
            fail(f"runtime error: slice bounds out of range [:{end}]" + (f" with length {length}" if end > 0 else ""))
        return text[:end]
    if end < 0 or end > length:
        if start > length:
            fail(f"runtime error: slice bounds out of range [{start}:{length}]")
        return text[start:]
    if start > end:
        fail(f"runtime error: slice bounds out of range [{start}:{end}]")
    return text[start:end]


def wrap(width: int, text: str) -> str:
    """Broken into lines at spaces."""
    return _wrap(width, "\n", False, text)


def wrap_with(width: int, separator: str, text: str) -> str:
    """Broken with some text at spaces, and inside long words."""
    latin = utf8(separator).decode("latin-1") if not text.isascii() else separator
    return _wrap(width, latin or "\n", True, text)


@_on_bytes
def _wrap(width: int, separator: str, breaks_words: bool, text: str) -> str:
    """goutils.WrapCustom."""
    width = max(width, 1)
    if len(separator) * (len(text) // width + 1) > MOST_TEXT:
        fail("memory budget exceeded")
    lines: list[str] = []
    offset = 0
    while len(text) - offset > width:
        if text[offset] == " ":
            offset += 1
            continue
        space = text.rfind(" ", offset, offset + width + 1)
        if space < 0 and not breaks_words:
            space = text.find(" ", offset + width)
            if space < 0:
                break
        end = space if space >= 0 else offset + width
        lines.append(text[offset:end])
        offset = end + (space >= 0)
    return separator.join([*lines, text[offset:]]) if text else ""
