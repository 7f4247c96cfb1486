"""steps: groups of steps, one group after the other, the steps of a group side by side.

The order of things is that of executeSteps and executeStepGroup in Argo's workflow/controller/steps.go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from argosy.errors import InvalidRequest
from argosy.model.kinds import ERROR, FAILED, FULFILLED, RUNNING, SKIPPED_NODE, STEP_GROUP, STEPS, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.model.template import WorkflowStep
from argosy.plan.calls import Call, resolve_calls
from argosy.plan.loops import is_loop
from argosy.templates.base import Activity, NodeContext, TemplateHandler, Verdict, continues_on, failed, raised
from argosy.templates.daemons import take_up_daemons
from argosy.templates.references import Producer, References, template_outputs


class StepsActivity(Activity):
    """The group that runs: its calls that have not begun, and its steps that have not finished."""

    def __init__(self, context: NodeContext) -> None:
        super().__init__(context)
        self.groups = context.template.steps
        self.index = 0
        self.calls: deque[Call] = deque()
        self.waiting_for: set[str] = set()
        self._aggregates: dict[str, dict[str, str]] = {}

    def open(self) -> None:
        """Take up the last group that exists and those of its steps that are not finished."""
        while self.index + 1 < len(self.groups) and self.context.find(self._group_name(self.index + 1)):
            self._take_up_daemons()
            self.index += 1
        group = self.context.find(self._group_name(self.index))
        if group is None or group.phase in FULFILLED:
            return
        for call in self._resolve():
            if self.context.find(f"{group.name}.{call.holder.name}") is None:
                self.calls.append(call)
            else:
                self._begin(group, call)

    def _take_up_daemons(self) -> None:
        """Take up the steps of a group that has ended which still run."""
        group = self.context.find(self._group_name(self.index))
        if group is not None and any(self.context.get(child).daemoned for child in group.children):
            take_up_daemons(self.context, self._resolve(), f"{group.name}.")

    def advance(self, finished: Sequence[NodeStatus]) -> None:
        """Finish the group whose last step has finished, and begin the next."""
        for child in finished:
            self.waiting_for.discard(child.id)
            self._heed(child)
        while self.index < len(self.groups):
            group = self.context.find(self._group_name(self.index)) or self._new_group()
            self._begin_calls(group)
            if group.phase not in FULFILLED and not self.waiting_for and not self.calls:
                self._finish_group(group)
            if group.phase != SUCCEEDED or self.index + 1 == len(self.groups):
                return
            self.index += 1

    def verdict(self, now: datetime) -> Verdict | None:  # noqa: ARG002
        """Failed with the message of a group that was not successful; Succeeded after the last group."""
        if not self.groups:
            return Verdict(SUCCEEDED, outbound=[])
        group = self.context.find(self._group_name(self.index))
        if group is None or group.phase not in FULFILLED:
            return None
        outbound = [leaf for child in group.children for leaf in self.context.outbound(child)] or [group.id]
        if failed(group):
            return Verdict(FAILED, group.message, outbound=outbound)
        try:
            outputs = template_outputs(self.context.template, self._references(len(self.groups)), self.context.world)
        except InvalidRequest as error:
            return Verdict(ERROR, error.message, outbound=outbound)
        return Verdict(SUCCEEDED, outputs=outputs, outbound=outbound)

    def unbegun(self) -> Iterator[tuple[str, str]]:
        """The steps that have no node: those of the group that runs, and those of the groups after it."""
        yield from ((call.holder.name, "") for call in self.calls)
        for index in range(self.index + 1, len(self.groups)):
            yield from ((step.name, f"the steps of [{index - 1}]") for step in self.groups[index])

    def scope_of(self, child: NodeStatus) -> References:
        """What the hooks of a step can read: the steps of the groups before it, and itself."""
        return self._references(self.index, child)

    def fail_fast(self, message: str) -> None:
        """End the group that runs, which has a step that failed."""
        group = self.context.find(self._group_name(self.index))
        if group is not None and group.phase not in FULFILLED:
            self.context.mark(group, FAILED, message)

    def _group_name(self, index: int) -> str:
        return f"{self.context.node.name}[{index}]"

    def _new_group(self) -> NodeStatus:
        group = self.context.add(self._group_name(self.index), STEP_GROUP, RUNNING, None)
        for parent in self._parents():
            self.context.connect(parent, group.id)
        try:
            self.calls.extend(self._resolve())
        except InvalidRequest as error:
            self.context.mark(group, ERROR, error.message)
        return group

    def _parents(self) -> list[str]:
        """Where the next group is drawn: below all at which the group before was left."""
        if self.index == 0:
            return [self.context.node.id]
        before = self.context.find(self._group_name(self.index - 1))
        children = before.children if before else []
        if before and not children:
            return [before.id]
        return [leaf for child in children for leaf in self.context.outbound(child)]

    def _resolve(self) -> list[Call]:
        scope, world = self._references(self.index), self.context.world
        steps = self.groups[self.index]
        return [call for step in steps for call in resolve_calls(scope.mark_absent(step), scope, world)]

    def _begin_calls(self, group: NodeStatus) -> None:
        """Begin what has not begun, in its order, until there is no room for more."""
        while self.calls and group.phase not in FULFILLED and self._begin(group, self.calls[0]):
            self.calls.popleft()

    def _begin(self, group: NodeStatus, call: Call) -> bool:
        """Begin a step, or take up its node; False where there is no room for it now."""
        name = f"{group.name}.{call.holder.name}"
        if call.outcome:
            self._settle(group, call, name)
            return True
        node = self.context.execute(name, call.holder)
        if node is None:
            return False
        self.context.connect(group.id, node.id)
        if not self.context.is_done(node, call.holder):
            self.waiting_for.add(node.id)
        self._heed(node)
        return True

    def _settle(self, group: NodeStatus, call: Call, name: str) -> None:
        """Give a step that does not run its node."""
        if self.context.find(name) is not None:
            return
        node = self.context.add(name, SKIPPED_NODE, call.outcome, call.holder, call.message)
        self.context.connect(group.id, node.id)
        if call.outcome == ERROR:
            self.context.mark(group, ERROR, call.message)

    def _heed(self, child: NodeStatus) -> None:
        """A step that could not be run at all ends its group at once."""
        error = raised(child)
        group = self.context.find(self._group_name(self.index))
        if error and group and group.phase not in FULFILLED:
            message = f"step group deemed errored due to child {child.name} error: {error}"
            self.context.mark(group, ERROR, message)

    def _finish_group(self, group: NodeStatus) -> None:
        steps = {step.name: step for step in self.groups[self.index]}
        for child_id in group.children:
            child = self.context.get(child_id)
            step = steps.get(child.name.removeprefix(f"{group.name}.").partition("(")[0])
            if failed(child) and not (step and continues_on(step, child.phase)):
                self.context.mark(group, FAILED, f"child '{child_id}' failed")
                return
        self.context.mark(group, SUCCEEDED)

    def _references(self, before: int, itself: NodeStatus | None = None) -> References:
        """What can be read: the steps of the groups before this one; for the hooks of a step, that step too."""
        places = {step.name: (index, step) for index in range(before) for step in self.groups[index]}

        def find(name: str) -> Producer | None:
            if name in places:
                index, step = places[name]
                return self._producer(index, step)
            return self._itself(name, itself) if itself else None

        return References(self.context, "steps.", find, lambda: places, self._aggregates)

    def _itself(self, name: str, node: NodeStatus) -> Producer | None:
        """The step of the group that runs, where that is its name and the node is its own, or one of its loop's."""
        step = next((step for step in self.groups[self.index] if step.name == name), None)
        own = node.name.removeprefix(f"{self._group_name(self.index)}.").partition("(")[0]
        return Producer(node, step) if step is not None and own == name else None

    def _producer(self, index: int, step: WorkflowStep) -> Producer | None:
        """The node of a step, or, of a loop, its group with those of its children that are the loop's."""
        name = f"{self._group_name(index)}.{step.name}"
        node = self.context.find(name)
        if node is not None:
            return Producer(node, step)
        group = self.context.find(self._group_name(index)) if is_loop(step) else None
        if group is None:
            return None
        children = map(self.context.get, group.children)
        return Producer(group, step, (each for each in children if each.name.startswith(f"{name}(")))


HANDLER = TemplateHandler(STEPS, RUNNING, StepsActivity)
