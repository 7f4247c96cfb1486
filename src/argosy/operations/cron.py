"""CronWorkflows: kept, shown, replaced, suspended, resumed, removed. An engine fires those that are kept.

To replace one keeps what its status says, so that no time fires twice; one that has stopped begins anew.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from msgspec import Struct

from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.cron import CronWorkflow
from argosy.model.kinds import GROUP_VERSION
from argosy.operations import delete as workflows
from argosy.operations.templates import Kind, TemplatePutRequest, TemplateRequest, checked, operations_for
from argosy.plan.cron import COMPLETED_LABEL, CRON_LABEL, LAST_SCHEDULE
from argosy.ports.operation import Operation, Services
from argosy.ports.store import WorkflowQuery

Object = dict[str, Any]

KIND: Final = Kind(CronWorkflow, True)
PATH: Final = "/api/v1/cron-workflows/{namespace}"
STOPPED: Final = "Stopped"
_CREATE, GET, LIST, _UPDATE, _DELETE = operations_for(KIND, "cron-workflow", PATH)


class CronEngineRequest(Struct, frozen=True, kw_only=True):
    """Whether the CronWorkflows that are kept are fired."""


class CronEngine(Struct, frozen=True, kw_only=True):
    """`wanted`: there are some that will fire. `running`: an engine ran already; else one is started for them."""

    wanted: bool
    running: bool


def with_state(new: Object, old: Object) -> Object:
    """The object with what the engine has noted in the one before it."""
    status = old.get("status") or {}
    if status.get("phase") == STOPPED:
        status = {name: value for name, value in status.items() if name not in ("phase", "succeeded", "failed")}
    annotations = {LAST_SCHEDULE: text} if (text := _annotations(old).get(LAST_SCHEDULE)) else {}
    labels = new["metadata"].get("labels") or {}
    meta = {
        **new["metadata"],
        "annotations": {**_annotations(new), **annotations},
        "labels": {name: value for name, value in labels.items() if name != COMPLETED_LABEL},
    }
    return {**new, "metadata": {name: value for name, value in meta.items() if value != {}}, "status": status}


def _annotations(data: Object) -> Object:
    return data["metadata"].get("annotations") or {}


def _create(services: Services, request: TemplatePutRequest) -> CronWorkflow:
    """Keep a new one. Raises AlreadyExists, Refused for one that breaks a rule."""
    made = _CREATE.run(services, request)
    services.wake()
    return made


def _update(services: Services, request: TemplatePutRequest) -> CronWorkflow:
    """Put it in the place of the one of its name. Raises NotFound, Refused."""
    new = checked(KIND, services, request)
    old = services.store.objects.get(
        KIND.key(TemplateRequest(namespace=new.metadata.namespace, name=new.metadata.name))
    )
    return _replaced(services, with_state(to_builtins(new), old), old)


def _replaced(services: Services, data: Object, old: Object) -> CronWorkflow:
    """Raises Conflict where somebody has changed the old one meanwhile."""
    version = old["metadata"].get("resourceVersion", "")
    kept = services.store.objects.replace({**data, "metadata": {**data["metadata"], "resourceVersion": version}})
    services.wake()
    return decode_lenient(kept, CronWorkflow)


def _delete(services: Services, request: TemplateRequest) -> CronWorkflow:
    """Remove it and its runs; those that are active are ended. Raises NotFound."""
    old = _DELETE.run(services, request)
    query = WorkflowQuery(namespace=old.metadata.namespace, label_selector=f"{CRON_LABEL}={old.metadata.name}")
    for each in services.store.list(query).items:
        workflows.run(services, workflows.DeleteRequest(namespace=each.namespace, name=each.name))
    return old


def _suspend(suspended: bool, services: Services, request: TemplateRequest) -> CronWorkflow:
    """Let nothing of it begin, or let it begin again. Raises NotFound, Conflict."""
    old = services.store.objects.get(KIND.key(request))
    return _replaced(services, {**old, "spec": {**old["spec"], "suspend": suspended}}, old)


def _engine(services: Services, request: CronEngineRequest) -> CronEngine:
    """See to it that there is an engine, where one is needed."""
    del request
    found = services.store.objects.list(GROUP_VERSION, "CronWorkflow", None)
    wanted = any(not each["spec"].get("suspend") and _phase(each) != STOPPED for each in found)
    return CronEngine(wanted=wanted, running=not wanted or services.wake() is not False)


def _phase(data: Object) -> str:
    return (data.get("status") or {}).get("phase", "")


CREATE = replace(_CREATE, run=_create)
UPDATE = replace(_UPDATE, run=_update)
DELETE = replace(_DELETE, run=_delete)
SUSPEND = Operation(
    name="suspend-cron-workflow",
    summary="let nothing of a cron workflow begin",
    method="PUT",
    path=f"{PATH}/{{name}}/suspend",
    request=TemplateRequest,
    run=partial(_suspend, True),
)
RESUME = Operation(
    name="resume-cron-workflow",
    summary="let a cron workflow begin its runs again",
    method="PUT",
    path=f"{PATH}/{{name}}/resume",
    request=TemplateRequest,
    run=partial(_suspend, False),
)
ENGINE = Operation(
    name="cron-engine",
    summary="whether cron workflows are fired",
    method="GET",
    path="/api/v1/cron-engine",
    request=CronEngineRequest,
    run=_engine,
)
