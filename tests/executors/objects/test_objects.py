"""Resource templates on objects that lie in the store: what they do, and what they say when they can't."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from argosy.errors import NotFound, StoreBusy, StoreError
from argosy.model.arguments import Artifact, Inputs, Parameter, ValueFrom
from argosy.model.locations import RawArtifact
from argosy.model.template import ManifestFrom
from tests.executors.objects.stage import UID, Stage, resource

CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: settings
    data:
      color: blue
      size: "3"
"""
CUSTOM = """
    apiVersion: stable.example.com/v1
    kind: CronTab
    metadata:
      name: tab
    spec:
      image: one
      parts: [a, b]
"""
FAILED = "main: Error (exit code 64): "


def test_create(stage: Stage) -> None:
    report = stage.do(resource("create", CONFIG, outputs={"name": "{.metadata.name}", "color": "{.data.color}"}))
    assert (report.phase, report.message, report.exit_code) == ("Succeeded", "", "0")
    assert report.parameters == {"name": "settings", "color": "blue"}
    assert stage.get("cm", "settings")["data"] == {"color": "blue", "size": "3"}
    assert [each.phase for each in stage.reports["node"]] == ["Running", "Succeeded"]


def test_create_in_another_namespace(stage: Stage) -> None:
    stage.do(resource("create", CONFIG.replace("name: settings", "name: settings\n      namespace: other")))
    assert stage.store.objects.list("v1", "ConfigMap", "other")[0]["metadata"]["name"] == "settings"
    report = stage.do(
        resource("get", CONFIG, name="get", flags=["--namespace", "other"], outputs={"x": "{.data.size}"})
    )
    assert report.parameters == {"x": "3"}


def test_generated_names_differ(stage: Stage) -> None:
    text = CONFIG.replace("name: settings", "generateName: settings-")
    stage.do(resource("create", text, name="a"))
    stage.do(resource("create", text, name="b"))
    first, second = stage.names("cm")
    assert first != second
    assert all(name.startswith("settings-") and len(name) == len("settings-") + 5 for name in (first, second))


def test_an_object_that_is_there_already(stage: Stage) -> None:
    stage.create(CONFIG.replace("name: settings", "name: settings\n      namespace: default"))
    report = stage.do(resource("create", CONFIG))
    assert (report.phase, report.exit_code) == ("Failed", "64")
    assert report.message == (
        f'{FAILED}no more retries Error from server (AlreadyExists): error when creating "/tmp/manifest.yaml": '
        'configmaps "settings" already exists'
    )


@pytest.mark.parametrize("action", ["get", "patch"])
def test_an_object_that_is_not_there(stage: Stage, action: str) -> None:
    report = stage.do(resource(action, CONFIG))
    assert report.phase == "Failed"
    assert report.message == f'{FAILED}no more retries Error from server (NotFound): configmaps "settings" not found'


def test_replace(stage: Stage) -> None:
    report = stage.do(resource("replace", CONFIG))
    assert report.message == (
        f'{FAILED}no more retries Error from server (NotFound): error when replacing "/tmp/manifest.yaml": '
        'configmaps "settings" not found'
    )
    uid = stage.do(resource("create", CONFIG, name="1", outputs={"uid": "{.metadata.uid}"})).parameters["uid"]
    stage.do(resource("replace", CONFIG.replace("color: blue", "colour: red"), name="2"))
    assert stage.get("cm", "settings")["data"] == {"colour": "red", "size": "3"}
    assert stage.get("cm", "settings")["metadata"]["uid"] == uid


