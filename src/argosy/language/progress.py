"""`3/7`: how far a pod or a workflow has come. Whole numbers of 64 bits, as Argo counts."""

from __future__ import annotations

from typing import NamedTuple

from argosy.errors import ExpressionError
from argosy.language.govalues import parse_int

_HALF = 1 << 63


class Progress(NamedTuple):
    """Done, and to be done."""

    done: int
    total: int

    @property
    def is_valid(self) -> bool:
        """Whether there is something to be done, and no more than that is."""
        return 0 <= self.done <= self.total and self.total > 0

    def plus(self, other: Progress) -> Progress:
        """Both together."""
        return Progress(_wrapped(self.done + other.done), _wrapped(self.total + other.total))

    def complete(self) -> Progress:
        """All of it done."""
        return Progress(self.total, self.total)

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"


def parse_progress(text: str) -> Progress | None:
    """The two numbers, None for an empty text; what is no number is 0. Raises ExpressionError where there is no `/`."""
    if not text:
        return None
    done, slash, total = text.partition("/")
    if not slash:
        raise ExpressionError(f"a progress is written as done/total, not {text}")
    return Progress(_number(done), _number(total))


def _number(text: str) -> int:
    try:
        return parse_int(text)
    except ExpressionError:
        return 0


def _wrapped(number: int) -> int:
    return (number + _HALF) % (2 * _HALF) - _HALF
