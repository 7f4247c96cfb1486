"""What the one who runs the engine lets others put into their workflows: the setting `workflowRestrictions`.

With `templateReferencing: Strict` every workflow has to be made from a template that is there (`workflowTemplateRef`),
and may say itself only what is in `ALLOWED`: whatever is added to the specification one day is denied until somebody
has thought about it. `Secure` is the same, and a run ends when its template is edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from argosy.errors import InvalidRequest
from argosy.model.spec import WorkflowSpec
from argosy.model.workflow import Workflow
from argosy.plan.fields import set_fields
from argosy.plan.merge import Object
from argosy.plan.snapshot import Library, take_snapshot
from argosy.ports.restrictions import Restrictions

MUST_NOT_CHANGE = "Secure"
ALLOWED: Mapping[str, frozenset[str] | None] = {
    **dict.fromkeys(("arguments", "entrypoint", "shutdown", "suspend", "activeDeadlineSeconds", "priority")),
    **dict.fromkeys(("ttlStrategy", "podGC", "volumeClaimGC", "archiveLogs", "metrics")),
    **dict.fromkeys(("workflowMetadata", "workflowTemplateRef")),
    "artifactGC": frozenset(("strategy", "forceFinalizerRemoval")),
}
"""The fields that a workflow may have; for some, which of the fields in them."""
GO_NAMES = {"dnsConfig": "DNSConfig", "dnsPolicy": "DNSPolicy", "ttlStrategy": "TTLStrategy"}
"""Argo's messages have the names of its code; those of other fields differ in the first letter only."""


def check_restrictions(spec: WorkflowSpec, restrictions: Restrictions) -> None:
    """Raises InvalidRequest for the specification that somebody gives where it says what it must not."""
    if not restrictions.template_referencing:
        return
    if spec.workflow_template_ref is None:
        raise InvalidRequest(
            "workflows must use workflowTemplateRef to be executed when the controller is in reference mode",
            hint="workflowRestrictions: submit --from workflowtemplate/NAME",
        )
    denied = sorted(_denied(spec, restrictions.allowed))
    if denied:
        raise InvalidRequest(
            f"fields [{' '.join(denied)}] are not permitted when using workflowTemplateRef with templateReferencing "
            "restriction",
            hint="they have to be in the template",
        )


def check_unchanged(workflow: Workflow, library: Library, defaults: Object) -> None:
    """Raises InvalidRequest where the template that a workflow is made from is not as it was when the run began."""
    before = workflow.status.stored_workflow_template_spec
    if before is None:
        return
    bare = msgspec.structs.replace(workflow.status, stored_workflow_template_spec=None)
    now = take_snapshot(msgspec.structs.replace(workflow, status=bare), library, defaults)
    spec = now.status.stored_workflow_template_spec
    if spec is None or msgspec.structs.replace(spec, suspend=before.suspend, shutdown=before.shutdown) != before:
        raise InvalidRequest(
            "WorkflowSpec may not change during execution when the controller is set `templateReferencing: Secure`"
        )


def _denied(spec: WorkflowSpec, allowed: frozenset[str]) -> Iterator[str]:
    for name, value in set_fields(spec):
        inner = ALLOWED.get(name)
        if name not in ALLOWED and name not in allowed:
            yield _go_name(name)
        elif inner is not None and isinstance(value, Struct):
            yield from (f"{_go_name(name)}.{_go_name(each)}" for each, _ in set_fields(value) if each not in inner)


def _go_name(name: str) -> str:
    return GO_NAMES.get(name, name[:1].upper() + name[1:])
