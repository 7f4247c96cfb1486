"""A manifest → what is wrong with it. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from argosy.operations.checks import check
from argosy.plan.rules import Problem, lint
from argosy.ports.operation import Operation, Services


class LintRequest(Struct, frozen=True, kw_only=True):
    """A manifest of one of Argo's kinds, as an object of the model, and others beside it that it may refer to."""

    manifest: Any
    others: Sequence[Any] = ()
    namespace: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """A problem: `level` is error, warning, info or style; `path` leads to it from the top of the manifest."""

    level: str
    path: Sequence[str | int]
    message: str
    hint: str = ""


class LintResponse(Struct, frozen=True, kw_only=True):
    """All that was found, in the order of the manifest."""

    findings: Sequence[Finding] = ()


def run(services: Services, request: LintRequest) -> LintResponse:
    """Check it. Raises nothing for what is wrong with it."""
    return _response(check(services, request.manifest, request.others))


def found_in(manifest: Any, others: Sequence[Any] = ()) -> LintResponse:
    """The same without a store: whatever it refers to has to be among the others."""
    return _response(lint(manifest, others=others))


def _response(problems: Sequence[Problem]) -> LintResponse:
    findings = [Finding(level=each.level, path=each.path, message=each.message, hint=each.hint) for each in problems]
    return LintResponse(findings=findings)


OPERATION = Operation(
    name="lint",
    summary="what is wrong with a manifest",
    method="POST",
    path="/api/v1/workflows/{namespace}/lint",
    request=LintRequest,
    run=run,
)
