"""Is a resource done? `successCondition` and `failureCondition` judge the live object.

Both are label selectors whose keys are paths into the object. Success needs all requirements, failure any one of them;
failure is asked first (workflow/executor/resource.go).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from argosy.errors import ExpressionError
from argosy.language import gjson
from argosy.language.selectors import Requirement, Selector, parse_selector

WAITING = "Neither success condition nor the failure condition has been matched. Retrying..."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`succeeded` is True or False, or None to go on waiting; `message` says why, unless it succeeded."""

    succeeded: bool | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ResourceConditions:
    """The two conditions of a resource template. Without a condition for success, what has not failed has succeeded."""

    success: Selector
    failure: Selector

    def judge(self, document: object) -> Verdict:
        """What the object, decoded from JSON, says."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        for requirement in self.failure.requirements:
            if _holds(requirement, text):
                shown = f"{requirement.key} {requirement.operator} [{' '.join(requirement.values)}]"
                return Verdict(False, f"failure condition '{{{shown}}}' evaluated true")
        if all(_holds(requirement, text) for requirement in self.success.requirements):
            return Verdict(True)
        return Verdict(None, WAITING)


def parse_conditions(success: str, failure: str) -> ResourceConditions:
    """The conditions from their texts, "" for none.

    Raises ExpressionError, `success condition '...' failed to parse: ...`.
    """
    return ResourceConditions(_parse("success", success), _parse("fail", failure))


def _holds(requirement: Requirement, text: str) -> bool:
    return requirement.matches(lambda path: gjson.lookup(text, path))


def _parse(name: str, text: str) -> Selector:
    try:
        return parse_selector(text)
    except ExpressionError as error:
        raise ExpressionError(f"{name} condition '{text}' failed to parse: {error}") from None
