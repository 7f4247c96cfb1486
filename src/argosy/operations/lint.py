"""A manifest → what is wrong with it. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs

from argosy.operations.checks import check
from argosy.plan.rules import Problem, lint
from argosy.ports.operation import Operation, Services


class LintRequest(Struct, frozen=True, kw_only=True):
    """A manifest of one of Argo's kinds, as an object of the model, and others beside it that it may refer to.

    `written` is the manifest's plain data, where that is known: the model does not tell an empty list from none.
    """

    manifest: Any
    others: Sequence[Any] = ()
    written: Any = None
    namespace: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """A problem: `level` is error, warning, info or style; `path` leads to it from the top of the manifest.

    `rule` is the family of rules that found it.
    """

    level: str
    path: Sequence[str | int]
    message: str
    hint: str = ""
    rule: str = ""


class LintResponse(Struct, frozen=True, kw_only=True):
    """All that was found, in the order of the manifest."""

    findings: Sequence[Finding] = ()


def run(services: Services, request: LintRequest) -> LintResponse:
    """Check it. Raises nothing for what is wrong with it."""
    return _response(check(services, request.manifest, request.others, request.written))


def found_in(request: LintRequest) -> LintResponse:
    """The same without a store: whatever it refers to has to be among the others."""
    return _response(lint(request.manifest, others=request.others, written=request.written))


def _response(problems: Sequence[Problem]) -> LintResponse:
    return LintResponse(findings=[Finding(**structs.asdict(problem)) for problem in problems])


OPERATION = Operation(
    name="lint",
    summary="what is wrong with a manifest",
    method="POST",
    path="/api/v1/workflows/{namespace}/lint",
    request=LintRequest,
    run=run,
)
