"""check(): the slow way to know where a workflow stands, which must agree with the fast one.

The machine tells a finished node only to its owner. Here the whole tree is walked from its root instead, with nothing
remembered, as Argo does at every change: whatever should exist must exist already, whatever is done must be marked so.
"""

from __future__ import annotations

import msgspec

from argosy.engine.execution import Execution
from argosy.language.names import exit_name, node_id
from argosy.model.kinds import FAILED_OR_ERROR, FULFILLED, STEP_GROUP
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.templates.base import fulfilled


class Disagreement(AssertionError):
    """The machine and the slow walk do not agree."""


def check(execution: Execution) -> None:
    """Raise Disagreement where the state of an execution is not what the slow walk finds."""
    nodes = execution.state.status.nodes
    for node in nodes.values():
        _check_node(execution, node, nodes)
    if execution.state.root is not None:
        _check_reachable(execution)
        _check_groups(nodes)
        _check_walk(execution)
    _check_end(execution)


def _check_node(execution: Execution, node: NodeStatus, nodes: dict[str, NodeStatus]) -> None:
    _agree(node.id == node_id(execution.state.resolved.name, node.name), f"{node.name} has the id {node.id}")
    _agree(not node.boundary_id or node.boundary_id in nodes, f"the boundary of {node.name} does not exist")
    _agree(all(child in nodes for child in node.children), f"a child of {node.name} does not exist")
    _agree(len(set(node.children)) == len(node.children), f"a child of {node.name} is drawn twice")
    _agree((node.phase in FULFILLED) == (node.finished_at is not None), f"{node.name}: {node.phase} and finishedAt")
    asked_for = execution.wants(node.id)
    runs = node.type == "Pod" and node.phase not in FULFILLED and node.synchronization_status is None
    _agree(asked_for == runs, f"{node.name}: its pod")


def _check_reachable(execution: Execution) -> None:
    """Every node hangs below the root, or the exit handler: what is not drawn can't be seen by anybody."""
    nodes, root = execution.state.status.nodes, execution.state.root
    tops = (root, execution.state.nodes.find(exit_name(root.name)) if root else None)
    seen = {node.id for node in tops if node is not None}
    todo = list(seen)
    while todo:
        fresh = [child for child in nodes[todo.pop()].children if child not in seen]
        seen.update(fresh)
        todo.extend(fresh)
    lost = set(nodes) - seen
    _agree(not lost, f"nodes that hang nowhere: {sorted(lost)}")


def _check_groups(nodes: dict[str, NodeStatus]) -> None:
    for node in nodes.values():
        children = [nodes[child] for child in node.children]
        if node.type == STEP_GROUP and node.phase == "Succeeded":
            _agree(all(map(fulfilled, children)), f"{node.name} ended before its steps")
        boundary = nodes.get(node.boundary_id)
        if boundary is not None and boundary.phase == "Succeeded":
            _agree(node.phase in FULFILLED, f"{boundary.name} succeeded while {node.name} runs")


def _check_walk(execution: Execution) -> None:
    """Walk the tree anew from a copy: nothing may be missing, and nothing may be left to decide."""
    if execution.state.suspended or execution.finished:
        return
    copy = msgspec.json.decode(msgspec.json.encode(execution.workflow), type=Workflow)
    walk = Execution(
        execution.state.resolved,
        copy,
        locks=execution.locks.copy(),
        caches=execution.caches,
        rate=execution.state.rate.copy(),
    )
    before = msgspec.json.encode(copy.status, order="sorted")
    commands = walk.handle(now=execution.state.now)
    after = msgspec.json.encode(copy.status, order="sorted")
    _agree(not commands, f"left to do: {commands}")
    _agree(before == after, "the slow walk finds another state")
    _agree({each.key for each in walk.outstanding} == {each.key for each in execution.outstanding}, "the pods differ")
    _agree(walk.wake_at == execution.wake_at, f"the time to wake is {walk.wake_at}, not {execution.wake_at}")


def _check_end(execution: Execution) -> None:
    root, status = execution.state.root, execution.state.status
    if not execution.finished:
        return
    _agree(not execution.outstanding, "it has ended, and pods have not")
    _agree(all(node.phase in FULFILLED for node in status.nodes.values()), "it has ended, and nodes have not")
    if root is None:
        return  # it never began
    on_exit = execution.state.nodes.find(exit_name(root.name))
    failed = any(node is not None and node.phase in FAILED_OR_ERROR for node in (root, on_exit))
    _agree(failed == (status.phase in FAILED_OR_ERROR), f"its root is {root.phase}, and it is {status.phase}")


def _agree(holds: bool, message: str) -> None:
    if not holds:
        raise Disagreement(message)
