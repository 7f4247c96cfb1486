"""Resource templates: a known action, and an object to do it to."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.errors import ManifestError
from argosy.model.template import ResourceTemplate
from argosy.plan.rules.names import TAG
from argosy.plan.rules.problems import Problem, did_you_mean
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Visit, Walk

ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")
SEPARATOR = "\n---"


def check(walk: Walk) -> Iterator[Problem]:
    """The resource templates."""
    for visit in walk.visits:
        wanted = visit.template.resource
        if wanted is None or len(visit.types) != 1:
            continue
        if wanted.action not in ACTIONS and not is_dynamic(wanted.action):
            message = f"{visit.label}.resource.action must be one of: {', '.join(ACTIONS)}"
            yield visit.problem(("resource", "action"), message, did_you_mean(wanted.action, ACTIONS))
        if wanted.action not in ("delete", "get"):
            yield from _manifest(visit, wanted)


def _manifest(visit: Visit, wanted: ResourceTemplate) -> Iterator[Problem]:
    label = visit.label
    source = wanted.manifest_from
    if not wanted.manifest and source is None:
        message = f"either {label}.resource.manifest or {label}.resource.manifestFrom must be specified"
        yield visit.problem(("resource",), message)
    if wanted.manifest and source is not None:
        message = "shouldn't have both `manifest` and `manifestFrom` specified in `Manifest` for resource template"
        yield visit.problem(("resource", "manifestFrom"), message)
    if source is not None and source.artifact is not None:
        names = [artifact.name for artifact in visit.template.inputs.artifacts]
        if source.artifact.name not in names:
            message = f"artifact {source.artifact.name} in `manifestFrom` refer to a non-exist artifact"
            hint = did_you_mean(source.artifact.name, names)
            yield visit.problem(("resource", "manifestFrom", "artifact", "name"), message, hint)
    error = _yaml_error(wanted.manifest)
    if error:
        yield visit.problem(("resource", "manifest"), f"{label}.resource.manifest must be a valid yaml", error)


def _yaml_error(text: str) -> str:
    """Why the text's first document is not YAML once there are values for its tags, or ""."""
    from argosy.model.yaml import load

    try:
        load(TAG.sub("x", text).split(SEPARATOR)[0], strict=False)
    except ManifestError as error:
        place = f"line {error.line} of it: " if error.line else ""
        return f"{place}{error.message}"
    return ""
