"""sprig's functions on strings. Where sprig counts bytes, so do these: `trunc(2, "héllo")` ends in half a character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn

from argosy.language.expr import splitting, text_functions
from argosy.language.expr.arithmetic import join_text
from argosy.language.expr.errors import fail
from argosy.language.expr.letters import lower_character, title_character, to_lower, to_title, to_upper, upper_character
from argosy.language.expr.text import format_any
from argosy.language.expr.values import StringMap, Strings
from argosy.language.gotext import is_space, trim_space, utf8
from argosy.language.gotext import quote as quote_text
from argosy.language.sprig.cutting import latin
from argosy.language.sprig.words import to_lower_words, to_pascal_words

__all__ = ["to_lower", "to_title", "to_upper", "trim_space"]


def untitle(text: str) -> str:
    """The first letter of each word small."""
    return _at_words(text, lower_character)


def _at_words(text: str, change: Callable[[str], str]) -> str:
    changed: list[str] = []
    is_first = True
    for character in _runes(text):
        changed.append(change(character) if is_first else character)
        is_first = is_space(character)
    return "".join(changed)


def _runes(text: str) -> str:
    """Characters; a byte that is none is the replacement character."""
    return utf8(text).decode("utf-8", "replace") if not text.isascii() else text


def repeat(count: int, text: str) -> str:
    """The text, so many times."""
    return text_functions.repeat_text(text, count)


def trim_all(cutset: str, text: str) -> str:
    """Without the characters of the set at both ends."""
    return text_functions.trim_set(text, cutset)


def trim_suffix(suffix: str, text: str) -> str:
    """Without the suffix."""
    return text.removesuffix(suffix)


def trim_prefix(prefix: str, text: str) -> str:
    """Without the prefix."""
    return text.removeprefix(prefix)


def nospace(text: str) -> str:
    """Without white space; goutils takes each byte for a character, so that other letters than ASCII's get lost."""
    apart = latin(text)
    kept = "".join(character for character in apart if not is_space(character))
    return text if kept == apart else kept


def initials(text: str) -> str:
    """The first byte of each word, as a character."""
    found: list[str] = []
    is_first = True
    for character in latin(text):
        if is_space(character):
            is_first = True
        elif is_first:
            found.append(character)
            is_first = False
    return "".join(found)


def swapcase(text: str) -> str:
    """Small letters for capital ones and the other way round."""
    swapped: list[str] = []
    after_space = True
    for character in _runes(text):
        category = unicodedata.category(character)
        if category in ("Lu", "Lt"):
            swapped.append(lower_character(character))
            after_space = False
        elif category == "Ll":
            swapped.append(title_character(character) if after_space else upper_character(character))
            after_space = False
        else:
            swapped.append(character)
            after_space = is_space(character)
    return "".join(swapped)


def snakecase(text: str) -> str:
    """`FirstName` is `first_name`."""
    return to_lower_words(text, "_")


def kebabcase(text: str) -> str:
    """`FirstName` is `first-name`."""
    return to_lower_words(text, "-")


def camelcase(text: str) -> str:
    """`first_name` is `FirstName`."""
    return to_pascal_words(text)


def contains(part: str, text: str) -> bool:
    """Whether the part is in the text."""
    return part in text


def has_prefix(prefix: str, text: str) -> bool:
    """Whether the text begins so."""
    return text.startswith(prefix)


def has_suffix(suffix: str, text: str) -> bool:
    """Whether the text ends so."""
    return text.endswith(suffix)


def to_string(value: Any) -> str:
    """A value as text: bytes as they are, all else as `%v` has it."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else format_any(value)


def quote(*values: Any) -> str:
    """Each value in double quotes; nil is left out."""
    return " ".join(quote_text(to_string(value)) for value in values if value is not None)


def squote(*values: Any) -> str:
    """Each value in single quotes; nil is left out."""
    return " ".join(f"'{format_any(value)}'" for value in values if value is not None)


def cat(*values: Any) -> str:
    """The values with spaces between them; nil is left out."""
    return " ".join(format_any(value) for value in values if value is not None)


def indent(count: int, text: str) -> str:
    """Every line so many spaces to the right."""
    pad = text_functions.repeat_text(" ", count)
    return pad + text_functions.replace_text(text, "\n", "\n" + pad)


def nindent(count: int, text: str) -> str:
    """`indent`, on a new line."""
    return "\n" + indent(count, text)


def replace(old: str, new: str, text: str) -> str:
    """With every `old` replaced."""
    return text_functions.replace_text(text, old, new)


def plural(one: str, many: str, count: int) -> str:
    """`one` for 1, `many` for everything else."""
    return one if count == 1 else many


def split(separator: str, text: str) -> StringMap:
    """The parts as a map: `{"_0": ..., "_1": ...}`."""
    return _numbered(splitting.split(text, separator))


def split_list(separator: str, text: str) -> Strings:
    """The parts."""
    return splitting.split(text, separator)


def splitn(separator: str, count: int, text: str) -> StringMap:
    """At most so many parts as a map."""
    return _numbered(splitting.split(text, separator, count))


def _numbered(parts: list[str]) -> StringMap:
    return StringMap((f"_{index}", part) for index, part in enumerate(parts))


def to_strings(value: Any) -> Strings:
    """Every item as text, without nil; what is no list is the only item."""
    if isinstance(value, (list, bytes)):
        return Strings(to_string(item) for item in value if item is not None)  # pyright: ignore[reportUnknownVariableType]
    return Strings() if value is None else Strings([to_string(value)])


def join(separator: str, value: Any) -> str:
    """The items as text, with the separator between them."""
    return join_text(text_functions.join_strings(to_strings(value), separator))


def sort_alpha(value: Any) -> Strings:
    """The items as text, in the order of their bytes."""
    if isinstance(value, (list, bytes)):
        return Strings(sorted(to_strings(value), key=utf8))
    return Strings([to_string(value)])


def hello() -> str:
    """A greeting."""
    return "Hello!"


def fail_with(message: str) -> NoReturn:
    """Stop with a message."""
    fail(message)
