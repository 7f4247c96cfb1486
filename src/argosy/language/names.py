"""The names of nodes and pods: where a node sits in the tree becomes its name, its ID and the name of its pod.

Bit-compatible with Argo, because users, annotations and clusters hold on to these names.
"""

from __future__ import annotations

import re

from argosy.errors import ExpressionError
from argosy.language.gotext import utf8
from argosy.language.govalues import parse_int

_LONGEST_POD_PREFIX = 253 - 10 - 1  # Kubernetes' longest name, less "-" and the digits of a hash
_ON_EXIT = ".onExit"
EXIT = "exit"
"""The name, among the hooks of a step or task, of the one that runs when it has ended."""
_STEPS_OR_DAG_SEPARATOR = re.compile(r"^(\[[0-9]+\])?\.")


def fnv1a32(text: str) -> int:
    """The 32-bit FNV-1a hash of the text's UTF-8 bytes."""
    digest = 0x811C9DC5
    for byte in utf8(text):
        digest = ((digest ^ byte) * 0x01000193) & 0xFFFFFFFF
    return digest


def node_id(workflow: str, node_name: str) -> str:
    """The ID of a node: `wf` for the root, else `wf-` and the hash of its full name (Workflow.NodeID)."""
    return workflow if node_name == workflow else f"{workflow}-{fnv1a32(node_name)}"


def pod_name(workflow: str, node_name: str, template: str = "", node: str = "", version: str = "v2") -> str:
    """The name of a node's pod (workflow/util/pod_name.go).

    `version` "v1" means the node's ID, `node`; any other means `<workflow>-<template>-<hash of the node's name>`, the
    part before the hash cut to 242 bytes. `template` is the referenced template's name for a templateRef.
    """
    if version == "v1":
        return node
    if workflow == node_name:
        return workflow
    prefix = f"{workflow}-{template}" if template else workflow
    if len(prefix) * 4 > _LONGEST_POD_PREFIX:
        cut = utf8(prefix)[:_LONGEST_POD_PREFIX]
        prefix = cut.decode("utf-8", "surrogateescape")
    return f"{prefix}-{fnv1a32(node_name)}"


def display_name(node_name: str, boundary_name: str | None) -> str:
    """What is shown for a node: its name without its boundary's, `wf[0].a` in `wf` is `a` (initializeNode).

    Where the node has no boundary the full name is shown; a step group shows as `[0]`.
    """
    if boundary_name is None:
        return node_name
    return _STEPS_OR_DAG_SEPARATOR.sub("", node_name.removeprefix(boundary_name))


def child_name(name: str, index: int, text: str) -> str:
    """The name of a loop's child: `task(0:apple)`. Parentheses in `text` are dropped (generateNodeName)."""
    return f"{name}({index}:{text.replace('(', '').replace(')', '')})"


def attempt_name(name: str, attempt: int) -> str:
    """The name of a retry's attempt, counted from 0: `wf.task(0)`."""
    return f"{name}({attempt})"


def hook_name(name: str, hook: str) -> str:
    """The name of the node of a hook: `wf.task.hooks.told` (generateLifeHookNodeName)."""
    return f"{name}.hooks.{hook}"


def exit_name(name: str) -> str:
    """The name of the node of an exit handler: `wf.task.onExit` (GenerateOnExitNodeName)."""
    return f"{name}{_ON_EXIT}"


def is_exit_name(name: str) -> bool:
    """Whether a node of this name, or display name, is an exit handler (IsExitNode)."""
    return name.endswith(_ON_EXIT)


def loop_index(node_name: str) -> int:
    """The index in a loop child's name: 3 for `wf.task(3:apple)` (parseLoopIndex).

    Raises ExpressionError where the name is no loop child's.
    """
    text = node_name.rpartition("(")[2].partition(":")[0]
    try:
        return parse_int(text)
    except ExpressionError as error:
        raise ExpressionError(f"failed to parse '{text}' as int: {error}") from None
