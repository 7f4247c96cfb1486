"""An explanation: a sentence about one thing, and those that it follows from."""

from __future__ import annotations

from msgspec import Struct

from argosy.model.status import MemoizationStatus


class Why(Struct, frozen=True, omit_defaults=True):
    """What is explained, in which phase it is ("" where it has not begun), why, and what that follows from."""

    what: str
    phase: str
    text: str
    causes: list[Why] = []


def of_cache(memo: MemoizationStatus | None) -> str:
    """What is said of a node that has `memoize`: whether it was a hit, of which cache and key; empty for any other."""
    if memo is None:
        return ""
    if memo.hit:
        return f"cached: {memo.cache_name} has {memo.key}"
    return f"not cached before: {memo.cache_name} had no {memo.key}"
