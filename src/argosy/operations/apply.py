"""An object of any kind → kept in the store, in the place of the one of its name; a Workflow runs."""

from __future__ import annotations

import base64
from typing import Any

from msgspec import Struct

from argosy.errors import AlreadyExists, InvalidRequest, ManifestError, NotFound
from argosy.executors.objects.resources import namespaced
from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.workflow import Workflow
from argosy.operations import submit
from argosy.operations.cron import with_state
from argosy.operations.names import check_namespace
from argosy.ports.operation import Operation, Services
from argosy.ports.store import ObjectKey

Object = dict[str, Any]

RUNNING = frozenset(("Job", "Pod", "CronWorkflow"))
"""Kinds that do something once they are there, so that an engine is needed."""
OF_THE_STORE = ("uid", "creationTimestamp", "resourceVersion", "generation", "managedFields")
"""What the store sets in an object's metadata: whether it changed does not depend on these."""


class ApplyRequest(Struct, frozen=True, kw_only=True, rename={"dry_run": "dryRun"}):
    """An object as plain data, and the namespace that it is in where it names none."""

    object: Object
    namespace: str = ""
    dry_run: bool = False


class Applied(Struct, frozen=True, kw_only=True):
    """The object as it is kept, and what that meant: `created`, `configured` or `unchanged`."""

    object: Object
    outcome: str


def run(services: Services, request: ApplyRequest) -> Applied:
    """Keep it. Raises InvalidRequest for one without a name or a kind."""
    data = _checked(request.object)
    if data["kind"] == "Workflow":
        return _run(services, data, request)
    data = _placed(data, request.namespace or "default")
    if data["kind"] == "Secret":
        data = _sealed(data)
    old = _kept(services, data)
    if old is not None and data["kind"] == "CronWorkflow":
        data = with_state(data, old)
    if old is not None and _bare(old) == _bare(data):
        return Applied(object=old, outcome="unchanged")
    outcome = "created" if old is None else "configured"
    if request.dry_run:
        return Applied(object=data, outcome=outcome)
    objects = services.store.objects
    try:
        kept = objects.create(data) if old is None else objects.replace(data)
    except AlreadyExists:  # somebody was faster
        kept, outcome = objects.replace(data), "configured"
    if data["kind"] in RUNNING:
        services.wake()
    return Applied(object=kept, outcome=outcome)


def _kept(services: Services, data: Object) -> Object | None:
    """The object of that name."""
    meta = data["metadata"]
    key = ObjectKey(data["apiVersion"], data["kind"], meta.get("namespace", ""), meta["name"])
    try:
        return services.store.objects.get(key)
    except NotFound:
        return None


def _run(services: Services, data: Object, request: ApplyRequest) -> Applied:
    wanted = submit.SubmitRequest(
        workflow=decode_lenient(data, Workflow), namespace=request.namespace, server_dry_run=request.dry_run
    )
    return Applied(object=to_builtins(submit.run(services, wanted).workflow), outcome="created")


def _checked(data: Object) -> Object:
    for field in ("apiVersion", "kind"):
        if not isinstance(data.get(field), str) or not data[field]:
            raise InvalidRequest(f"{field} is required")
    meta = data.get("metadata")
    if not isinstance(meta, dict):
        raise InvalidRequest("metadata is required", hint="an object needs a metadata.name")
    if data["kind"] != "Workflow" and not isinstance(meta.get("name"), str):
        raise InvalidRequest("metadata.name is required", hint="only workflows can have a generateName here")
    return data


def _placed(data: Object, namespace: str) -> Object:
    """The object with its namespace."""
    meta = data["metadata"]
    if not namespaced(data["apiVersion"], data["kind"]):
        return {**data, "metadata": {name: value for name, value in meta.items() if name != "namespace"}}
    namespace = meta.get("namespace") or namespace
    check_namespace(namespace)
    return {**data, "metadata": {**meta, "namespace": namespace}}


def _sealed(data: Object) -> Object:
    """A Secret as Kubernetes keeps it: what is in `stringData` is in `data`."""
    texts = data.get("stringData")
    if not isinstance(texts, dict):
        return data
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ManifestError("expected a string", path=f"stringData.{name}", hint="put it in quotes")
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in texts.items()}
    return {name: value for name, value in data.items() if name != "stringData"} | {
        "data": {**(data.get("data") or {}), **encoded}
    }


def _bare(data: Object) -> Object:
    """The object without what the store sets."""
    return {**data, "metadata": {name: value for name, value in data["metadata"].items() if name not in OF_THE_STORE}}


OPERATION = Operation(
    name="apply",
    summary="keep an object of any kind, or run a workflow",
    method="POST",
    path="/api/v1/objects/{namespace}",
    request=ApplyRequest,
    run=run,
)
