"""What the real Go libraries answered, compared with what we answer: one test for each function, over all files.

The folder is `ARGOSY_ORACLE`; without it, that of the given rows, or nothing. `pytest -s` shows the counts.
"""

from __future__ import annotations

import pytest

from tests.oracle import depends, expr, manifests, paths, tags, texts
from tests.oracle.known import LEFT
from tests.oracle.rows import ORACLE, Adapter, Row, by_function, failures

ADAPTERS: dict[str, Adapter] = {
    **depends.ADAPTERS,
    **expr.ADAPTERS,
    **manifests.ADAPTERS,
    **paths.ADAPTERS,
    **tags.ADAPTERS,
    **texts.ADAPTERS,
}
ROWS = by_function(ORACLE)


@pytest.mark.parametrize("function", sorted(ROWS))
def test_oracle(function: str) -> None:
    given: list[Row] = ROWS[function]
    wrong = failures(given, ADAPTERS[function])
    left = {row["id"] for row in given} & LEFT.keys()
    print(f"{function}: {len(given)} rows, {len(given) - len(wrong)} right, {len(left)} left")
    assert {row: problem for row, problem in wrong.items() if row not in left} == {}
    assert sorted(left - wrong.keys()) == [], "right, and no longer to be left"


def test_little_is_left() -> None:
    every = {row["id"] for given in ROWS.values() for row in given}
    assert len(every & LEFT.keys()) * 100 <= len(every)
