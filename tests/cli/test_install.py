"""argosy install: what it prints is what a cluster needs, and no more."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from argosy.cli.install.crds import KINDS, OPEN, OPEN_OBJECT, schema_of
from argosy.cli.install.installation import Installation
from argosy.cli.install.manifests import manifests
from argosy.cli.verbs.install import command
from argosy.model.fields import fields

Object = dict[str, Any]


def printed(*words: str) -> list[Object]:
    from argosy.cli.session import Session

    result = CliRunner().invoke(command, words, obj=Session(), env={"ARGO_NAMESPACE": ""}, catch_exceptions=False)
    assert result.exit_code == 0
    return list(yaml.safe_load_all(result.stdout))


def of_kind(kind: str, objects: list[Object]) -> list[Object]:
    return [each for each in objects if each["kind"] == kind]


def test_prints_everything_in_the_order_of_making() -> None:
    kinds = [each["kind"] for each in printed()]
    assert kinds == [
        *["CustomResourceDefinition"] * 4,
        *("Namespace", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Deployment"),
    ]


def test_the_namespace_is_everywhere() -> None:
    objects = printed("-n", "flows")
    (namespace,) = of_kind("Namespace", objects)
    assert namespace["metadata"]["name"] == "flows"
    for kind in ("ServiceAccount", "Role", "RoleBinding", "Deployment"):
        assert {each["metadata"]["namespace"] for each in of_kind(kind, objects)} == {"flows"}
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        assert of_kind(kind, objects)[0]["subjects"][0]["namespace"] == "flows"


def test_namespaced_has_no_rights_beyond_the_namespace() -> None:
    objects = printed("--namespaced")
    assert not of_kind("ClusterRole", objects)
    (deployment,) = of_kind("Deployment", objects)
    assert "--namespaced" in deployment["spec"]["template"]["spec"]["containers"][0]["args"]


def test_rights_on_jobs_only_for_jobs() -> None:
    def groups(*words: str) -> set[str]:
        (role,) = of_kind("ClusterRole", printed(*words))
        return {group for rule in role["rules"] for group in rule["apiGroups"]}

    assert "batch" not in groups()
    assert "batch" in groups("--executor", "kubernetes-jobs")


def test_no_rights_on_secrets_and_no_wildcards() -> None:
    for installation in (Installation(namespace="a", image="i"), Installation(namespace="a", image="i", full=True)):
        for role in [*of_kind("Role", manifests(installation)), *of_kind("ClusterRole", manifests(installation))]:
            for rule in role["rules"]:
                assert "secrets" not in rule["resources"]
                assert "*" not in [*rule["resources"], *rule["verbs"], *rule["apiGroups"]]


def test_the_pod_may_do_nothing_on_its_node() -> None:
    (deployment,) = of_kind("Deployment", printed("--image", "registry/argosy:1"))
    assert deployment["spec"]["replicas"] == 2
    spec = deployment["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["image"] == "registry/argosy:1"
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"livenessProbe", "readinessProbe", "resources"} <= set(container)


def test_kubectl_shows_the_columns_that_argo_shows() -> None:
    columns = KINDS[0].columns
    assert [(each.name, each.path) for each in columns] == [
        ("Status", ".status.phase"),
        ("Age", ".status.startedAt"),
        ("Message", ".status.message"),
    ]


def test_minimal_kinds_are_open() -> None:
    for crd in of_kind("CustomResourceDefinition", printed("--minimal")):
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        assert schema["properties"]["spec"] == OPEN_OBJECT
        assert schema["required"] == ["metadata", "spec"]


def test_full_kinds_know_the_fields_of_the_model() -> None:
    (workflow, *_) = of_kind("CustomResourceDefinition", printed("--full"))
    spec = workflow["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert set(spec["properties"]) == set(fields("WorkflowSpec"))
    template = spec["properties"]["templates"]["items"]
    step = template["properties"]["steps"]["items"]["items"]
    assert step["properties"]["when"] == {"type": "string"}
    assert step["properties"]["inline"] == OPEN_OBJECT
    assert template["properties"]["inputs"]["properties"]["parameters"]["items"]["properties"]["value"] == OPEN


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_schemas_are_structural(kind: Any) -> None:
    """Every part says its type, or that anything goes: else the API server takes none of it."""

    def walk(schema: Object) -> None:
        assert "type" in schema or schema.keys() & {
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-int-or-string",
        }
        for below in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")):
            if below is not None:
                walk(below)

    walk(schema_of(kind.spec))
