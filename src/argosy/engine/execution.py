"""One workflow in memory: facts go in, orders come out.

    execution = Execution(resolve(workflow), workflow)
    commands = execution.handle(now=now)                      begins it, or goes on with it after a restart
    commands = execution.handle(PodReported(...), now=later)
    change = execution.take_change()                          what to keep before the commands are carried out

How it moves, which is the whole of it:

1. Fold. An event sets the phase of one node, or a flag of the spec. It decides nothing (engine/facts.py).
2. Settle. A node that has finished is told to its owner, the activity that began it. The owner begins the children that
   should exist now, and says whether it is done; then its own owner is told. Only the way from the finished node to the
   root is walked, so a run of N nodes costs O(N) in all.
3. Conclude. When the root has finished, so has the workflow (engine/completion.py).

Everything but the status is derived from it: a new Execution of a stored workflow takes up the nodes that exist (`open`
of each activity), and goes on with the same commands. `argosy.engine.invariants.check` re-walks the tree the slow way
and must agree.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime

import msgspec

from argosy.engine.completion import begin_workflow, conclude_workflow
from argosy.engine.context import Context
from argosy.engine.facts import fold, shutdown_message
from argosy.engine.nodes import NodeTable
from argosy.engine.pods import own_variables, pod_request
from argosy.errors import InvalidRequest, NotFound
from argosy.language.tags import MISSING
from argosy.model.arguments import Outputs, Parameter
from argosy.model.kinds import ERROR, FAILED, FULFILLED, SKIPPED_NODE, TEMPLATE_FIELDS
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.model.workflow import Workflow
from argosy.plan.arguments import chain, instantiate
from argosy.plan.resolve import ResolvedWorkflow
from argosy.ports.commands import Command, StartPod, StopPod
from argosy.ports.events import AnyEvent
from argosy.ports.pods import PodKey, PodRequest
from argosy.ports.store import Change
from argosy.templates import TEMPLATE_TYPES
from argosy.templates.base import DEPTH_EXCEEDED, Activity, TemplateHandler, Verdict

MAX_DEPTH = 100
GRACE_SECONDS = 30.0
"""How long a pod may take to end when asked to: Kubernetes' terminationGracePeriodSeconds."""


