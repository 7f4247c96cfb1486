"""Fold: an event sets the phase of one node, or a flag of the spec, and decides nothing else."""

from __future__ import annotations

from argosy.engine.daemons import DAEMON_ENDED, daemon_runs
from argosy.engine.pods import pod_outputs
from argosy.engine.state import State
from argosy.engine.usage import resources_used
from argosy.errors import InvalidRequest
from argosy.language.names import is_exit_name
from argosy.language.node_selector import node_fields, parse_field_selector
from argosy.model.arguments import Inputs
from argosy.model.kinds import ERROR, FAILED, PENDING, RUNNING, SUCCEEDED, SUSPEND
from argosy.model.status import NodeStatus
from argosy.model.template import Template
from argosy.ports.events import (
    AnyEvent,
    PodReported,
    ResumeRequested,
    StopRequested,
    SuspendRequested,
    TerminateRequested,
)
from argosy.ports.pods import FINAL_POD_PHASES, ContainerEnd, PodReport
from argosy.templates.base import fulfilled
from argosy.templates.suspend import resumed_outputs

NOT_RUN = 64
"""The exit code of Argo's executor where the container's program is not what failed."""


def fold(state: State, event: AnyEvent) -> None:
    """Take one fact in."""
    match event:
        case PodReported():
            _pod_reported(state, event)
        case SuspendRequested():
            state.workflow.spec.suspend = True
            state.head_changed.add("spec")
        case ResumeRequested():
            _resume(state, event)
        case StopRequested() if event.node_field_selector:
            for node in _waiting(state, event.node_field_selector):
                state.end(node, FAILED, event.message or None)
        case StopRequested():
            if state.workflow.spec.shutdown != "Terminate":  # which is the stronger of both
                _shut_down(state, "Stop")
        case TerminateRequested():
            _shut_down(state, "Terminate")


def _pod_reported(state: State, event: PodReported) -> None:
    request, report = state.pods.get(event.node_id), event.report
    if request is None:
        return
    node = state.nodes.get(event.node_id)
    node.host_node_name = report.host_node_name or node.host_node_name
    if request.template.daemon:
        node.pod_ip = report.pod_ip or node.pod_ip
    if report.phase not in FINAL_POD_PHASES:
        if request.template.daemon and report.phase == RUNNING:
            daemon_runs(state, node, report)
            return
        state.mark(node, report.phase, report.message)
        for container in state.nodes.containers(node):
            state.mark(container, report.phase)
        return
    for container in state.nodes.containers(node):
        if (end := report.containers.get(container.display_name)) is not None:
            _container_ended(state, container, end)
    node.outputs = pod_outputs(request.template, report)
    node.finished_at = report.finished_at
    _count_usage(state, node, request.template, report)
    if request.template.daemon and report.phase == SUCCEEDED:
        state.end(node, FAILED, DAEMON_ENDED)
    else:
        state.end(node, report.phase, report.message)


def _count_usage(state: State, node: NodeStatus, template: Template, report: PodReport) -> None:
    """Note what the pod used, for itself and for the workflow; a resource template's does nothing that counts."""
    begun, ended = report.started_at or node.started_at, report.finished_at or state.now
    if template.resource is not None or begun is None:
        return
    node.resources_duration = resources_used(template, (ended - begun).total_seconds())
    total = dict(state.status.resources_duration)
    for name, seconds in node.resources_duration.items():
        total[name] = total.get(name, 0) + seconds
    state.status.resources_duration = total
    state.head_changed.add("status")


def _container_ended(state: State, node: NodeStatus, end: ContainerEnd) -> None:
    """Set the phase of a container of a set by its exit code (inferring of phases in Argo's operator.go)."""
    node.started_at, node.finished_at = end.started_at, end.finished_at
    if end.exit_code:
        phase = ERROR if end.exit_code == NOT_RUN else FAILED
        state.end(node, phase, f"{node.display_name}: Error (exit code {end.exit_code})")
    else:
        state.end(node, SUCCEEDED)


def _waiting(state: State, selector: str = "") -> list[NodeStatus]:
    """The suspend nodes that wait, of those that the selector matches."""
    waiting = [node for node in state.nodes.by_id.values() if node.type == SUSPEND and node.phase == RUNNING]
    if not selector:
        return waiting
    parsed = parse_field_selector(selector)
    return [node for node in waiting if parsed.matches(selectable_fields(node))]


def selectable_fields(node: NodeStatus) -> dict[str, str]:
    """The fields of a node that a selector may name."""
    reference, inputs = node.template_ref, node.inputs or Inputs()
    return node_fields(
        name=node.name,
        node_id=node.id,
        display_name=node.display_name,
        phase=node.phase,
        template=node.template_name,
        template_ref=(reference.name, reference.template) if reference else None,
        inputs={each.name: each.value or "" for each in inputs.parameters},
    )


def _resume(state: State, event: ResumeRequested) -> None:
    if not event.node_field_selector and state.workflow.spec.suspend is not None:
        state.workflow.spec.suspend = None
        state.head_changed.add("spec")
    for node in _waiting(state, event.node_field_selector):
        try:
            node.outputs = resumed_outputs(node.outputs)
        except InvalidRequest:
            continue  # whoever asked has been told; the node goes on waiting for what it was not given
        state.end(node, SUCCEEDED)


def shutdown_message(strategy: str) -> str:
    """Why a pod was ended, in Argo's words (both spaces are Argo's: exec_control.go; one that never began has one)."""
    return f"workflow shutdown with strategy:  {strategy}"


def _shut_down(state: State, strategy: str) -> None:
    """End all that runs or waits; a stop lets exit handlers go on. What would begin from now on fails at once."""
    state.workflow.spec.shutdown = strategy
    state.head_changed.add("spec")
    for node in [node for node in state.nodes.by_id.values() if not fulfilled(node)]:
        if strategy == "Stop" and is_in_exit_handler(state, node):
            continue
        if node.id in state.pods:
            state.stop_pod(node, shutdown_message(strategy))
        elif node.type == SUSPEND or (node.phase == PENDING and node.synchronization_status is not None):
            state.end(node, FAILED, f"Stopped with strategy '{strategy}'")


def is_in_exit_handler(state: State, node: NodeStatus) -> bool:
    """Whether the node is an exit handler, or inside of one (IsPartOfExitHandler)."""
    while not is_exit_name(node.display_name):
        if not node.boundary_id:
            return False
        node = state.nodes.get(node.boundary_id)
    return True
