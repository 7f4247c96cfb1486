"""Which tasks a DAG task waits for, and with which results: `depends` or `dependencies` becomes a test.

`A && (B.Failed || C)` waits for A, B and C, and holds if A and C went well or were skipped and B failed. The rules are
Argo's (workflow/common/ancestry.go and evaluateDependsLogic), quirks included:

1. Task names are found by a regular expression, wherever they stand: there are no other words, not even `true` or
   `and`. `_` is no part of a name: `my_task` reads as the tasks `my` and `task`.
2. A bare name `A` becomes `(A.Succeeded || A.Skipped || A.Daemoned)`, with `|| A.Errored` and `|| A.Failed` where A's
   `continueOn` says so.
3. Every `-` in the result becomes `_`, and what comes out is evaluated as in `argosy.language.logic`.

Unlike Argo, which stops at 10,000 nodes of the expression tree (800 names), a task may wait for any number of others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

from argosy.errors import ExpressionError
from argosy.language import logic

RESULTS = logic.RESULTS
_GOOD = ("Succeeded", "Skipped", "Daemoned")
_OF_ITEMS = ("AnySucceeded", "AllFailed")
_TASK_AND_RESULT = re.compile(r"([a-zA-Z0-9][-a-zA-Z0-9]*?\.[A-Z][a-zA-Z]+)")
_WORD = re.compile(_TASK_AND_RESULT.pattern + "|([a-zA-Z0-9][-a-zA-Z0-9]*)")
_NAMES_ONLY = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*(?:[ \t]*&&[ \t]*[a-zA-Z][-a-zA-Z0-9]*)*")

Results = Callable[[str, str], bool]
"""(task, one of RESULTS) -> whether the task, which is fulfilled, has that result."""

ContinueOn = Callable[[str], "Sequence[str] | None"]
"""Task -> the results besides the good ones after which to go on (of Errored, Failed); None if there is no such task.
"""

Time = TypeVar("Time", int, float, str)


def _never(_task: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Depends:
    """What one task waits for.

    `dependencies` maps a task's name to "task", or to "items" where the results of its loop's children are asked for;
    `logic` is the text with bare names written out, before rule 3.
    """

    dependencies: Mapping[str, str]
    logic: str
    _names_only: tuple[tuple[str, tuple[str, ...]], ...] | None = field(default=None, repr=False)

    def evaluate(self, results: Results) -> bool:
        """Whether the task may run, once all its dependencies are fulfilled.

        Raises ExpressionError, `unable to evaluate expression '...': ...`, where the text is no valid condition.
        """
        try:
            return self._test(results)
        except ExpressionError as error:
            text = self.logic.replace("-", "_")
            raise ExpressionError(f"unable to evaluate expression '{text}': {error}") from None

    @cached_property
    def _test(self) -> logic.Test:
        if self._names_only is not None:
            return _all_of(self._names_only)
        names = {name.replace("-", "_"): name for name in self.dependencies}
        return logic.compile_logic(self.logic.replace("-", "_"), names)


def parse_depends(text: str, continue_on: ContinueOn = _never) -> Depends:
    """The dependencies of a task with `depends: text`.

    Raises ExpressionError, `target X does not exist`, for a bare name that `continue_on` does not know.
    """
    dependencies, bare = _words_of(text)
    wanted = {name: _results_of(name, continue_on) for name, _, _ in reversed(bare)}
    parts: list[str] = []
    position = 0
    for name, start, end in bare:
        parts += text[position:start], _expand(name, wanted[name])
        position = end
    is_plain = _NAMES_ONLY.fullmatch(text) is not None and logic.RESERVED.isdisjoint(wanted)
    return Depends(dependencies, "".join(parts) + text[position:], tuple(wanted.items()) if is_plain else None)


def parse_dependencies(names: Sequence[str], continue_on: ContinueOn = _never) -> Depends:
    """The dependencies of a task with `dependencies: names`: the same as `depends` with their bare names and `&&`.

    Raises ExpressionError, `target X does not exist`, for a name that `continue_on` does not know.
    """
    expanded = [_expand(name, _results_of(name, continue_on)) for name in names]
    are_plain = all(map(_NAMES_ONLY.fullmatch, names))
    return parse_depends(" && ".join(names if are_plain else expanded), continue_on)


def validate_results(text: str) -> None:
    """Raise ExpressionError for a result that does not exist, such as `A.Completed` (ValidateTaskResults)."""
    for word in _TASK_AND_RESULT.findall(text):
        task, result = word.split(".")
        if result not in RESULTS:
            raise ExpressionError(f"task result '{result}' for task '{task}' is invalid")


def ancestry(task: str, dependencies: Callable[[str], Iterable[str]], finished_at: Callable[[str], Time]) -> list[str]:
    """The tasks before `task`, directly or not, by the time they finished (GetTaskAncestry)."""
    seen: set[str] = set()
    waiting = list(dependencies(task))
    while waiting:
        name = waiting.pop()
        if name != task and name not in seen:
            seen.add(name)
            waiting.extend(dependencies(name))
    return sorted(sorted(seen), key=finished_at)


def _all_of(tasks: tuple[tuple[str, tuple[str, ...]], ...]) -> logic.Test:
    def test(results: Results) -> bool:
        return all(any(results(task, word) for word in words) for task, words in tasks)

    return test


@lru_cache(maxsize=1024)
def _words_of(text: str) -> tuple[Mapping[str, str], tuple[tuple[str, int, int], ...]]:
    """The tasks named in `text`, and where the bare names stand."""
    dependencies: dict[str, str] = {}
    bare: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(text):
        name, _, result = match.group().partition(".")
        if not result:
            bare.append((name, match.start(), match.end()))
            dependencies[name] = "task"
        elif result in _OF_ITEMS:
            dependencies[name] = "items"
        else:
            dependencies.setdefault(name, "task")
    return dependencies, tuple(bare)


def _results_of(name: str, continue_on: ContinueOn) -> tuple[str, ...]:
    more = continue_on(name)
    if more is None:
        raise ExpressionError(f"target {name} does not exist")
    return (*_GOOD, *more)


def _expand(name: str, results: Sequence[str]) -> str:
    return f"({' || '.join(f'{name}.{result}' for result in results)})"
