"""What an activity sees of the machine: its own node and template, its siblings, and how to begin children."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from argosy.engine.state import State
from argosy.engine.world import NodeWorld
from argosy.language.names import is_exit_name
from argosy.model.kinds import DAG, POD, STEPS, NodeType
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.artifacts import ArtifactScope
from argosy.plan.resolve import PlannedTemplate
from argosy.templates.base import Activity, NodeContext

OpenActivity = Callable[[NodeContext], Activity]


class Machine(Protocol):
    """What begins nodes (argosy.engine.launch.Launcher)."""

    def execute(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None) -> NodeStatus | None:
        """The node that runs the template which `holder` names; None where there is no room for it."""
        ...

    def open_group(
        self, name: str, node_type: NodeType, holder: WorkflowStep | DAGTask, owner: Context, activity: OpenActivity
    ) -> NodeStatus:
        """The node that owns several children of the owner."""
        ...

    def is_done(self, node: NodeStatus, holder: WorkflowStep | DAGTask) -> bool:
        """Whether the node has ended, and its hooks have."""
        ...


def is_exit_node(name: str, hook_of: str, owner: Context | None) -> bool:
    """Whether a node is an exit handler, or in one."""
    return bool(hook_of and is_exit_name(name)) or (owner is not None and owner.is_exit)


class Context:
    """argosy.templates.base.NodeContext, for one node.

    `owner` began it and is told of its end; `boundary` is the steps or DAG that it is in; `hook_of` is the id of the
    node whose hook it is; `depth` counts the templates around it.
    """

    def __init__(
        self,
        state: State,
        machine: Machine,
        node: NodeStatus,
        *,
        template: Template,
        planned: PlannedTemplate,
        owner: Context | None,
        hook_of: str = "",
    ) -> None:
        self.state, self._machine, self.node, self.template = state, machine, node, template
        self.plan_of_node, self.owner, self.hook_of = planned, owner, hook_of
        self.boundary: Context | None = owner.inside if owner else None
        self.depth: int = self.boundary.depth + 1 if self.boundary else 1
        self.is_exit: bool = is_exit_node(node.name, hook_of, owner)
        self.variables: ArtifactScope = state.variables
        self.world = NodeWorld(f"{state.resolved.uid}:{node.name}", node.started_at or state.now)

    @property
    def inside(self) -> Context | None:
        """The boundary of the children of this node."""
        holds_containers = self.node.type == POD and self.template.container_set is not None
        return self if holds_containers or self.node.type in (STEPS, DAG) else self.boundary

    @property
    def shutting_down(self) -> bool:
        """Whether a stop or terminate applies to this node."""
        return self.state.shuts_down(is_exit=self.is_exit)

    def find(self, name: str) -> NodeStatus | None:
        """The node of that name, if there is one."""
        return self.state.nodes.find(name)

    def get(self, node_id: str) -> NodeStatus:
        """The node of that id, which exists."""
        return self.state.nodes.get(node_id)

    def add(
        self, name: str, node_type: NodeType, phase: str, holder: WorkflowStep | DAGTask | None, message: str = ""
    ) -> NodeStatus:
        """A new node that no template stands behind."""
        boundary = self.inside.node if self.inside else None
        scope, now = self.plan_of_node.scope, self.state.now
        node = self.state.nodes.create(name, node_type, phase, boundary=boundary, scope=scope, holder=holder, now=now)
        node.message = message
        return node

    def execute(self, name: str, holder: WorkflowStep | DAGTask) -> NodeStatus | None:
        """The node that runs the template which `holder` names; None where there is no room for it now."""
        return self._machine.execute(name, holder, self)

    def open_group(
        self, name: str, node_type: NodeType, holder: WorkflowStep | DAGTask, activity: OpenActivity
    ) -> NodeStatus:
        """The node that owns several children of this one."""
        return self._machine.open_group(name, node_type, holder, self, activity)

    def is_done(self, node: NodeStatus, holder: WorkflowStep | DAGTask) -> bool:
        """Whether the node has ended, and its hooks have."""
        return self._machine.is_done(node, holder)

    def mark(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set the phase or the message of a node below this one."""
        self.state.mark(node, phase, message)

    def connect(self, parent_id: str, child_id: str) -> None:
        """Draw the child below the parent, once."""
        self.state.nodes.connect(parent_id, child_id)

    def planned(self, holder: WorkflowStep | DAGTask) -> PlannedTemplate:
        """The template that `holder` names. Raises NotFound."""
        return self.state.resolved.find(holder, self.plan_of_node)

    def outbound(self, node_id: str) -> list[str]:
        """Where the flow leaves a node."""
        return self.state.nodes.outbound(node_id)
