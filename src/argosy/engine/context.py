"""What an activity sees of the machine: its own node and template, its siblings, and how to begin children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.language.tags import Lookup
from argosy.model.kinds import NodeType
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.resolve import PlannedTemplate

if TYPE_CHECKING:
    from argosy.engine.execution import Execution


class Context:
    """argosy.templates.base.NodeContext, for one node of one execution. `depth` counts the templates around it."""

    def __init__(
        self, execution: Execution, node: NodeStatus, template: Template, planned: PlannedTemplate, depth: int
    ) -> None:
        self.execution, self.node, self.template = execution, node, template
        self.plan_of_node, self.depth = planned, depth
        self.variables: Lookup = execution.variables

    @property
    def shutting_down(self) -> bool:
        """Whether a stop or terminate applies to this node."""
        return bool(self.execution.workflow.spec.shutdown)

    def find(self, name: str) -> NodeStatus | None:
        """The node of that name, if there is one."""
        return self.execution.nodes.find(name)

    def get(self, node_id: str) -> NodeStatus:
        """The node of that id, which exists."""
        return self.execution.nodes.get(node_id)

    def add(
        self, name: str, node_type: NodeType, phase: str, holder: WorkflowStep | DAGTask | None, message: str = ""
    ) -> NodeStatus:
        """A new node that no template stands behind."""
        node = self.execution.nodes.create(
            name,
            node_type,
            phase,
            boundary=self.node,
            scope=self.plan_of_node.scope,
            holder=holder,
            now=self.execution.now,
        )
        node.message = message
        return node

    def execute(self, name: str, holder: WorkflowStep | DAGTask) -> NodeStatus:
        """The node that runs the template which `holder` names."""
        return self.execution.execute(name, holder, self)

    def mark(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set the phase or the message of a node below this one."""
        self.execution.nodes.mark(node, phase, message, self.execution.now)

    def connect(self, parent_id: str, child_id: str) -> None:
        """Draw the child below the parent, once."""
        self.execution.nodes.connect(parent_id, child_id)

    def planned(self, holder: WorkflowStep | DAGTask) -> PlannedTemplate:
        """The template that `holder` names. Raises NotFound."""
        return self.execution.resolved.find(holder)

    def outbound(self, node_id: str) -> list[str]:
        """Where the flow leaves a node."""
        return self.execution.nodes.outbound(node_id)
