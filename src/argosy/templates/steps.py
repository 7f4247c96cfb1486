"""steps: groups of steps, one group after the other, the steps of a group side by side.

The order of things is that of executeSteps and executeStepGroup in Argo's workflow/controller/steps.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argosy.errors import InvalidRequest
from argosy.model.kinds import ERROR, FAILED, FULFILLED, RUNNING, SKIPPED, SKIPPED_NODE, STEP_GROUP, STEPS, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.plan.calls import Call, resolve_call
from argosy.templates.base import Activity, NodeContext, TemplateHandler, Verdict, continues_on, failed, raised
from argosy.templates.references import Producer, References, template_outputs


class StepsActivity(Activity):
    """The group that runs, and how many of its steps are not finished."""

    def __init__(self, context: NodeContext) -> None:
        super().__init__(context)
        self.groups = context.template.steps
        self.index = 0
        self.waiting_for: set[str] = set()

    def open(self) -> None:
        """Take up the last group that exists and those of its steps that are not finished."""
        while self.index + 1 < len(self.groups) and self.context.find(self._group_name(self.index + 1)):
            self.index += 1
        group = self.context.find(self._group_name(self.index))
        if group is None or group.phase in FULFILLED:
            return
        for step, call in zip(self.groups[self.index], self._resolve(), strict=False):
            node = self.context.find(f"{group.name}.{step.name}")
            if node is not None:
                self._begin(group, call)

    def advance(self, finished: Sequence[NodeStatus]) -> None:
        """Finish the group whose last step has finished, and begin the next."""
        for child in finished:
            self.waiting_for.discard(child.id)
            self._heed(child)
        while self.index < len(self.groups):
            group = self.context.find(self._group_name(self.index)) or self._begin_group()
            if group.phase not in FULFILLED and not self.waiting_for:
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
            outputs = template_outputs(self.context.template, self._references(len(self.groups)).lookup)
        except InvalidRequest as error:
            return Verdict(ERROR, error.message, outbound=outbound)
        return Verdict(SUCCEEDED, outputs=outputs, outbound=outbound)

    def _group_name(self, index: int) -> str:
        return f"{self.context.node.name}[{index}]"

    def _begin_group(self) -> NodeStatus:
        group = self.context.add(self._group_name(self.index), STEP_GROUP, RUNNING, None)
        for parent in self._parents():
            self.context.connect(parent, group.id)
        try:
            calls = self._resolve()
        except InvalidRequest as error:
            self.context.mark(group, ERROR, error.message)
            return group
        for call in calls:
            if group.phase in FULFILLED:
                break
            self._begin(group, call)
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
        references = self._references(self.index)
        return [resolve_call(references.mark_absent(step), references.lookup) for step in self.groups[self.index]]

    def _begin(self, group: NodeStatus, call: Call) -> None:
        step, name = call.holder, f"{group.name}.{call.holder.name}"
        if not call.proceed:
            if self.context.find(name) is None:
                message = f"when '{step.when}' evaluated false"
                skipped = self.context.add(name, SKIPPED_NODE, SKIPPED, step, message)
                self.context.connect(group.id, skipped.id)
            return
        node = self.context.execute(name, step)
        self.context.connect(group.id, node.id)
        if node.phase not in FULFILLED:
            self.waiting_for.add(node.id)
        self._heed(node)

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
            step = steps.get(child.name.removeprefix(f"{group.name}."))
            if failed(child) and not (step and continues_on(step, child.phase)):
                self.context.mark(group, FAILED, f"child '{child_id}' failed")
                return
        self.context.mark(group, SUCCEEDED)

    def _references(self, before: int) -> References:
        """What can be read: the steps of the groups before this one."""
        places = {step.name: (index, step) for index in range(before) for step in self.groups[index]}

        def find(name: str) -> Producer | None:
            if name not in places:
                return None
            index, step = places[name]
            node = self.context.find(f"{self._group_name(index)}.{name}")
            return (node, step) if node else None

        return References(self.context, "steps.", find)


HANDLER = TemplateHandler(STEPS, RUNNING, StepsActivity)
