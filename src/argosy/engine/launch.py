"""Launch: from the name of a template to a node at work (executeTemplate in Argo's operator.go).

What every node goes through, whatever its template's type, in this order: its template is found and filled in; there is
room for it; it asks for its locks; it gets a node; once it has the locks, what is remembered of it ends it, or else it
begins, as a retry around itself where its template wants that.
"""

from __future__ import annotations

from argosy.engine.agenda import HOOKS, Agenda
from argosy.engine.context import Context, OpenActivity, is_exit_node
from argosy.engine.deadlines import pending_until, too_late
from argosy.engine.filling import DISPLAY_NAME, Filled, fill_in
from argosy.engine.gates import Gates, Passage
from argosy.engine.hooks import Hooked, Hooks
from argosy.engine.parallelism import no_room
from argosy.engine.pods import name_of_pod, pod_request
from argosy.engine.retry import RetryActivity, tries_of, try_variables
from argosy.engine.roster import Roster
from argosy.engine.state import State
from argosy.engine.synchronization import LockWait
from argosy.engine.world import NodeWorld
from argosy.errors import InvalidRequest, NotFound
from argosy.language.names import attempt_name, is_exit_name
from argosy.language.scopes import ChainScope, MapScope
from argosy.model.kinds import (
    DAG,
    ERROR,
    FAILED,
    FULFILLED,
    PENDING,
    RETRY,
    RUNNING,
    SKIPPED_NODE,
    STEPS,
    SUCCEEDED,
    NodeType,
)
from argosy.model.status import NodeFlag, NodeStatus
from argosy.model.template import DAGTask, WorkflowStep
from argosy.plan.arguments import fill
from argosy.ports.commands import StartPod
from argosy.templates.base import Activity, TemplateHandler, fulfilled

REFUSED = TemplateHandler(SKIPPED_NODE, ERROR, Activity)
RETRIED = TemplateHandler(RETRY, RUNNING, Activity)


