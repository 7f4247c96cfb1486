"""What is given and what lies under it → both in one: a workflow, the template that it is made from, and the defaults.

As MergeTo and JoinWorkflowSpec in Argo's workflow/util/merge.go, which is Kubernetes' strategic merge: mappings are
merged, lists replaced, except for those whose elements have a key, where elements of the same key are merged and the
others of both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from argosy.model.arguments import Arguments, Artifact, Parameter
from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template
from argosy.model.workflow import Workflow

Object = dict[str, Any]
Argument = Parameter | Artifact

MERGE_KEYS = {
    **dict.fromkeys(("templates", "volumes", "imagePullSecrets", "parameters", "artifacts"), "name"),
    **dict.fromkeys(("initContainers", "sidecars", "tasks", "env"), "name"),
    "tolerations": "key",
    "hostAliases": "ip",
    "ports": "containerPort",
    "volumeDevices": "devicePath",
    "volumeMounts": "mountPath",
}
"""Lists whose elements are known by a key."""
WHOLE = (("spec", "hooks"), ("spec", "workflowMetadata", "labelsFrom"))
"""Mappings of which each entry is taken whole, from one side or from the other."""
TYPES = frozenset(
    ("container", "containerSet", "script", "steps", "dag", "suspend", "resource", "data", "http", "plugin")
)
"""The fields that say what a template is: of defaults only the one counts that the template has itself."""


def with_defaults(workflow: Workflow, defaults: Object) -> Workflow:
    """The workflow, with what it does not say taken from the defaults."""
    if not defaults:
        return workflow
    return decode_lenient(_merge(defaults, to_builtins(workflow), ()), Workflow)


def with_default_metadata(meta: ObjectMeta, defaults: Object) -> ObjectMeta:
    """The labels and annotations of the defaults under those that are given; all else of them is left."""
    under: Object = defaults.get("metadata") or {}
    labels: dict[str, str] = under.get("labels") or {}
    annotations: dict[str, str] = under.get("annotations") or {}
    if not labels and not annotations:
        return meta
    return msgspec.structs.replace(meta, labels=labels | meta.labels, annotations=annotations | meta.annotations)


def join_specs(given: WorkflowSpec, base: WorkflowSpec, defaults: Object) -> WorkflowSpec:
    """The specification of a workflow over that of the template that it is made from, over that of the defaults.

    An argument is taken whole from the highest that gives it. Whether it is suspended only the workflow says.
    """
    layers: list[Object] = [{"spec": to_builtins(base)}, {"spec": defaults.get("spec") or {}}]
    merged: Object = {"spec": to_builtins(given)}
    for layer in layers:
        merged = _merge(layer, merged, ())
    spec = decode_lenient(merged["spec"], WorkflowSpec)
    own, under = given.arguments, base.arguments
    spec.arguments = Arguments(
        parameters=[_whole(each, own.parameters, under.parameters) for each in spec.arguments.parameters],
        artifacts=[_whole(each, own.artifacts, under.artifacts) for each in spec.arguments.artifacts],
    )
    spec.suspend = given.suspend
    return spec


def with_template_defaults(template: Template, defaults: Template | None) -> Template:
    """The template, with what it does not say taken from `templateDefaults` (mergedTemplateDefaultsInto)."""
    if defaults is None:
        return template
    own = to_builtins(template)
    under = {name: value for name, value in to_builtins(defaults).items() if name not in TYPES - set(own)}
    return decode_lenient(_merge(under, own, ()), Template)


def _whole(merged: Argument, *layers: Sequence[Argument]) -> Any:
    """The argument as the first layer has it that gives it a value; a parameter without any is as it was merged."""
    for layer in layers:
        for argument in layer:
            if argument.name == merged.name and _is_given(argument):
                return argument
    return merged


def _is_given(argument: Argument) -> bool:
    if isinstance(argument, Artifact):
        return True
    return argument.value is not None or argument.default is not None or argument.value_from is not None


def _merge(under: Object, over: Object, path: tuple[str, ...]) -> Object:
    if path in WHOLE:
        return under | over
    result = dict(under)
    for name, value in over.items():
        below = under.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            result[name] = _merge(cast(Object, below), cast(Object, value), (*path, name))
        elif isinstance(value, list) and isinstance(below, list) and name in MERGE_KEYS:
            lists = cast(list[Object], below), cast(list[Object], value)
            result[name] = _merge_lists(*lists, MERGE_KEYS[name], (*path, name))
        else:
            result[name] = value
    return result


def _merge_lists(under: list[Object], over: list[Object], key: str, path: tuple[str, ...]) -> list[Object]:
    """The elements in the order of `over`; those of `under` alone each before the first that follows it in `under`."""
    below = {each.get(key): each for each in under}
    above = [each.get(key) for each in over]
    merged = [_merge(below[each.get(key)], each, path) if each.get(key) in below else each for each in over]
    place = {name: number for number, name in enumerate(below)}
    alone = [each for each in under if each.get(key) not in set(above)]
    result: list[Object] = []
    for name, element in zip(above, merged, strict=True):
        while alone and place[alone[0].get(key)] < place.get(name, -1):
            result.append(alone.pop(0))
        result.append(element)
    return result + alone
