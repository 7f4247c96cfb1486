"""Why a node is as it is: a sentence, and below it the sentences that it follows from.

Nothing is guessed. What has ended is explained from what the machine wrote down; what waits, from what the machine
that takes up this workflow says it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from argosy.engine.execution import Execution
from argosy.errors import InvalidRequest, NotFound
from argosy.language.names import exit_name
from argosy.language.tags import tags_of
from argosy.model.kinds import (
    DAG,
    ERROR,
    FAILED,
    FAILED_OR_ERROR,
    FULFILLED,
    OMITTED,
    PENDING,
    POD,
    RETRY,
    SKIPPED,
    STEP_GROUP,
    STEPS,
    SUCCEEDED,
    SUSPEND,
    TASK_GROUP,
)
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.graph import condition_of
from argosy.plan.resolve import PlannedTemplate
from argosy.plan.snapshot import holders_of
from argosy.ports.why import Why, of_cache
from argosy.templates.base import is_try
from argosy.templates.references import node_variable

OWNERS = frozenset((STEPS, STEP_GROUP, DAG, TASK_GROUP, RETRY))


class Explainer:
    """The nodes of one workflow, and which of them is part of which."""

    def __init__(self, execution: Execution) -> None:
        self.execution, self.state = execution, execution.state
        self.nodes = self.state.nodes
        self._parts: dict[str, list[NodeStatus]] = {}
        for node in self.state.status.nodes.values():
            owner = self._owner(node)
            if owner is not None:
                self._parts.setdefault(owner.id, []).append(node)

    def workflow(self) -> Why:
        """Why the workflow is in its phase."""
        status, root = self.state.status, self.state.root
        phase, text = status.phase or PENDING, status.message
        if self.state.suspended:
            text = "is suspended: nothing new begins before `argosy resume`"
        elif root is None and not text:
            text = "has not begun"
        on_exit = self.nodes.find(exit_name(self.state.resolved.name))
        tops = [node for node in (root, on_exit) if node is not None and self._matters(node, phase)]
        causes = [self.node(node) for node in tops] if tops or phase != PENDING else self._holders()
        return Why(self.state.resolved.name, phase, text, causes)

    def node(self, node: NodeStatus) -> Why:
        """Why a node is in its phase."""
        if node.phase == SKIPPED:
            return self._why(node, node.message, self._values(node))
        if node.phase == OMITTED:
            return self._why(node, self._condition(node), self._dependencies(node))
        if node.phase in FAILED_OR_ERROR:
            return self._failed(node)
        if node.phase == SUCCEEDED:
            return self._why(node, self._success(node))
        return self._at_work(node)

    def _why(self, node: NodeStatus, text: str, causes: Iterable[Why] = ()) -> Why:
        return Why(node.display_name, node.phase, text, list(causes))

    def _matters(self, node: NodeStatus, phase: str) -> bool:
        """Whether a node tells why what it is in is in that phase."""
        if phase in FAILED_OR_ERROR:
            return node.phase in FAILED_OR_ERROR
        return phase == SUCCEEDED or node.phase not in FULFILLED

    def _failed(self, node: NodeStatus) -> Why:
        parts = [part for part in self._parts.get(node.id, ()) if part.phase in FAILED_OR_ERROR]
        causes = [self.node(part) for part in (parts[-1:] if node.type == RETRY else parts)]
        if node.type in OWNERS and causes:
            return self._why(node, node.message, causes)
        code = node.outputs.exit_code if node.outputs else None
        kind = "its program failed" if node.phase == FAILED and code not in (None, "0") else ""
        kind = kind or ("it could not be run, or was lost" if node.phase == ERROR else "it was ended")
        return self._why(node, f"{kind}: {node.message}" if node.message else kind)

    def _success(self, node: NodeStatus) -> str:
        tries = len([each for each in self._parts.get(node.id, ()) if is_try(each)])
        said = f"succeeded at try {tries}" if node.type == RETRY and tries > 1 else ""
        return "; ".join(part for part in (said, of_cache(node.memoization_status)) if part)

    def _at_work(self, node: NodeStatus) -> Why:
        parts = [part for part in self._parts.get(node.id, ()) if part.phase not in FULFILLED]
        causes = [self.node(part) for part in parts]
        causes += [Why(name, "", text) for name, text in self.execution.unbegun(node.id)]
        if node.synchronization_status is not None:
            causes += self._holders(node.synchronization_status.waiting)
        return self._why(node, node.message or self._waiting(node, parts), causes)

    def _holders(self, lock: str = "") -> list[Why]:
        """Who holds the lock that a node waits for; those that the workflow waits for."""
        status = self.state.status.synchronization
        mutexes = status.mutex.waiting if status and status.mutex else ()
        semaphores = status.semaphore.waiting if status and status.semaphore else ()
        held = {each.mutex: [each.holder] for each in mutexes} | {each.semaphore: each.holders for each in semaphores}
        return [
            Why(name, "", f"held by {', '.join(map(self._holder_name, holders))}")
            for name, holders in held.items()
            if holders and lock in ("", name)
        ]

    def _holder_name(self, holder: str) -> str:
        """`default/wf/NODE-ID` → the node's name, where it is of this workflow; else the workflow's."""
        namespace, workflow, node_id = (*holder.split("/", 2), "")[:3]
        node = self.state.status.nodes.get(node_id)
        return node.name if node is not None else f"{namespace}/{workflow}"

    def _waiting(self, node: NodeStatus, parts: list[NodeStatus]) -> str:
        wakes_at = self.execution.wakes_at(node.id)
        if node.type == SUSPEND:
            until = f" or the time to be {wakes_at:%Y-%m-%d %H:%M:%S}Z" if wakes_at else ""
            return f"waits for somebody to resume it{until}"
        if node.type == POD:
            return "its pod has been asked for and has not begun" if node.phase == PENDING else "its pod runs"
        return f"waits for {', '.join(part.display_name for part in parts)}" if parts else ""

    def _owner(self, node: NodeStatus) -> NodeStatus | None:
        """The node of which this one is a part, which its name says: `wf[0].fan(1:b)(0)` is of `wf[0].fan(1:b)`."""
        for end in range(len(node.name) - 1, 0, -1):
            if node.name[end] in ".([":
                owner = self.nodes.find(node.name[:end])
                if owner is not None:
                    return owner
        return None

    def _template(self, node: NodeStatus) -> Template | None:
        reference = WorkflowStep(template=node.template_name, template_ref=node.template_ref)
        try:
            return self.state.resolved.find(reference, PlannedTemplate(Template(), node.template_scope)).template
        except NotFound:
            return None

    def _holder(self, node: NodeStatus) -> tuple[Template, WorkflowStep | DAGTask] | None:
        """The step or task that a node is of, as it is written, and the template that it stands in."""
        boundary = self.state.status.nodes.get(node.boundary_id)
        template = self._template(boundary) if boundary is not None else None
        if template is None:
            return None
        name = node.display_name.partition("(")[0]
        return next(((template, holder) for holder in holders_of(template) if holder.name == name), None)

    def _values(self, node: NodeStatus) -> Iterator[Why]:
        """What the `when` of a step or task named, and what that was."""
        found = self._holder(node)
        try:
            names = tags_of(found[1].when) if found else []
        except InvalidRequest:
            names = []
        for name in dict.fromkeys(each.strip() for each in names):
            value = self._value(node, name)
            if value is not None:
                yield Why(name, "", f'was "{value}"')

    def _value(self, node: NodeStatus, name: str) -> str | None:
        kind, _, rest = name.partition(".")
        if kind not in ("steps", "tasks"):
            value = self.state.variables.lookup(name)
            return value if isinstance(value, str) else None
        sibling, _, field = rest.partition(".")
        found = self._sibling(node, sibling)
        return node_variable(found, field) if found is not None else None

    def _sibling(self, node: NodeStatus, name: str) -> NodeStatus | None:
        siblings = (each for each in self.state.status.nodes.values() if each.boundary_id == node.boundary_id)
        return next((each for each in siblings if each.display_name == name), None)

    def _condition(self, node: NodeStatus) -> str:
        found = self._holder(node)
        if found is None or not isinstance(found[1], DAGTask):
            return node.message
        task = found[1]
        written = f"depends {task.depends!r}" if task.depends else f"dependencies {', '.join(task.dependencies)}"
        return f"{written} does not hold"

    def _dependencies(self, node: NodeStatus) -> Iterator[Why]:
        found = self._holder(node)
        if found is None or not isinstance(found[1], DAGTask) or found[0].dag is None:
            return
        depends = condition_of(found[1], {task.name: task for task in found[0].dag.tasks})
        for name in depends.dependencies if depends else ():
            sibling = self._sibling(node, name)
            if sibling is not None:
                yield self.node(sibling)
