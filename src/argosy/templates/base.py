"""What a template type is to the machine: a handler that opens an activity for each of its nodes.

An activity is a node that is not finished, as its template type sees it. It answers three questions: which children
should exist now (`advance`), is it done, and with what phase and outputs (`verdict`)? It keeps nothing that could not
be found again in the nodes: `open` takes up the children that exist already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from argosy.language.scopes import World
from argosy.model.arguments import Outputs
from argosy.model.kinds import ERROR, FAILED_OR_ERROR, FULFILLED, PENDING, SKIPPED_NODE, NodeType
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.artifacts import ArtifactScope
from argosy.plan.resolve import PlannedTemplate

DEPTH_EXCEEDED = "Maximum recursion depth exceeded"


class Verdict(NamedTuple):
    """How a node ends."""

    phase: str
    message: str = ""
    outputs: Outputs | None = None
    outbound: Sequence[str] | None = None


class NodeContext(Protocol):
    """What the machine lets an activity see and do. Names are full node names, ids are node ids."""

    node: NodeStatus
    template: Template
    variables: ArtifactScope

    @property
    def world(self) -> World:
        """The time at which the node began, and chance."""
        ...

    @property
    def shutting_down(self) -> bool:
        """Whether a stop or terminate applies to this node."""
        ...

    def find(self, name: str) -> NodeStatus | None:
        """The node of that name, if there is one."""
        ...

    def get(self, node_id: str) -> NodeStatus:
        """The node of that id, which exists."""
        ...

    def add(
        self, name: str, node_type: NodeType, phase: str, holder: WorkflowStep | DAGTask | None, message: str = ""
    ) -> NodeStatus:
        """A new node that no template stands behind: a StepGroup, or a step that is skipped, omitted or in error."""
        ...

    def execute(self, name: str, holder: WorkflowStep | DAGTask) -> NodeStatus | None:
        """The node that runs the template which `holder` names: begun now, or taken up if it exists.

        None where there is no room for it now: `advance` is called again when there is.
        """
        ...

    def open_group(
        self,
        name: str,
        node_type: NodeType,
        holder: WorkflowStep | DAGTask,
        activity: Callable[[NodeContext], Activity],
    ) -> NodeStatus:
        """The node that owns several children of this one: begun now, or taken up if it exists."""
        ...

    def is_done(self, node: NodeStatus, holder: WorkflowStep | DAGTask) -> bool:
        """Whether the node has ended, or is a daemon that is ready; and its hooks have ended."""
        ...

    def mark(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set the phase of a node that `add` made, or the message of a child."""
        ...

    def connect(self, parent_id: str, child_id: str) -> None:
        """Draw the child below the parent, once."""
        ...

    def planned(self, holder: WorkflowStep | DAGTask) -> PlannedTemplate:
        """The template that `holder` names. Raises NotFound."""
        ...

    def outbound(self, node_id: str) -> list[str]:
        """The ids of the nodes at which this node's flow leaves it (getOutboundNodes in Argo's operator.go)."""
        ...


class Activity:
    """A node at work. The default is a leaf that waits for others to decide."""

    def __init__(self, context: NodeContext) -> None:
        self.context = context

    def open(self) -> None:
        """Take up the children that exist."""

    def advance(self, finished: Sequence[NodeStatus]) -> None:
        """Begin the children that should exist now, after these have finished."""

    def verdict(self, now: datetime) -> Verdict | None:  # noqa: ARG002
        """How the node ends, or None where it does not yet."""
        return None

    def wake_at(self) -> datetime | None:
        """When to ask for a verdict though nothing has happened."""
        return None

    def unbegun(self) -> Iterator[tuple[str, str]]:
        """The children that have no node yet, by their names, and what each waits for: empty where it is for room."""
        yield from ()

    def scope_of(self, child: NodeStatus) -> ArtifactScope:  # noqa: ARG002
        """What the hooks of a child can read."""
        return self.context.variables

    def fail_fast(self, message: str) -> None:
        """The node is about to end, because a child of it has failed."""


class TemplateHandler(NamedTuple):
    """A template type. Its nodes are of `node_type`, begin in `first_phase`, and live as `activity`."""

    node_type: NodeType
    first_phase: str
    activity: type[Activity]
    runs_pod: bool = False


def raised(node: NodeStatus) -> str:
    """The error with which Argo's executeTemplate would have come back for this finished child; else empty.

    It is all that tells a child that could not be run from one that ran and ended in Error: a leaf that ran keeps its
    type, a group that its children put in Error has no message, and too deep a recursion is not raised.
    """
    if node.phase != ERROR or node.message.startswith(DEPTH_EXCEEDED):
        return ""
    return node.message if node.type in (SKIPPED_NODE, "Steps", "DAG", "Suspend") else ""


def is_hook(node: NodeStatus) -> bool:
    """Whether the node is a hook of the one that it hangs below, and not a part of it."""
    return node.node_flag is not None and node.node_flag.hooked and not is_try(node)


def is_try(node: NodeStatus) -> bool:
    """Whether the node is one of the tries of a retry."""
    return node.node_flag is not None and node.node_flag.retried


def fulfilled(node: NodeStatus) -> bool:
    """Whether who waits for the node may go on: it has ended, or is a daemon that is ready (NodeStatus.Fulfilled)."""
    return node.phase in FULFILLED or (node.daemoned is True and node.phase != PENDING)


def failed(node: NodeStatus) -> bool:
    """Whether the node has Failed, or ended in Error."""
    return node.phase in FAILED_OR_ERROR


def continues_on(holder: WorkflowStep | DAGTask, phase: str) -> bool:
    """Whether the step or task lets its parent go on after this phase (`continueOn`)."""
    rule = holder.continue_on
    return rule is not None and ((rule.failed and phase == "Failed") or (rule.error and phase == ERROR))