class Execution:
    """The only mutable object of the core. `resolved` is what runs; `workflow.status` is the state."""

    def __init__(self, resolved: ResolvedWorkflow, workflow: Workflow) -> None:
        self.resolved, self.workflow = resolved, workflow
        self.status = workflow.status
        self.status.nodes = dict(self.status.nodes)
        self.nodes = NodeTable(resolved.name, self.status.nodes)
        self.now = datetime.min
        self.pods: dict[str, PodRequest] = {}
        self.commands: list[Command] = []
        self.head_changed: set[str] = set()
        self._activities: dict[str, Activity] = {}
        self._owners: dict[str, Context | None] = {}
        self._open_children: dict[str, dict[str, None]] = {}
        self._dirty: dict[str, list[NodeStatus]] = {}
        self._unopened: list[Activity] = []
        self._wakes: list[tuple[datetime, str]] = []
        self.pods_done = sum(node.type == "Pod" and node.phase in FULFILLED for node in self.status.nodes.values())
        self.pods_total = sum(node.type == "Pod" for node in self.status.nodes.values())
        if self.root is not None and self.status.phase not in FULFILLED:
            self._take_up()

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

    @property
    def wake_at(self) -> datetime | None:
        """When `handle` has to be called though nothing happens; None where nothing waits for time to pass."""
        while self._wakes and self._wakes[0][1] not in self._activities:
            heapq.heappop(self._wakes)
        return self._wakes[0][0] if self._wakes and not self.suspended else None

    @property
    def outstanding(self) -> Sequence[PodRequest]:
        """The pods that have been asked for and have not ended, for an executor to take up after a restart."""
        return list(self.pods.values())

    def handle(self, *events: AnyEvent, now: datetime) -> list[Command]:
        """Fold the facts, settle, and say what is to be done. With no events: begin, or see what time has changed.

        `now` never goes back. The commands are to be carried out after `take_change` has been kept.
        """
        self.now, self.commands = now, []
        if self.finished:
            return []
        for event in events:
            fold(self, event)
        if self.status.phase in ("", "Pending") and not self.suspended:
            begin_workflow(self)
        while not self.suspended and (wake_at := self.wake_at) is not None and wake_at <= now:
            self._dirty.setdefault(heapq.heappop(self._wakes)[1], [])
        self._settle()
        if self.root is not None and self.root.phase in FULFILLED and not self.suspended:
            conclude_workflow(self)
        return self.commands

    def take_change(self) -> Change | None:
        """What has changed since the last call, None where nothing has."""
        nodes, heads = self.nodes.take_changed(), self.head_changed
        progress = f"{self.pods_done}/{self.pods_total}"
        if nodes and self.status.progress != progress:
            self.status.progress = progress
            heads.add("status")
        self.head_changed = set()
        if not nodes and not heads:
            return None
        return Change(
            uid=self.resolved.uid,
            metadata=self.workflow.metadata if "metadata" in heads else None,
            spec=self.workflow.spec if "spec" in heads else None,
            status=msgspec.structs.replace(self.status, nodes={}) if "status" in heads else None,
            nodes=nodes,
        )

    def variables(self, name: str) -> object:
        """A variable of the workflow: one that stays, or one that the run makes (`workflow.outputs...`)."""
        value = self.resolved.variables.get(name, MISSING)
        if value is not MISSING or not name.startswith("workflow."):
            return value
        if name == "workflow.status":
            return self.status.phase
        if name == "workflow.duration":
            started = self.status.started_at or self.now
            return f"{(self.now - started).total_seconds():f}"
        for parameter in self.status.outputs.parameters if self.status.outputs else ():
            if name == f"workflow.outputs.parameters.{parameter.name}" and parameter.value is not None:
                return parameter.value
        return MISSING

    def publish(self, outputs: Outputs | None) -> None:
        """Make outputs that have a globalName outputs of the workflow (AddParamToGlobalScope in Argo's util.go)."""
        for parameter in outputs.parameters if outputs else ():
            if not parameter.global_name:
                continue
            kept = self.status.outputs = self.status.outputs or Outputs()
            others = [each for each in kept.parameters if each.name != parameter.global_name]
            kept.parameters = [*others, Parameter(name=parameter.global_name, value=parameter.value)]
            self.head_changed.add("status")

    def execute(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None) -> NodeStatus:
        """The node that runs the template which `holder` names: begun now, or taken up if it exists.

        One that can't be run is a node of type Skipped in phase Error, as in Argo (initializeNodeOrMarkError).
        """
        node = self.nodes.find(name)
        if node is not None and (node.phase in FULFILLED or node.id in self._owners):
            return node
        depth = owner.depth + 1 if owner else 1
        if depth >= MAX_DEPTH:
            return self._refuse(name, holder, owner, DEPTH_EXCEEDED)
        try:
            planned = self.resolved.find(holder)
            handler = handler_of(planned.template)
            own = own_variables(self, name, holder, planned, handler)
            template = instantiate(planned.template, holder.arguments, chain(own, self.variables))
        except (InvalidRequest, NotFound) as error:
            return self._refuse(name, holder, owner, error.message)
        if node is None:
            node = self._create(name, holder, owner, handler, template)
        context = Context(self, node, template, planned, depth)
        self._owners[node.id] = owner
        if owner is not None:
            self._open_children.setdefault(owner.node.id, {})[node.id] = None
        self._begin(context, handler)
        return node

    def owner_of(self, node: NodeStatus) -> Context | None:
        """The context of the node that began this one; None for the root."""
        return self._owners.get(node.id)

    def finish(self, node: NodeStatus) -> None:
        """Tell a node's owner that it has finished."""
        self._activities.pop(node.id, None)
        if self.pods.pop(node.id, None) is not None:
            self.pods_done += 1
        self._open_children.pop(node.id, None)
        owner = self._owners.pop(node.id, None)
        if owner is not None:
            self._open_children.get(owner.node.id, {}).pop(node.id, None)
            self._dirty.setdefault(owner.node.id, []).append(node)

    def stop_pod(self, node: NodeStatus, message: str) -> None:
        """End a pod that runs and count its node as Failed at once, as Argo does for a stop."""
        self.commands.append(StopPod(PodKey(self.resolved.uid, node.id), GRACE_SECONDS))
        self.nodes.mark(node, FAILED, message, self.now)
        self.finish(node)

    def _refuse(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None, message: str) -> NodeStatus:
        scope = owner.plan_of_node.scope if owner else self.resolved.scope
        boundary = owner.node if owner else None
        node = self.nodes.create(name, SKIPPED_NODE, ERROR, boundary=boundary, scope=scope, holder=holder, now=self.now)
        node.message = message
        return node

    def _create(
        self,
        name: str,
        holder: WorkflowStep | DAGTask,
        owner: Context | None,
        handler: TemplateHandler,
        template: Template,
    ) -> NodeStatus:
        node = self.nodes.create(
            name,
            handler.node_type,
            handler.first_phase,
            boundary=owner.node if owner else None,
            scope=owner.plan_of_node.scope if owner else self.resolved.scope,
            holder=holder,
            now=self.now,
        )
        if template.inputs.parameters or template.inputs.artifacts:
            node.inputs = template.inputs
        self.pods_total += handler.runs_pod
        return node

    def _begin(self, context: Context, handler: TemplateHandler) -> None:
        node = context.node
        activity = self._activities[node.id] = handler.activity(context)
        if handler.runs_pod:
            self.pods[node.id] = pod_request(context)
            if context.shutting_down:
                self.nodes.mark(node, FAILED, shutdown_message(self.workflow.spec.shutdown), self.now)
                self.finish(node)
            else:
                self.commands.append(StartPod(self.pods[node.id]))
            return
        self._unopened.append(activity)
        self._dirty.setdefault(node.id, [])

    def _open(self) -> None:
        """Let every new activity take up the children that exist; those may have children themselves."""
        while self._unopened:
            activity = self._unopened.pop()
            activity.open()
            wake_at = activity.wake_at()
            if wake_at is not None:
                heapq.heappush(self._wakes, (wake_at, activity.context.node.id))

    def _settle(self) -> None:
        self._open()
        while self._dirty and not self.suspended:
            node_id = next(iter(self._dirty))
            finished = self._dirty.pop(node_id)
            activity = self._activities.get(node_id)
            if activity is None:
                continue
            activity.advance(finished)
            self._open()
            verdict = activity.verdict(self.now)
            if verdict is not None:
                self._conclude(activity.context.node, verdict)

    def _conclude(self, node: NodeStatus, verdict: Verdict) -> None:
        if verdict.outputs is not None:
            node.outputs = verdict.outputs
        if verdict.outbound is not None:
            node.outbound_nodes = list(verdict.outbound)
        message = verdict.message if verdict.message or not node.message else None
        self.nodes.mark(node, verdict.phase, message, self.now)
        self.publish(node.outputs)
        if self._open_children.get(node.id):
            self._abandon(node)
        self.finish(node)

    def _abandon(self, boundary: NodeStatus) -> None:
        """End what still runs below a node that has ended: nobody would hear of it any more."""
        message = f"stopped: {boundary.name} has ended"
        for node_id in list(self._open_children.get(boundary.id, ())):
            child = self.nodes.get(node_id)
            if node_id in self.pods:
                self.stop_pod(child, message)
            else:
                self.nodes.mark(child, FAILED, message, self.now)
                self._abandon(child)
                self.finish(child)
        for group in self.nodes.by_id.values():
            if group.boundary_id == boundary.id and group.phase not in FULFILLED:
                self.nodes.mark(group, FAILED, message, self.now)

    def _take_up(self) -> None:
        """After a restart: take up every node that exists and has not finished."""
        self.execute(self.resolved.name, WorkflowStep(template=self.resolved.spec.entrypoint), None)
        self._open()
        self.commands = []


def handler_of(template: Template) -> TemplateHandler:
    """The handler of a template's type. Raises InvalidRequest for a template that has none, or one not built yet."""
    for field in TEMPLATE_FIELDS:
        if getattr(template, field) not in (None, []):
            if field not in TEMPLATE_TYPES:
                raise InvalidRequest(f"not supported yet: templates of type {field}")
            return TEMPLATE_TYPES[field]
    raise InvalidRequest(f"Template '{template.name}' missing specification")
