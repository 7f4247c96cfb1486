"""Which phase a node may go to from which: a table, so that it can be checked and drawn."""

from __future__ import annotations

from argosy.model.kinds import ERROR, FAILED, OMITTED, PENDING, RUNNING, SKIPPED, SUCCEEDED

ENDS = frozenset((SUCCEEDED, FAILED, ERROR))
LEGAL: dict[str, frozenset[str]] = {
    "": frozenset((PENDING, RUNNING, SUCCEEDED, FAILED, ERROR, SKIPPED, OMITTED)),
    PENDING: ENDS | {RUNNING, SKIPPED},
    RUNNING: ENDS | {PENDING},
    SUCCEEDED: frozenset(),
    SKIPPED: frozenset(),
    FAILED: frozenset(),
    ERROR: frozenset(),
    OMITTED: frozenset(),
}


def is_legal(before: str, after: str) -> bool:
    """Whether a node may go from one phase to the other; staying is always legal."""
    return before == after or after in LEGAL[before]
