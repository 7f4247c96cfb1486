"""A workflow becomes what `argosy get` shows: facts in two columns, and the tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from argosy.cli.printers.style import Style
from argosy.cli.printers.times import span, stamp
from argosy.cli.printers.tree import Shown, draw, resources
from argosy.language.durations import humanize
from argosy.model.arguments import Artifact, Outputs, Parameter
from argosy.model.kinds import FAILED, RUNNING, SUSPEND
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import Workflow

Facts = Iterator[tuple[str, str]]
PLACES = ("s3", "git", "http", "artifactory", "hdfs", "raw", "oss", "gcs", "azure")


def describe(workflow: Workflow, style: Style, now: datetime, *, form: str = "", shown: Shown = lambda _: True) -> str:
    """The text. `form` is "", "short" (the tree alone) or "wide"."""
    tree = draw(workflow, style, now, form=form, shown=shown)
    if form == "short" and tree:
        return tree
    facts = "".join(f"{name:<20} {value}".rstrip() + "\n" for name, value in _facts(workflow, style, now))
    return facts + ("\n" + tree if tree else "")


def _facts(workflow: Workflow, style: Style, now: datetime) -> Facts:
    meta, status, spec = workflow.metadata, workflow.status, _executed(workflow)
    yield "Name:", meta.name
    yield "Namespace:", meta.namespace
    unset = "unset" if workflow.spec.workflow_template_ref else "unset (will run with the default ServiceAccount)"
    yield "ServiceAccount:", spec.service_account_name or unset
    yield "Status:", displayed_status(workflow)
    if status.message:
        yield "Message:", status.message
    if status.conditions:
        yield "Conditions:", ""
        for condition in status.conditions:
            yield f"{style.condition(condition.type)} {condition.type}", condition.message or condition.status
    yield from _times(workflow, now)
    yield "Progress:", status.progress
    if status.resources_duration:
        yield "ResourcesDuration:", resources(status.resources_duration)
    if spec.arguments.parameters:
        yield "Parameters:", ""
        yield from _parameters(spec.arguments.parameters)
    if status.outputs:
        yield from _outputs(status.outputs)


def _executed(workflow: Workflow) -> WorkflowSpec:
    return workflow.status.stored_workflow_template_spec or workflow.spec


def displayed_status(workflow: Workflow) -> str:
    """The phase, and in brackets what else matters: `Running (Suspended)`."""
    waits = any(node.type == SUSPEND and node.phase == RUNNING for node in workflow.status.nodes.values())
    return phase_text(
        workflow.status.phase, suspended=bool(workflow.spec.suspend) or waits, shut_down=bool(workflow.spec.shutdown)
    )


def phase_text(phase: str, *, suspended: bool, shut_down: bool = False) -> str:
    """A workflow's phase in words."""
    if phase == RUNNING and suspended:
        return "Running (Suspended)"
    if phase == FAILED and shut_down:
        return "Failed (Terminated)"
    return phase or "Pending"


def _times(workflow: Workflow, now: datetime) -> Facts:
    meta, status = workflow.metadata, workflow.status
    if meta.creation_timestamp:
        yield "Created:", stamp(meta.creation_timestamp, now)
    if status.started_at:
        yield "Started:", stamp(status.started_at, now)
    if status.finished_at:
        yield "Finished:", stamp(status.finished_at, now)
    if status.started_at:
        yield "Duration:", span(status.started_at, status.finished_at, now)
    if status.phase == RUNNING and status.estimated_duration > 0:
        yield "EstimatedDuration:", humanize(status.estimated_duration)


def _parameters(parameters: list[Parameter]) -> Facts:
    for parameter in parameters:
        if parameter.value is not None:
            yield f"  {parameter.name}:", parameter.value


def _outputs(outputs: Outputs) -> Facts:
    if outputs.parameters:
        yield "Output Parameters:", ""
        yield from _parameters(outputs.parameters)
    if outputs.artifacts:
        yield "Output Artifacts:", ""
        for artifact in outputs.artifacts:
            yield f"  {artifact.name}:", _place(artifact)


def _place(artifact: Artifact) -> str:
    """Where an artifact is, as its place's own fields say it."""
    from argosy.model.codec import to_builtins

    for name in PLACES:
        if place := getattr(artifact, name):
            return ", ".join(f"{key}={value}" for key, value in to_builtins(place).items())
    return ""
