"""What a rule finds: a problem, and where in the document it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Path = tuple[str | int, ...]
"""Keys and indices that lead from the top of a document to a place in it: ("spec", "templates", 0, "dag")."""

Level = Literal["error", "warning", "info", "style"]


class Problem(Struct, frozen=True):
    """Something in a manifest that is wrong, or not as good as it could be.

    An error is what Argo refuses too, in its words. A warning is what Argo lets pass and what fails, or does something
    else than was meant, when it runs. `rule` is the family of rules that found it. The line and the column are known to
    whoever has the document.
    """

    level: Level
    path: Path
    message: str
    hint: str = ""
    rule: str = ""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, sorted by place: lists from their first element on, mappings by key."""
    found = {(problem.path, problem.message): problem for problem in problems}
    return sorted(found.values(), key=lambda problem: [_position(part) for part in problem.path])


def _position(part: str | int) -> tuple[int, str]:
    return (part, "") if isinstance(part, int) else (0, part)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The hint for a name that does not exist; empty where no other is near."""
    import difflib

    known = list(words)
    lower = {other.lower(): other for other in known}
    near = [lower[word.lower()]] if word.lower() in lower else difflib.get_close_matches(word, known, 1, 0.7)
    return f"did you mean {near[0]!r}?" if near else ""


def did_you_mean_tag(tag: str, tags: Iterable[str]) -> str:
    """The hint for a variable that does not exist: one that differs in one of the names between its dots."""
    import difflib

    parts, best, found = tag.split("."), 0.6, ""
    for other in tags:
        others = other.split(".")
        if len(others) == len(parts):
            pairs = [(one, two) for one, two in zip(parts, others, strict=True) if one != two]
            ratio = difflib.SequenceMatcher(None, *pairs[0]).ratio() if len(pairs) == 1 else 0
            if ratio > best:
                best, found = ratio, other
    return f"did you mean {{{{{found}}}}}?" if found else ""
