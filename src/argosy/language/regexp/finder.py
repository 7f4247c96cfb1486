"""Where a pattern is found, and what its groups match: Go's Find, ReplaceAll and Split.

A tree becomes a program whose threads run in step, in the order of their priority (Pike's way): of all matches that
begin first, the one that Perl would find. No thread goes back in the text. Finding many matches may look at a part of
the text many times; work is counted, and too much of it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from argosy.errors import ExpressionError
from argosy.language.regexp.characters import Test
from argosy.language.regexp.matcher import is_at
from argosy.language.regexp.parser import Capture, Either, Node, One, Repeat, Sequence, Where, parse

_LARGEST = 50_000
_MOST_WORK = 2_000_000
_QUOTED = frozenset("\\.+*?()|[]{}^$")

Match = tuple[int, ...]
"""Start and end of the match and of each group; -1 where a group has no part in it."""


class _Step(NamedTuple):
    """A character that passes `test`, a `place`, a `slot` to keep the position in, or a choice: the first is better."""

    to: tuple[int, ...]
    test: Test | None = None
    place: str = ""
    slot: int = -1


class Finder:
    """A pattern that is looked for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.names: dict[str, int] = {}
        self._groups = 0
        self._steps = [_Step(())]
        self._start = self._compile(parse(pattern), 0)
        self._work = 0

    def find(self, text: str, start: int = 0) -> Match | None:
        """The first match from `start` on."""
        self._work = 0
        return self._find(text, start)

    def find_all(self, text: str, most: int = -1) -> Iterator[Match]:
        """All matches, or the first few, that do not overlap; an empty one not right after another."""
        self._work = 0
        position, before, count = 0, -1, 0
        while count != most and position <= len(text):
            match = self._find(text, position)
            if match is None:
                return
            is_good = True
            if match[1] == position:
                is_good = match[0] != before
                position += 1
            else:
                position = match[1]
            before = match[1]
            if is_good:
                count += 1
                yield match

    def replace_all(self, text: str, replacement: Callable[[Match], str]) -> str:
        """The text with every match replaced (regexp.ReplaceAllStringFunc and its like)."""
        self._work = 0
        parts: list[str] = []
        position = end = 0
        while position <= len(text):
            match = self._find(text, position)
            if match is None:
                break
            parts.append(text[end : match[0]])
            if match[1] > end or match[0] == 0:
                parts.append(replacement(match))
                self._count(len(parts[-1]) // 16)
            end = match[1]
            position = max(end, position + 1)
        return "".join([*parts, text[end:]])

    def split(self, text: str, most: int) -> list[str]:
        """The parts between the matches, at most so many unless that is negative."""
        if self.pattern and not text:
            return [""] if most else []
        parts: list[str] = []
        begin = end = 0
        for match in self.find_all(text, most):
            if most > 0 and len(parts) == most - 1:
                break
            end = match[0]
            if match[1] != 0:
                parts.append(text[begin:end])
            begin = match[1]
        if end != len(text) and most != 0:
            parts.append(text[begin:])
        return parts

    def expand(self, template: str, text: str, match: Match) -> str:
        """A replacement with `$1`, `${name}` and `$$` filled in (regexp.Expand)."""
        parts: list[str] = []
        position = 0
        while (dollar := template.find("$", position)) >= 0:
            parts.append(template[position:dollar])
            name, position = _reference(template, dollar)
            parts.append(self._group(name, text, match) if name is not None else "$")
        return "".join([*parts, template[position:]])

    def _group(self, name: str, text: str, match: Match) -> str:
        if name.isascii() and name.isdecimal():
            number = int(name) if len(name) < 9 else -1
        else:
            number = self.names.get(name, -1)
        if not 0 <= 2 * number < len(match) or match[2 * number] < 0:
            return ""
        return text[match[2 * number] : match[2 * number + 1]]

    def _count(self, work: int) -> None:
        self._work += work
        if self._work > _MOST_WORK:
            raise ExpressionError("the regular expression takes too long on this text")

    def _find(self, text: str, start: int) -> Match | None:
        found: Match | None = None
        threads: list[tuple[int, Match]] = []
        empty = (-1,) * (2 * self._groups + 2)
        for position in range(start, len(text) + 1):
            if found is None:
                threads.append((self._start, (position, *empty[1:])))
            elif not threads:
                break
            character = text[position] if position < len(text) else ""
            threads, match = self._advance(threads, text, position, character)
            found = match or found
        return found

    def _advance(
        self, threads: list[tuple[int, Match]], text: str, position: int, character: str
    ) -> tuple[list[tuple[int, Match]], Match | None]:
        """One step of all threads over one character; a match ends all threads of lower priority."""
        seen: set[int] = set()
        following: list[tuple[int, Match]] = []
        waiting = threads[::-1]
        while waiting:
            index, slots = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            if index == 0:
                self._count(len(seen))
                return following, (slots[0], position, *slots[2:])
            step = self._steps[index]
            if step.test is not None:
                if character and step.test(character):
                    following.append((step.to[0], slots))
            elif step.slot >= 0:
                waiting.append((step.to[0], (*slots[: step.slot], position, *slots[step.slot + 1 :])))
            elif not step.place or is_at(step.place, text, position):
                waiting.extend((to, slots) for to in reversed(step.to))
        self._count(len(seen))
        return following, None

    def _compile(self, node: Node, then: int) -> int:
        """The step at which `node` begins that goes on at `then`."""
        if isinstance(node, One):
            return self._add(_Step((then,), test=node.test))
        if isinstance(node, Where):
            return self._add(_Step((then,), place=node.kind))
        if isinstance(node, Repeat):
            return self._compile_repeat(node, then)
        if isinstance(node, Either):
            return self._add(_Step(tuple(self._compile(part, then) for part in node.parts)))
        if isinstance(node, Capture):
            self._groups = max(self._groups, node.number)
            if node.name:
                self.names[node.name] = node.number
            end = self._add(_Step((then,), slot=2 * node.number + 1))
            return self._add(_Step((self._compile(node.part, end),), slot=2 * node.number))
        for part in reversed(node.parts):
            then = self._compile(part, then)
        return then

    def _compile_repeat(self, node: Repeat, then: int) -> int:
        def choice(again: int, leave: int) -> _Step:
            return _Step((leave, again) if node.lazy else (again, leave))

        start, least = then, node.least
        if node.most is None:
            loop = self._add(_Step(()))
            first = self._compile(node.part, loop)
            self._steps[loop] = choice(first, then)
            if least > 0:  # x{2,} is x, then x+
                start, least = first, least - 1
            else:  # of a part that may match nothing, x* is (x+)?
                start = self._add(choice(first, then)) if is_empty_possible(node.part) else loop
        for _ in range((node.most or 0) - node.least):
            start = self._add(choice(self._compile(node.part, start), then))
        for _ in range(least):
            start = self._compile(node.part, start)
        return start

    def _add(self, step: _Step) -> int:
        if len(self._steps) >= _LARGEST:
            raise ExpressionError("error parsing regexp: expression too large")
        self._steps.append(step)
        return len(self._steps) - 1


@lru_cache(maxsize=256)
def compile_finder(pattern: str) -> Finder:
    """The pattern, ready to be looked for; raises ExpressionError, ``error parsing regexp: ...``."""
    return Finder(pattern)


def quote_meta(text: str) -> str:
    """A pattern that matches exactly the text (regexp.QuoteMeta)."""
    return "".join(f"\\{character}" if character in _QUOTED else character for character in text)


def is_empty_possible(node: Node) -> bool:
    """Whether a part can match nothing."""
    if isinstance(node, One):
        return False
    if isinstance(node, Where):
        return True
    if isinstance(node, Repeat):
        return node.least == 0 or is_empty_possible(node.part)
    if isinstance(node, Capture):
        return is_empty_possible(node.part)
    if isinstance(node, Sequence):
        return all(map(is_empty_possible, node.parts))
    return any(map(is_empty_possible, node.parts))


def _reference(template: str, dollar: int) -> tuple[str | None, int]:
    """The name after a `$`, and where the text goes on; None for `$$` and for a `$` that refers to nothing."""
    if template.startswith("$$", dollar):
        return None, dollar + 2
    braced = template.startswith("{", dollar + 1)
    start = end = dollar + 1 + braced
    while end < len(template) and (template[end].isalpha() or template[end].isdecimal() or template[end] == "_"):
        end += 1
    if end == start or (braced and template[end : end + 1] != "}"):
        return None, dollar + 1
    return template[start:end], end + braced
