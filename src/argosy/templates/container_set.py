"""containerSet: several programs in one pod, each a node of type Container below the pod's.

What becomes of them the pod's reports say (argosy.engine.facts).
"""

from __future__ import annotations

from collections.abc import Sequence

from argosy.model.kinds import CONTAINER, PENDING, POD
from argosy.model.status import NodeStatus
from argosy.templates.base import Activity, TemplateHandler


class ContainerSet(Activity):
    """The pod; its containers have their nodes from the beginning, drawn as they depend on each other."""

    def advance(self, finished: Sequence[NodeStatus]) -> None:  # noqa: ARG002
        """Make the nodes (executeContainerSet in Argo's container_set_template.go)."""
        context, pod = self.context, self.context.node
        containers = context.template.container_set.containers if context.template.container_set else []
        ids = {each.name: self._node(f"{pod.name}.{each.name}").id for each in containers}
        for each in containers:
            for parent in [ids[name] for name in each.dependencies] or [pod.id]:
                context.connect(parent, ids[each.name])

    def _node(self, name: str) -> NodeStatus:
        pod = self.context.node
        node = self.context.find(name)
        if node is None:
            node = self.context.add(name, CONTAINER, PENDING, None)
            node.template_name, node.template_ref = pod.template_name, pod.template_ref
            node.node_flag = pod.node_flag
        return node


HANDLER = TemplateHandler(POD, PENDING, ContainerSet, runs_pod=True)
