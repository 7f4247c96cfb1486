"""The rules of `argosy.plan`, with what the store has beside a manifest, and as errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from argosy.errors import ManifestError
from argosy.model.codec import KINDS, decode_lenient, encode_json, path_text
from argosy.model.kinds import GROUP_VERSION
from argosy.model.workflow import Workflow
from argosy.plan.rules import Problem, lint, refusals
from argosy.ports.operation import Services


class Refused(ManifestError):
    """The manifest breaks rules. `problems` are all of them; as an error it is the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.message, path=path_text(first.path), hint=first.hint)
        self.problems = problems


def check(services: Services, manifest: Any, others: Sequence[Any] = (), written: Any = None) -> list[Problem]:
    """Every problem of a manifest; templates that it refers to may be among `others` or in the store."""
    return lint(manifest, others=[*others, *_others(services, manifest)], written=written)


def refuse(services: Services, workflow: Workflow) -> None:
    """Raises Refused where the workflow breaks a rule."""
    problems = refusals(workflow, others=_others(services, workflow))
    if problems:
        raise Refused(problems)


def _others(services: Services, manifest: Any) -> Iterator[Any]:
    """The templates in the store that the manifest may refer to, if it refers to any."""
    if b"emplateRef" not in encode_json(manifest):
        return
    namespace = manifest.metadata.namespace
    for kind, where in (("WorkflowTemplate", namespace or None), ("ClusterWorkflowTemplate", None)):
        for data in services.store.objects.list(GROUP_VERSION, kind, where):
            yield decode_lenient(data, KINDS[kind])
