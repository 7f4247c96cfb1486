"""A label selector as what stores can search by: conditions on one label each, of six kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argosy.language import selectors

COARSE = frozenset(("workflows.argoproj.io/completed", "workflows.argoproj.io/phase"))
"""Labels that most workflows share one value of: poor ones to search by."""

_OPERATORS = {"=": "in", "==": "in", "!=": "notin", "!": "absent"}
"""What several operators of the syntax come to; the others stand for themselves."""


class Requirement(NamedTuple):
    """One of the conditions that a selector joins by "and". `operator` is in, notin, exists, absent, gt or lt."""

    key: str
    operator: str
    values: tuple[str, ...]
    parsed: selectors.Requirement

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it."""
        return self.parsed.matches(labels.get)


def requirements(selector: str) -> list[Requirement]:
    """What a selector asks for; nothing where it is empty. Raises ExpressionError, which is an InvalidRequest."""
    if not selector:
        return []
    from argosy.language.selectors import parse_selector  # most lists are of all labels

    parsed = parse_selector(selector).requirements
    return [Requirement(one.key, _OPERATORS.get(one.operator, one.operator), one.values, one) for one in parsed]
