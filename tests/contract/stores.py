"""The stores of every kind, to be held to the same contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from argosy.ports.store import Store
from argosy.stores import STORES


@contextmanager
def kubernetes(folder: Path) -> Iterator[Store]:
    """On an API server that keeps the uid and the creationTimestamp of a new object, which these tests choose."""
    from tests.stores.kubernetes.stage import contract_store

    with contract_store(folder) as opened:
        yield opened


OPEN: dict[str, Callable[[Path], AbstractContextManager[Store]]] = {
    "memory": lambda folder: closing(STORES["memory"]("")),
    "sqlite": lambda folder: closing(STORES["sqlite"](str(folder / "argosy.db"))),
    "kubernetes": kubernetes,
}
"""How to open an empty store of each kind; a new row of the table gets one here."""


def opened(request: pytest.FixtureRequest, folder: Path, not_of_a_cluster: Mapping[str, str]) -> Iterator[Store]:
    """A store of the kind that is asked for, unless it is a cluster's and the test is not for one, with the reason."""
    reason = not_of_a_cluster.get(request.node.originalname)
    if request.param == "kubernetes" and reason:
        pytest.skip(reason)
    with OPEN[request.param](folder) as store:
        yield store
