"""A pod's template → its containers: one of a container or script, or several beside each other."""

from __future__ import annotations

from argosy.model.kubernetes import Container, VolumeMount
from argosy.model.template import ContainerNode, ScriptTemplate, Template, UserContainer

AnyContainer = Container | ScriptTemplate | ContainerNode | UserContainer


def containers_of(template: Template) -> list[AnyContainer]:
    """All of them."""
    if template.container_set is not None:
        return list(template.container_set.containers)
    main = template.container or template.script
    return [*template.init_containers, *([main] if main is not None else ()), *template.sidecars]


def is_crew(template: Template) -> bool:
    """Whether there are several, or may be."""
    return bool(template.container_set or template.init_containers or template.sidecars)


def name_of(container: AnyContainer) -> str:
    """Its name in the pod."""
    return container.name if isinstance(container, ContainerNode | UserContainer) else "main"


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


def order_of(container: AnyContainer, template: Template) -> tuple[list[str], bool]:
    """Which others have to succeed before it starts, and whether it ends when the others have."""
    if isinstance(container, ContainerNode):
        return container.dependencies, False
    first = [each.name for each in template.init_containers]
    if container in template.init_containers:
        return first[: template.init_containers.index(container)], False
    return first, container in template.sidecars
