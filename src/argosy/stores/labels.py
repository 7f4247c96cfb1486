"""A label selector in Kubernetes' syntax to requirements, and requirements to a test of labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from argosy.errors import InvalidRequest

COARSE = frozenset(("workflows.argoproj.io/completed", "workflows.argoproj.io/phase"))
"""Labels that most workflows share one value of: poor ones to search by."""

_PART = re.compile(r"\s*(?:(!)?\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)|(in|notin)\s*\(([^()]*)\))?)\s*(?:,|$)")


class Requirement(NamedTuple):
    """One of the conditions that a selector joins by "and"."""

    key: str
    operator: str  # in, notin, exists, absent
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it."""
        if self.operator == "in":
            return labels.get(self.key) in self.values
        if self.operator == "notin":
            return labels.get(self.key) not in self.values
        return (self.key in labels) == (self.operator == "exists")


def requirements(selector: str) -> list[Requirement]:
    """What a selector asks for; nothing where it is empty. Raises InvalidRequest."""
    found, at = [], 0
    while selector.strip() and at < len(selector):
        part = _PART.match(selector, at)
        if part is None:
            raise InvalidRequest(f"invalid label selector {selector!r}")
        absent, key, equals, value, within, values = part.groups()
        if equals:
            found.append(Requirement(key, "notin" if equals == "!=" else "in", (value,)))
        elif within:
            found.append(Requirement(key, within, tuple(text.strip() for text in values.split(","))))
        else:
            found.append(Requirement(key, "absent" if absent else "exists"))
        at = part.end()
    return found
