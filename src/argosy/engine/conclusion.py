"""Conclusion: a node that is no leaf ends as its activity says, and with it whatever still runs below it."""

from __future__ import annotations

from argosy.engine.daemons import end_daemons
from argosy.engine.roster import Roster
from argosy.engine.state import State
from argosy.model.kinds import FAILED, FULFILLED
from argosy.model.status import NodeStatus
from argosy.templates.base import Verdict, fulfilled


def conclude(state: State, roster: Roster, node: NodeStatus, verdict: Verdict) -> None:
    """End a node, or (a pod that runs) see to it that it ends."""
    if node.phase in FULFILLED:
        return
    if verdict.outputs is not None:
        node.outputs = verdict.outputs
    if verdict.outbound is not None:
        node.outbound_nodes = list(verdict.outbound)
    end_daemons(state, node)
    if roster.children.get(node.id):
        _abandon(state, roster, node)
    if node.id in state.pods:
        state.stop_pod(node, verdict.message)
    else:
        state.end(node, verdict.phase, verdict.message if verdict.message or not node.message else None)


def _abandon(state: State, roster: Roster, owner: NodeStatus) -> None:
    """End what still runs below a node that has ended: nobody would hear of it any more."""
    message = f"stopped: {owner.name} has ended"
    for node_id in list(roster.children.get(owner.id, ())):
        child = state.nodes.get(node_id)
        if fulfilled(child):
            continue
        if node_id in state.pods:
            state.stop_pod(child, message)
        else:
            end_daemons(state, child)
            _abandon(state, roster, child)
            state.end(child, FAILED, message)
    for group in state.nodes.by_id.values():
        if group.boundary_id == owner.id and group.phase not in FULFILLED:
            state.mark(group, FAILED, message)
