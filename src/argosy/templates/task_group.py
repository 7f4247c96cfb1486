"""The tasks that came of one task with a loop: a node of type TaskGroup (executeDAGTask in Argo's dag.go)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from argosy.model.kinds import FAILED, SKIPPED_NODE, SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.plan.calls import Call
from argosy.templates.base import Activity, NodeContext, Verdict, failed, is_hook, raised


class TaskGroupActivity(Activity):
    """The calls of a loop: those that have not begun, and those that have not finished."""

    def __init__(self, context: NodeContext, calls: Sequence[Call]) -> None:
        super().__init__(context)
        self.prefix = context.node.name.rpartition(".")[0]
        self.calls = deque(calls)
        self.waiting_for: set[str] = set()

    def open(self) -> None:
        """Take up the tasks that exist."""
        fresh: list[Call] = []
        for call in self.calls:
            if self.context.find(self._name(call)) is None:
                fresh.append(call)
            else:
                self._begin(call)
        self.calls = deque(fresh)

    def advance(self, finished: Sequence[NodeStatus]) -> None:
        """Begin what has not begun, in the order of the items, until there is no room for more."""
        for child in finished:
            self.waiting_for.discard(child.id)
            self._heed(child)
        while self.calls and self._begin(self.calls[0]):
            self.calls.popleft()

    def verdict(self, now: datetime) -> Verdict | None:  # noqa: ARG002
        """Once all have finished: Succeeded, or the phase of the last that was not successful."""
        if self.waiting_for:
            return None
        if self.calls:
            return Verdict(FAILED) if self.context.shutting_down else None
        children = map(self.context.get, self.context.node.children)
        children = [child for child in children if failed(child) and not is_hook(child)]
        return Verdict(children[-1].phase if children else SUCCEEDED)

    def unbegun(self) -> Iterator[tuple[str, str]]:
        """The items that have no node: they wait for room."""
        yield from ((call.holder.name, "") for call in self.calls)

    def _name(self, call: Call) -> str:
        return f"{self.prefix}.{call.holder.name}"

    def _begin(self, call: Call) -> bool:
        name, group = self._name(call), self.context.node
        if call.outcome:
            node = self.context.find(name) or self.context.add(
                name, SKIPPED_NODE, call.outcome, call.holder, call.message
            )
            self.context.connect(group.id, node.id)
            return True
        node = self.context.execute(name, call.holder)
        if node is None:
            return False
        self.context.connect(group.id, node.id)
        if self.context.is_done(node, call.holder):
            self._heed(node)
        else:
            self.waiting_for.add(node.id)
        return True

    def _heed(self, child: NodeStatus) -> None:
        error = raised(child)
        if error and not error.startswith("task '"):
            self.context.mark(child, child.phase, f"task '{child.name}' errored: {error}")
