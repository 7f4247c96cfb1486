"""The phase of a DAG, all of whose nodes have finished (assessDAGPhase in Argo's workflow/controller/dag.go)."""

from __future__ import annotations

from collections.abc import Callable

from argosy.model.kinds import ERROR, FAILED, OMITTED, RETRY, SKIPPED, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.plan.graph import TaskGraph
from argosy.templates.base import NodeContext, continues_on, is_hook


def assess(context: NodeContext, graph: TaskGraph, node_of: Callable[[str], NodeStatus | None]) -> str:
    """The phase of a DAG all of whose nodes have finished.

    A target counts with its own phase; one that was skipped or omitted with the last phase on each branch that leads
    to it, where Failed and Error outlast Succeeded. Of several that failed the first decides; the last, with
    `failFast: false`.
    """
    targets = {node.id: task for task in graph.targets if (node := node_of(task))}
    phases: dict[str, str] = {}
    queue = [(child, SUCCEEDED) for child in context.node.children]
    seen = set(queue)
    for node_id, inherited in queue:
        node = context.get(node_id)
        phase = node.phase if node.phase not in (SKIPPED, OMITTED) else inherited
        if node_id in targets and phases.get(node_id) not in (FAILED, ERROR):
            phases[node_id] = phase
        children = _after_tries(context, node) if node.type == RETRY else node.children
        fresh = [(child, phase) for child in children if (child, phase) not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    held = ((graph.tasks[task].task, phases.get(node_id, SUCCEEDED)) for node_id, task in targets.items())
    bad = [phase for task, phase in held if phase in (FAILED, ERROR) and not continues_on(task, phase)]
    return bad[0 if graph.fails_fast else -1] if bad else SUCCEEDED


def _after_tries(context: NodeContext, node: NodeStatus) -> list[str]:
    """What follows a retry: its hooks, and what is drawn below its tries (getRetryNodeChildrenIds)."""
    found: list[str] = []
    for child in map(context.get, node.children):
        found += [child.id] if is_hook(child) else child.children
    return found
