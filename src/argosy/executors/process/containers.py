"""A pod's template → its containers: one of a container or script, several of a containerSet."""

from __future__ import annotations

from argosy.model.kubernetes import Container, VolumeMount
from argosy.model.template import ContainerNode, ScriptTemplate, Template

AnyContainer = Container | ScriptTemplate | ContainerNode


def containers_of(template: Template) -> list[AnyContainer]:
    """All of them."""
    if template.container_set is not None:
        return list(template.container_set.containers)
    only = template.container or template.script
    return [only] if only is not None else []


def main_of(template: Template) -> AnyContainer | None:
    """The one that outputs come from; a set need not have it."""
    if template.container_set is not None:
        return next((each for each in template.container_set.containers if each.name == "main"), None)
    return template.container or template.script


def mounts_of(template: Template) -> list[VolumeMount]:
    """What all of them have mounted: they see the same files."""
    shared = template.container_set.volume_mounts if template.container_set else []
    found: list[VolumeMount] = []
    for mount in [*shared, *(mount for each in containers_of(template) for mount in each.volume_mounts)]:
        if mount not in found:
            found.append(mount)
    return found
