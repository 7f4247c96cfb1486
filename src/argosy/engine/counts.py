"""How many children of a boundary are at work, and how many have failed (node_counters.go in Argo)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from argosy.model.kinds import DAG, FAILED_OR_ERROR, PENDING, POD, RUNNING, STEPS
from argosy.model.status import NodeStatus

COUNTED = frozenset((POD, STEPS, DAG))
ACTIVE = frozenset((PENDING, RUNNING))


class Counts:
    """Children by the id of their boundary, counted as they change; only pods, steps and DAGs count.

    What waits for a lock, and a daemon that is ready, is an active child, but no active pod.
    """

    def __init__(self, nodes: Iterable[NodeStatus]) -> None:
        self.active: Counter[str] = Counter()
        self.active_pods: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.failed_groups: Counter[str] = Counter()
        self.daemons: Counter[str] = Counter()
        self.running_pods = 0
        for node in nodes:
            self.add(node)

    def walk_begins(self) -> None:
        """From now on `failed_groups` are those of the failed that are steps or DAGs and fail during this walk."""
        self.failed_groups.clear()

    def add(self, node: NodeStatus) -> None:
        """A node that is new."""
        self._count(node, 1)

    def remove(self, node: NodeStatus) -> None:
        """A node that is about to change."""
        self._count(node, -1)

    def _count(self, node: NodeStatus, by: int) -> None:
        if node.daemoned:
            self.daemons[node.boundary_id] += by
        if node.type not in COUNTED:
            return
        if node.phase in ACTIVE:
            self.active[node.boundary_id] += by
            if node.type == POD and node.synchronization_status is None:
                self.active_pods[node.boundary_id] += 0 if node.daemoned else by
                self.running_pods += by if node.phase == RUNNING else 0
        elif node.phase in FAILED_OR_ERROR:
            self.failed[node.boundary_id] += by
            self.failed_groups[node.boundary_id] += by if node.type != POD else 0
