"""What is read: flags, names of kinds, jq filters; and names that are made."""

from __future__ import annotations

from typing import Any

import pytest

from argosy.errors import NotSupported
from argosy.executors.objects import command, names, outputs, resources
from argosy.executors.objects.failures import Failure, KubectlError
from argosy.model.arguments import Parameter, ValueFrom
from argosy.ports.store import ObjectKey

DATA: dict[str, Any] = {
    "items": [{"key": "foo"}, {"key": "bar"}],
    "data": {"some": '{"one": "x", "list": [1, 2.5, null]}'},
    "odd name": True,
    "n": None,
    "tags": "<&>",
}


def jq(text: str) -> str:
    return outputs.read(DATA, [Parameter(name="p", value_from=ValueFrom(jq_filter=text))])["p"]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (".items[].key", "foo\nbar"),
        (".data.some | fromjson | .list", "[1,2.5,null]"),
        (".n.x.y", "null"),
        ('.items | map(select(.key != "foo")) | .[0].key', "bar"),
        (".tags", "<&>"),
    ],
)
def test_jq(text: str, result: str) -> None:
    assert jq(text) == result


@pytest.mark.parametrize("text", [".[", ".tags.x", ".items | fromjson"])
def test_jq_that_does_not_fit(text: str) -> None:
    with pytest.raises(Failure, match="error: "):
        jq(text)


def test_flags() -> None:
    flags = ["configmap", "-n", "a", "--selector=x=y", "--ignore-not-found", "--validate=false", "-ojson", "x", "--now"]
    options = command.parse(flags)
    assert options.words == ["configmap", "x"]
    assert (options.namespace, options.selector) == ("a", "x=y")
    assert (options.ignore_not_found, options.validate, options.grace_seconds) == (True, False, 1.0)


@pytest.mark.parametrize(
    ("flags", "seconds"),
    [
        ([], None),
        (["--grace-period=5"], 5.0),
        (["--grace-period", "0"], 1.0),
        (["--grace-period=-1"], None),
        (["--grace-period=0", "--force"], 0.0),
        (["--force"], 0.0),
    ],
)
def test_grace(flags: list[str], seconds: float | None) -> None:
    assert command.parse(flags).grace_seconds == seconds


def test_flags_that_are_none() -> None:
    with pytest.raises(KubectlError, match='invalid argument "x" for "--grace-period" flag'):
        command.parse(["--grace-period=x"])
    with pytest.raises(NotSupported, match="not supported yet: the flag --kustomize"):
        command.parse(["--kustomize=."])
    with pytest.raises(NotSupported, match="not supported yet: the flag -k"):
        command.parse(["-k."])


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("cm", "ConfigMap"),
        ("ConfigMaps", "ConfigMap"),
        ("jobs.batch", "Job"),
        ("job.v1.batch", "Job"),
        ("wf", "Workflow"),
        ("workflows.argoproj.io", "Workflow"),
        ("cwft", "ClusterWorkflowTemplate"),
    ],
)
def test_names_of_kinds(word: str, kind: str) -> None:
    assert resources.find(word).kind == kind


def test_what_is_no_kind() -> None:
    with pytest.raises(KubectlError, match=r'the server doesn\'t have a resource type "job" in group "apps"'):
        resources.find("job.apps")


def test_names_as_kubectl_prints_them() -> None:
    assert resources.full_name(ObjectKey("v1", "ConfigMap", "a", "x")) == "configmap/x"
    assert resources.full_name(ObjectKey("batch/v1", "Job", "a", "x")) == "job.batch/x"
    assert resources.built_in("apps/v1")
    assert resources.built_in("rbac.authorization.k8s.io/v1")
    assert not resources.built_in("argoproj.io/v1alpha1")
    assert not resources.namespaced("v1", "Namespace")
    assert not resources.namespaced("rbac.authorization.k8s.io/v1beta1", "ClusterRole")
    assert resources.namespaced("example.com/v1", "Thing")


def test_names_that_are_made() -> None:
    assert names.generated("pi-", "a", "b") == names.generated("pi-", "a", "b")
    assert names.generated("pi-", "a", "b") != names.generated("pi-", "ab", "")
    assert len(names.generated("x" * 100, "a")) == 63
    assert names.fault_of("a.b-c") == ""
    assert "Too long" in names.fault_of("x" * 254)
