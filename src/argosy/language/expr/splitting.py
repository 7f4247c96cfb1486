"""strings.Split and its relatives."""

from __future__ import annotations

from argosy.language.expr.values import NilStrings, Strings


def split(text: str, separator: str, count: int = -1, *, keep: bool = False) -> Strings:
    """The parts between separators, at most `count` unless that is negative; `keep` leaves each separator in.

    Without a separator, every character is a part.
    """
    if count == 0:
        return NilStrings()
    if not separator:
        parts = list(text) if count < 0 or count >= len(text) else [*text[: count - 1], text[count - 1 :]]
        return Strings(parts)
    parts = text.split(separator, count - 1 if count > 0 else -1)
    if keep:
        parts = [part + separator for part in parts[:-1]] + parts[-1:]
    return Strings(parts)
