"""A tree becomes a program for many threads of control in step, which never goes back in the text (Thompson, Pike)."""

from __future__ import annotations

from typing import NamedTuple

from argosy.errors import ExpressionError
from argosy.language.regexp.characters import PERL, Test
from argosy.language.regexp.parser import Capture, Either, Node, One, Repeat, Where

_LARGEST = 50_000


class _Step(NamedTuple):
    """`test` takes a character, `place` has to be where we are, a step with neither goes on at each of `to`."""

    to: tuple[int, ...]
    test: Test | None = None
    place: str = ""


class Matcher:
    """The program: steps, numbered from the match, which is 0."""

    def __init__(self, tree: Node) -> None:
        self.steps = [_Step(())]
        self.start = self._compile(tree, 0)

    def search(self, text: str) -> bool:
        """Whether a match begins anywhere."""
        threads: set[int] = set()
        for position, character in enumerate(text):
            reached = self._reach(threads, text, position)
            if 0 in reached:
                return True
            threads = {
                self.steps[index].to[0]
                for index in reached
                if (test := self.steps[index].test) is not None and test(character)
            }
        return 0 in self._reach(threads, text, len(text))

    def _reach(self, threads: set[int], text: str, position: int) -> set[int]:
        """All steps that can be come to from the threads and the start without taking a character."""
        reached: set[int] = set()
        waiting = [self.start, *threads]
        while waiting:
            index = waiting.pop()
            if index in reached:
                continue
            reached.add(index)
            step = self.steps[index]
            if step.test is None and (not step.place or is_at(step.place, text, position)):
                waiting.extend(step.to)
        return reached

    def _compile(self, node: Node, then: int) -> int:
        """The step at which `node` begins that goes on at `then`."""
        if isinstance(node, One):
            return self._add(_Step((then,), test=node.test))
        if isinstance(node, Capture):
            return self._compile(node.part, then)
        if isinstance(node, Where):
            return self._add(_Step((then,), place=node.kind))
        if isinstance(node, Repeat):
            return self._compile_repeat(node, then)
        if isinstance(node, Either):
            return self._add(_Step(tuple(self._compile(part, then) for part in node.parts)))
        for part in reversed(node.parts):
            then = self._compile(part, then)
        return then

    def _compile_repeat(self, node: Repeat, then: int) -> int:
        start = then
        if node.most is None:
            start = self._add(_Step((then,)))
            again = self._compile(node.part, start)
            self.steps[start] = _Step((again, then))
        for _ in range((node.most or 0) - node.least):
            start = self._add(_Step((self._compile(node.part, start), then)))
        for _ in range(node.least):
            start = self._compile(node.part, start)
        return start

    def _add(self, step: _Step) -> int:
        if len(self.steps) >= _LARGEST:
            raise ExpressionError("error parsing regexp: expression too large")
        self.steps.append(step)
        return len(self.steps) - 1


def is_at(place: str, text: str, position: int) -> bool:
    """Whether a place such as `line-start` or `word` is at a position."""
    before, after = text[position - 1 : position] if position else "", text[position : position + 1]
    if place == "start":
        return position == 0
    if place == "end":
        return position == len(text)
    if place == "line-start":
        return before in ("", "\n")
    if place == "line-end":
        return after in ("", "\n")
    return (_is_word(before) is not _is_word(after)) is (place == "word")


def _is_word(character: str) -> bool:
    return any(low <= character <= high for low, high in PERL["w"])
