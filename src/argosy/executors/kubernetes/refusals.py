"""A workflow → what of it can't run as pods of a cluster yet, by name: it needs files brought into pods or out of them,
or more than one container. Pure.

`HONOURED` and `BUILT` are for those who ask the other way round: what has an effect here that it has not elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from argosy.model.codec import path_text
from argosy.model.template import Template
from argosy.model.workflow import Workflow
from argosy.plan.fidelity import WITHOUT_EFFECT
from argosy.plan.rules.problems import Path, Problem

NOT_YET: Final = "not supported yet on kubernetes: {}"
OF_TEMPLATES: Final = ("initContainers", "sidecars", "containerSet", "data", "http", "plugin")
ATTRIBUTES: Final = {"initContainers": "init_containers", "containerSet": "container_set"}

NO_EFFECT_YET: Final = frozenset(
    {"archiveLocation", "archiveLogs", "artifactRepositoryRef", "executor", "metrics", "podDisruptionBudget"}
    | {"ttlStrategy", "volumeClaimGC"}
)
HONOURED: Final[frozenset[str]] = frozenset({"retryStrategy.affinity"}).union(*WITHOUT_EFFECT.values()) - NO_EFFECT_YET
"""The fields of argosy.plan.fidelity that have their effect on a cluster."""
BUILT: Final[Mapping[str, frozenset[str]]] = {
    "WorkflowSpec": frozenset({"volumes"}),
    "Template": frozenset({"volumes"}),
    "Container": frozenset({"volumeMounts", "volumeDevices"}),
    "ScriptTemplate": frozenset({"volumeMounts", "volumeDevices"}),
}
"""The fields that are built here besides those of argosy.plan.support: type → names, whole with all that is in them."""
_BUILT_NAMES: Final = frozenset(name for names in BUILT.values() for name in names)


def is_built_here(problem: Problem) -> bool:
    """Whether what is not built elsewhere is built for leaves on a cluster."""
    return problem.rule == "unsupported" and bool(problem.path) and not _BUILT_NAMES.isdisjoint(problem.path)


def refusals(workflow: Workflow, *, owned: bool) -> list[Problem]:
    """Everything that can't run on a cluster yet, with its path. `owned`: the workflow is an object of the cluster."""
    return [Problem("error", path, NOT_YET.format(path_text(path))) for path in _paths(workflow, owned)]


def _paths(workflow: Workflow, owned: bool) -> Iterator[Path]:
    spec = workflow.status.stored_workflow_template_spec or workflow.spec
    if spec.volume_claim_templates:
        yield ("spec", "volumeClaimTemplates")
    if spec.arguments.artifacts:
        yield ("spec", "arguments", "artifacts")
    templates: list[tuple[Path, Template]] = [(("spec", "templates", i), each) for i, each in enumerate(spec.templates)]
    templates += [(("status", "storedTemplates", key), each) for key, each in workflow.status.stored_templates.items()]
    for path, template in templates:
        yield from _of_template(template, path)
        if template.resource and template.resource.set_owner_reference and not owned:
            yield (*path, "resource", "setOwnerReference")


def _of_template(template: Template, path: Path) -> Iterator[Path]:
    for name in OF_TEMPLATES:
        if getattr(template, ATTRIBUTES.get(name, name)):
            yield (*path, name)
    if template.inputs.artifacts:
        yield (*path, "inputs", "artifacts")
    if template.outputs.artifacts:
        yield (*path, "outputs", "artifacts")
    if template.container or template.script:
        for index, parameter in enumerate(template.outputs.parameters):
            if parameter.value_from is not None and parameter.value_from.path:
                yield (*path, "outputs", "parameters", index, "valueFrom", "path")
    for place, holder in _holders(template):
        inline = getattr(holder, "inline", None)
        if isinstance(inline, Template):
            yield from _of_template(inline, (*path, *place, "inline"))


def _holders(template: Template) -> Iterator[tuple[Path, Struct]]:
    for group, steps in enumerate(template.steps):
        for index, step in enumerate(steps):
            yield ("steps", group, index), step
    if template.dag is not None:
        for index, task in enumerate(template.dag.tasks):
            yield ("dag", "tasks", index), task
