"""What came of a case of a test file."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from argosy.engine.execution import Execution


class CaseResult(Struct, frozen=True):
    """What came of one case: nothing in `wrong` where it passed. `seconds` are those of the virtual clock."""

    name: str
    wrong: list[str]
    seconds: float


class Play(NamedTuple):
    """A case that was played, and its runs."""

    result: CaseResult
    runs: list[Execution]
