"""A manifest → a workflow in the store, with a name, that runs."""

from __future__ import annotations

from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from argosy.errors import AlreadyExists, InvalidRequest
from argosy.model.kinds import GROUP_VERSION
from argosy.model.meta import CreateOptions, ObjectMeta
from argosy.model.requests import SubmitOpts
from argosy.model.status import WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.operations.library import with_snapshot
from argosy.operations.names import ATTEMPTS, check_namespace, new_name
from argosy.operations.options import with_options
from argosy.operations.placement import honoured
from argosy.plan.fidelity import render, unhonoured
from argosy.plan.resolve import resolve
from argosy.plan.restrictions import check_restrictions
from argosy.ports.configmaps import read_config_map
from argosy.ports.operation import Operation, Services

OF_A_RUN = ("workflows.argoproj.io/phase", "workflows.argoproj.io/completed")
"""Labels that say how a run went: a manifest that was printed from one has them, a new run has not."""


class SubmitRequest(
    Struct,
    frozen=True,
    kw_only=True,
    rename={"server_dry_run": "serverDryRun", "create_options": "createOptions", "submit_options": "submitOptions"},
):
    """Argo's WorkflowCreateRequest, and what the command line says beside the manifest.

    `server_dry_run` gives the workflow as it would be created; `create_options.dry_run` gives it without a name. With
    `strict`, a field that has no effect here is an error.
    """

    workflow: Workflow
    namespace: str = ""
    server_dry_run: bool = False
    create_options: CreateOptions | None = None
    submit_options: SubmitOpts | None = None
    strict: bool = False


class Submitted(Struct, frozen=True, kw_only=True):
    """The workflow, and in a few lines which of its fields have no effect where it runs."""

    workflow: Workflow
    unhonoured: str = ""


def run(services: Services, request: SubmitRequest) -> Submitted:
    """Create it. Raises InvalidRequest for what cannot run, AlreadyExists where the name is taken."""
    workflow = _placed(with_options(request.workflow, request.submit_options or SubmitOpts()), request.namespace)
    check_restrictions(workflow.spec, services.restrictions)
    workflow = with_snapshot(services, workflow)
    rows = unhonoured(workflow, honoured(services, workflow))
    if rows and request.strict:
        text = "; ".join(str(row) for row in rows)
        raise InvalidRequest(f"without effect here: {text}", hint="without --strict it runs all the same")
    notes = render(rows)
    if request.create_options is not None and request.create_options.dry_run:
        return Submitted(workflow=replace(workflow, status=WorkflowStatus()), unhonoured=notes)
    if request.server_dry_run:
        created = _new(services, workflow)
        resolve(created, partial(read_config_map, services.store.objects))
        created = replace(created, status=WorkflowStatus())
    else:
        created = _create(services, workflow)
        services.wake()
    return Submitted(workflow=created, unhonoured=notes)


def _placed(workflow: Workflow, namespace: str) -> Workflow:
    """The workflow in its namespace, with nothing of a run before."""
    namespace = workflow.metadata.namespace or namespace or "default"
    check_namespace(namespace)
    metadata = replace(workflow.metadata, namespace=namespace)
    return replace(workflow, metadata=metadata, status=WorkflowStatus())


def _create(services: Services, workflow: Workflow) -> Workflow:
    for attempt in range(ATTEMPTS):
        created = _new(services, workflow)
        if not attempt:
            resolve(created, partial(read_config_map, services.store.objects))
        try:
            services.store.create(created)
        except AlreadyExists:
            if workflow.metadata.name or attempt == ATTEMPTS - 1:
                raise
        else:
            return created
    raise AssertionError("the last attempt returns or raises")


def _new(services: Services, workflow: Workflow) -> Workflow:
    """The workflow as the store gets it: with what only the store's side can say."""
    meta = workflow.metadata
    fresh = ObjectMeta(
        name=new_name(meta, services.new_suffix),
        generate_name=meta.generate_name,
        namespace=meta.namespace,
        uid=services.new_uid(),
        creation_timestamp=services.clock.now().replace(microsecond=0),
        labels={name: value for name, value in meta.labels.items() if name not in OF_A_RUN},
        annotations=meta.annotations,
        finalizers=meta.finalizers,
        owner_references=meta.owner_references,
        generation=1,
    )
    return replace(
        workflow,
        api_version=workflow.api_version or GROUP_VERSION,
        kind="Workflow",
        metadata=fresh,
    )


OPERATION = Operation(
    name="submit",
    summary="run a workflow",
    method="POST",
    path="/api/v1/workflows/{namespace}",
    request=SubmitRequest,
    run=run,
)
