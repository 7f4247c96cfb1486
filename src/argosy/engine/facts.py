"""Fold: an event sets the phase of one node, or a flag of the spec, and decides nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from argosy.engine.pods import pod_outputs
from argosy.errors import InvalidRequest
from argosy.language.node_selector import matches_node, parse_node_selector
from argosy.model.kinds import FAILED, FULFILLED, POD, RUNNING, SUCCEEDED, SUSPEND
from argosy.model.status import NodeStatus
from argosy.ports.events import (
    AnyEvent,
    PodReported,
    ResumeRequested,
    StopRequested,
    SuspendRequested,
    TerminateRequested,
)
from argosy.ports.pods import FINAL_POD_PHASES
from argosy.templates.suspend import resumed_outputs

if TYPE_CHECKING:
    from argosy.engine.execution import Execution


def fold(execution: Execution, event: AnyEvent) -> None:
    """Take one fact in."""
    match event:
        case PodReported():
            _pod_reported(execution, event)
        case SuspendRequested():
            execution.workflow.spec.suspend = True
            execution.head_changed.add("spec")
        case ResumeRequested():
            _resume(execution, event)
        case StopRequested() if event.node_field_selector:
            for node in _waiting(execution, event.node_field_selector):
                _end_wait(execution, node, FAILED, event.message or None)
        case StopRequested():
            _shut_down(execution, "Stop")
        case TerminateRequested():
            _shut_down(execution, "Terminate")


def _pod_reported(execution: Execution, event: PodReported) -> None:
    node, report = execution.nodes.by_id.get(event.node_id), event.report
    if node is None or node.phase in FULFILLED or node.id not in execution.pods:
        return
    node.host_node_name = report.host_node_name or node.host_node_name
    node.pod_ip = report.pod_ip or node.pod_ip
    if report.phase not in FINAL_POD_PHASES:
        execution.nodes.mark(node, report.phase, report.message, execution.now)
        return
    node.outputs = pod_outputs(execution.pods[node.id].template, report)
    node.finished_at = report.finished_at
    execution.nodes.mark(node, report.phase, report.message, execution.now)
    execution.publish(node.outputs)
    execution.finish(node)


def _waiting(execution: Execution, selector: str = "") -> list[NodeStatus]:
    """The suspend nodes that wait, of those that the selector matches."""
    waiting = [node for node in execution.nodes.by_id.values() if node.type == SUSPEND and node.phase == RUNNING]
    if not selector:
        return waiting
    parsed = parse_node_selector(selector)
    return [node for node in waiting if matches_node(parsed, msgspec.to_builtins(node))]


def _resume(execution: Execution, event: ResumeRequested) -> None:
    if not event.node_field_selector and execution.workflow.spec.suspend is not None:
        execution.workflow.spec.suspend = None
        execution.head_changed.add("spec")
    for node in _waiting(execution, event.node_field_selector):
        try:
            node.outputs = resumed_outputs(node.outputs)
        except InvalidRequest:
            continue  # whoever asked has been told; the node goes on waiting for what it was not given
        _end_wait(execution, node, SUCCEEDED, None)


def _end_wait(execution: Execution, node: NodeStatus, phase: str, message: str | None) -> None:
    execution.nodes.mark(node, phase, message, execution.now)
    execution.publish(node.outputs)
    execution.finish(node)


def shutdown_message(strategy: str) -> str:
    """Why a pod was ended, in Argo's words (both spaces are Argo's: exec_control.go)."""
    return f"workflow shutdown with strategy:  {strategy}"


def _shut_down(execution: Execution, strategy: str) -> None:
    """End all that runs or waits. What would begin from now on fails at once (Execution.execute)."""
    execution.workflow.spec.shutdown = strategy
    execution.head_changed.add("spec")
    for node in [node for node in execution.nodes.by_id.values() if node.phase not in FULFILLED]:
        if node.type == POD:
            execution.stop_pod(node, shutdown_message(strategy))
        elif node.type == SUSPEND:
            _end_wait(execution, node, FAILED, f"Stopped with strategy '{strategy}'")
