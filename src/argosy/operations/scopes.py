"""A workflow, or a node of one, → the variables that a text in it could see, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from argosy.engine.variables import WorkflowVariables
from argosy.errors import InvalidRequest, NotFound
from argosy.language.names import pod_name
from argosy.model.arguments import Arguments
from argosy.model.kinds import DAG, POD, STEPS
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.plan.globals import global_variables
from argosy.templates.aggregates import aggregate
from argosy.templates.references import FACTS, node_variable

ITEM = re.compile(r"\((\d+)(?::(.*))?\)$", re.DOTALL)
OWN = ("exitCode", "status", "outputs.result")
"""What a node can see of itself, by the names that metrics use."""


def workflow_scope(workflow: Workflow, now: datetime) -> WorkflowVariables:
    """The variables of a workflow. Parameters without a value are not there."""
    spec = workflow.status.stored_workflow_template_spec or workflow.spec
    given = [each for each in spec.arguments.parameters if each.value is not None]
    meta = workflow.metadata
    named = replace(workflow, metadata=replace(meta, name=meta.name or f"{meta.generate_name}xxxxx"))
    fixed = global_variables(named, replace(spec, arguments=Arguments(parameters=given)))
    return WorkflowVariables(named, fixed, lambda: workflow.status.finished_at or now)


def find_node(workflow: Workflow, wanted: str) -> NodeStatus:
    """The node of that id, name or display name. Raises NotFound, InvalidRequest where there are several."""
    nodes = list(workflow.status.nodes.values())
    for known in (
        [node for node in nodes if wanted in (node.id, node.name)],
        [node for node in nodes if node.display_name == wanted],
    ):
        if len(known) > 1:
            names = ", ".join(node.name for node in known)
            raise InvalidRequest(f"there are {len(known)} nodes {wanted!r}", hint=f"name one of: {names}")
        if known:
            return known[0]
    names = ", ".join(node.display_name for node in nodes[:20])
    raise NotFound(f"workflow {workflow.metadata.name!r} has no node {wanted!r}", hint=f"there are: {names}")


def node_scope(workflow: Workflow, node: NodeStatus) -> dict[str, object]:
    """What a node has beside the variables of its workflow: its inputs, what it has of itself, and those around it."""
    values: dict[str, object] = {}
    nodes = workflow.status.nodes
    boundary = nodes.get(node.boundary_id)
    for owner in (boundary, node):
        if owner is not None and owner.type in (STEPS, DAG):
            inside = [other for other in nodes.values() if other.boundary_id == owner.id]
            values |= _of_producers("tasks." if owner.type == DAG else "steps.", inside)
    return values | dict(_of_itself(workflow, node, boundary))


def _of_producers(prefix: str, nodes: list[NodeStatus]) -> dict[str, object]:
    """What can be read of the steps or tasks of a template; the children of a loop give lists."""
    values: dict[str, object] = {}
    loops: dict[str, list[NodeStatus]] = {}
    for node in nodes:
        item = ITEM.search(node.display_name)
        if item is None:
            values |= _of_producer(f"{prefix}{node.display_name}.", node)
        elif item[2] is not None:
            loops.setdefault(node.display_name[: item.start()], []).append(node)
    for name, children in loops.items():
        values |= {f"{prefix}{name}.{field}": value for field, value in aggregate(children).items()}
    return values


def _of_itself(workflow: Workflow, node: NodeStatus, boundary: NodeStatus | None) -> Iterator[tuple[str, object]]:
    for parameter in node.inputs.parameters if node.inputs else ():
        if parameter.value is not None:
            yield f"inputs.parameters.{parameter.name}", parameter.value
    for parameter in node.outputs.parameters if node.outputs else ():
        if parameter.value is not None:
            yield f"outputs.parameters.{parameter.name}", parameter.value
    for field in OWN:
        value = node_variable(node, field)
        if value is not None:
            yield field, value
    yield "node.name", node.name
    if boundary is not None:
        yield "tasks.name" if boundary.type == DAG else "steps.name", ITEM.sub("", node.display_name)
    if node.type == POD:
        name = node.template_ref.template if node.template_ref else node.template_name
        yield "pod.name", pod_name(workflow.metadata.name, node.name, name, node.id)
    item = ITEM.search(node.display_name)
    if item and item[2] is not None:
        yield "item", item[2]


def _of_producer(prefix: str, node: NodeStatus) -> Iterator[tuple[str, object]]:
    for field in FACTS:
        value = node_variable(node, field)
        if value is not None:
            yield f"{prefix}{field}", value
    for parameter in node.outputs.parameters if node.outputs else ():
        if parameter.value is not None:
            yield f"{prefix}outputs.parameters.{parameter.name}", parameter.value
