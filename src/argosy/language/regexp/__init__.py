"""Go's regular expressions (RE2), matched in time linear in the text whatever the pattern is.

Python's `re` has another syntax, other errors, and patterns that never end; users' conditions must not have those.
"""

from __future__ import annotations

from functools import lru_cache

from argosy.language.regexp.matcher import Matcher
from argosy.language.regexp.parser import parse

__all__ = ["Regexp", "compile_regexp"]


class Regexp:
    """A compiled pattern; `str` gives its text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._matcher = Matcher(parse(pattern))

    def __str__(self) -> str:
        return self.pattern

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in `text`."""
        return self._matcher.search(text)


@lru_cache(maxsize=256)
def compile_regexp(pattern: str) -> Regexp:
    """The pattern, compiled; raises ExpressionError, ``error parsing regexp: missing closing ): `(a` ``."""
    return Regexp(pattern)
