"""The templates of the store: what a submit takes of them, and what it refuses where they are asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from argosy.errors import InvalidRequest
from argosy.model.codec import decode_lenient
from argosy.model.requests import SubmitOpts
from argosy.model.workflow import Workflow
from argosy.operations.checks import Refused
from argosy.operations.library import StoredLibrary, guard
from argosy.operations.submit import OPERATION, SubmitRequest
from argosy.ports.restrictions import Restrictions
from tests.operations.api import SPEC, Api

REFERENCE = {"workflowTemplateRef": {"name": "lib"}}
CALLER: dict[str, Any] = {
    "entrypoint": "all",
    "templates": [
        {"name": "all", "steps": [[{"name": "a", "templateRef": {"name": "{{workflow.name}}", "template": "main"}}]]}
    ],
}


def keep(api: Api, kind: str, name: str, spec: dict[str, Any], namespace: str = "") -> dict[str, Any]:
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    data = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}
    return api.services.store.objects.create(data)


def restrict(api: Api, mode: str) -> None:
    api.services = dataclasses.replace(api.services, restrictions=Restrictions(template_referencing=mode))


def submit(api: Api, spec: dict[str, Any], **options: Any) -> Workflow:
    workflow = decode_lenient({"metadata": {"name": "wf"}, "spec": spec}, Workflow)
    request = SubmitRequest(workflow=workflow, submit_options=SubmitOpts(**options))
    return api.call(OPERATION, request).workflow


def test_what_is_in_the_library(api: Api) -> None:
    keep(api, "WorkflowTemplate", "lib", SPEC, "default")
    keep(api, "WorkflowTemplate", "other", SPEC, "elsewhere")
    keep(api, "ClusterWorkflowTemplate", "all", SPEC)
    library = StoredLibrary(api.services.store.objects, "default")
    assert (library.names("namespaced"), library.names("cluster")) == (["lib"], ["all"])
    found = library.spec("namespaced", "lib")
    assert found is not None and found.entrypoint == "main"
    assert library.spec("namespaced", "lib") is found
    assert (library.spec("namespaced", "other"), library.spec("cluster", "lib")) == (None, None)


def test_a_submit_takes_a_copy(api: Api) -> None:
    keep(api, "WorkflowTemplate", "lib", SPEC, "default")
    keep(api, "WorkflowTemplate", "wf", SPEC, "default")
    keep(api, "WorkflowTemplate", "not-meant", SPEC, "default")
    submit(api, REFERENCE, entry_point="main", parameters=["x=1"], name="made")
    stored = api.services.store.get("default", "made").status.stored_workflow_template_spec
    assert stored is not None and [each.value for each in stored.arguments.parameters] == ["1"]
    submit(api, CALLER)
    assert list(api.services.store.get("default", "wf").status.stored_templates) == ["namespaced/wf/main"]


def test_what_stands_in_the_status_of_a_manifest_is_not_taken(api: Api) -> None:
    keep(api, "WorkflowTemplate", "lib", SPEC, "default")
    forged = {"storedWorkflowTemplateSpec": {"entrypoint": "forged"}, "storedTemplates": {"a": {"name": "forged"}}}
    workflow = decode_lenient({"metadata": {"name": "wf"}, "spec": REFERENCE, "status": forged}, Workflow)
    status = api.call(OPERATION, SubmitRequest(workflow=workflow)).workflow.status
    assert status.stored_workflow_template_spec.entrypoint == "main"
    assert status.stored_templates == {}


def test_what_a_template_asks_for_and_is_not_built_is_refused(api: Api) -> None:
    keep(api, "WorkflowTemplate", "lib", SPEC | {"artifactGC": {"strategy": "Never"}}, "default")
    with pytest.raises(Refused, match=r"not supported yet: spec\.artifactGC"):
        submit(api, REFERENCE)


def test_strict(api: Api) -> None:
    keep(api, "WorkflowTemplate", "lib", SPEC, "default")
    restrict(api, "Strict")
    with pytest.raises(InvalidRequest, match="workflows must use workflowTemplateRef"):
        submit(api, SPEC)
    with pytest.raises(InvalidRequest, match=r"fields \[ServiceAccountName\] are not permitted"):
        submit(api, REFERENCE, service_account="root")
    api.services.defaults["spec"] = {"serviceAccountName": "fine"}
    stored = submit(api, REFERENCE).status.stored_workflow_template_spec
    assert stored is not None and stored.service_account_name == "fine"


def test_secure(api: Api) -> None:
    kept = keep(api, "WorkflowTemplate", "lib", SPEC, "default")
    restrict(api, "Secure")
    workflow = submit(api, REFERENCE)
    guard(api.services, workflow)
    api.services.store.objects.replace({**kept, "spec": SPEC | {"priority": 3}})
    with pytest.raises(InvalidRequest, match="WorkflowSpec may not change during execution"):
        guard(api.services, workflow)
    restrict(api, "Strict")
    guard(api.services, workflow)
