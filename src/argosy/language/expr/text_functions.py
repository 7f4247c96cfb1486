"""expr's functions on strings, as they are without a checker in front of them."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.arithmetic import MOST_TEXT, join_text, to_int
from argosy.language.expr.errors import fail
from argosy.language.expr.splitting import split
from argosy.language.expr.types import LIST
from argosy.language.expr.values import Strings, as_string, type_of
from argosy.language.gotext import trim_space, utf8


def trim(text: Any, cutset: Any = None) -> str:
    """Without the characters at both ends that are in the set; without a set, without space."""
    return trim_space(as_string(text)) if cutset is None else trim_set(as_string(text), as_string(cutset))


def trim_set(text: str, cutset: str) -> str:
    """strings.Trim."""
    return text.strip(cutset)


def trim_prefix(text: Any, prefix: Any = " ") -> str:
    """Without the prefix, if it is there."""
    prefix = as_string(prefix)
    return as_string(text).removeprefix(prefix)


def trim_suffix(text: Any, suffix: Any = " ") -> str:
    """Without the suffix, if it is there."""
    suffix = as_string(suffix)
    return as_string(text).removesuffix(suffix)


def split_text(text: Any, separator: Any, count: Any = -1) -> Strings:
    """The parts between separators."""
    return split(as_string(text), as_string(separator), to_int(count))


def split_after(text: Any, separator: Any, count: Any = -1) -> Strings:
    """The parts, each with the separator after it."""
    return split(as_string(text), as_string(separator), to_int(count), keep=True)


def replace(text: Any, old: Any, new: Any, count: Any = -1) -> str:
    """With all or the first few of `old` replaced."""
    return replace_text(as_string(text), as_string(old), as_string(new), to_int(count))


def replace_text(text: str, old: str, new: str, count: int = -1) -> str:
    """strings.Replace."""
    if len(text) + (text.count(old) + 1) * len(new) > MOST_TEXT:
        fail("memory budget exceeded")
    return join_text(text.replace(old, new, count))


def repeat_text(text: str, count: int) -> str:
    """strings.Repeat."""
    if count < 0:
        fail("strings: negative Repeat count")
    if len(text) * count > MOST_TEXT:
        fail("memory budget exceeded")
    return join_text(text * count)


def join(items: Any, glue: Any = "") -> str:
    """One string of all."""
    if isinstance(items, Strings):
        return join_strings(items, as_string(glue))
    glue = as_string(glue)
    type_ = type_of(items)
    if type_ is not LIST:
        fail(f"invalid argument for join (type {'%!s(<nil>)' if type_ is None else type_})")
    return join_strings([as_string(item) for item in items], glue)  # pyright: ignore[reportUnknownVariableType]


def join_strings(items: list[str], glue: str) -> str:
    """strings.Join."""
    if sum(map(len, items)) + len(glue) * len(items) > MOST_TEXT:
        fail("memory budget exceeded")
    return join_text(glue.join(items))


def index_of(text: Any, part: Any) -> int:
    """The byte at which the part is first found, -1 where it is not."""
    return utf8(as_string(text)).find(utf8(as_string(part)))


def last_index_of(text: Any, part: Any) -> int:
    """The byte at which the part is last found."""
    return utf8(as_string(text)).rfind(utf8(as_string(part)))


def has_prefix(text: Any, prefix: Any) -> bool:
    """Whether the text begins so."""
    return as_string(text).startswith(as_string(prefix))


def has_suffix(text: Any, suffix: Any) -> bool:
    """Whether the text ends so."""
    return as_string(text).endswith(as_string(suffix))
