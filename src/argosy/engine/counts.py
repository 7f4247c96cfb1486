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

    What waits for a lock is an active child, but no active pod. A daemon that is ready takes no room: who waited for
    some would wait for ever.
    """

    def __init__(self, nodes: Iterable[NodeStatus]) -> None:
        self.active: Counter[str] = Counter()
        self.active_pods: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.failed_groups: Counter[str] = Counter()
        self.daemons: Counter[str] = Counter()
        self.serving_pods = 0
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
            self.serving_pods += by if node.type == POD else 0
        if node.type not in COUNTED:
            return
        if node.phase in ACTIVE:
            is_pod = node.type == POD and node.synchronization_status is None
            self.running_pods += by if is_pod and node.phase == RUNNING else 0
            self.active[node.boundary_id] += 0 if node.daemoned else by
            self.active_pods[node.boundary_id] += by if is_pod and not node.daemoned else 0
        elif node.phase in FAILED_OR_ERROR:
            self.failed[node.boundary_id] += by
            self.failed_groups[node.boundary_id] += by if node.type != POD else 0
