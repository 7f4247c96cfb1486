"""A manifest, and others beside it → what rules look at: specifications, and the templates that they can reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import msgspec

from argosy.model.arguments import Arguments, Artifact, Parameter
from argosy.model.cron import CronWorkflow
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.template import TemplateRef, WorkflowTemplateRef
from argosy.model.workflow import ClusterWorkflowTemplate, Workflow, WorkflowTemplate
from argosy.plan.globals import SCHEDULED_TIME
from argosy.plan.rules.problems import Path

Manifest: TypeAlias = Workflow | WorkflowTemplate | ClusterWorkflowTemplate | CronWorkflow

Named = TypeVar("Named", Parameter, Artifact)


@dataclass(frozen=True, eq=False)
class Owner:
    """A specification with its templates. `path` is where it stands in the document; `foreign`: in another one."""

    kind: str
    metadata: ObjectMeta
    spec: WorkflowSpec
    path: Path = ("spec",)
    foreign: bool = False

    @property
    def name(self) -> str:
        """The name of the object."""
        return self.metadata.name

    @cached_property
    def templates(self) -> dict[str, int]:
        """The index of each template by its name; of several of one name the first."""
        return {template.name: index for index, template in reversed(list(enumerate(self.spec.templates)))}


class Subject:
    """What is looked at. `submitting` asks that all values that a run needs are there.

    `written` is the document's own data, where that is known: the model does not tell an empty list from none.
    """

    def __init__(
        self, manifest: Manifest, others: Iterable[object], *, submitting: bool, written: object = None
    ) -> None:
        self.manifest, self.submitting, self.written = manifest, submitting, written
        self.kind = type(manifest).__name__
        if isinstance(manifest, CronWorkflow):
            path, spec = ("spec", "workflowSpec"), manifest.spec.workflow_spec
        else:
            path, spec = ("spec",), manifest.spec
        self.own = Owner(self.kind, manifest.metadata, spec, path)
        self.others = [other for other in others if isinstance(other, WorkflowTemplate | ClusterWorkflowTemplate)]

    @property
    def spec(self) -> WorkflowSpec:
        """The manifest's own specification."""
        return self.own.spec

    @property
    def is_template(self) -> bool:
        """Whether it is a template, so that somebody else will give the arguments."""
        return isinstance(self.manifest, WorkflowTemplate | ClusterWorkflowTemplate)

    @property
    def prefix(self) -> str:
        """What Argo says before everything that it finds in the workflow."""
        return "cannot validate Workflow: " if isinstance(self.manifest, CronWorkflow) else ""

    def is_written_empty(self, path: Path) -> bool:
        """Whether an empty list is written at this place of the document."""
        found: Any = self.written
        for part in path:
            try:
                found = found[part]
            except (LookupError, TypeError):
                return False
        return found == []

    @cached_property
    def libraries(self) -> dict[tuple[str, str], Owner]:
        """The other documents by kind and name."""
        owners = [Owner(type(other).__name__, other.metadata, other.spec, (), True) for other in self.others]
        return {(owner.kind, owner.name): owner for owner in reversed(owners)}

    def library(self, reference: TemplateRef | WorkflowTemplateRef) -> Owner | None:
        """The other document that is referred to, if it is there."""
        kind = "ClusterWorkflowTemplate" if reference.cluster_scope else "WorkflowTemplate"
        if (kind, reference.name) == (self.kind, self.own.name):
            return self.own
        return self.libraries.get((kind, reference.name))

    @cached_property
    def base(self) -> Owner | None:
        """What `workflowTemplateRef` names, if it is there."""
        reference = self.spec.workflow_template_ref
        return self.library(reference) if reference else None

    @cached_property
    def specs(self) -> list[WorkflowSpec]:
        """The manifest's own specification and the one that it builds on."""
        return [self.spec, self.base.spec] if self.base else [self.spec]

    @cached_property
    def arguments(self) -> Arguments:
        """The workflow's arguments: its own, and those of what it builds on that it does not give itself."""
        parameters = _merged([spec.arguments.parameters for spec in self.specs])
        return Arguments(parameters=parameters, artifacts=_merged([spec.arguments.artifacts for spec in self.specs]))

    @cached_property
    def metadata(self) -> ObjectMeta:
        """The labels and annotations that the workflow will have when it begins."""
        manifest = self.manifest
        if not isinstance(manifest, CronWorkflow):
            return manifest.metadata
        given = manifest.spec.workflow_metadata or ObjectMeta()
        annotations = given.annotations | {SCHEDULED_TIME: ""}
        return msgspec.structs.replace(given, annotations=annotations)


def _merged(lists: list[list[Named]]) -> list[Named]:
    found: dict[str, Named] = {}
    for items in lists:
        for item in items:
            found.setdefault(item.name, item)
    return list(found.values())
