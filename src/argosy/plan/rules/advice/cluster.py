"""What Argo's validation lets pass, and a cluster refuses: names, mounts, objects that are there already, types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from argosy.errors import ManifestError
from argosy.model.yaml import load
from argosy.plan.rules.advice.parts import all_containers, entries, note, own_visits, written
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import is_dynamic, is_pod
from argosy.plan.rules.walk import Visit, Walk


def check(walk: Walk) -> Iterator[Problem]:
    """Names of objects and of pods, mounts, resources."""
    yield from _names(walk)
    for visit in own_visits(walk):
        template = visit.template
        if is_pod(template) and re.search("[A-Z]", template.name) and not is_dynamic(template.name):
            message = f"{visit.label}: pods are named after their template, and a cluster refuses capitals in names"
            keys = ("name",)
            yield note(visit, keys, message, f"write {_lower(template.name)}")
        yield from _mounts(walk, visit)
        yield from _fixed_name(visit)
    yield from _values(walk.subject.written, ())


def _lower(name: str) -> str:
    """`printMessage` as `print-message`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()


def _names(walk: Walk) -> Iterator[Problem]:
    metadata, kind = walk.subject.own.metadata, walk.subject.kind
    if metadata.name.endswith("-"):
        hint = f"write generateName: {metadata.name}" if kind == "Workflow" else f"write name: {metadata.name[:-1]}"
        message = f"{metadata.name!r} ends in a dash, which a cluster refuses"
        yield Problem("warning", ("metadata", "name"), message, hint)
    if metadata.generate_name and not metadata.name and kind != "Workflow":
        message = f"a {kind} with generateName: each apply makes one more, and nobody can refer to it"
        hint = f"write name: {metadata.generate_name.rstrip('-')}"
        yield Problem("warning", ("metadata", "generateName"), message, hint)


def _mounts(walk: Walk, visit: Visit) -> Iterator[Problem]:
    specs, template = walk.subject.specs, visit.template
    if template.pod_spec_patch or any(spec.pod_spec_patch for spec in specs):
        return
    known = set(_volume_names(template.volumes))
    for spec in specs:
        known |= {*_volume_names(spec.volumes), *_volume_names(spec.volume_claim_templates)}
        known |= set(_volume_names(spec.template_defaults.volumes)) if spec.template_defaults else set()
    lists: list[tuple[Path, Any]] = [(part.keys, part.container) for part in all_containers(visit)]
    if template.container_set:
        lists.append((("containerSet",), template.container_set))
    for keys, holder in lists:
        for index, mount in enumerate(holder.volume_mounts):
            if mount.name not in known and not is_dynamic(mount.name) and not any(map(is_dynamic, known)):
                message = f"{visit.label} mounts {mount.name!r}, and there is no such volume"
                hint = did_you_mean(mount.name, known) or "write it under volumes or volumeClaimTemplates"
                level = "info" if walk.subject.is_template else "warning"
                yield note(visit, (*keys, "volumeMounts", index, "name"), message, hint, level)


def _volume_names(volumes: list[Any]) -> Iterator[str]:
    for volume in volumes:
        yield str(written(volume, ("name",)) or written(volume, ("metadata", "name")) or "")


def _fixed_name(visit: Visit) -> Iterator[Problem]:
    resource = visit.template.resource
    if resource is None or resource.action != "create":
        return
    try:
        found = load(resource.manifest)
    except ManifestError:
        return
    name = written(found, ("metadata", "name"))
    if isinstance(name, str) and name and not is_dynamic(name):
        message = f"{visit.label}.resource creates {name!r}: the second run fails, since it is there already"
        hint = f"write generateName: {name}-, or action: apply"
        yield note(visit, ("resource", "manifest"), message, hint)


def _values(data: Any, path: Path) -> Iterator[Problem]:
    """Numbers and booleans as values of parameters: what the command line converts, `kubectl apply` does not."""
    for key, item in entries(data):
        place = (*path, key)
        if key in ("value", "default") and path[-2:-1] == ("parameters",) and isinstance(item, bool | int | float):
            shown = str(item).lower() if isinstance(item, bool) else item
            message = f"{key}: {shown} is no text: `argo submit` converts it, a plain apply does not"
            yield Problem("warning", place, message, f'write {key}: "{shown}"')
        yield from _values(item, place)
