"""The workflow's own variables: those that stay for the whole run, and those that the run makes.

The names are those of setGlobalParameters, setGlobalRuntimeParameters and operate in Argo's operator.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import msgspec

from argosy.language.gojson import escape_html
from argosy.language.gotext import quote
from argosy.language.names import pod_name
from argosy.language.scopes import MapScope
from argosy.language.tags import MISSING
from argosy.model.arguments import Artifact
from argosy.model.kinds import FAILED_OR_ERROR, OMITTED, SKIPPED, SUCCEEDED
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow

MADE_BY_THE_RUN = ("workflow.status", "workflow.duration", "workflow.failures")
LABEL = "workflow.labels."
OUTPUT = "workflow.outputs.parameters."
ARTIFACT = "workflow.outputs.artifacts."


class WorkflowVariables:
    """argosy.plan.artifacts.ArtifactScope of a workflow. `now` tells the time of the step at which it is asked."""

    def __init__(self, workflow: Workflow, fixed: Mapping[str, str], now: Callable[[], datetime]) -> None:
        self._name, self._status, self._metadata = workflow.metadata.name, workflow.status, workflow.metadata
        self._fixed, self._now = MapScope(fixed), now

    def lookup(self, name: str) -> object:
        """A variable's value, or MISSING."""
        value = self._fixed.lookup(name)
        if value is not MISSING or not name.startswith("workflow."):
            return value
        if name in MADE_BY_THE_RUN:
            return self._made(name)
        if name.startswith(LABEL):
            return self._metadata.labels.get(name.removeprefix(LABEL), MISSING)
        for parameter in self._status.outputs.parameters if self._status.outputs else ():
            if name == f"{OUTPUT}{parameter.name}" and parameter.value is not None:
                return parameter.value
        return MISSING

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin with a prefix."""
        yield from self._fixed.names(prefix)
        outputs = self._status.outputs.parameters if self._status.outputs else ()
        made = (*MADE_BY_THE_RUN, *(f"{OUTPUT}{parameter.name}" for parameter in outputs))
        yield from (name for name in made if name.startswith(prefix))

    def artifact(self, name: str) -> Artifact | None:
        """The output artifact of the workflow that has that name, or None."""
        artifacts = self._status.outputs.artifacts if self._status.outputs else ()
        return next((each for each in artifacts if name == f"{ARTIFACT}{each.name}"), None)

    def artifact_names(self, prefix: str) -> Iterator[str]:
        """The names of output artifacts that begin with the prefix."""
        artifacts = self._status.outputs.artifacts if self._status.outputs else ()
        yield from (f"{ARTIFACT}{each.name}" for each in artifacts if f"{ARTIFACT}{each.name}".startswith(prefix))

    def _made(self, name: str) -> str:
        if name == "workflow.failures":
            return quote(failures_json(self._name, self._status))
        if name == "workflow.duration":
            started = self._status.started_at or self._now()
            return f"{(self._now() - started).total_seconds():f}"
        root = self._status.nodes.get(self._name)
        phase = root.phase if root is not None else self._status.phase
        return SUCCEEDED if phase in (SKIPPED, OMITTED) else phase


def failures_json(workflow: str, status: WorkflowStatus) -> str:
    """What has failed, as `workflow.failures` gives it: a JSON list, `null` where nothing has (failedNodeStatus)."""
    rows = [_failure(workflow, node) for node in status.nodes.values() if node.phase in FAILED_OR_ERROR]
    return escape_html(msgspec.json.encode(rows or None).decode())


def _failure(workflow: str, node: NodeStatus) -> dict[str, str | None]:
    template = node.template_ref.template if node.template_ref else node.template_name
    return {
        "displayName": node.display_name,
        "message": node.message,
        "templateName": template,
        "phase": node.phase,
        "podName": pod_name(workflow, node.name, template, node.id),
        "finishedAt": node.finished_at.strftime("%Y-%m-%dT%H:%M:%SZ") if node.finished_at else None,
    }
