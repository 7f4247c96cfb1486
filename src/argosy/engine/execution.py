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

What every node goes through at its beginning, whatever its type, is engine/launch.py; around it are one file each for
retries, hooks, deadlines and the limits of parallelism.

Everything but the status is derived from it: a new Execution of a stored workflow takes up the nodes that exist (`open`
of each activity), and goes on with the same commands. `argosy.engine.invariants.check` re-walks the tree the slow way
and must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argosy.engine import deadlines
from argosy.engine.agenda import HOOKS, Agenda
from argosy.engine.completion import (
    begin_workflow,
    conclude_workflow,
    entrypoint_of,
    note_running_pods,
    without_snapshot,
)
from argosy.engine.conclusion import conclude
from argosy.engine.daemons import owner_of_daemon
from argosy.engine.facts import fold
from argosy.engine.hooks import Hooks
from argosy.engine.launch import Gates, Launcher
from argosy.engine.locks import LockTable
from argosy.engine.memoization import Caches, Memoization
from argosy.engine.parallelism import fail_fast, fails_fast, no_room, only_groups_failed
from argosy.engine.rate import StartRate
from argosy.engine.roster import Roster
from argosy.engine.state import State
from argosy.engine.synchronization import Synchronization
from argosy.engine.waking import next_wake
from argosy.model.kinds import PENDING, RETRY
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.plan.resolve import ResolvedWorkflow
from argosy.ports.commands import Command
from argosy.ports.events import AnyEvent, StopRequested, TerminateRequested
from argosy.ports.pods import PodRequest
from argosy.ports.store import Change
from argosy.templates.base import Activity


