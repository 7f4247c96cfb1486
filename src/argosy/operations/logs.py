"""A workflow, or one pod of it → the lines of its logs, each with the pod's name; `follow`: until it has finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from argosy.errors import InvalidRequest, NotFound
from argosy.language.names import pod_name
from argosy.model.kinds import FULFILLED, PENDING, POD
from argosy.model.requests import LogEntry
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.operations.follow import Follower, read
from argosy.operations.target import find
from argosy.ports.executor import LogQuery
from argosy.ports.operation import Operation, Services
from argosy.ports.pods import PodKey

POD_NAMES = "workflows.argoproj.io/pod-name-format"
OF_WORKFLOW = "workflows.argoproj.io/workflow"


class LogsRequest(Struct, frozen=True, kw_only=True):
    """Which lines of which pods.

    `pod_name` may also be a node's ID, name or display name; empty: all pods. `selector` is a label selector for pods,
    `grep` a regular expression that a line has to match. The others are those of `kubectl logs`.
    """

    namespace: str
    name: str
    pod_name: str = ""
    container: str = "main"
    follow: bool = False
    previous: bool = False
    since: datetime | None = None
    tail: int | None = None
    timestamps: bool = False
    grep: str = ""
    selector: str = ""


class Pod:
    """A pod of a workflow, as far as its log is concerned."""

    def __init__(self, workflow: Workflow, node: NodeStatus) -> None:
        self.node = node
        self.key = PodKey(workflow.metadata.uid, node.id)
        template = node.template_ref.template if node.template_ref else node.template_name
        version = workflow.metadata.annotations.get(POD_NAMES, "v2")
        self.name = pod_name(workflow.metadata.name, node.name, template, node.id, version)
        self.ended = node.phase in FULFILLED

    def is_called(self, name: str) -> bool:
        """Whether somebody who says this name means it."""
        return name in (self.name, self.node.id, self.node.name, self.node.display_name)


def pods_of(workflow: Workflow, request: LogsRequest) -> list[Pod]:
    """The pods that have begun, in the order of their beginning, of those that are asked for."""
    nodes = [node for node in workflow.status.nodes.values() if node.type == POD and node.phase != PENDING]
    if request.selector:
        nodes = _selected(workflow, nodes, request.selector)
    place = {node: index for index, node in enumerate(_along_the_flow(workflow))}
    nodes.sort(key=lambda node: (node.started_at.timestamp() if node.started_at else 0.0, place.get(node.id, 0)))
    pods = [Pod(workflow, node) for node in nodes]
    return [pod for pod in pods if pod.is_called(request.pod_name)] if request.pod_name else pods


def _along_the_flow(workflow: Workflow) -> Iterator[str]:
    """The IDs of the nodes, those that others followed first: times alone are no finer than seconds."""
    nodes, seen = workflow.status.nodes, set[str]()
    level = [node.id for node in nodes.values() if not node.boundary_id]
    while level:
        fresh = [each for each in dict.fromkeys(level) if each in nodes and each not in seen]
        seen.update(fresh)
        yield from fresh
        level = [child for each in fresh for child in nodes[each].children]


def _selected(workflow: Workflow, nodes: list[NodeStatus], selector: str) -> list[NodeStatus]:
    from argosy.stores.labels import requirements

    needed = requirements(selector)
    shared = {OF_WORKFLOW: workflow.metadata.name}
    if workflow.spec.pod_metadata:
        shared |= workflow.spec.pod_metadata.labels
    own = {each.name: each.metadata.labels if each.metadata else {} for each in workflow.spec.templates}
    return [node for node in nodes if all(each.matches(shared | own.get(node.template_name, {})) for each in needed)]


def run(services: Services, request: LogsRequest) -> Iterator[LogEntry]:
    """The lines. Raises NotFound for a workflow or a pod that there is not, InvalidRequest for a bad expression."""
    workflow = find(services, request.namespace, request.name)
    request = replace(request, name=workflow.metadata.name)
    if request.pod_name and not request.follow:
        _check_pod(workflow, request)
    try:
        wanted = re.compile(request.grep)
    except re.error as error:
        raise InvalidRequest(f"failed to compile {request.grep!r}: {error}") from None
    query = LogQuery(
        container=request.container,
        tail=request.tail,
        since=request.since,
        timestamps=request.timestamps,
        previous=request.previous,
    )
    if request.follow:
        entries = _follow(services, request, query)
    else:
        logs = (read(services.logs, pod.key, pod.name, query) for pod in pods_of(workflow, request))
        entries = (entry for log in logs for entry in log)
    return (entry for entry in entries if wanted.search(entry.content))


def _follow(services: Services, request: LogsRequest, query: LogQuery) -> Iterator[LogEntry]:
    """The lines of all pods as they come, until the workflow, or the pod that is asked for, has ended."""
    services.wake()
    follower = Follower(services, query)
    for workflow in follower.changes(request.namespace, request.name):
        pods = pods_of(workflow, request)
        for pod in pods:
            follower.add(pod.key, pod.name, ended=pod.ended)
        yield from follower.lines()
        if request.pod_name and pods and all(pod.ended for pod in pods):
            break
    yield from follower.rest()


def _check_pod(workflow: Workflow, request: LogsRequest) -> None:
    if not pods_of(workflow, request):
        names = [pod.name for pod in pods_of(workflow, replace(request, pod_name=""))]
        hint = f"there are: {', '.join(names[:10])}" if names else "no pod of it has begun"
        raise NotFound(f'pods "{request.pod_name}" not found in workflow {workflow.metadata.name}', hint=hint)


OPERATION = Operation(
    name="logs",
    summary="the logs of a workflow or of one of its pods",
    method="GET",
    path="/api/v1/workflows/{namespace}/{name}/log",
    request=LogsRequest,
    run=run,
    streams=True,
)
