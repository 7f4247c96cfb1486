"""What is true of one workflow now, and the few ways in which that changes.

Facts, the context of activities and the beginning and end of the workflow all work on this; none of them needs to know
the machine that settles it. Nodes that have ended are noted in `ended` for it, and daemons that are ready in `ready`.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from argosy.engine.nodes import NodeTable
from argosy.engine.rate import StartRate
from argosy.engine.variables import WorkflowVariables
from argosy.language.progress import Progress
from argosy.model.arguments import Outputs, Parameter
from argosy.model.kinds import FAILED, FULFILLED, POD
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.plan.resolve import ResolvedWorkflow
from argosy.ports.commands import Command, StopPod
from argosy.ports.pods import PodKey, PodRequest

GRACE_SECONDS = 30.0
"""How long a pod may take to end when asked to: Kubernetes' terminationGracePeriodSeconds."""


class State:
    """`workflow.status` and what goes with it. `pods` are those asked for that have not ended, by the node's id.

    `commands` are the orders of the current step, `head_changed` the parts of the workflow besides its nodes that it
    changed: "metadata", "spec", "status". `rate` says how fast pods may begin.
    """

    def __init__(self, resolved: ResolvedWorkflow, workflow: Workflow) -> None:
        self.resolved, self.workflow, self.status = resolved, workflow, workflow.status
        self.status.nodes = dict(self.status.nodes)
        self.nodes = NodeTable(resolved.name, self.status.nodes)
        self.now = datetime.min.replace(tzinfo=UTC)
        self.variables = WorkflowVariables(workflow, resolved.variables, lambda: self.now)
        self.pods: dict[str, PodRequest] = {}
        self.rate = StartRate()
        self.commands: list[Command] = []
        self.head_changed: set[str] = set()
        self.ended: list[NodeStatus] = []
        self.ready: list[NodeStatus] = []
        pods = [node for node in self.status.nodes.values() if node.type == POD]
        self.pods_total, self.pods_done = len(pods), sum(node.phase in FULFILLED for node in pods)

    @property
    def root(self) -> NodeStatus | None:
        """The node of the entrypoint."""
        return self.nodes.find(self.resolved.name)

    @property
    def finished(self) -> bool:
        """Whether the workflow has ended."""
        return self.status.phase in FULFILLED

    @property
    def suspended(self) -> bool:
        """Whether nothing new may begin (`argo suspend`). A stop or terminate ends that too."""
        return bool(self.workflow.spec.suspend) and not self.workflow.spec.shutdown

    def shuts_down(self, *, is_exit: bool) -> bool:
        """Whether a stop or terminate applies: a stop does not to exit handlers and what is in them."""
        strategy = self.workflow.spec.shutdown
        return bool(strategy) and not (strategy == "Stop" and is_exit)

    @property
    def progress(self) -> str:
        """How many of the pods have ended, of how many."""
        return str(Progress(self.pods_done, self.pods_total))

    def mark(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set a node's phase and, where one is given, its message."""
        self.nodes.mark(node, phase, message, self.now)

    def end(self, node: NodeStatus, phase: str, message: str | None = None) -> None:
        """Set a node's last phase; its outputs are there already."""
        self.mark(node, phase, message)
        self.publish(node.outputs)
        self.pods.pop(node.id, None)
        self.pods_done += node.type == POD
        self.ended.append(node)
        for container in self.nodes.containers(node) if node.type == POD else ():
            if container.phase not in FULFILLED:
                self.end(container, phase, message)

    def stop_pod(self, node: NodeStatus, message: str | None, phase: str = FAILED) -> None:
        """End a pod that runs, and give its node its last phase at once, as Argo does for a stop."""
        self.commands.append(StopPod(PodKey(self.resolved.uid, node.id), GRACE_SECONDS))
        self.end(node, phase, message)

    def publish(self, outputs: Outputs | None) -> None:
        """Make outputs that have a globalName outputs of the workflow (AddParamToGlobalScope in Argo's util.go)."""
        for parameter in outputs.parameters if outputs else ():
            if not parameter.global_name:
                continue
            kept = self.status.outputs = self.status.outputs or Outputs()
            others = [each for each in kept.parameters if each.name != parameter.global_name]
            kept.parameters = [*others, Parameter(name=parameter.global_name, value=parameter.value)]
            self.head_changed.add("status")
        for artifact in outputs.artifacts if outputs else ():
            if not artifact.global_name:
                continue
            kept = self.status.outputs = self.status.outputs or Outputs()
            named = msgspec.structs.replace(artifact, name=artifact.global_name, global_name="", path="")
            kept.artifacts = [*(each for each in kept.artifacts if each.name != named.name), named]
            self.head_changed.add("status")
