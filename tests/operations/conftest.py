"""The operations for every test."""

from __future__ import annotations

import pytest

from tests.operations.api import Api


@pytest.fixture
def api() -> Api:
    return Api()
