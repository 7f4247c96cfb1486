"""How far each group of nodes has come: `progress: 3/7`, found when somebody asks.

The machine keeps it for pods and for the whole workflow only; to keep it for every group would be to write a group of
ten thousand children anew with each of them. Argo counts along the drawn children, which counts what follows a group
too (workflow/progress/updater.go); here a group counts what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from argosy.language.progress import Progress
from argosy.model.kinds import FULFILLED, POD
from argosy.model.status import NodeStatus, WorkflowStatus

GROUP = re.compile(r"\[\d+\]")


def fill_progress(status: WorkflowStatus) -> None:
    """Set the progress of every node that is a group."""
    by_name = {node.name: node for node in status.nodes.values()}
    found = {node.id: Progress(0, 0) for node in status.nodes.values() if node.type != POD}
    for node in status.nodes.values():
        if node.type == POD:
            pod = Progress(int(node.phase in FULFILLED), 1)
            for group in _groups_around(node, status.nodes, by_name):
                found[group.id] = found[group.id].plus(pod)
    for node_id, progress in found.items():
        status.nodes[node_id].progress = str(progress)


def _groups_around(
    node: NodeStatus, nodes: dict[str, NodeStatus], by_name: dict[str, NodeStatus]
) -> Iterator[NodeStatus]:
    while (boundary := nodes.get(node.boundary_id)) is not None:
        place = GROUP.match(node.name, len(boundary.name))
        group = by_name.get(boundary.name + place.group()) if place else None
        if group is not None and group is not node and group.type != POD:
            yield group
        yield boundary
        node = boundary
