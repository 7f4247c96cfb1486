"""Submitting: what a manifest becomes."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from argosy.errors import AlreadyExists, InvalidRequest
from argosy.model.arguments import Parameter
from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.meta import CreateOptions, ObjectMeta, OwnerReference
from argosy.model.requests import SubmitOpts
from argosy.model.spec import WorkflowLevelArtifactGC
from argosy.model.workflow import Workflow
from argosy.operations.checks import Refused
from argosy.operations.names import check_name, new_name
from argosy.operations.options import override_parameters, parse_labels, with_options
from argosy.operations.submit import OPERATION, SubmitRequest, Submitted
from tests.operations.api import SPEC, Api


def manifest(**meta: Any) -> Workflow:
    return decode_lenient({"metadata": meta or {"name": "wf"}, "spec": SPEC}, Workflow)


def submit(api: Api, workflow: Workflow, **more: Any) -> Workflow:
    answer = api.call(OPERATION, SubmitRequest(workflow=workflow, **more))
    assert isinstance(answer, Submitted)
    return answer.workflow


def test_what_the_store_gets(api: Api) -> None:
    created = submit(api, manifest(generateName="wf-"))
    meta = created.metadata
    assert (created.api_version, created.kind) == ("argoproj.io/v1alpha1", "Workflow")
    assert (meta.name, meta.namespace, meta.uid, meta.generation) == ("wf-00001", "default", "uid-1", 1)
    assert meta.creation_timestamp == datetime(2026, 1, 1, tzinfo=UTC)
    assert api.services.store.get("default", "wf-00001") == created
    assert api.woken == 1


def test_the_given_manifest_is_left_alone(api: Api) -> None:
    given = manifest()
    before = to_builtins(given)
    submit(api, given, submit_options=SubmitOpts(name="other", labels="a=b", parameters=["x=1"]))
    assert to_builtins(given) == before


def test_nothing_is_left_of_a_run_before(api: Api) -> None:
    old = decode_lenient(
        {
            "metadata": {
                "name": "wf",
                "uid": "old",
                "resourceVersion": "7",
                "creationTimestamp": "2020-01-01T00:00:00Z",
                "labels": {
                    "workflows.argoproj.io/completed": "true",
                    "workflows.argoproj.io/phase": "Failed",
                    "a": "b",
                },
            },
            "spec": SPEC,
            "status": {"phase": "Failed", "finishedAt": "2020-01-01T00:00:00Z"},
        },
        Workflow,
    )
    created = submit(api, old)
    assert (created.status.phase, created.metadata.uid, created.metadata.labels) == ("", "uid-1", {"a": "b"})


def test_namespaces(api: Api) -> None:
    assert submit(api, manifest(name="a"), namespace="mine").metadata.namespace == "mine"
    assert submit(api, manifest(name="a", namespace="own"), namespace="mine").metadata.namespace == "own"
    with pytest.raises(InvalidRequest, match="invalid value"):
        submit(api, manifest(name="a", namespace="No Space"))


def test_a_generated_name_that_is_taken_is_another_one(api: Api) -> None:
    api.suffixes = itertools.cycle(["aaaaa", "aaaaa", "bbbbb"])
    assert submit(api, manifest(generateName="wf-")).metadata.name == "wf-aaaaa"
    assert submit(api, manifest(generateName="wf-")).metadata.name == "wf-bbbbb"


def test_but_not_for_ever(api: Api) -> None:
    api.suffixes = itertools.repeat("aaaaa")
    submit(api, manifest(generateName="wf-"))
    with pytest.raises(AlreadyExists):
        submit(api, manifest(generateName="wf-"))


def test_a_name_that_is_taken(api: Api) -> None:
    submit(api, manifest())
    with pytest.raises(AlreadyExists):
        submit(api, manifest())


@pytest.mark.parametrize("dry", [{"create_options": CreateOptions(dry_run=["All"])}, {"server_dry_run": True}])
def test_dry_runs_create_nothing(dry: dict[str, Any], api: Api) -> None:
    workflow = submit(api, manifest(generateName="wf-"), **dry)
    assert bool(workflow.metadata.name) is ("server_dry_run" in dry)
    assert (api.services.store.unfinished(), api.woken) == ([], 0)


def test_all_that_is_wrong_is_told(api: Api) -> None:
    workflow = manifest()
    workflow.spec.entrypoint, workflow.spec.artifact_gc = "nothing", WorkflowLevelArtifactGC(strategy="Never")
    with pytest.raises(Refused) as caught:
        submit(api, workflow)
    paths = {each.path for each in caught.value.problems}
    assert paths >= {("spec", "entrypoint"), ("spec", "artifactGC")}
    assert caught.value.path


def test_a_parameter_without_a_value(api: Api) -> None:
    workflow = manifest()
    workflow.spec.arguments.parameters.append(Parameter(name="colour"))
    with pytest.raises(InvalidRequest, match="colour"):
        submit(api, workflow)
    assert submit(api, workflow, submit_options=SubmitOpts(parameters=["colour=red"])).metadata.name == "wf"


def test_what_has_no_effect_is_told_or_refused(api: Api) -> None:
    workflow = manifest()
    workflow.spec.node_selector = {"disk": "ssd"}
    with pytest.raises(InvalidRequest, match="without effect here: nodeSelector"):
        submit(api, workflow, strict=True)
    answer = api.call(OPERATION, SubmitRequest(workflow=workflow))
    assert answer.unhonoured == "nodeSelector: the workflow"


@pytest.mark.parametrize(
    ("declared", "given", "found"),
    [
        ("a=1 b=2", [], "a=1 b=2"),
        ("a=1 b=2", ["b=3"], "b=3 a=1"),
        ("a=1", ["c=x=y", "b="], "c=x=y b= a=1"),
    ],
)
def test_parameters(declared: str, given: list[str], found: str) -> None:
    def parse(text: str) -> list[Parameter]:
        pairs = [each.split("=", 1) for each in text.split()]
        return [Parameter(name=name, value=value) for name, value in pairs]

    assert override_parameters(parse(declared), given) == parse(found)


def test_options() -> None:
    owner = OwnerReference(api_version="v1", kind="Job", name="j", uid="u")
    options = SubmitOpts(annotations="x=y", owner_reference=owner, pod_priority_class_name="high", priority=0)
    found = with_options(manifest(), options)
    assert (found.metadata.annotations, found.metadata.owner_references) == ({"x": "y"}, [owner])
    assert (found.spec.pod_priority_class_name, found.spec.priority) == ("high", 0)
    with pytest.raises(InvalidRequest, match="not supported yet"):
        with_options(manifest(), SubmitOpts(artifacts=["a=b"]))


@pytest.mark.parametrize("text", ["a", "=b", "a=b=c", "a=b,,c=d"])
def test_labels_that_are_none(text: str) -> None:
    with pytest.raises(InvalidRequest, match="expected labels of the form"):
        parse_labels(text, "labels")


@pytest.mark.parametrize("name", ["a", "a.b-c.9", "0", "x" * 63])
def test_good_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "hint"), [("Big_Name", "'big-name' would do"), ("a..b", ""), ("-", ""), ("ends-", "'ends' would do")]
)
def test_bad_names(name: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_name(name)
    assert caught.value.hint == hint


def test_a_long_beginning_is_cut() -> None:
    name = new_name(ObjectMeta(generate_name="x" * 80), lambda: "abcde")
    assert name == "x" * 58 + "abcde"


def test_no_name_at_all() -> None:
    with pytest.raises(InvalidRequest, match="name or generateName is required"):
        new_name(ObjectMeta(), lambda: "abcde")
