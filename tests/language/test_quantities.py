"""Quantities of resources."""

from __future__ import annotations

from fractions import Fraction

import pytest

from argosy.errors import ExpressionError
from argosy.language.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100m", Fraction(1, 10)),
        ("1.5", Fraction(3, 2)),
        ("2Ki", 2048),
        ("2e3", 2000),
        ("1E2", 100),
        ("1E", 10**18),
        (".5k", 500),
    ],
)
def test_numbers(text: str, number: Fraction) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize("text", ["", "m", "1 Gi", "1KI", "1e", "0x1"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ExpressionError, match="is no quantity"):
        parse_quantity(text)