class Launcher:
    """argosy.engine.context.Machine: begins nodes, and takes up those that exist."""

    def __init__(self, state: State, roster: Roster, agenda: Agenda, hooks: Hooks, gates: Gates) -> None:
        self.state, self.roster, self.agenda, self.hooks, self.gates = state, roster, agenda, hooks, gates
        self.unopened: list[Activity] = []

    def execute(
        self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None, hook_of: str = ""
    ) -> NodeStatus | None:
        """The node that runs the template which `holder` names; None where there is no room for it now.

        One that can't be run is a node of type Skipped in phase Error, as in Argo (initializeNodeOrMarkError).
        """
        node = self.state.nodes.find(name)
        if node is None or node.id not in self.roster.contexts:
            node = self._launch(name, holder, owner, node, hook_of)
        if node is not None and not hook_of:
            self.hooks.watch(node, holder, owner)
        return node

    def _launch(
        self, name: str, holder: WorkflowStep | DAGTask, owner: Context | None, node: NodeStatus | None, hook_of: str
    ) -> NodeStatus | None:
        if node is not None and node.phase in FULFILLED:
            return node
        boundary, flag = owner.inside if owner else None, NodeFlag(hooked=True) if hook_of else None
        passage = Passage()
        try:
            filled = fill_in(self.state, name, holder, boundary, node)
            if node is None:
                is_exit = is_exit_node(name, hook_of, owner)
                refusal = no_room(self.state, boundary, is_exit=is_exit)
                if not self._has_room(None if hook_of else owner, refusal):
                    return None
                passage = self.gates.enter(name, filled.template)
        except (InvalidRequest, NotFound) as error:
            return self._create(name, REFUSED, holder, boundary, flag, error.message)
        if node is None:
            is_hit = passage.memory is not None and passage.memory.status.hit
            handler = RETRIED if filled.retry and not is_hit else filled.handler
            if passage.refusal or is_hit:
                handler = handler._replace(first_phase=PENDING)
            node = self._create(name, handler, holder, boundary, flag)
            node.display_name = filled.template.annotations.get(DISPLAY_NAME) or node.display_name
            if filled.template.inputs.parameters or filled.template.inputs.artifacts:
                node.inputs = filled.template.inputs
        context = Context(
            self.state,
            self,
            node,
            template=filled.template,
            planned=filled.planned,
            owner=owner,
            hook_of=hook_of,
        )
        self._pass(context, filled, passage)
        return node

    def _pass(self, context: Context, filled: Filled, passage: Passage) -> None:
        """Let a node wait, end or begin, as it found the gates; one that is taken up goes on as before."""
        node, memory = context.node, passage.memory
        if passage.refusal is not None:
            self.state.nodes.wait_for(node, passage.refusal.lock.name, passage.refusal.message)
        if memory is not None:
            node.memoization_status = memory.status
        if node.synchronization_status is not None:
            self._wait(context, filled)
        elif memory is not None and memory.status.hit:
            self._at_work(context, Activity(context))
            node.outputs = memory.outputs
            self.state.end(node, SUCCEEDED)
        else:
            self._begin(context, filled)

    def _wait(self, context: Context, filled: Filled) -> None:
        """Let a node wait for its locks."""
        wanted = filled.template.synchronization
        if wanted is not None:
            self.gates.locks.wait(wanted, context.node.name)
        self._at_work(context, LockWait(context, lambda: self._admit(context, filled)))
        self._set_timeout(context)
        if message := too_late(context):
            self.state.end(context.node, FAILED, message)

    def unlock(self, node_id: str) -> None:
        """A node has got the locks that it waited for."""
        waiting = self.roster.activities[node_id]
        if isinstance(waiting, LockWait):
            waiting.begin()

    def _admit(self, context: Context, filled: Filled) -> None:
        node, state = context.node, self.state
        state.nodes.wait_for(node, "", "")
        try:
            memory = self.gates.memories.recall(filled.template.memoize)
        except InvalidRequest as error:
            state.end(node, ERROR, error.message)
            return
        if memory is None or not memory.status.hit:
            first = (RETRIED if filled.retry else filled.handler).first_phase
            state.mark(node, first)
        self._pass(context, filled, Passage(memory=memory))

    def open_group(
        self, name: str, node_type: NodeType, holder: WorkflowStep | DAGTask, owner: Context, activity: OpenActivity
    ) -> NodeStatus:
        """The node that owns several children of the owner: begun now, or taken up."""
        node = self.state.nodes.find(name)
        if node is None:
            node = self._create(name, TemplateHandler(node_type, RUNNING, Activity), holder, owner.inside, None)
        if node.id not in self.roster.contexts and node.phase not in FULFILLED:
            context = Context(self.state, self, node, template=owner.template, planned=owner.plan_of_node, owner=owner)
            self._at_work(context, activity(context))
        self.hooks.watch(node, holder, owner)
        return node

    def is_done(self, node: NodeStatus, holder: WorkflowStep | DAGTask) -> bool:
        """Whether the node has ended, and its hooks have."""
        return self.hooks.is_done(node, holder)

    def run_hook(self, name: str, step: WorkflowStep, hooked: Hooked) -> NodeStatus | None:
        """The node of a hook, drawn below the node whose hook it is; the workflow's exit handler stands alone."""
        node = self.execute(name, step, hooked.owner, hook_of=hooked.node.id)
        if node is not None and (hooked.owner is not None or not is_exit_name(name)):
            self.state.nodes.connect(hooked.node.id, node.id)
        return node

    def refuse_hook(self, name: str, step: WorkflowStep, hooked: Hooked, message: str) -> NodeStatus:
        """The node of a hook that can't be run, and why."""
        boundary = hooked.owner.inside if hooked.owner else None
        node = self._create(name, REFUSED, step, boundary, NodeFlag(hooked=True), message)
        self.state.nodes.connect(hooked.node.id, node.id)
        return node

    def begin_try(self, retry: Context, number: int, filled: Filled) -> NodeStatus | None:
        """One try of a retry, `name(number)`: begun now, or taken up; None where there is no room for it now."""
        name, tries = attempt_name(retry.node.name, number), tries_of(retry)[:number]
        node, boundary = self.state.nodes.find(name), retry.boundary
        if node is not None and node.id in self.roster.contexts:
            return node
        if (
            node is None
            and number > 0
            and not self._has_room(retry, no_room(self.state, boundary, is_exit=retry.is_exit, is_retry=True))
        ):
            return None
        own = {"retries": str(number), **try_variables(tries, unknown_exit_code="0")}
        holder = WorkflowStep(template=retry.node.template_name, template_ref=retry.node.template_ref)
        if filled.handler.runs_pod:
            own["pod.name"] = name_of_pod(self.state.resolved.name, name, filled.planned.template.name)
        if node is None:
            hooked = bool(retry.node.node_flag and retry.node.node_flag.hooked)
            node = self._create(name, filled.handler, holder, boundary, NodeFlag(hooked=hooked, retried=True))
            node.inputs = retry.node.inputs
        world = NodeWorld(f"{self.state.resolved.uid}:{name}", node.started_at or self.state.now)
        template = fill(filled.template, ChainScope(MapScope(own), self.state.variables), world)
        context = Context(self.state, self, node, template=template, planned=filled.planned, owner=retry)
        self._begin(context, filled._replace(retry=None))
        return node

    def _create(
        self,
        name: str,
        handler: TemplateHandler,
        holder: WorkflowStep | DAGTask,
        boundary: Context | None,
        flag: NodeFlag | None,
        message: str = "",
    ) -> NodeStatus:
        state = self.state
        node = state.nodes.create(
            name,
            handler.node_type,
            handler.first_phase,
            boundary=boundary.node if boundary else None,
            scope=boundary.plan_of_node.scope if boundary else state.resolved.scope,
            holder=holder,
            now=state.now,
        )
        node.message, node.node_flag = message, flag or node.node_flag
        state.pods_total += handler.runs_pod
        return node

    def _begin(self, context: Context, filled: Filled) -> None:
        state, node = self.state, context.node
        if filled.retry is not None:
            retry = RetryActivity(context, filled.retry, lambda retry, number: self.begin_try(retry, number, filled))
            self._at_work(context, retry)
            if not node.children:
                retry.advance(())  # at once: what begins beside it has to find the room taken
            return
        self._at_work(context, filled.handler.activity(context))
        if node.type in (STEPS, DAG):
            return
        if filled.handler.runs_pod:
            self._set_timeout(context)
            state.pods[node.id] = pod_request(context)
        if not fulfilled(node) and (message := too_late(context)):
            state.end(node, FAILED, message)
        elif filled.handler.runs_pod:
            state.rate.take(state.now)
            state.commands.append(StartPod(state.pods[node.id]))

    def _set_timeout(self, context: Context) -> None:
        until = pending_until(context)
        if until is not None:
            self.agenda.wake(until, context.node.id)

    def _at_work(self, context: Context, activity: Activity) -> None:
        self.roster.add(context, activity)
        self.unopened.append(activity)
        self.agenda.put(context.node.id)

    def _has_room(self, owner: Context | None, refusal: str) -> bool:
        """Whether nothing is said against a node; else its owner is asked again once that has changed.

        Hooks have none: they are looked at whenever anything has happened.
        """
        if refusal:
            self.agenda.blocked[owner.node.id if owner else HOOKS] = refusal
        return not refusal
