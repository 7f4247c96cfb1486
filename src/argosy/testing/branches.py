"""Which branches of a workflow's templates some run has taken: `when`, `depends`, retries and hooks, each both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from argosy.engine.execution import Execution
from argosy.model.kinds import FULFILLED, OMITTED, RETRY, SKIPPED
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.resolve import ResolvedWorkflow
from argosy.plan.snapshot import holders_of
from argosy.templates.base import is_try


class Branch(NamedTuple):
    """One way that a run may take at a step or task of a template: `main.heads: when is false`."""

    template: str
    step: str
    way: str

    def __str__(self) -> str:
        return f"{self.template}.{self.step}: {self.way}" if self.step else f"{self.template}: {self.way}"


RUNS, SKIPS, OMITS = "runs", "when is false", "is omitted"
FIRST, AGAIN, GIVES_UP = "succeeds at the first try", "is tried again", "is given up"


def branches(resolved: ResolvedWorkflow) -> list[Branch]:
    """Every branch of the workflow's own templates, in the order in which they are written."""
    return [branch for template in resolved.spec.templates for branch in _of_template(template, resolved)]


def taken(execution: Execution) -> set[Branch]:
    """The branches that a run has taken."""
    found: set[Branch] = set()
    nodes = execution.state.status.nodes
    for node in nodes.values():
        boundary = nodes.get(node.boundary_id)
        place = boundary.template_name if boundary else ""
        step = node.display_name.partition("(")[0]
        if ".hooks." in step or step.endswith(".onExit"):
            owner, _, hook = step.replace(".onExit", ".hooks.exit").partition(".hooks.")
            found.add(Branch(place or "workflow", owner if place else "", f"hook {hook} runs"))
        elif node.phase == SKIPPED:
            found.add(Branch(place, step, SKIPS))
        elif node.phase == OMITTED:
            found.add(Branch(place, step, OMITS))
        elif place:
            found.add(Branch(place, step, RUNS))
        if node.type == RETRY and node.phase in FULFILLED:
            found |= _tries(node, execution)
    return found


def _tries(node: NodeStatus, execution: Execution) -> set[Branch]:
    children = [execution.state.nodes.get(child) for child in node.children]
    tries = sum(map(is_try, children))
    ways = {FIRST} if tries == 1 and node.phase == "Succeeded" else set[str]()
    ways |= {AGAIN} if tries > 1 else set()
    ways |= {GIVES_UP} if node.phase != "Succeeded" else set()
    return {Branch(node.template_name, "", way) for way in ways}


def _of_template(template: Template, resolved: ResolvedWorkflow) -> Iterator[Branch]:
    if template.retry_strategy is not None or resolved.spec.retry_strategy is not None:
        yield from (Branch(template.name, "", way) for way in (FIRST, AGAIN, GIVES_UP))
    for holder in holders_of(template):
        yield from (Branch(template.name, holder.name, way) for way in _ways(holder))
    if template.name == resolved.spec.entrypoint:
        hooks = list(resolved.spec.hooks) + (["exit"] if resolved.spec.on_exit else [])
        yield from (Branch("workflow", "", f"hook {name} runs") for name in dict.fromkeys(hooks))


def _ways(holder: WorkflowStep | DAGTask) -> Iterator[str]:
    waits = isinstance(holder, DAGTask) and bool(holder.depends or holder.dependencies)
    if holder.when or waits:
        yield RUNS
    if holder.when:
        yield SKIPS
    if waits:
        yield OMITS
    hooks = list(holder.hooks) + (["exit"] if holder.on_exit else [])
    yield from (f"hook {name} runs" for name in dict.fromkeys(hooks))
