"""The workflow's own facts as variables: `workflow.name`, `workflow.parameters.x`, ...

The names and their values are those of setGlobalParameters in Argo's workflow/controller/operator.go.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.times import from_datetime
from argosy.language.times.strftime import LETTERS, strftime
from argosy.model.arguments import Parameter
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import Workflow

CREATED = "workflow.creationTimestamp"
SCHEDULED_TIME = "workflows.argoproj.io/scheduled-time"
_MORE = frozenset("CcDeFjklnRrTtUuVvWwXx")
"""Letters of C's strftime that Argo has not; they are written as Python writes them."""


def parameters_json(parameters: list[Parameter]) -> str:
    """The list as Argo prints it, each parameter's name first."""
    rows: list[dict[str, object]] = []
    for parameter in parameters:
        row: dict[str, object] = {"name": parameter.name}
        if parameter.default is not None:
            row["default"] = parameter.default
        if parameter.value is not None:
            row["value"] = parameter.value
        rest = msgspec.to_builtins(msgspec.structs.replace(parameter, default=None, value=None, name=""))
        rows.append(row | rest)
    return msgspec.json.encode(rows).decode()


def global_variables(workflow: Workflow, spec: WorkflowSpec) -> dict[str, str]:
    """Every `workflow.*` variable that stays as it is for the whole run.

    Raises InvalidRequest for a workflow parameter that has no value.
    """
    meta = workflow.metadata
    values = {
        "workflow.name": meta.name,
        "workflow.namespace": meta.namespace,
        "workflow.uid": meta.uid,
        "workflow.mainEntrypoint": spec.entrypoint,
        "workflow.serviceAccountName": spec.service_account_name,
    }
    if spec.priority is not None:
        values["workflow.priority"] = str(spec.priority)
    if SCHEDULED_TIME in meta.annotations:
        values["workflow.scheduledTime"] = meta.annotations[SCHEDULED_TIME]
    if meta.creation_timestamp:
        values |= _moments(meta.creation_timestamp)
    return values | _parameters(spec) | _metadata(workflow, spec)


def _moments(created: datetime) -> dict[str, str]:
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    time = from_datetime(created)
    values = {f"{CREATED}.{letter}": created.strftime(f"%{letter}") for letter in _MORE}
    values |= {f"{CREATED}.{letter}": strftime(f"%{letter}", time) for letter in LETTERS}
    return values | {CREATED: stamp, f"{CREATED}.RFC3339": stamp, f"{CREATED}.s": str(int(created.timestamp()))}


def _parameters(spec: WorkflowSpec) -> dict[str, str]:
    text = parameters_json(spec.arguments.parameters)
    values = {"workflow.parameters": text, "workflow.parameters.json": text}
    for parameter in spec.arguments.parameters:
        if parameter.value is None:
            raise InvalidRequest(
                f"either value or valueFrom must be specified in order to set global parameter {parameter.name}",
                hint=f"give it on the command line: -p {parameter.name}=VALUE",
            )
        values[f"workflow.parameters.{parameter.name}"] = parameter.value
    return values


def _metadata(workflow: Workflow, spec: WorkflowSpec) -> dict[str, str]:
    values: dict[str, str] = {}
    wanted = spec.workflow_metadata
    for kind, own, added in (
        ("labels", workflow.metadata.labels, wanted.labels if wanted else {}),
        ("annotations", workflow.metadata.annotations, wanted.annotations if wanted else {}),
    ):
        text = msgspec.json.encode(own, order="sorted").decode()
        values |= {f"workflow.{kind}": text, f"workflow.{kind}.json": text}
        values |= {f"workflow.{kind}.{name}": value for name, value in (own | added).items()}
    return values
