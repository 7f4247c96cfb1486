"""A workflow → what of it has no effect where it will run, to be said once, in one short block.

A manifest asks for things that only some places have: an image, an amount of memory, a node with a certain label. It
runs all the same where they are not there; nobody shall have to find out by surprise. What would change the result is
not here: that is refused (`argosy.plan.support`). So artifacts go to the repository that
is there, whichever the manifest names, while an artifact in a bucket is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template
from argosy.model.workflow import Workflow
from argosy.plan.fields import set_fields
from argosy.plan.snapshot import holders_of

OF_CONTAINERS: Final = (
    "image imagePullPolicy lifecycle livenessProbe ports readinessProbe resizePolicy resources restartPolicy "
    "restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy "
    "tty"
)
OF_PODS: Final = (
    "affinity automountServiceAccountToken executor hostAliases nodeSelector podResources podSpecPatch resourceClaims "
    "schedulerName securityContext serviceAccountName tolerations"
)
WITHOUT_EFFECT: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "WorkflowSpec": f"{OF_PODS} archiveLogs artifactRepositoryRef dnsConfig dnsPolicy hostNetwork imagePullSecrets "
        "metrics podDisruptionBudget podGC podMetadata podPriorityClassName ttlStrategy volumeClaimGC",
        "RetryStrategy": "affinity",
        "Template": f"{OF_PODS} archiveLocation metrics priorityClassName",
        "Container": OF_CONTAINERS,
        "UserContainer": OF_CONTAINERS,
        "ContainerNode": OF_CONTAINERS,
        "ScriptTemplate": OF_CONTAINERS,
    }.items()
}
"""The fields that say where and how a pod runs, and what is kept of it, not what it does: type → names.

An executor honours some of them.
"""

KILL_COMMAND, PAUSE = "workflows.argoproj.io/kill-cmd-", "ARGO_DEBUG_PAUSE"
MOST_LINES = 8
MOST_NAMES = 3
WORKFLOW = ""
"""The place of what is said for the whole workflow; other places are the names of templates."""


class Unhonoured(NamedTuple):
    """A field that has no effect, or one of its values, and where it stands."""

    field: str
    value: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        what = f"{self.field} {self.value}" if self.value else self.field
        names = [name for name in self.places if name != WORKFLOW]
        parts = ["the workflow"] if WORKFLOW in self.places else []
        if names:
            shown = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
            parts.append(f"{len(names)} template{'s' if len(names) > 1 else ''} ({shown})")
        return f"{what}: {' and '.join(parts)}"


def unhonoured(workflow: Workflow, honoured: frozenset[str]) -> list[Unhonoured]:
    """What has no effect where the fields in `honoured` are all that has: images first, then field by field."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for place, field, value in _all(workflow):
        if field not in honoured:
            found.setdefault((field, value), {})[place] = None
    rows = [Unhonoured(field, value, tuple(places)) for (field, value), places in found.items()]
    return sorted(rows, key=lambda row: (row.field != "image", row.field, row.value))


def render(rows: Sequence[Unhonoured]) -> str:
    """The rows as one block of a few lines; empty where there are none."""
    lines = [str(row) for row in rows]
    if len(lines) > MOST_LINES:
        rest = lines[MOST_LINES - 1 :]
        fields = ", ".join(dict.fromkeys(row.field for row in rows[MOST_LINES - 1 :]))
        lines[MOST_LINES - 1 :] = [f"and {len(rest)} more: {fields}"]
    return "\n".join(lines)


def _all(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """Place, field, and value where that is worth telling."""
    spec = workflow.status.stored_workflow_template_spec or workflow.spec
    yield from ((WORKFLOW, field, "") for field, _ in _without_effect(spec))
    yield from _of_retries(WORKFLOW, spec)
    for template in (*spec.templates, *workflow.status.stored_templates.values()):
        for inner in _with_inline(template):
            name = inner.name or template.name
            yield from _of_retries(name, inner)
            yield from ((name, field, "") for field in _of_argos_helper(inner))
            for part in (inner, inner.container, inner.script):
                if part is not None:
                    for field, value in _without_effect(part):
                        if field == "readinessProbe" and inner.daemon:
                            continue  # it says when a daemon serves others, everywhere
                        yield name, field, str(value) if field == "image" else ""


def _of_argos_helper(template: Template) -> Iterator[str]:
    """What only the helper that Argo puts into its pods reads: how to end a sidecar, and where to pause."""
    if any(key.startswith(KILL_COMMAND) for key in template.metadata.annotations):
        yield "annotation kill-cmd"
    container = template.container or template.script
    if container is not None and any(each.name.startswith(PAUSE) for each in container.env):
        yield f"{PAUSE}_..."


def _of_retries(place: str, holder: WorkflowSpec | Template) -> Iterator[tuple[str, str, str]]:
    if holder.retry_strategy is not None:
        for field, _ in _without_effect(holder.retry_strategy):
            yield place, f"retryStrategy.{field}", ""


def _with_inline(template: Template) -> Iterator[Template]:
    yield template
    for holder in holders_of(template):
        if holder.inline is not None:
            yield from _with_inline(holder.inline)


def _without_effect(part: Struct) -> Iterator[tuple[str, object]]:
    wanted = WITHOUT_EFFECT[type(part).__name__]
    return ((field, value) for field, value in set_fields(part) if field in wanted and not _is_empty(value))


def _is_empty(value: object) -> bool:
    return not any(set_fields(value)) if isinstance(value, Struct) else value in ({}, [])
