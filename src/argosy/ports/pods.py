"""A leaf of a workflow as every executor sees it: what to run (PodRequest) and what became of it (PodReport).

"Pod" is Argo's word for one attempt to run one leaf; here it may be a process, a container, a Kubernetes Pod or Job.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from argosy.model.arguments import Artifact
from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template

PodPhase = Literal["Pending", "Running", "Succeeded", "Failed", "Error"]
FINAL_POD_PHASES = frozenset({"Succeeded", "Failed", "Error"})


class PodKey(NamedTuple):
    """Which pod, for ever: starting the same key twice runs it once."""

    workflow_uid: str
    node_id: str


class PodRequest(Struct, frozen=True, gc=False, kw_only=True):
    """One leaf to run: a template with nothing left to substitute, and where its results go.

    `deadline_seconds`: how long it may run once started (activeDeadlineSeconds, timeout), None for ever.
    `wants_result`: whether anybody reads `outputs.result`, so whether the standard output has to be kept for it.
    `avoided_hosts` are nodes of the cluster on which it must not run.
    `spec` and `caller` are the workflow's specification (without its templates) and the template that calls this one:
    where they run, and as whom, is said in them too. `placement` names the executor; empty is the engine's own.
    """

    key: PodKey
    namespace: str
    workflow_name: str
    pod_name: str
    node_name: str
    template: Template
    wants_result: bool = False
    deadline_seconds: float | None = None
    service_account: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    spec: WorkflowSpec | None = None
    caller: Template | None = None
    placement: str = ""
    avoided_hosts: tuple[str, ...] = ()


class ContainerEnd(NamedTuple):
    """How one container of a set ended."""

    exit_code: int
    started_at: datetime
    finished_at: datetime


class PodReport(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What is now known of a pod. Reports of one pod come in order; a final one is the last.

    Failed: the user's program failed (`exit_code` says how). Error: we, or the machine, failed it.
    `exit_code` is a decimal text, as in `outputs.exitCode`. `parameters` are output parameters by name, `artifacts`
    those that were kept. `containers` says by name how those of a containerSet ended.
    `result` is None where it was not asked for. `ready`: whether one that runs can serve others (for daemons).
    """

    phase: PodPhase
    message: str = ""
    exit_code: str | None = None
    result: str | None = None
    parameters: dict[str, str] = {}
    artifacts: list[Artifact] = []
    containers: dict[str, ContainerEnd] = {}
    started_at: datetime | None = None
    finished_at: datetime | None = None
    host_node_name: str = ""
    pod_ip: str = ""
    progress: str = ""
    ready: bool = True
