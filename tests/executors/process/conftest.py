from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from argosy.executors.process.executor import ProcessExecutor
from tests.executors.process.support import clean_up, process_executor


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    clean_up(tmp_path / "home")


@pytest.fixture
def make(home: Path) -> Iterator[Callable[..., ProcessExecutor]]:
    """Makes executors of one home; they are closed when the test ends."""
    made: list[ProcessExecutor] = []

    def make_one(**options) -> ProcessExecutor:
        made.append(process_executor(home, **options))
        return made[-1]

    yield make_one
    for each in made:
        each.close()
