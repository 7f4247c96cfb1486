"""Who is at work: the nodes that have not ended, with what is known of them while they live."""

from __future__ import annotations

from argosy.engine.context import Context
from argosy.model.status import NodeStatus
from argosy.templates.base import Activity


class Roster:
    """Contexts and activities by the id of their node, and the open children of each owner in their order.

    `levels` counts the owners above each.
    """

    def __init__(self) -> None:
        self.contexts: dict[str, Context] = {}
        self.activities: dict[str, Activity] = {}
        self.children: dict[str, dict[str, None]] = {}
        self.levels: dict[str, int] = {}

    def add(self, context: Context, activity: Activity) -> None:
        """A node begins."""
        node_id = context.node.id
        self.contexts[node_id], self.activities[node_id] = context, activity
        self.levels[node_id] = 0
        if context.owner is not None:
            self.levels[node_id] = self.levels.get(context.owner.node.id, 0) + 1
            self.children.setdefault(context.owner.node.id, {})[node_id] = None

    def remove(self, node: NodeStatus) -> Context | None:
        """A node has ended; gives its context."""
        self.activities.pop(node.id, None)
        self.children.pop(node.id, None)
        context = self.contexts.pop(node.id, None)
        if context is not None and context.owner is not None:
            self.children.get(context.owner.node.id, {}).pop(node.id, None)
        return context
