"""What somebody edited in an object → what was asked of the engine; and what is asked → the edit that asks it. Pure.

Argo has no queue of requests: its command line edits the object, and its controller sees what it is like
(workflow/util/util.go: SuspendWorkflow, ResumeWorkflow, StopWorkflow, updateSuspendedNode):

    suspend                  spec.suspend becomes true
    resume                   spec.suspend goes, and every suspend node that waits becomes Succeeded
    resume, with a selector  the suspend nodes that it matches become Succeeded
    stop, terminate          spec.shutdown becomes Stop or Terminate
    stop, with a selector    the suspend nodes that it matches become Failed, with the message

So it does not matter who asks: `kubectl edit`, `argo` or `argosy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from argosy.errors import ArgosyError
from argosy.language.node_selector import node_fields, parse_field_selector
from argosy.model.arguments import Inputs
from argosy.model.kinds import ERROR, FAILED, RUNNING, SKIPPED, SUCCEEDED, SUSPEND
from argosy.model.status import NodeStatus
from argosy.ports.events import (
    Request,
    ResumeRequested,
    StopRequested,
    SuspendRequested,
    TerminateRequested,
)
from argosy.stores.kubernetes.patches import Object, diff, merge
from argosy.stores.kubernetes.shape import nodes_of, pack, part, plain
from argosy.templates.suspend import resumed_outputs

RESUMED: Final = frozenset((SUCCEEDED, SKIPPED))
STOPPED: Final = frozenset((FAILED, ERROR))
TERMINATE: Final = "Terminate"


class Asked(NamedTuple):
    """What an object asks for. `nodes` are those by their ids, of which only suspend nodes matter."""

    suspend: bool
    shutdown: str
    nodes: Object

    @classmethod
    def by(cls, item: Object, nodes: Object) -> Asked:
        """What this object asks for."""
        spec = part(item, "spec")
        return cls(spec.get("suspend") is True, str(spec.get("shutdown") or ""), nodes)

    @property
    def waiting(self) -> Iterator[str]:
        """The ids of the suspend nodes that wait."""
        for id_, node in self.nodes.items():
            if isinstance(node, dict) and node.get("type") == SUSPEND and node.get("phase") == RUNNING:
                yield id_


def requests(old: Asked, new: Asked) -> Iterator[Request]:
    """What was asked by the edits from `old` to `new`.

    A resume of the workflow resumes its suspend nodes too. So one that is edited into spec.suspend only, while suspend
    nodes wait, is no request until none of them waits any more (`is_held_back`).
    """
    resumed, stopped, left = list[str](), list[str](), False
    for id_ in old.waiting:
        phase = (new.nodes.get(id_) or {}).get("phase")
        resumed += [id_] * (phase in RESUMED)
        stopped += [id_] * (phase in STOPPED)
        left = left or phase == RUNNING
    goes_on = old.suspend and not new.suspend and not left
    if new.suspend and not old.suspend:
        yield SuspendRequested()
    if goes_on:
        yield ResumeRequested()
    else:
        for id_ in resumed:
            yield ResumeRequested(node_field_selector=f"id={id_}")
    for id_ in stopped:
        message = str(new.nodes[id_].get("message") or "")
        yield StopRequested(node_field_selector=f"id={id_}", message=message)
    if new.shutdown and new.shutdown != old.shutdown:
        yield shutdown_request(new.shutdown)


def is_held_back(old: Asked, new: Asked) -> bool:
    """Whether spec.suspend went while suspend nodes wait."""
    return old.suspend and not new.suspend and any(True for _ in new.waiting)


def shutdown_request(strategy: str) -> Request:
    """What a value of spec.shutdown asks for."""
    return TerminateRequested() if strategy == TERMINATE else StopRequested()


# --- the other way


def edit(item: Object, request: Request, now: datetime) -> Object:
    """The patch with which Argo's command line asks for this; empty where it is so already.

    Raises InvalidRequest where a node that is resumed lacks a value.
    """
    match request:
        case SuspendRequested():
            return {} if part(item, "spec").get("suspend") is True else {"spec": {"suspend": True}}
        case ResumeRequested(node_field_selector=selector):
            return _resume(item, selector, now)
        case StopRequested(node_field_selector=selector, message=message) if selector:
            return _with_nodes(item, selector, lambda node: _ended(node, FAILED, message, now))
        case StopRequested():
            return {"spec": {"shutdown": "Stop"}}
        case TerminateRequested():
            return {"spec": {"shutdown": TERMINATE}}


def _resume(item: Object, selector: str, now: datetime) -> Object:
    patch = _with_nodes(item, selector, lambda node: _ended(node, SUCCEEDED, "", now))
    if not selector and part(item, "spec").get("suspend") is not None:
        patch["spec"] = {"suspend": None}
    return patch


def _ended(node: NodeStatus, phase: str, message: str, now: datetime) -> None:
    if phase == SUCCEEDED:
        node.outputs = resumed_outputs(node.outputs)
    node.phase, node.finished_at, node.message = phase, now, message or node.message


def _with_nodes(item: Object, selector: str, change: Callable[[NodeStatus], None]) -> Object:
    """The patch that changes the suspend nodes that wait and that the selector matches."""
    nodes = nodes_of(item)
    changed: Object = {}
    for id_ in Asked.by(item, nodes).waiting:
        node = _decoded(nodes[id_])
        if node is not None and _matches(node, selector):
            before = plain(node)
            change(node)
            changed[id_] = diff(before, plain(node))
    if not changed:
        return {}
    if part(item, "status").get("nodes"):
        return {"status": {"nodes": changed}}
    whole = merge(nodes, changed)
    return {"status": {"compressedNodes": pack(whole)}}


def _decoded(node: Any) -> NodeStatus | None:
    from argosy.model.codec import decode_lenient

    try:
        return decode_lenient(node, NodeStatus)
    except ArgosyError:
        return None


def _matches(node: NodeStatus, selector: str) -> bool:
    """Whether a node field selector matches (SelectorMatchesNode)."""
    if not selector:
        return True
    reference, inputs = node.template_ref, node.inputs or Inputs()
    fields = node_fields(
        name=node.name,
        node_id=node.id,
        display_name=node.display_name,
        phase=node.phase,
        template=node.template_name,
        template_ref=(reference.name, reference.template) if reference else None,
        inputs={each.name: each.value or "" for each in inputs.parameters},
    )
    return parse_field_selector(selector).matches(fields)
