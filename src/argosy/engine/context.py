"""What an activity sees of the machine: its own node and template, its siblings, and how to begin children."""

from __future__ import annotations

from typing import Protocol

from argosy.engine.state import State
from argosy.language.tags import Lookup
from argosy.model.kinds import NodeType
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.resolve import PlannedTemplate


class Execute(Protocol):
    """Begins, or takes up, the node that runs a template (argosy.engine.execution.Execution.execute)."""

    def __call__(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None) -> NodeStatus:
        """The node."""
        ...


class Context:
    """argosy.templates.base.NodeContext, for one node. `owner` began it; `depth` counts the templates around it."""

    def __init__(
        self,
        state: State,
        execute: Execute,
        node: NodeStatus,
        *,
        template: Template,
        planned: PlannedTemplate,
        owner: Context | None,
    ) -> None:
        self.state, self._execute, self.node, self.template = state, execute, node, template
        self.plan_of_node, self.owner = planned, owner
        self.depth: int = owner.depth + 1 if owner else 1
        self.variables: Lookup = state.variables

    @property
    def shutting_down(self) -> bool:
        """Whether a stop or terminate applies to this node."""
        return bool(self.state.workflow.spec.shutdown)

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
        scope, now = self.plan_of_node.scope, self.state.now
        node = self.state.nodes.create(name, node_type, phase, boundary=self.node, scope=scope, holder=holder, now=now)
        node.message = message
        return node

    def execute(self, name: str, holder: WorkflowStep | DAGTask) -> NodeStatus:
        """The node that runs the template which `holder` names."""
        return self._execute(name, holder, self)

    def mark(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set the phase or the message of a node below this one."""
        self.state.mark(node, phase, message)

    def connect(self, parent_id: str, child_id: str) -> None:
        """Draw the child below the parent, once."""
        self.state.nodes.connect(parent_id, child_id)

    def planned(self, holder: WorkflowStep | DAGTask) -> PlannedTemplate:
        """The template that `holder` names. Raises NotFound."""
        return self.state.resolved.find(holder)

    def outbound(self, node_id: str) -> list[str]:
        """Where the flow leaves a node."""
        return self.state.nodes.outbound(node_id)
