"""What a workflow may say where it has to be made from a template."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.errors import InvalidRequest
from argosy.model.codec import decode_lenient
from argosy.model.spec import WorkflowSpec
from argosy.plan.fields import set_fields
from argosy.plan.restrictions import ALLOWED, check_restrictions
from argosy.ports.restrictions import Restrictions

STRICT = Restrictions(template_referencing="Strict")
BASE: dict[str, Any] = {"workflowTemplateRef": {"name": "lib"}}
FINE: dict[str, Any] = {
    "arguments": {"parameters": [{"name": "a", "value": "b"}]},
    "entrypoint": "main",
    "shutdown": "Stop",
    "suspend": True,
    "activeDeadlineSeconds": 3,
    "priority": 3,
    "ttlStrategy": {"secondsAfterCompletion": 3},
    "podGC": {"strategy": "OnPodCompletion"},
    "volumeClaimGC": {"strategy": "OnWorkflowSuccess"},
    "archiveLogs": True,
    "workflowMetadata": {"labels": {"a": "b"}},
    "metrics": {"prometheus": []},
    "artifactGC": {"strategy": "Never", "forceFinalizerRemoval": True},
}


def check(fields: dict[str, Any], restrictions: Restrictions = STRICT) -> None:
    check_restrictions(decode_lenient(BASE | fields, WorkflowSpec), restrictions)


def test_what_is_allowed() -> None:
    check(FINE)
    assert {*FINE, *BASE} == set(ALLOWED)


@pytest.mark.parametrize("mode", ["Strict", "Secure"])
def test_a_template_is_needed(mode: str) -> None:
    spec = decode_lenient({"entrypoint": "main"}, WorkflowSpec)
    with pytest.raises(InvalidRequest, match="workflows must use workflowTemplateRef"):
        check_restrictions(spec, Restrictions(template_referencing=mode))
    check_restrictions(spec, Restrictions())


def test_all_else_is_denied_by_name() -> None:
    fields: dict[str, Any] = {
        "templates": [{"name": "a", "suspend": {}}],
        "podSpecPatch": "{}",
        "dnsPolicy": "Default",
        "hostNetwork": True,
    }
    with pytest.raises(InvalidRequest) as caught:
        check(fields)
    assert caught.value.message == (
        "fields [DNSPolicy HostNetwork PodSpecPatch Templates] are not permitted when using workflowTemplateRef with "
        "templateReferencing restriction"
    )
    check(fields, Restrictions())
    with pytest.raises(InvalidRequest, match=r"fields \[DNSPolicy HostNetwork Templates\]"):
        check(fields, Restrictions(template_referencing="Strict", allowed=frozenset({"podSpecPatch"})))


@pytest.mark.parametrize(
    "fields", [{"serviceAccountName": "root"}, {"podSpecPatch": "{}"}, {"podMetadata": {"labels": {"a": "b"}}}]
)
def test_what_is_inside_an_allowed_field_is_looked_at(fields: dict[str, Any]) -> None:
    (name,) = fields
    denied = f"ArtifactGC.{name[0].upper()}{name[1:]}"
    for allowed in (frozenset[str](), frozenset({name, "artifactGC"})):
        with pytest.raises(InvalidRequest) as caught:
            check({"artifactGC": fields}, Restrictions(template_referencing="Secure", allowed=allowed))
        assert caught.value.message.startswith(f"fields [{denied}] are not permitted")


def test_every_other_field_of_a_specification_is_denied() -> None:
    for name, schema in (("securityContext", {"runAsUser": 0}), ("volumes", [{"name": "a"}]), ("onExit", "main")):
        spec = decode_lenient(BASE | {name: schema}, WorkflowSpec)
        assert name in {each for each, _ in set_fields(spec)} - set(ALLOWED)
        with pytest.raises(InvalidRequest):
            check_restrictions(spec, STRICT)
