"""A workflow and the setting `workflowDefaults` → the workflow with the defaults under it.

As MergeTo in Argo's workflow/util/merge.go, which is Kubernetes' strategic merge: mappings are merged, lists replaced,
except for those whose elements have a key, where elements of the same key are merged and the others of both are kept.
"""

from __future__ import annotations

from typing import Any

from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.workflow import Workflow

Object = dict[str, Any]

MERGE_KEYS = {
    **dict.fromkeys(("templates", "volumes", "imagePullSecrets", "parameters", "artifacts"), "name"),
    **dict.fromkeys(("initContainers", "sidecars", "tasks"), "name"),
    "tolerations": "key",
    "hostAliases": "ip",
}
"""Lists whose elements are known by a key."""
WHOLE = (("spec", "hooks"), ("spec", "workflowMetadata", "labelsFrom"))
"""Mappings of which each entry is taken whole, from one side or from the other."""


def with_defaults(workflow: Workflow, defaults: Object) -> Workflow:
    """The workflow, with what it does not say taken from the defaults."""
    if not defaults:
        return workflow
    return decode_lenient(_merge(defaults, to_builtins(workflow), ()), Workflow)


def _merge(under: Object, over: Object, path: tuple[str, ...]) -> Object:
    if path in WHOLE:
        return under | over
    result = dict(under)
    for name, value in over.items():
        below = under.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            result[name] = _merge(below, value, (*path, name))
        elif isinstance(value, list) and isinstance(below, list) and name in MERGE_KEYS:
            result[name] = _merge_lists(below, value, MERGE_KEYS[name], (*path, name))
        else:
            result[name] = value
    return result


def _merge_lists(under: list[Object], over: list[Object], key: str, path: tuple[str, ...]) -> list[Object]:
    below = {each.get(key): each for each in under}
    merged = [_merge(below[each.get(key)], each, path) if each.get(key) in below else each for each in over]
    taken = {each.get(key) for each in over}
    return [*merged, *(each for each in under if each.get(key) not in taken)]
