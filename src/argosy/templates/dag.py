"""dag: tasks that wait for each other.

What a task waits for and whether it runs is that of executeDAGTask and evaluateDependsLogic in Argo's
workflow/controller/dag.go, and the phase of the whole that of its assessDAGPhase; only the order of looking differs.
Argo walks all tasks at every change; here a finished task is told to those that wait for it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.names import EXIT
from argosy.model.kinds import (
    DAG,
    ERROR,
    FAILED,
    OMITTED,
    PENDING,
    RUNNING,
    SKIPPED,
    SKIPPED_NODE,
    SUCCEEDED,
    TASK_GROUP,
)
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, WorkflowStep
from argosy.plan.calls import Call, resolve_calls
from argosy.plan.graph import PlannedTask, TaskGraph
from argosy.plan.loops import is_loop
from argosy.templates.assess import assess
from argosy.templates.base import (
    Activity,
    NodeContext,
    TemplateHandler,
    Verdict,
    fulfilled,
    is_hook,
    raised,
)
from argosy.templates.daemons import take_up_daemons
from argosy.templates.references import Producer, References, template_outputs
from argosy.templates.task_group import TaskGroupActivity

RESULTS = {"Succeeded": SUCCEEDED, "Failed": FAILED, "Errored": ERROR, "Skipped": SKIPPED, "Omitted": OMITTED}


class DagActivity(Activity):
    """Who still waits for how many, and which tasks have not finished."""

    def __init__(self, context: NodeContext) -> None:
        super().__init__(context)
        self.graph: TaskGraph | None = None
        self.problem = ""
        self.ready: list[tuple[int, str]] = []
        self.waits: dict[str, int] = {}
        self.unfinished: dict[str, str] = {}
        self._aggregates: dict[str, dict[str, str]] = {}
        try:
            if context.template.dag is not None:
                self.graph = TaskGraph(context.template.dag)
        except InvalidRequest as error:
            self.problem = error.message

    def open(self) -> None:
        """Take up the tasks that have a node, and find those that could have one now."""
        if self.graph is None:
            return
        for name, planned in self.graph.tasks.items():
            node = self._node(name)
            self.waits[name] = sum(not self._is_done(each) for each in planned.dependencies)
            if node is not None and not self.context.is_done(node, planned.task):
                self._begin(planned)
            elif node is None and not self.waits[name]:
                self._make_ready(name)
            if node is not None and self._has_daemons(node):
                take_up_daemons(self.context, self._resolve(planned), self._node_name(""))

    def advance(self, finished: Sequence[NodeStatus]) -> None:
        """Begin every task whose dependencies have finished, until there is no room for more.

        One that is omitted or skipped has finished at once.
        """
        for child in finished:
            name = self.unfinished.pop(child.id, None)
            if name is not None:
                self._finished(name, child)
        while self.ready and self._begin_task(self.ready[0][1]):
            heapq.heappop(self.ready)

    def verdict(self, now: datetime) -> Verdict | None:  # noqa: ARG002
        """Once nothing is left to do: the phase that the branches give, and the outputs where it is Succeeded."""
        if self.graph is None:
            return Verdict(ERROR, self.problem)
        if self.unfinished:
            return None
        if self.context.shutting_down:
            return Verdict(FAILED, outbound=self._outbound(self.graph))
        if self.ready:
            return None
        phase = assess(self.context, self.graph, self._node)
        outbound = self._outbound(self.graph)
        if phase != SUCCEEDED:
            return Verdict(phase, outbound=outbound)
        try:
            outputs = template_outputs(self.context.template, self._references(None), self.context.world)
        except InvalidRequest as error:
            return Verdict(ERROR, error.message, outbound=outbound)
        return Verdict(SUCCEEDED, outputs=outputs, outbound=outbound)

    def _node_name(self, task: str) -> str:
        return f"{self.context.node.name}.{task}"

    def _node(self, task: str) -> NodeStatus | None:
        return self.context.find(self._node_name(task))

    def _is_done(self, task: str) -> bool:
        node = self._node(task)
        return node is not None and self.graph is not None and self.context.is_done(node, self.graph.tasks[task].task)

    def _outbound(self, graph: TaskGraph) -> list[str]:
        nodes = [self._node(name) for name in graph.targets]
        return [leaf for node in nodes if node for leaf in self.context.outbound(node.id)]

    def _finished(self, name: str, node: NodeStatus) -> None:
        error = raised(node)
        if error and not error.startswith("task '"):
            self.context.mark(node, node.phase, f"task '{node.name}' errored: {error}")
        if self.graph is not None:
            self._release(self.graph, name)

    def _release(self, graph: TaskGraph, name: str) -> None:
        for dependent in graph.tasks[name].dependents:
            self.waits[dependent] -= 1
            if not self.waits[dependent] and self._node(dependent) is None:
                self._make_ready(dependent)

    def _make_ready(self, name: str) -> None:
        """Tasks begin in the order of the graph, whichever was freed first: so they do after a restart too."""
        assert self.graph is not None
        heapq.heappush(self.ready, (self.graph.tasks[name].place, name))

    def _begin_task(self, name: str) -> bool:
        assert self.graph is not None
        planned = self.graph.tasks[name]
        try:
            omitted = planned.depends is not None and not planned.depends.evaluate(self._result)
        except InvalidRequest as error:
            self._settle(planned, ERROR, error.message)
            return True
        if omitted:
            self._settle(planned, OMITTED, "omitted: depends condition not met")
            return True
        return self._begin(planned)

    def _begin(self, planned: PlannedTask) -> bool:
        """Begin a task, or take up its node; False where there is no room for it now."""
        try:
            calls = self._resolve(planned)
        except InvalidRequest as error:
            self._settle(planned, ERROR, error.message)
            return True
        call, name = calls[0], planned.task.name
        is_many = is_loop(planned.task) and call.holder.name != name
        if call.outcome and not is_many:
            self._settle(planned, call.outcome, call.message)
            return True
        node = (
            self._begin_group(planned, calls) if is_many else self.context.execute(self._node_name(name), call.holder)
        )
        if node is None:
            return False
        self._connect(planned, node)
        if self.context.is_done(node, planned.task):
            self._finished(name, node)
        else:
            self.unfinished[node.id] = name
        return True

    def _resolve(self, planned: PlannedTask) -> list[Call]:
        scope = self._references(planned.task.name)
        return resolve_calls(scope.mark_absent(planned.task), scope, self.context.world)

    def _has_daemons(self, node: NodeStatus) -> bool:
        """Whether a task that is done still runs, or one of its loop does, which nobody else takes up."""
        ended_loop = node.type == TASK_GROUP and fulfilled(node)
        return bool(node.daemoned) or (ended_loop and any(item.daemoned for item in self._items(node)))

    def _begin_group(self, planned: PlannedTask, calls: list[Call]) -> NodeStatus:
        """Of the hooks of a task with a loop its items have only the exit handler; the others are the group's."""
        calls = [call._replace(holder=_with_exit_alone(call.holder)) for call in calls]

        def activity(context: NodeContext) -> Activity:
            return TaskGroupActivity(context, calls)

        return self.context.open_group(self._node_name(planned.task.name), TASK_GROUP, planned.task, activity)

    def _settle(self, planned: PlannedTask, phase: str, message: str) -> None:
        """Give the task a node that has finished without running."""
        name = planned.task.name
        node = self.context.add(self._node_name(name), SKIPPED_NODE, phase, planned.task, message)
        self._connect(planned, node)
        assert self.graph is not None
        self._release(self.graph, name)

    def _connect(self, planned: PlannedTask, node: NodeStatus) -> None:
        """Draw the task below all at which its dependencies were left, or below the DAG where it waits for none."""
        if not planned.dependencies:
            self.context.connect(self.context.node.id, node.id)
        for dependency in planned.dependencies:
            waited_for = self._node(dependency)
            for leaf in self.context.outbound(waited_for.id) if waited_for else ():
                self.context.connect(leaf, node.id)

    def _result(self, task: str, word: str) -> bool:
        """Whether `task.word` holds. AnySucceeded and AllFailed are about the children of a loop."""
        node = self._node(task)
        if node is None:
            return False
        if word == "Daemoned":
            return bool(node.daemoned) and node.phase != PENDING
        if word in ("AnySucceeded", "AllFailed"):
            phases = [item.phase for item in self._items(node)] if node.type == TASK_GROUP else []
            return SUCCEEDED in phases if word == "AnySucceeded" else bool(phases) and set(phases) == {FAILED}
        return node.phase == RESULTS[word]

    def unbegun(self) -> Iterator[tuple[str, str]]:
        """The tasks that have no node, and the tasks that each waits for."""
        for name, planned in self.graph.tasks.items() if self.graph else ():
            if self._node(name) is None:
                yield name, ", ".join(each for each in planned.dependencies if not self._is_done(each))

    def scope_of(self, child: NodeStatus) -> References:
        """What the hooks of a task can read: the tasks that it waits for, and itself."""
        name = child.name.removeprefix(f"{self.context.node.name}.").partition("(")[0]
        return self._references(name, child)

    def _references(self, reader: str | None, itself: NodeStatus | None = None) -> References:
        """What a task can read: the tasks it waits for, directly or not; the DAG's own outputs read all of them."""
        tasks = self.graph.tasks if self.graph else {}

        def find(name: str) -> Producer | None:
            if self.graph is None or name not in tasks:
                return None
            if itself is not None and name == reader:
                return self._producer(itself, name)
            near = reader is None or name in tasks[reader].dependencies
            if not near and name not in self.graph.ancestors(reader or ""):
                return None
            node = self._node(name)
            return self._producer(node, name) if node else None

        return References(self.context, "tasks.", find, lambda: tasks, self._aggregates)

    def _producer(self, node: NodeStatus, name: str) -> Producer:
        assert self.graph is not None
        return Producer(node, self.graph.tasks[name].task, self._items(node) if node.type == TASK_GROUP else None)

    def _items(self, group: NodeStatus) -> list[NodeStatus]:
        """The tasks that came of a loop."""
        return [child for child in map(self.context.get, group.children) if not is_hook(child)]


def _with_exit_alone(holder: WorkflowStep | DAGTask) -> WorkflowStep | DAGTask:
    hooks = {name: hook for name, hook in holder.hooks.items() if name == EXIT}
    return holder if len(hooks) == len(holder.hooks) else msgspec.structs.replace(holder, hooks=hooks)


HANDLER = TemplateHandler(DAG, RUNNING, DagActivity)
