"""An explanation: a sentence about one thing, and those that it follows from."""

from __future__ import annotations

from msgspec import Struct


class Why(Struct, frozen=True, omit_defaults=True):
    """What is explained, in which phase it is ("" where it has not begun), why, and what that follows from."""

    what: str
    phase: str
    text: str
    causes: list[Why] = []
