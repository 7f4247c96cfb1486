"""A template or a cron workflow of the store → a workflow that is made from it, and runs."""

from __future__ import annotations

from msgspec import Struct

from argosy.errors import InvalidRequest
from argosy.model.codec import decode_lenient
from argosy.model.cron import CronWorkflow
from argosy.model.kinds import GROUP_VERSION
from argosy.model.meta import CreateOptions, ObjectMeta
from argosy.model.requests import SubmitOpts
from argosy.model.spec import WorkflowSpec
from argosy.model.template import WorkflowTemplateRef
from argosy.model.workflow import Workflow
from argosy.operations import submit
from argosy.plan.cron import manual_run
from argosy.plan.snapshot import CLUSTER, LABELS, NAMESPACED
from argosy.ports.operation import Operation, Services
from argosy.ports.store import ObjectKey

KINDS = {
    "WorkflowTemplate": ("workflowtemplate", "workflowtemplates", "wftmpl"),
    "ClusterWorkflowTemplate": (
        *("clusterworkflowtemplate", "clusterworkflowtemplates", "cwftmpl", "clusterwftmpl"),
        "cwft",
    ),
    "CronWorkflow": ("cronworkflow", "cronworkflows", "cronwf"),
}
"""What a workflow can be made from, by all the names that Argo has for it."""


class SubmitFromRequest(
    Struct,
    frozen=True,
    kw_only=True,
    rename={
        "resource_kind": "resourceKind",
        "resource_name": "resourceName",
        "submit_options": "submitOptions",
        "server_dry_run": "serverDryRun",
        "create_options": "createOptions",
    },
):
    """Argo's WorkflowSubmitRequest; the rest is as in argosy.operations.submit.SubmitRequest."""

    namespace: str = ""
    resource_kind: str
    resource_name: str
    submit_options: SubmitOpts | None = None
    server_dry_run: bool = False
    create_options: CreateOptions | None = None
    strict: bool = False


def run(services: Services, request: SubmitFromRequest) -> submit.Submitted:
    """Create it. Raises NotFound, InvalidRequest for a kind that nothing can be made from or for what cannot run."""
    by_name = {name: kind for kind, names in KINDS.items() for name in (kind, *names)}
    kind, name = by_name.get(request.resource_kind), request.resource_name
    if kind is None:
        hint = f"there are: {', '.join(names[0] for names in KINDS.values())}"
        raise InvalidRequest(f"Resource kind '{request.resource_kind}' is not supported for submitting", hint=hint)
    namespace = request.namespace or "default"
    key = ObjectKey(GROUP_VERSION, kind, "" if kind == "ClusterWorkflowTemplate" else namespace, name)
    found = services.store.objects.get(key)
    if kind == "CronWorkflow":
        workflow = manual_run(decode_lenient(found, CronWorkflow), services.clock.now())
    else:
        workflow = _of_template(name, cluster=kind == "ClusterWorkflowTemplate")
    wanted = submit.SubmitRequest(
        workflow=workflow,
        namespace=namespace,
        server_dry_run=request.server_dry_run,
        create_options=request.create_options,
        submit_options=request.submit_options,
        strict=request.strict,
    )
    return submit.run(services, wanted)


def _of_template(name: str, *, cluster: bool) -> Workflow:
    """As NewWorkflowFromWorkflowTemplate in Argo's workflow/common/convert.go."""
    label = LABELS[CLUSTER if cluster else NAMESPACED]
    return Workflow(
        api_version=GROUP_VERSION,
        kind="Workflow",
        metadata=ObjectMeta(generate_name=f"{name}-", labels={label: name}),
        spec=WorkflowSpec(workflow_template_ref=WorkflowTemplateRef(name=name, cluster_scope=cluster)),
    )


OPERATION = Operation(
    name="submit-from",
    summary="run a workflow that is made from a template or a cron workflow",
    method="POST",
    path="/api/v1/workflows/{namespace}/submit",
    request=SubmitFromRequest,
    run=run,
)
