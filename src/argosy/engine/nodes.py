"""The nodes of one workflow: `status.nodes`, found by name, and which of them have changed."""

from __future__ import annotations

from datetime import datetime

from argosy.engine.counts import Counts
from argosy.engine.transitions import is_legal
from argosy.language.names import display_name, node_id
from argosy.model.kinds import CONTAINER, DAG, FULFILLED, POD, RETRY, STEPS, TASK_GROUP, NodeType
from argosy.model.status import NodeFlag, NodeStatus, NodeSynchronizationStatus
from argosy.model.template import DAGTask, WorkflowStep
from argosy.templates.base import is_hook

PLAIN = frozenset((POD, "Skipped", "Suspend", "StepGroup", "HTTP", "Plugin"))


class NodeTable:
    """All nodes by id, in the order of their making. Only this changes a node's phase or children.

    `order` is a node's place in that order. What could happen in any order happens in this one, so that a machine that
    was restarted does the same as one that was not. `marks` grows with every node and every change of a phase.
    """

    def __init__(self, workflow: str, nodes: dict[str, NodeStatus]) -> None:
        self.workflow = workflow
        self.by_id = nodes
        self.changed: dict[str, NodeStatus] = {}
        self.marks = 0
        self.counts = Counts(nodes.values())
        self.order = {node_id: number for number, node_id in enumerate(nodes)}
        self._ids = {node.name: node.id for node in nodes.values()}
        self._children: dict[str, set[str]] = {}

    def find(self, name: str) -> NodeStatus | None:
        """The node of that name, if there is one."""
        found = self._ids.get(name)
        return self.by_id[found] if found is not None else None

    def get(self, id_: str) -> NodeStatus:
        """The node of that id, which exists."""
        return self.by_id[id_]

    def create(
        self,
        name: str,
        node_type: NodeType,
        phase: str,
        *,
        boundary: NodeStatus | None,
        scope: str,
        holder: WorkflowStep | DAGTask | None,
        now: datetime,
    ) -> NodeStatus:
        """A new node (initializeNode in Argo's workflow/controller/operator.go)."""
        node = NodeStatus(
            id=node_id(self.workflow, name),
            name=name,
            display_name=display_name(name, boundary.name if boundary else None),
            type=node_type,
            phase=phase,
            boundary_id=boundary.id if boundary else "",
            template_name=holder.template if holder else "",
            template_ref=holder.template_ref if holder else None,
            template_scope=scope,
            started_at=now,
            finished_at=now if phase in FULFILLED else None,
        )
        if node_type == POD:
            node.task_result_synced, node.progress = True, "0/1"
        elif holder is None or node_type in ("Skipped", TASK_GROUP):
            node.node_flag = NodeFlag()
        self.order[node.id] = len(self.by_id)
        self.by_id[node.id] = node
        self._ids[name] = node.id
        self.marks += 1
        self.counts.add(node)
        self.changed[node.id] = node
        return node

    def mark(self, node: NodeStatus, phase: str, message: str | None, now: datetime) -> None:
        """Set a node's phase and, where one is given, its message. An illegal change of phase is a bug of ours."""
        if not is_legal(node.phase, phase):
            raise AssertionError(f"node {node.name} can't go from {node.phase} to {phase}")
        self.marks += 1
        self.counts.remove(node)
        node.phase = phase
        if phase in FULFILLED:
            node.synchronization_status = node.daemoned = None
        self.counts.add(node)
        if message is not None:
            node.message = message
        if phase in FULFILLED and node.finished_at is None:
            node.finished_at = now
        if phase in FULFILLED and node.type == POD:
            node.progress = "1/1"
        self.changed[node.id] = node

    def wait_for(self, node: NodeStatus, lock: str, message: str) -> None:
        """Say that a node waits for a lock, and why; empty: for none any more."""
        self.counts.remove(node)
        node.synchronization_status = NodeSynchronizationStatus(waiting=lock) if lock else None
        self.counts.add(node)
        node.message = message
        self.changed[node.id] = node

    def become_daemon(self, node: NodeStatus) -> None:
        """Say that a node is a daemon that is ready."""
        self.marks += 1
        self.counts.remove(node)
        node.daemoned = True
        self.counts.add(node)
        self.changed[node.id] = node

    def touch(self, node: NodeStatus) -> None:
        """Say that a field of the node other than its phase has changed."""
        self.changed[node.id] = node

    def connect(self, parent_id: str, child_id: str) -> None:
        """Draw the child below the parent, once."""
        parent = self.by_id[parent_id]
        known = self._children.get(parent_id)
        if known is None:
            known = self._children[parent_id] = set(parent.children)
            parent.children = list(parent.children)
        if child_id not in known:
            known.add(child_id)
            parent.children.append(child_id)
            self.changed[parent_id] = parent

    def outbound(self, id_: str) -> list[str]:
        """Where the flow leaves a node: itself for a leaf, the leaves at its end for a group (getOutboundNodes).

        A group that ended before it had any is left at itself; in Argo what follows it hangs nowhere, for ever. Nothing
        is left at a hook: in Argo a DAG takes the phase of an omitted task from the hook that it hangs below.
        """
        node = self.by_id[id_]
        if node.type in PLAIN:
            return [id_]
        children = [child for child in node.children if not is_hook(self.by_id[child])]
        if node.type in (TASK_GROUP, CONTAINER):
            return [leaf for child in children for leaf in self.outbound(child)] or [id_]
        if node.type == RETRY and children:
            return [children[-1]]
        cached = node.memoization_status is not None and node.memoization_status.hit
        if node.type in (STEPS, DAG) and cached:
            return [id_]
        return [leaf for each in node.outbound_nodes for leaf in self.outbound(each)] or [id_]

    def containers(self, pod: NodeStatus) -> list[NodeStatus]:
        """The nodes of the containers of a pod that is a set of them, each before those that depend on it."""
        found: dict[str, NodeStatus] = {}
        todo = list(pod.children)
        while todo:
            node = self.by_id[todo.pop(0)]
            if node.type == CONTAINER and node.id not in found:
                found[node.id] = node
                todo.extend(node.children)
        return list(found.values())

    def take_changed(self) -> list[NodeStatus]:
        """The nodes that changed since the last time, in the order in which they first did."""
        changed, self.changed = list(self.changed.values()), {}
        return changed
