"""What goes wrong with an expression: the message, the stage, and the place in the text that a caret points to."""

from __future__ import annotations

from typing import NoReturn

from argosy.errors import ExpressionError


class ExprError(ExpressionError):
    """The expression is not valid, or cannot be evaluated.

    `stage` is "compile" (what the text or the types rule out) or "run"; `line` and `column` count from 1. The text
    is expr's: message, place, the line and a caret. A place in an empty line is not shown.
    """

    def __init__(self, problem: str, source: str, at: int, stage: str) -> None:
        self.problem, self.stage = problem, stage
        self.line, self.column, snippet = _bind(source, at)
        super().__init__(f"{problem} ({self.line}:{self.column}){snippet}" if snippet else problem)


class Panic(Exception):
    """A run-time error on its way to the instruction that knows its place."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.message, self.at = message, at


def fail(message: str) -> NoReturn:
    """Stop the evaluation; the place is added by the instruction that runs."""
    raise Panic(message)


def placed(error: Panic | ExpressionError, at: int) -> Panic:
    """The error, with its place if it has none yet. A function's own error is one of its call."""
    if not isinstance(error, Panic):
        return Panic(error.message, at)
    if error.at is None:
        error.at = at
    return error


def _bind(source: str, at: int) -> tuple[int, int, str]:
    """Line, column, and the line with a caret below; positions count characters (file.Error.Bind)."""
    before = source[:at]
    line_start = before.rfind("\n") + 1
    line_end = source.find("\n", line_start)
    text = source[line_start : line_end if line_end >= 0 else len(source)]
    column = len(before) - line_start
    snippet = f"\n | {text.replace(chr(9), ' ')}\n | {'.' * column}^" if text else ""
    return before.count("\n") + 1, column + 1, snippet