def test_delete(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1"))
    assert stage.do(resource("delete", CONFIG, name="2")).phase == "Succeeded"
    with pytest.raises(NotFound):
        stage.get("cm", "settings")
    assert stage.do(resource("delete", CONFIG, name="3")).phase == "Succeeded"


@pytest.mark.parametrize(
    "flags", [["configmap", "settings"], ["cm/settings"], ["configmaps", "-l", "a=b"], ["cm", "--selector=a in (b)"]]
)
def test_delete_what_the_flags_name(stage: Stage, flags: list[str]) -> None:
    labelled = CONFIG.replace("name: settings", "name: settings\n      labels: {a: b}")
    stage.do(resource("create", labelled, name="1"))
    stage.do(resource("create", CONFIG.replace("settings", "others"), name="2"))
    assert stage.do(resource("delete", name="3", flags=flags)).phase == "Succeeded"
    assert stage.names("cm") == ["others"]


def test_delete_has_no_conditions(stage: Stage) -> None:
    report = stage.do(resource("delete", CONFIG, success_condition="status.phase == Succeeded"))
    assert report.message == (
        f"{FAILED}successCondition, failureCondition and outputs are not supported for delete action"
    )


def test_get_of_nothing_gives_defaults(stage: Stage) -> None:
    parameters = [
        Parameter(name="a", value_from=ValueFrom(json_path="{.data.a}", default="none")),
        Parameter(name="b", value_from=ValueFrom(json_path="{.data.b}")),
    ]
    report = stage.do(resource("get", CONFIG, flags=["--ignore-not-found"], parameters=parameters))
    assert report.parameters == {"a": "none", "b": ""}


def test_outputs_by_jq(stage: Stage) -> None:
    parameters = [
        Parameter(name="data", value_from=ValueFrom(jq_filter=".data")),
        Parameter(name="values", value_from=ValueFrom(jq_filter=".data[]")),
    ]
    report = stage.do(resource("create", CONFIG, parameters=parameters))
    assert report.parameters == {"data": '{"color":"blue","size":"3"}', "values": "blue\n3"}
    parameters = [Parameter(name="x", value_from=ValueFrom(jq_filter=".data | no_such_function"))]
    report = stage.do(resource("get", CONFIG, name="2", parameters=parameters))
    assert report.phase == "Failed"
    assert "no_such_function" in report.message


# --- patch


def test_strategic_patch(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1"))
    stage.do(resource("patch", CONFIG.replace("blue", "red").replace('      size: "3"\n', ""), name="2"))
    assert stage.get("cm", "settings")["data"] == {"color": "red", "size": "3"}


def test_merge_patch_of_what_the_flags_name(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1"))
    patch = "data: {color: null, shape: round}"
    stage.do(resource("patch", patch, name="2", merge_strategy="merge", flags=["configmap", "settings"]))
    assert stage.get("cm", "settings")["data"] == {"shape": "round", "size": "3"}


def test_json_patch(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1"))
    patch = """
        - {op: test, path: /data/color, value: blue}
        - {op: add, path: /data/shape, value: round}
        - {op: remove, path: /data/size}
    """
    stage.do(resource("patch", patch, name="2", merge_strategy="json", flags=["configmap", "settings"]))
    assert stage.get("cm", "settings")["data"] == {"color": "blue", "shape": "round"}
    report = stage.do(resource("patch", patch, name="3", merge_strategy="json", flags=["configmap", "settings"]))
    assert report.message == (
        f"{FAILED}no more retries The request is invalid: doc is missing path: /data/size: missing value"
    )


def test_strategic_patch_of_a_kind_that_the_server_does_not_know(stage: Stage) -> None:
    stage.do(resource("create", CUSTOM, name="1"))
    report = stage.do(resource("patch", CUSTOM, name="2"))
    assert report.message.startswith(
        f"{FAILED}no more retries error: application/strategic-merge-patch+json is not supported by "
        "stable.example.com/v1, Kind=CronTab: the body of the request was in an unknown format"
    )
    report = stage.do(resource("patch", CUSTOM.replace("one", "two"), name="3", merge_strategy="merge"))
    assert report.phase == "Succeeded"


def test_a_patch_may_not_rename(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1"))
    patch = "metadata: {name: other}"
    report = stage.do(resource("patch", patch, name="2", merge_strategy="merge", flags=["cm", "settings"]))
    assert "the name of the object (other) does not match the name on the URL (settings)" in report.message


# --- apply


def test_apply_creates_and_then_merges(stage: Stage) -> None:
    stage.do(resource("apply", CONFIG, name="1"))
    stage.change("cm", "settings", lambda data: data["data"].update(mine="kept", color="changed"))
    stage.do(resource("apply", CONFIG.replace('size: "3"', "shape: round"), name="2"))
    assert stage.get("cm", "settings")["data"] == {"color": "blue", "shape": "round", "mine": "kept"}
    last = stage.get("cm", "settings")["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    assert json.loads(last)["data"] == {"color": "blue", "shape": "round"}


def test_apply_needs_a_name(stage: Stage) -> None:
    report = stage.do(resource("apply", CONFIG.replace("name: settings", "generateName: settings-")))
    assert report.message == f"{FAILED}no more retries error: from settings-: cannot use generate name with apply"


# --- conditions


def test_a_condition_that_comes_true(stage: Stage) -> None:
    request = resource(
        "create", CUSTOM, success_condition="status.ready == true,spec.image = two", outputs={"x": "{.spec.image}"}
    )
    stage.executor.start(request)
    assert stage.waits(request)
    patch = CUSTOM.replace("image: one", "image: two")
    assert stage.do(resource("patch", patch, name="3", merge_strategy="merge")).phase == "Succeeded"
    assert stage.waits(request)
    assert stage.do(resource("patch", f"{patch}    status: {{ready: true}}\n", name="4", merge_strategy="merge")).phase
    report = stage.end_of(request)
    assert (report.phase, report.parameters) == ("Succeeded", {"x": "two"})


def test_another_process_makes_it_true(stage: Stage) -> None:
    request = resource("create", CONFIG, success_condition="data.color == red")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.change("cm", "settings", lambda data: data["data"].update(color="red"))
    assert stage.end_of(request).phase == "Succeeded"


def test_a_failure_condition(stage: Stage) -> None:
    report = stage.do(resource("create", CONFIG, failure_condition="data.size > 2", success_condition="data.color"))
    assert (report.phase, report.exit_code) == ("Failed", "64")
    assert report.message == f"{FAILED}failure condition '{{data.size gt [2]}}' evaluated true"


def test_a_condition_that_is_none(stage: Stage) -> None:
    report = stage.do(resource("create", CONFIG, success_condition="data.size > x"))
    assert report.message.startswith(f"{FAILED}success condition 'data.size > x' failed to parse: ")


def test_deleted_while_waiting(stage: Stage) -> None:
    request = resource("create", CONFIG, success_condition="data.color == red")
    stage.executor.start(request)
    stage.do(resource("delete", CONFIG, name="2"))
    report = stage.end_of(request)
    assert report.phase == "Failed"
    assert report.message == (
        f"{FAILED}The resource has been deleted while its status was still being checked. Will not be retried: "
        'configmaps "settings" not found'
    )


def test_stop_ends_the_wait(stage: Stage) -> None:
    request = resource("create", CONFIG, success_condition="data.color == red")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.executor.stop(request.key, 30.0)
    assert stage.end_of(request).message == "main: Error (exit code 143)"
    assert stage.names("cm") == ["settings"]


def test_a_deadline_ends_the_wait(stage: Stage) -> None:
    request = resource("create", CONFIG, success_condition="data.color == red", deadline_seconds=60.0)
    stage.executor.start(request)
    assert stage.waits(request)
    stage.advance(61)
    report = stage.end_of(request)
    assert (report.phase, report.message) == (
        "Failed",
        "Pod was active on the node longer than the specified deadline",
    )


# --- owners, secrets, several documents, logs


def test_owned_objects_go_with_the_workflow(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, name="1", set_owner_reference=True))
    stage.do(resource("create", CONFIG.replace("settings", "others"), name="2"))
    (owner,) = stage.get("cm", "settings")["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["uid"], owner["controller"]) == ("Workflow", "wf", UID, True)
    stage.executor.delete_workflow(UID)
    stage.settle()
    assert stage.names("cm") == ["others"]
    stage.executor.delete_workflow(UID)


def test_owned_objects_go_though_no_engine_runs(stage: Stage) -> None:
    stage.do(resource("create", CONFIG, set_owner_reference=True))
    stage.crash()
    stage.objects.delete_workflow(UID)
    assert stage.names("cm") == []


def test_secrets_are_kept_encoded(stage: Stage) -> None:
    stage.do(resource("create", "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: b}}"))
    secret = stage.get("secret", "s")
    assert secret["data"] == {"a": base64.b64encode(b"b").decode()}
    assert "stringData" not in secret


def test_several_documents(stage: Stage) -> None:
    text = f"{CONFIG}---\n{CONFIG.replace('settings', 'others')}"
    assert stage.do(resource("create", text, name="1")).phase == "Succeeded"
    assert stage.names("cm") == ["others", "settings"]
    report = stage.do(resource("apply", text, name="2", success_condition="data.color == blue"))
    assert report.phase == "Error"
    assert report.message == "not supported yet: conditions and outputs of a resource template with several objects"
    report = stage.do(resource("get", text, name="3"))
    assert report.message == (
        f"{FAILED}Kind and name are both required but at least one of them is missing from the manifest"
    )
    assert stage.do(resource("delete", text, name="4")).phase == "Succeeded"
    assert stage.names("cm") == []


def test_a_manifest_from_an_artifact(stage: Stage) -> None:
    request = resource("create", manifest_from=ManifestFrom(artifact=Artifact(name="m")))
    request.template.inputs = Inputs(artifacts=[Artifact(name="m", raw=RawArtifact(data="kind: ConfigMap"))])
    assert "apiVersion not set" in stage.do(request).message


def test_a_log_is_kept(stage_with: Any, tmp_path: Any) -> None:
    stage = stage_with(logs_dir=tmp_path)
    stage.do(resource("create", CONFIG))
    stage.do(resource("create", CONFIG, name="2"))
    assert (tmp_path / UID / "wf-node.log").read_text() == "configmap/settings created\n"
    assert "already exists" in (tmp_path / UID / "wf-2.log").read_text()


# --- bad input


@pytest.mark.parametrize(
    ("action", "text", "flags", "message"),
    [
        ("create", "", [], "Must provide at least one of flags or manifest."),
        (
            "create",
            "metadata: {name: a}",
            [],
            'no more retries error: error validating "/tmp/manifest.yaml": error validating data: [apiVersion not set, '
            "kind not set]; if you choose to ignore these errors, turn validation off with --validate=false",
        ),
        (
            "patch",
            "{apiVersion: v1, metadata: {name: a}}",
            [],
            "no more retries error: unable to decode \"/tmp/manifest.yaml\": Object 'Kind' is missing in "
            '\'{"apiVersion":"v1","metadata":{"name":"a"}}\'',
        ),
        ("get", "{apiVersion: v1, kind: Pod}", [], "no more retries error: resource name may not be empty"),
        (
            "create",
            "{apiVersion: v1, kind: ConfigMap}",
            [],
            'no more retries The ConfigMap "" is invalid: metadata.name: Required value: name or generateName is '
            "required",
        ),
        ("get", "", ["thing", "x"], 'no more retries error: the server doesn\'t have a resource type "thing"'),
        (
            "delete",
            "",
            ["cm"],
            "no more retries error: resource(s) were provided, but no name was specified",
        ),
        ("create", CONFIG, ["cm"], "no more retries error: Unexpected args: [cm]"),
        (
            "get",
            CONFIG,
            ["cm", "x"],
            "no more retries error: when paths, URLs, or stdin is provided as resource input, you may not specify "
            "resource arguments as well",
        ),
        (
            "get",
            CONFIG.replace("name: settings", "name: settings\n      namespace: a"),
            ["-nb"],
            'no more retries error: the namespace from the provided object "a" does not match the namespace "b". You '
            "must pass '--namespace=a' to perform this operation.",
        ),
        ("get", "", ["cm", "x", "-l"], "no more retries error: flag needs an argument: -l"),
        ("create", "a: [", [], "no more retries error: error parsing /tmp/manifest.yaml: "),
        ("explode", CONFIG, [], 'no more retries error: unknown command "explode" for "kubectl"'),
    ],
)
def test_bad_input(stage: Stage, action: str, text: str, flags: list[str], message: str) -> None:
    report = stage.do(resource(action, text, flags=flags))
    assert report.phase == "Failed"
    assert report.message.startswith(FAILED + message)


def test_bad_names(stage: Stage) -> None:
    report = stage.do(resource("create", CONFIG.replace("name: settings", "name: ../x")))
    assert 'The ConfigMap "../x" is invalid: metadata.name: Invalid value: "../x": a lowercase RFC' in report.message


def test_a_flag_that_is_not_built(stage: Stage) -> None:
    report = stage.do(resource("create", CONFIG, flags=["--dry-run=client"]))
    assert (report.phase, report.message) == (
        "Error",
        "not supported yet: the flag --dry-run of a resource template",
    )


# --- an engine that crashes


def test_what_was_created_is_not_created_again(stage: Stage) -> None:
    request = resource(
        "create", CONFIG.replace("name: settings", "generateName: settings-"), success_condition="data.color == red"
    )
    stage.executor.start(request)
    assert stage.waits(request)
    stage.crash()
    stage.start_engine()
    stage.executor.adopt([request])
    assert stage.waits(request)
    (name,) = stage.names("cm")
    stage.change("cm", name, lambda data: data["data"].update(color="red"))
    assert stage.end_of(request).phase == "Succeeded"


def test_a_json_patch_is_not_done_again(stage: Stage) -> None:
    stage.do(resource("create", CUSTOM, name="1"))
    request = resource(
        "patch",
        "[{op: add, path: /spec/parts/-, value: c}]",
        merge_strategy="json",
        flags=["crontabs.stable.example.com", "tab"],
    )
    report = stage.do(request)
    assert "the server doesn't have a resource type" in report.message
    stage.do(resource("create", "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {parts: []}}", name="2"))
    request = resource(
        "patch",
        "[{op: add, path: /spec/parts/-, value: c}]",
        name="3",
        merge_strategy="json",
        flags=["svc", "s"],
        success_condition="spec.done",
    )
    stage.executor.start(request)
    assert stage.waits(request)
    stage.crash()
    stage.start_engine()
    stage.executor.adopt([request])
    assert stage.waits(request)
    assert stage.get("svc", "s")["spec"] == {"parts": ["c"]}


def test_the_end_is_said_again_until_it_is_forgotten(stage: Stage) -> None:
    request = resource("create", CONFIG)
    stage.do(request)
    stage.reports.clear()
    stage.executor.start(request)
    assert stage.end_of(request).phase == "Succeeded"
    stage.executor.forget([request.key])
    stage.settle()
    assert stage.objects._made().nodes._ended == {}


# --- the pod of the node itself


@pytest.mark.parametrize(
    ("strategy", "flags", "patch"),
    [
        ("strategic", [], "{apiVersion: v1, kind: Pod, metadata: {name: wf-node, annotations: {foo: bar}}}"),
        ("merge", ["pod", "wf-node"], "{metadata: {annotations: {foo: bar}}}"),
        ("json", ["pod", "wf-node"], "[{op: add, path: /metadata/annotations/foo, value: bar}]"),
    ],
)
def test_a_node_can_patch_its_own_pod(stage: Stage, strategy: str, flags: list[str], patch: str) -> None:
    outputs = {"foo": "{.metadata.annotations.foo}", "phase": "{.status.phase}"}
    report = stage.do(resource("patch", patch, flags=flags, merge_strategy=strategy, outputs=outputs))
    assert (report.phase, report.message) == ("Succeeded", "")
    assert report.parameters == {"foo": "bar", "phase": "Running"}
    stage.settle()
    assert stage.names("pod") == []
    assert stage.fake.ran == []
    assert stage.do(resource("get", name="2", flags=["pod", "wf-node"])).phase == "Failed"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("color: blue", "color: 1", "number into Go struct field ConfigMap.data"),
        (
            "name: settings",
            "name: settings\n      labels: {a: true}",
            "bool into Go struct field ObjectMeta.metadata.labels",
        ),
    ],
)
def test_texts_have_to_be_texts(stage: Stage, old: str, new: str, field: str) -> None:
    assert stage.do(resource("create", CONFIG.replace(old, new))).message == (
        f'{FAILED}no more retries Error from server (BadRequest): error when creating "/tmp/manifest.yaml": '
        f'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal {field} of type string'
    )


# --- a store in trouble


def test_what_the_store_could_not_do_is_tried_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    create, failures = stage.store.objects.create, iter([StoreBusy(), StoreBusy()])

    def busy(data: dict[str, Any]) -> dict[str, Any]:
        for failure in failures:
            raise failure
        return create(data)

    monkeypatch.setattr(stage.store.objects, "create", busy)
    assert stage.do(resource("create", CONFIG)).phase == "Succeeded"
    assert stage.names("cm") == ["settings"]


def test_what_the_store_cannot_do_is_an_error(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: dict[str, Any]) -> dict[str, Any]:
        raise StoreError("the disk failed")

    monkeypatch.setattr(stage.store.objects, "create", broken)
    report = stage.do(resource("create", CONFIG))
    assert (report.phase, report.message) == ("Error", "the disk failed")


def test_a_bug_does_not_leave_the_node_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.store.objects, "create", lambda _data: 1 / 0)
    report = stage.do(resource("create", CONFIG))
    assert (report.phase, report.message) == ("Error", "ZeroDivisionError: division by zero")