class Execution:
    """The only mutable object of the core. `resolved` is what runs; `workflow.status` is the state.

    `locks`, `caches` and `rate` it has in common with the other workflows of its engine.
    """

    def __init__(
        self,
        resolved: ResolvedWorkflow,
        workflow: Workflow,
        *,
        locks: LockTable | None = None,
        caches: Caches | None = None,
        rate: StartRate | None = None,
    ) -> None:
        self.state, self.locks, self.caches = State(resolved, workflow), locks or LockTable(), caches or Caches()
        self._gates = Gates(Synchronization(self.state, self.locks), Memoization(self.state, self.caches))
        self._roster = Roster()
        self._agenda = Agenda(self.state.nodes.order, self._roster.levels)
        self._hooks = Hooks(self.state, self._roster)
        self._launcher = Launcher(self.state, self._roster, self._agenda, self._hooks, self._gates)
        self._entrypoint, self._heeded = entrypoint_of(resolved), -1
        if self.state.root is not None and not self.finished:
            self._take_up()
        self.state.rate = rate or StartRate()  # only now: what has begun before takes nothing from it

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
        return next_wake(self.state, self._agenda, self._roster, self._gates)

    @property
    def outstanding(self) -> Sequence[PodRequest]:
        """The pods that have been asked for and have not ended, for an executor to take up after a restart."""
        return list(self.state.pods.values())

    def unbegun(self, node_id: str) -> list[tuple[str, str]]:
        """The children of a node at work that have no node yet, by name, and why: in the machine's own words."""
        activity = self._roster.activities.get(node_id)
        room = self._agenda.blocked.get(node_id, "")
        found = activity.unbegun() if activity is not None else ()
        return [(name, f"waits for {others}" if others else room or "is about to begin") for name, others in found]

    def wakes_at(self, node_id: str) -> datetime | None:
        """When a node at work goes on by itself, None where it does not."""
        activity = self._roster.activities.get(node_id)
        return activity.wake_at() if activity is not None else None

    def wants(self, node_id: str) -> bool:
        """Whether the pod of that node has been asked for and has not ended."""
        return node_id in self.state.pods

    def handle(self, *events: AnyEvent, now: datetime) -> list[Command]:
        """Fold the facts, settle, and say what is to be done. With no events: begin, or see what time has changed.

        `now` never goes back. The commands are to be carried out after `take_change` has been kept.
        """
        state = self.state
        state.now, state.commands, self._heeded = now, [], -1
        state.nodes.counts.walk_begins()
        if state.finished:
            return []
        for event in events:
            self._fold(event)
        if events:
            note_running_pods(state)
        self._gates.locks.stand_in_line()
        if state.status.phase not in ("", PENDING) or state.suspended or begin_workflow(state, self._gates.locks):
            self._advance()
        self._gates.locks.tell()
        self.locks.asked(state.resolved.uid)
        return state.commands

    def _advance(self) -> None:
        """Do what is to be done by now."""
        state = self.state
        deadlines.enforce(state, self._roster.contexts)
        if not state.suspended:
            if state.root is None:
                self._launcher.execute(state.resolved.name, self._entrypoint, None)
            self._agenda.put_due(state.now)
        self._settle()
        root = state.root
        if root is not None and self._hooks.is_done(root, self._entrypoint) and not state.suspended:
            note_running_pods(state)
            conclude_workflow(state)
            self._gates.locks.release()

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
            status=without_snapshot(state.status, keep="snapshot" in heads) if "status" in heads else None,
            nodes=nodes,
        )

    def _fold(self, event: AnyEvent) -> None:
        fold(self.state, event)
        if isinstance(event, StopRequested | TerminateRequested):
            for node_id in self._roster.activities:
                self._agenda.put(node_id)

    def _take_up(self) -> None:
        """After a restart: take up every node that exists and has not ended."""
        self._launcher.execute(self.state.resolved.name, self._entrypoint, None)
        self._open()
        while self._hooks.take_up(self._launcher):
            self._open()
        self.state.commands = []

    def _settle(self) -> None:
        """Ask whoever something has happened to, until nothing is left to ask."""
        self._open()
        self._tell_owners()
        while not self.state.suspended:
            if self._advance_hooks():
                continue
            self._make_room()
            asked = self._agenda.take()
            if asked is not None:
                self._ask(*asked)
            elif not self._unlock():
                return

    def _ask(self, node_id: str, ended: list[NodeStatus]) -> None:
        """Let an activity go on after these of its children have ended."""
        activity, context = self._roster.activities.get(node_id), self._roster.contexts.get(node_id)
        if activity is None or context is None:
            return
        self._agenda.blocked.pop(node_id, None)
        fast, verdict = fails_fast(self.state, context), None
        if not fast or only_groups_failed(self.state, context):
            activity.advance(ended)
            self._open()
            self._set_alarm(activity, node_id)
            verdict = deadlines.timed_out(context, self.state.now) or activity.verdict(self.state.now)
        if fast and verdict is None:
            verdict = fail_fast(self.state, activity)
        if verdict is not None:
            conclude(self.state, self._roster, context.node, verdict)
        self._tell_owners()

    def _open(self) -> None:
        """Let every new activity take up the children that exist; those may have children themselves."""
        while self._launcher.unopened:
            activity = self._launcher.unopened.pop()
            activity.open()
            self._set_alarm(activity, activity.context.node.id)

    def _set_alarm(self, activity: Activity, node_id: str) -> None:
        wake_at = activity.wake_at()
        if wake_at is not None:
            self._agenda.wake(wake_at, node_id)

    def _tell_owners(self) -> None:
        """Tell the owner of every node that has ended; one with hooks is told of once they have ended too."""
        while self.state.ready:
            node = self.state.ready.pop(0)
            self._gates.locks.release(node.name)
            owner_id = owner_of_daemon(self.state, self._roster.contexts[node.id])
            if node.id not in self._hooks.watched:
                self._tell(owner_id, node)
        for node in self.state.ended:
            self._gates.locks.release(node.name)
            self._gates.memories.remember(node)
            context = self._roster.remove(node)
            boundary = context.boundary if context is not None else None
            if boundary is not None and boundary.template.fail_fast:
                self._agenda.put(boundary.node.id)
            if context is not None and not context.hook_of and node.id not in self._hooks.watched:
                self._tell(context.owner.node.id if context.owner else "", node)
        self.state.ended.clear()

    def _tell(self, owner_id: str, node: NodeStatus) -> None:
        if owner_id:
            self._agenda.put(owner_id).append(node)

    def _advance_hooks(self) -> bool:
        """Begin hooks whose time has come, and tell of the nodes whose hooks have ended; whether there were any."""
        if not self._hooks.watched or self._heeded == self.state.nodes.marks:
            return False
        self._heeded = self.state.nodes.marks
        self._agenda.blocked.pop(HOOKS, None)
        owners = {node_id: hooked.owner for node_id, hooked in self._hooks.watched.items()}
        for node in self._hooks.advance(self._launcher):
            owner = owners[node.id]
            self._tell(owner.node.id if owner else "", node)
        self._open()
        self._tell_owners()
        return True

    def _make_room(self) -> None:
        """Have the first asked that waits for room, where there is some for it."""

        def has_room(node_id: str) -> bool:
            context = self._roster.contexts.get(node_id)
            return context is None or not no_room(
                self.state, context.inside, is_exit=context.is_exit, is_retry=context.node.type == RETRY
            )

        node_id = self._agenda.first_blocked(has_room) if self._agenda.blocked else None
        if node_id is not None:
            del self._agenda.blocked[node_id]
            if node_id in self._roster.contexts:
                self._agenda.put(node_id)

    def _unlock(self) -> bool:
        """Begin the first node that waits for locks and can have them now; whether there is one."""
        can_begin = not no_room(self.state, None, is_exit=True)  # who is none has ended with the workflow
        node_id = self._gates.locks.grant() if can_begin else None
        if node_id is None:
            return False
        self._launcher.unlock(node_id)
        self._open()
        self._tell_owners()
        return True
