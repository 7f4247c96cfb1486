"""The model to what stores keep, and back: columns of the head, JSON of the parts, times as whole microseconds."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from argosy.errors import AlreadyExists, InvalidRequest, NotFound, StoreError
from argosy.model.kinds import ERROR, FAILED, GROUP_VERSION, POD, RUNNING, SUCCEEDED, SUSPEND
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.ports.events import Request
from argosy.ports.store import DeleteRequested, WorkflowSummary

T = TypeVar("T")
Columns = dict[str, Any]
AnyRequest = Request | DeleteRequested

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FINISHED = frozenset((SUCCEEDED, FAILED, ERROR))
"""The phases that a workflow does not leave."""

encode = msgspec.json.Encoder().encode


@functools.cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    """Made when something is first read: it looks at every field below the type, which takes a while."""
    return msgspec.json.Decoder(wanted)


def decode(wanted: type[T] | Any, data: bytes) -> Any:
    """What `encode` wrote. Raises StoreError where the text is something else."""
    try:
        return _decoder(wanted).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        name = getattr(wanted, "__name__", str(wanted))
        raise StoreError(f"the store holds a {name} that cannot be read: {error}") from error


def micros(time: datetime) -> int:
    """A time as the store keeps it."""
    return (time - EPOCH) // MICROSECOND


def time_of(value: int) -> datetime:
    """And back."""
    return EPOCH + value * MICROSECOND


def maybe_micros(time: datetime | None) -> int | None:
    """The same for a time that may not have come yet."""
    return None if time is None else micros(time)


def maybe_time(value: int | None) -> datetime | None:
    """And back."""
    return None if value is None else time_of(value)


def spec_columns(spec: WorkflowSpec) -> Columns:
    """What a list shows of the spec."""
    parameters = {p.name: p.value for p in spec.arguments.parameters if p.value is not None}
    return {"priority": spec.priority, "suspended": bool(spec.suspend), "parameters": encode(parameters)}


def progress_columns(status: WorkflowStatus) -> Columns:
    """What a list shows of the status and changes often."""
    return {"progress": status.progress, "message": status.message}


def phase_columns(status: WorkflowStatus) -> Columns:
    """What a list shows of the status and changes rarely."""
    times = {"started_at": maybe_micros(status.started_at), "finished_at": maybe_micros(status.finished_at)}
    return {"phase": status.phase} | times


def head_columns(workflow: Workflow, now: datetime) -> Columns:
    """All that a list shows of a new workflow. One that does not say when it was created is created now."""
    meta = workflow.metadata
    return {
        "uid": meta.uid,
        "namespace": meta.namespace,
        "name": meta.name,
        "created_at": micros(meta.creation_timestamp or now),
        "labels": encode(meta.labels),
        **spec_columns(workflow.spec),
        **phase_columns(workflow.status),
        **progress_columns(workflow.status),
    }


def metadata_part(meta: ObjectMeta, created_at: int) -> bytes:
    """The metadata as kept: with the time of creation that the head has."""
    return encode(msgspec.structs.replace(meta, creation_timestamp=meta.creation_timestamp or time_of(created_at)))


def status_parts(status: WorkflowStatus) -> dict[str, bytes]:
    """The status in two parts, without nodes: what changes all the time, and the templates, where it has any."""
    small = msgspec.structs.replace(status, nodes={}, stored_templates={}, stored_workflow_template_spec=None)
    resolved = WorkflowStatus(
        stored_templates=status.stored_templates, stored_workflow_template_spec=status.stored_workflow_template_spec
    )
    has_templates = status.stored_templates or status.stored_workflow_template_spec is not None
    return {"status": encode(small)} | ({"resolved": encode(resolved)} if has_templates else {})


def workflow_of(parts: dict[str, bytes], nodes: list[bytes]) -> Workflow:
    """The workflow that was taken apart."""
    status = decode(WorkflowStatus, parts["status"])
    if "resolved" in parts:
        resolved = decode(WorkflowStatus, parts["resolved"])
        status.stored_templates = resolved.stored_templates
        status.stored_workflow_template_spec = resolved.stored_workflow_template_spec
    status.nodes = {node.id: node for node in decode(list[NodeStatus], b"[" + b",".join(nodes) + b"]")}
    return Workflow(
        api_version=GROUP_VERSION,
        kind="Workflow",
        metadata=decode(ObjectMeta, parts["metadata"]),
        spec=decode(WorkflowSpec, parts["spec"]),
        status=status,
    )


def summary_of(head: Columns, counts: list[tuple[str, str, int]]) -> WorkflowSummary:
    """A row of a list. `counts` are the nodes that wait or run pods: type, phase, how many."""
    running = head["phase"] not in FINISHED
    waits = any(kind == SUSPEND and phase == RUNNING for kind, phase, _ in counts)
    return WorkflowSummary(
        uid=head["uid"],
        namespace=head["namespace"],
        name=head["name"],
        phase=head["phase"],
        message=head["message"],
        created_at=time_of(head["created_at"]),
        started_at=maybe_time(head["started_at"]),
        finished_at=maybe_time(head["finished_at"]),
        labels=decode(dict[str, str], head["labels"]),
        priority=head["priority"],
        progress=head["progress"],
        suspended=running and (bool(head["suspended"]) or waits),
        parameters=decode(dict[str, str], head["parameters"]),
        pods={phase: count for kind, phase, count in counts if kind == POD},
    )


def token_of(created_at: int, seq: int) -> str:
    """The token for what follows this row of a list."""
    return f"{created_at}.{seq}"


def position_of(token: str) -> tuple[int, int]:
    """And back. Raises InvalidRequest for what is not a token."""
    created_at, _, seq = token.partition(".")
    try:
        return int(created_at), int(seq)
    except ValueError:
        raise InvalidRequest(
            f"invalid continue token {token!r}", hint="take it from the page before, as it is"
        ) from None


def missing(what: str) -> NotFound:
    """The error for a workflow that is not there, in Kubernetes' words."""
    return NotFound(f'workflows.argoproj.io "{what}" not found')


def existing(name: str) -> AlreadyExists:
    """The error for a workflow that is there already, in Kubernetes' words."""
    return AlreadyExists(f'workflows.argoproj.io "{name}" already exists')
