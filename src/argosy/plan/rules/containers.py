"""Containers: images, mounts, and the names of those beside the main one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argosy.plan.rules.dependencies import cycles
from argosy.plan.rules.names import name_errors
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import has_main
from argosy.plan.rules.walk import Visit, Walk

AUXILIARY = ("wait", "supervisor")
PLUGIN_PREFIX = "artifact-plugin-"


def check(walk: Walk) -> Iterator[Problem]:
    """The containers of every template."""
    for visit in walk.visits:
        if len(visit.types) != 1:
            continue
        if any(not container.name for container in visit.template.init_containers):
            yield visit.problem(("initContainers",), "initContainers must all have container name")
        for index, sidecar in enumerate(visit.template.sidecars):
            if is_reserved(sidecar.name):
                message = f'{visit.label}.sidecars: "{sidecar.name}" is a reserved Argo container name'
                yield visit.problem(("sidecars", index, "name"), message)
        yield from _images(visit)
        yield from _mounts(visit)
        yield from _container_set(visit)


def is_reserved(name: str) -> bool:
    """Whether Argo gives the name to a container of its own (IsArgoSidecar)."""
    return name in AUXILIARY or name.startswith(PLUGIN_PREFIX)


def _images(visit: Visit) -> Iterator[Problem]:
    defaults = visit.owner.spec.template_defaults
    if visit.owner.foreign and visit.owner.kind == "ClusterWorkflowTemplate":
        defaults = None  # Argo does not look there
    for field, container, default in (
        ("container", visit.template.container, defaults.container if defaults else None),
        ("script", visit.template.script, defaults.script if defaults else None),
    ):
        if container is not None and not container.image and not (default and default.image):
            message = f"{visit.label}.{field}.image may not be empty"
            yield visit.problem((field,), message, "name the image, even where the host's own programs will run")


def _mounts(visit: Visit) -> Iterator[Problem]:
    """Nothing may be mounted where something else is."""
    container = visit.template.container
    if container is None:
        return
    taken: dict[str, str] = {}
    for index, mount in enumerate(container.volume_mounts):
        if mount.mount_path in taken:
            keys = ("container", "volumeMounts", index, "mountPath")
            yield visit.problem(
                keys, _taken(visit, f"container.volumeMounts[{index}].mountPath", mount.mount_path, taken)
            )
        taken[mount.mount_path] = f"container.volumeMounts.{mount.name}"
    for index, artifact in enumerate(visit.template.inputs.artifacts):
        if artifact.path and artifact.path in taken:
            keys = ("inputs", "artifacts", index, "path")
            yield visit.problem(keys, _taken(visit, f"inputs.artifacts[{index}].path", artifact.path, taken))
        taken[artifact.path] = f"inputs.artifacts.{artifact.name}"


def _taken(visit: Visit, where: str, path: str, taken: Mapping[str, str]) -> str:
    return f"{visit.label}.{where} '{path}' already mounted in {taken[path]}"


def _container_set(visit: Visit) -> Iterator[Problem]:
    wanted, template = visit.template.container_set, visit.template
    if wanted is None:
        return
    for keys, message, hint in _containers(visit):
        yield visit.problem(("containerSet", *keys), f"{visit.label}.containerSet.{message}", hint)
    moved = template.inputs.artifacts or template.outputs.parameters or template.outputs.artifacts
    if moved and not has_main(template):
        message = f'{visit.label}.containerSet.containers must have a container named "main" for input or output'
        yield visit.problem(("containerSet", "containers"), message)
    for index, container in enumerate(wanted.containers):
        if is_reserved(container.name):
            message = f'{visit.label}.containerSet.containers: "{container.name}" is a reserved Argo container name'
            yield visit.problem(("containerSet", "containers", index, "name"), message)


def _containers(visit: Visit) -> Iterator[tuple[Path, str, str]]:
    """Where in the container set something is wrong, and what (ContainerSetTemplate.Validate)."""
    wanted = visit.template.container_set
    if wanted is None or not wanted.containers:
        yield (), "containers must have at least one container", ""
        return
    names = [container.name for container in wanted.containers]
    for index, message in name_errors(names, tags=True):
        yield ("containers", index, "name"), f"containers{message}", ""
    taken: dict[str, str] = {}
    for index, mount in enumerate(wanted.volume_mounts):
        if mount.mount_path in taken:
            message = (
                f"volumeMounts[{index}].mountPath '{mount.mount_path}' already mounted in {taken[mount.mount_path]}"
            )
            yield ("volumeMounts", index, "mountPath"), message, ""
        taken[mount.mount_path] = f"volumeMounts.{mount.name}"
    for index, container in enumerate(wanted.containers):
        for number, name in enumerate(container.dependencies):
            if name not in names:
                message = f"containers.{container.name} dependency '{name}' not defined"
                yield ("containers", index, "dependencies", number), message, did_you_mean(name, names)
    for circle in cycles({container.name: container.dependencies for container in wanted.containers}):
        index = names.index(circle[0])
        yield ("containers", index, "dependencies"), f"containers dependency cycle detected: {'->'.join(circle)}", ""
