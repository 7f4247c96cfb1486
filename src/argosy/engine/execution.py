"""One workflow in memory: facts go in, orders come out.

    execution = Execution(resolve(workflow), workflow)
    commands = execution.handle(now=now)                      begins it, or goes on with it after a restart
    commands = execution.handle(PodReported(...), now=later)
    change = execution.take_change()                          what to keep before the commands are carried out

How it moves, which is the whole of it:

1. Fold. An event sets the phase of one node, or a flag of the spec. It decides nothing (engine/facts.py).
2. Settle. A node that has ended is told to its owner, the activity that began it. The owner begins the children that
   should exist now, and says whether it is done; then its own owner is told. Only the way from the ended node to the
   root is walked, so a run of N nodes costs O(N) in all.
3. Conclude. When the root has ended, so has the workflow (engine/completion.py).

Everything but the status is derived from it: a new Execution of a stored workflow takes up the nodes that exist (`open`
of each activity), and goes on with the same commands. `argosy.engine.invariants.check` re-walks the tree the slow way
and must agree.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime

import msgspec

from argosy.engine.completion import conclude_workflow, mark_running
from argosy.engine.context import Context
from argosy.engine.facts import fold, shutdown_message
from argosy.engine.pods import own_variables, pod_request
from argosy.engine.state import State
from argosy.errors import InvalidRequest, NotFound
from argosy.model.kinds import ERROR, FAILED, FULFILLED, SKIPPED_NODE, TEMPLATE_FIELDS
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.model.workflow import Workflow
from argosy.plan.arguments import chain, instantiate
from argosy.plan.resolve import ResolvedWorkflow
from argosy.ports.commands import Command, StartPod
from argosy.ports.events import AnyEvent
from argosy.ports.pods import PodRequest
from argosy.ports.store import Change
from argosy.templates import TEMPLATE_TYPES
from argosy.templates.base import DEPTH_EXCEEDED, Activity, TemplateHandler, Verdict

MAX_DEPTH = 100


class Execution:
    """The only mutable object of the core. `resolved` is what runs; `workflow.status` is the state."""

    def __init__(self, resolved: ResolvedWorkflow, workflow: Workflow) -> None:
        self.state = State(resolved, workflow)
        self._activities: dict[str, Activity] = {}
        self._contexts: dict[str, Context] = {}
        self._open_children: dict[str, dict[str, None]] = {}
        self._dirty: dict[str, list[NodeStatus]] = {}
        self._queue: list[tuple[int, str]] = []
        self._unopened: list[Activity] = []
        self._wakes: list[tuple[datetime, str]] = []
        if self.state.root is not None and not self.finished:
            self._take_up()

    @property
    def workflow(self) -> Workflow:
        """The workflow, with its status as it is now."""
        return self.state.workflow

    @property
    def finished(self) -> bool:
        """Whether the workflow has ended."""
        return self.state.finished

    @property
    def wake_at(self) -> datetime | None:
        """When `handle` has to be called though nothing happens; None where nothing waits for time to pass."""
        while self._wakes and self._wakes[0][1] not in self._activities:
            heapq.heappop(self._wakes)
        return self._wakes[0][0] if self._wakes and not self.state.suspended else None

    @property
    def outstanding(self) -> Sequence[PodRequest]:
        """The pods that have been asked for and have not ended, for an executor to take up after a restart."""
        return list(self.state.pods.values())

    def wants(self, node_id: str) -> bool:
        """Whether the pod of that node has been asked for and has not ended."""
        return node_id in self.state.pods

    def handle(self, *events: AnyEvent, now: datetime) -> list[Command]:
        """Fold the facts, settle, and say what is to be done. With no events: begin, or see what time has changed.

        `now` never goes back. The commands are to be carried out after `take_change` has been kept.
        """
        state = self.state
        state.now, state.commands = now, []
        if state.finished:
            return []
        for event in events:
            fold(state, event)
        if state.status.phase in ("", "Pending") and not state.suspended:
            mark_running(state)
            self.execute(state.resolved.name, self._entrypoint(), None)
        while (wake_at := self.wake_at) is not None and wake_at <= now:
            self._make_dirty(heapq.heappop(self._wakes)[1])
        self._settle()
        if state.root is not None and state.root.phase in FULFILLED and not state.suspended:
            conclude_workflow(state)
        return state.commands

    def take_change(self) -> Change | None:
        """What has changed since the last call, None where nothing has."""
        state = self.state
        nodes, heads = state.nodes.take_changed(), state.head_changed
        if nodes and state.status.progress != state.progress:
            state.status.progress = state.progress
            heads.add("status")
        state.head_changed = set()
        if not nodes and not heads:
            return None
        return Change(
            uid=state.resolved.uid,
            metadata=state.workflow.metadata if "metadata" in heads else None,
            spec=state.workflow.spec if "spec" in heads else None,
            status=msgspec.structs.replace(state.status, nodes={}) if "status" in heads else None,
            nodes=nodes,
        )

    def execute(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None) -> NodeStatus:
        """The node that runs the template which `holder` names: begun now, or taken up if it exists.

        One that can't be run is a node of type Skipped in phase Error, as in Argo (initializeNodeOrMarkError).
        """
        state = self.state
        node = state.nodes.find(name)
        if node is not None and (node.phase in FULFILLED or node.id in self._contexts):
            return node
        if owner is not None and owner.depth + 1 >= MAX_DEPTH:
            return self._refuse(name, holder, owner, DEPTH_EXCEEDED)
        try:
            planned = state.resolved.find(holder)
            handler = handler_of(planned.template)
            own = own_variables(state.resolved.name, name, holder, planned.template.name if handler.runs_pod else None)
            template = instantiate(planned.template, holder.arguments, chain(own, state.variables))
        except (InvalidRequest, NotFound) as error:
            return self._refuse(name, holder, owner, error.message)
        if node is None:
            node = self._create(name, handler, holder, owner)
            state.pods_total += handler.runs_pod
            if template.inputs.parameters or template.inputs.artifacts:
                node.inputs = template.inputs
        context = Context(state, self.execute, node, template=template, planned=planned, owner=owner)
        self._begin(context, handler)
        return node

    def _refuse(self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None, message: str) -> NodeStatus:
        node = self._create(name, TemplateHandler(SKIPPED_NODE, ERROR, Activity), holder, owner)
        node.message = message
        return node

    def _create(
        self, name: str, handler: TemplateHandler, holder: WorkflowStep | DAGTask, owner: Context | None
    ) -> NodeStatus:
        return self.state.nodes.create(
            name,
            handler.node_type,
            handler.first_phase,
            boundary=owner.node if owner else None,
            scope=owner.plan_of_node.scope if owner else self.state.resolved.scope,
            holder=holder,
            now=self.state.now,
        )

    def _begin(self, context: Context, handler: TemplateHandler) -> None:
        state, node = self.state, context.node
        self._contexts[node.id] = context
        if context.owner is not None:
            self._open_children.setdefault(context.owner.node.id, {})[node.id] = None
        activity = self._activities[node.id] = handler.activity(context)
        if not handler.runs_pod:
            self._unopened.append(activity)
            self._make_dirty(node.id)
            return
        state.pods[node.id] = pod_request(context)
        if context.shutting_down:
            state.end(node, FAILED, shutdown_message(state.workflow.spec.shutdown))
        else:
            state.commands.append(StartPod(state.pods[node.id]))

    def _open(self) -> None:
        """Let every new activity take up the children that exist; those may have children themselves."""
        while self._unopened:
            activity = self._unopened.pop()
            activity.open()
            wake_at = activity.wake_at()
            if wake_at is not None:
                heapq.heappush(self._wakes, (wake_at, activity.context.node.id))

    def _tell_owners(self) -> None:
        """Tell the owner of every node that has ended."""
        for node in self.state.ended:
            self._activities.pop(node.id, None)
            self._open_children.pop(node.id, None)
            context = self._contexts.pop(node.id, None)
            if context is not None and context.owner is not None:
                owner = context.owner.node.id
                self._open_children.get(owner, {}).pop(node.id, None)
                self._make_dirty(owner).append(node)
        self.state.ended.clear()

    def _make_dirty(self, node_id: str) -> list[NodeStatus]:
        """Have the node's activity asked again; gives the list of its children that have ended since it last was."""
        if node_id not in self._dirty:
            self._dirty[node_id] = []
            heapq.heappush(self._queue, (self.state.nodes.order[node_id], node_id))
        return self._dirty[node_id]

    def _settle(self) -> None:
        self._open()
        self._tell_owners()
        while self._queue and not self.state.suspended:
            node_id = heapq.heappop(self._queue)[1]
            ended = sorted(self._dirty.pop(node_id), key=lambda node: self.state.nodes.order[node.id])
            activity = self._activities.get(node_id)
            if activity is None:
                continue
            activity.advance(ended)
            self._open()
            verdict = activity.verdict(self.state.now)
            if verdict is not None:
                self._conclude(self._contexts[node_id].node, verdict)
            self._tell_owners()

    def _conclude(self, node: NodeStatus, verdict: Verdict) -> None:
        if verdict.outputs is not None:
            node.outputs = verdict.outputs
        if verdict.outbound is not None:
            node.outbound_nodes = list(verdict.outbound)
        if self._open_children.get(node.id):
            self._abandon(node)
        self.state.end(node, verdict.phase, verdict.message if verdict.message or not node.message else None)

    def _abandon(self, boundary: NodeStatus) -> None:
        """End what still runs below a node that has ended: nobody would hear of it any more."""
        message = f"stopped: {boundary.name} has ended"
        for node_id in list(self._open_children.get(boundary.id, ())):
            child = self.state.nodes.get(node_id)
            if child.phase in FULFILLED:
                continue
            if node_id in self.state.pods:
                self.state.stop_pod(child, message)
            else:
                self._abandon(child)
                self.state.end(child, FAILED, message)
        for group in self.state.nodes.by_id.values():
            if group.boundary_id == boundary.id and group.phase not in FULFILLED:
                self.state.mark(group, FAILED, message)

    def _entrypoint(self) -> WorkflowStep:
        spec = self.state.resolved.spec
        return WorkflowStep(template=spec.entrypoint, arguments=spec.arguments)

    def _take_up(self) -> None:
        """After a restart: take up every node that exists and has not ended."""
        self.execute(self.state.resolved.name, self._entrypoint(), None)
        self._open()
        self.state.commands = []


def handler_of(template: Template) -> TemplateHandler:
    """The handler of a template's type. Raises InvalidRequest for a template that has none, or one not built yet."""
    for field in TEMPLATE_FIELDS:
        if getattr(template, field) not in (None, []):
            if field not in TEMPLATE_TYPES:
                raise InvalidRequest(f"not supported yet: templates of type {field}")
            return TEMPLATE_TYPES[field]
    raise InvalidRequest(f"Template '{template.name}' missing specification")
