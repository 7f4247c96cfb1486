"""Daemons: a pod that serves those who come after it (`daemon: true`).

assessNodeStatus and killDaemonedChildren in Argo's workflow/controller. Once it runs and is ready, the node is
`daemoned`: who waits for it goes on as if it had ended. It is ended with the steps or dag that it stands in, and has
Succeeded then; one that ends by itself has Failed. A retry around a daemon is one too.
"""

from __future__ import annotations

from argosy.engine.context import Context
from argosy.engine.state import State
from argosy.model.kinds import DAG, RETRY, RUNNING, STEPS, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.ports.pods import PodReport

NOT_READY = "it runs, and is not ready yet"
DAEMON_ENDED = "the daemon ended by itself"


def daemon_runs(state: State, node: NodeStatus, report: PodReport) -> None:
    """The pod of a daemon runs: its node is Running, and counts as fulfilled, as soon as it is ready."""
    if not report.ready and not node.daemoned:
        state.mark(node, node.phase, NOT_READY)
        return
    state.mark(node, RUNNING, report.message)
    if not node.daemoned:
        become_daemon(state, node)


def become_daemon(state: State, node: NodeStatus) -> None:
    """Let those go on who wait for the node, which has not ended."""
    state.nodes.become_daemon(node)
    state.ready.append(node)


def owner_of_daemon(state: State, context: Context) -> str:
    """The id of the node that waits for a daemon, which stays at work; empty where none does.

    One that is the whole workflow, or a hook, serves nobody, and ends; a retry that began one becomes one.
    """
    owner, node = context.owner, context.node
    if owner is None or context.hook_of:
        for each in (node, *map(state.nodes.get, node.children)):
            _end(state, each)
    elif owner.node.type != RETRY:
        return owner.node.id
    elif not owner.node.daemoned:
        become_daemon(state, owner.node)
    return ""


def end_daemons(state: State, boundary: NodeStatus) -> None:
    """End the daemons of a steps or dag that is about to end."""
    if boundary.type in (STEPS, DAG) and state.nodes.counts.daemons[boundary.id]:
        for node in list(state.nodes.by_id.values()):
            if node.boundary_id == boundary.id:
                _end(state, node)


def _end(state: State, node: NodeStatus) -> None:
    if not node.daemoned:
        return
    if node.id in state.pods:
        state.stop_pod(node, None, SUCCEEDED)
    else:
        state.end(node, SUCCEEDED)
