"""Hooks: templates that run when a condition comes true of a node, and when the node has ended (`onExit`).

executeTmplLifeCycleHook, executeWfLifeCycleHook and runOnExitNode in Argo's workflow/controller. A hook runs once, as
`NODE.hooks.NAME` or `NODE.onExit`, and who waits for the node waits for its hooks too. The workflow is hooked to its
root: the conditions of its hooks are about `workflow.status`, and its exit handler runs after all else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from argosy.engine.context import Context
from argosy.engine.roster import Roster
from argosy.engine.state import State
from argosy.errors import InvalidRequest
from argosy.language.names import EXIT, exit_name, hook_name, is_exit_name
from argosy.model.arguments import Arguments
from argosy.model.kinds import ERROR, FAILED, FULFILLED, SKIPPED_NODE, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, LifecycleHook, WorkflowStep
from argosy.plan.artifacts import ArtifactScope, resolve_arguments
from argosy.plan.substitution import decode, evaluate_bool, substitute
from argosy.templates.base import fulfilled
from argosy.templates.references import References

COMPLETED = frozenset((SUCCEEDED, FAILED, ERROR))
ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Arguments)


class Hooked:
    """A node that has hooks, and what began it: `owner` is None for the root."""

    def __init__(self, node: NodeStatus, holder: WorkflowStep | DAGTask, owner: Context | None) -> None:
        self.node, self.holder, self.owner = node, holder, owner


class Runner(Protocol):
    """What begins the node of a hook (argosy.engine.launch.Launcher)."""

    def run_hook(self, name: str, step: WorkflowStep, hooked: Hooked) -> NodeStatus | None:
        """The node: begun now, or taken up; None where there is no room for it."""
        ...

    def refuse_hook(self, name: str, step: WorkflowStep, hooked: Hooked, message: str) -> NodeStatus:
        """The node of a hook that can't be run, and why."""
        ...


class Hooks:
    """The nodes whose hooks may still have something to do, by id, and those whose hooks have ended."""

    def __init__(self, state: State, roster: Roster) -> None:
        self.state, self._roster = state, roster
        self.watched: dict[str, Hooked] = {}
        self._finished: set[str] = set()

    def watch(self, node: NodeStatus, holder: WorkflowStep | DAGTask, owner: Context | None) -> None:
        """Heed a node, where it has hooks; one that could not be run at all has none."""
        if (
            has_hooks(holder)
            and node.type != SKIPPED_NODE
            and node.id not in self._finished
            and node.id not in self.watched
        ):
            self.watched[node.id] = Hooked(node, holder, owner)

    def is_done(self, node: NodeStatus, holder: WorkflowStep | DAGTask) -> bool:
        """Whether the node has ended, or is a daemon that is ready; and its hooks have ended."""
        has_none = node.type == SKIPPED_NODE or not has_hooks(holder)
        return fulfilled(node) and (has_none or node.id in self._finished)

    def advance(self, runner: Runner) -> list[NodeStatus]:
        """Begin the hooks whose time has come; gives the nodes that have ended with all their hooks."""
        done: list[NodeStatus] = []
        for node_id in sorted(self.watched, key=self.state.nodes.order.__getitem__):
            hooked = self.watched[node_id]
            if hooked.owner is not None and hooked.owner.node.phase in FULFILLED:
                del self.watched[node_id]  # nobody waits for it any more
            elif self._advance(hooked, runner) and fulfilled(hooked.node):
                del self.watched[node_id]
                self._finished.add(node_id)
                done.append(hooked.node)
        return done

    def take_up(self, runner: Runner) -> bool:
        """After a restart: take up the hooks that exist and have not ended; whether there were any."""
        found = False
        for hooked in list(self.watched.values()):
            for name, hook in self._candidates(hooked):
                node = self.state.nodes.find(name)
                if node is not None and node.phase not in FULFILLED and node.id not in self._roster.contexts:
                    runner.run_hook(name, self._step(hooked, hook), hooked)
                    found = True
        return found

    def _advance(self, hooked: Hooked, runner: Runner) -> bool:
        """Begin what is to begin; whether all that has begun has ended."""
        all_ended = True
        for name, hook in self._candidates(hooked):
            node = self.state.nodes.find(name)
            if node is None or not fulfilled(node):
                try:
                    if node is None and not self._is_time(hooked, hook, name):
                        continue
                    node = runner.run_hook(name, self._step(hooked, hook), hooked)
                except InvalidRequest as error:
                    if not fulfilled(hooked.node):
                        continue  # what it reads may come to be
                    node = runner.refuse_hook(name, WorkflowStep(template=hook.template), hooked, error.message)
            all_ended = all_ended and node is not None and fulfilled(node)
        return all_ended

    def _candidates(self, hooked: Hooked) -> Iterator[tuple[str, LifecycleHook]]:
        """The hooks by the names of their nodes, the exit handler last."""
        for name, hook in hooked.holder.hooks.items():
            if name != EXIT:
                yield hook_name(hooked.node.name, name), hook
        hook = self._exit_hook(hooked)
        if hook is not None:
            yield exit_name(hooked.node.name), hook

    def _is_time(self, hooked: Hooked, hook: LifecycleHook, name: str) -> bool:
        if not is_exit_name(name):
            return evaluate_bool(hook.expression, self._scope(hooked), None)
        node = hooked.node
        if self.state.workflow.spec.shutdown == "Terminate":
            return False
        if hooked.owner is None:
            return node.phase in FULFILLED and self._others_ended(hooked)
        return node.phase in COMPLETED and (
            not hook.expression or evaluate_bool(hook.expression, self._scope(hooked), None)
        )

    def _exit_hook(self, hooked: Hooked) -> LifecycleHook | None:
        """`onExit`, else `hooks.exit`; with the arguments of the workflow where it has none (GetExitHook)."""
        holder = hooked.holder
        hook = LifecycleHook(template=holder.on_exit) if holder.on_exit else holder.hooks.get(EXIT)
        if hook is None or hook.arguments.parameters or hook.arguments.artifacts:
            return hook
        return msgspec.structs.replace(hook, arguments=self.state.resolved.spec.arguments)

    def _others_ended(self, hooked: Hooked) -> bool:
        """Whether the hooks of the workflow that have begun have ended: its exit handler is the last to run."""
        names = (hook_name(hooked.node.name, name) for name in hooked.holder.hooks if name != EXIT)
        return all(node is None or node.phase in FULFILLED for node in map(self.state.nodes.find, names))

    def _scope(self, hooked: Hooked) -> ArtifactScope:
        boundary = hooked.owner.inside if hooked.owner else None
        activity = self._roster.activities.get(boundary.node.id) if boundary else None
        return activity.scope_of(hooked.node) if activity else self.state.variables

    def _step(self, hooked: Hooked, hook: LifecycleHook) -> WorkflowStep:
        """What a hook runs: its arguments may name what the node gave (resolveExitTmplArgument)."""
        scope, arguments = self._scope(hooked), hook.arguments
        if isinstance(scope, References):
            arguments = scope.mark_absent_arguments(arguments)
        text = ENCODER.encode(arguments).decode()
        if "{{" in text:
            arguments = decode(DECODER, substitute(text, scope, None, allow_unresolved=True))
        arguments = resolve_arguments(arguments, scope, None)
        return WorkflowStep(template=hook.template, template_ref=hook.template_ref, arguments=arguments)


def has_hooks(holder: WorkflowStep | DAGTask) -> bool:
    """Whether a step or task has hooks, or an exit handler."""
    return bool(holder.hooks or holder.on_exit)
