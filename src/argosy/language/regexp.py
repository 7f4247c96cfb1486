"""Regular expressions as Go has them (RE2)."""

from __future__ import annotations

import re
from functools import lru_cache

from argosy.errors import ExpressionError


class Regexp:
    """A compiled pattern; `str` gives its text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled = re.compile(pattern)

    def __str__(self) -> str:
        return self.pattern

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in `text`."""
        return self._compiled.search(text) is not None


@lru_cache(maxsize=256)
def compile_regexp(pattern: str) -> Regexp:
    """The pattern, compiled; raises ExpressionError where it is none."""
    try:
        return Regexp(pattern)
    except re.error as error:
        raise ExpressionError(f"error parsing regexp: {error}: `{pattern}`") from None
