from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.executors.objects.stage import Stage


@pytest.fixture
def stage_with() -> Iterator[Callable[..., Stage]]:
    """Makes stages, and closes them."""
    made: list[Stage] = []

    def make(*arguments: Any, **more: Any) -> Stage:
        made.append(Stage(*arguments, **more))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    return stage_with()
