"""Progress: two numbers and what they mean."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError
from argosy.language.progress import Progress, parse_progress


@pytest.mark.parametrize(
    ("text", "found", "is_valid"),
    [
        ("1/2", (1, 2), True),
        ("0/0", (0, 0), False),
        ("3/2", (3, 2), False),
        ("a/2", (0, 2), True),
        ("1/", (1, 0), False),
    ],
)
def test_parse(text: str, found: tuple[int, int], is_valid: bool) -> None:
    progress = parse_progress(text)
    assert progress is not None
    assert (progress, progress.is_valid) == (found, is_valid)


def test_none_and_no_progress() -> None:
    assert parse_progress("") is None
    with pytest.raises(ExpressionError, match="a progress is written as done/total, not 1"):
        parse_progress("1")


def test_sums_wrap_around_as_in_go() -> None:
    most = Progress(2**63 - 1, 2**63 - 1)
    assert str(most.plus(Progress(1, 2))) == "-9223372036854775808/-9223372036854775807"
    assert str(Progress(0, 3).complete()) == "3/3"
