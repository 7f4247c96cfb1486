"""A namespace and a name → the workflow that is meant, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Iterable

from argosy.errors import Conflict, InvalidRequest, NotFound
from argosy.model.kinds import ERROR, FAILED, RUNNING, SUCCEEDED, SUSPEND
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.ports.operation import Services
from argosy.ports.store import WorkflowQuery, WorkflowSummary

LATEST = "@latest"
FINISHED = frozenset((SUCCEEDED, FAILED, ERROR))
"""The phases that a workflow does not leave."""
PAGE = 8


def real_name(services: Services, namespace: str, name: str) -> str:
    """The name, or for `@latest` that of the newest workflow. Raises NotFound where there is none."""
    if not name:
        raise InvalidRequest("the name of a workflow is missing")
    return services.store.latest(namespace) if name == LATEST else name


def find(services: Services, namespace: str, name: str) -> Workflow:
    """The workflow with its nodes. Raises NotFound."""
    return services.store.get(namespace, real_name(services, namespace, name))


def summary(services: Services, namespace: str, name: str) -> WorkflowSummary:
    """The workflow without spec and nodes, which costs the same however large it is. Raises NotFound."""
    name = real_name(services, namespace, name)
    token = ""
    while True:
        query = WorkflowQuery(namespace=namespace, name_prefix=name, limit=PAGE, continue_=token)
        items, token = services.store.list(query)
        for item in items:
            if item.name == name:
                return item
        if not token:
            raise NotFound(f'workflows.argoproj.io "{name}" not found')


def unfinished(services: Services, namespace: str, name: str, refusal: str) -> Workflow:
    """The workflow, if it has not finished. Raises NotFound, and Conflict with this message.

    `{name}` and `{namespace}` in the message are the workflow's.
    """
    workflow = find(services, namespace, name)
    if workflow.status.phase in FINISHED:
        meta = workflow.metadata
        raise Conflict(refusal.format(name=meta.name, namespace=meta.namespace))
    return workflow


def selected(nodes: Iterable[NodeStatus], selector: str) -> list[NodeStatus]:
    """The nodes that a node field selector matches, all where it is empty. Raises ExpressionError for a bad one."""
    if not selector:
        return list(nodes)
    from argosy.engine.facts import selectable_fields
    from argosy.language.node_selector import parse_field_selector

    parsed = parse_field_selector(selector)
    return [node for node in nodes if parsed.matches(selectable_fields(node))]


def waiting_nodes(workflow: Workflow, selector: str = "") -> list[NodeStatus]:
    """The suspend nodes that wait, of those that a node field selector matches.

    Raises InvalidRequest for a selector that cannot be read, or that matches none of them.
    """
    waiting = [node for node in workflow.status.nodes.values() if node.type == SUSPEND and node.phase == RUNNING]
    found = selected(waiting, selector)
    if selector and not found:
        names = ", ".join(node.display_name for node in waiting)
        raise InvalidRequest(
            f"currently, set only targets suspend nodes: no suspend nodes matching nodeFieldSelector: {selector}",
            hint=f"those that wait: {names}" if names else "no suspend node waits",
        )
    return found
