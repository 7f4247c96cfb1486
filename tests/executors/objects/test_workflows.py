"""A workflow that a resource template creates is a workflow of the store."""

from __future__ import annotations

from typing import Any

import msgspec

from argosy.model.status import WorkflowStatus
from argosy.ports.store import Change, DeleteRequested
from tests.executors.objects.stage import UID, Stage, resource

INNER = """
    apiVersion: argoproj.io/v1alpha1
    kind: Workflow
    metadata:
      generateName: inner-
    spec:
      entrypoint: main
      templates:
      - name: main
        container: {image: alpine, command: ["true"]}
"""
CONDITIONS: dict[str, Any] = {
    "success_condition": "status.phase == Succeeded",
    "failure_condition": "status.phase in (Failed, Error)",
}
FAILED = "main: Error (exit code 64): "


def finish(stage: Stage, name: str, phase: str, message: str = "") -> None:
    """What the engine would do."""
    workflow = stage.store.get("default", name)
    status = msgspec.structs.replace(workflow.status, phase=phase, message=message)
    stage.store.commit([Change(uid=workflow.metadata.uid, status=status)])


def start(stage: Stage, **more: Any) -> tuple[Any, str]:
    request = resource("create", INNER, outputs={"phase": "{.status.phase}"}, **CONDITIONS, **more)
    stage.executor.start(request)
    assert stage.waits(request)
    return request, stage.submitted[0]["metadata"]["name"]


def test_it_is_submitted_and_waited_for(stage: Stage) -> None:
    request, name = start(stage)
    assert name.startswith("inner-")
    assert stage.woken == 1
    assert stage.store.get("default", name).spec.entrypoint == "main"
    finish(stage, name, "Running")
    assert stage.waits(request)
    finish(stage, name, "Succeeded")
    stage.objects.look()
    report = stage.end_of(request)
    assert (report.phase, report.parameters) == ("Succeeded", {"phase": "Succeeded"})


def test_it_is_noticed_though_nobody_says_so(stage: Stage) -> None:
    request, name = start(stage)
    finish(stage, name, "Succeeded")
    assert stage.end_of(request).phase == "Succeeded"


def test_it_fails(stage: Stage) -> None:
    request, name = start(stage)
    finish(stage, name, "Error", "it went wrong")
    message = f"{FAILED}failure condition '{{status.phase in [Error Failed]}}' evaluated true"
    assert stage.end_of(request).message == message


def test_without_a_failure_condition_a_failed_one_may_be_retried(stage: Stage) -> None:
    request = resource("create", INNER, success_condition="status.phase == Succeeded")
    stage.executor.start(request)
    assert stage.waits(request)
    name = stage.submitted[0]["metadata"]["name"]
    finish(stage, name, "Failed")
    stage.objects.look()
    assert stage.waits(request)
    finish(stage, name, "Succeeded")
    assert stage.end_of(request).phase == "Succeeded"


def test_it_is_submitted_once(stage: Stage) -> None:
    request, name = start(stage)
    stage.crash()
    stage.start_engine()
    stage.executor.adopt([request])
    assert stage.waits(request)
    assert len(stage.submitted) == 1
    finish(stage, name, "Succeeded")
    assert stage.end_of(request).phase == "Succeeded"


def test_another_workflow_of_that_name(stage: Stage) -> None:
    text = INNER.replace("generateName: inner-", "name: inner")
    stage.do(resource("create", text, name="1"))
    assert stage.do(resource("create", text, name="2")).message == (
        f'{FAILED}no more retries Error from server (AlreadyExists): error when creating "/tmp/manifest.yaml": '
        'workflows.argoproj.io "inner" already exists'
    )


def test_get_waits_for_one_that_is_there(stage: Stage) -> None:
    stage.do(resource("create", INNER.replace("generateName: inner-", "name: inner"), name="1"))
    request = resource("get", name="2", flags=["workflow", "inner"], **CONDITIONS)
    stage.executor.start(request)
    assert stage.waits(request)
    finish(stage, "inner", "Succeeded")
    assert stage.end_of(request).phase == "Succeeded"


def test_delete_waits_until_the_engine_has_removed_it(stage: Stage) -> None:
    stage.do(resource("create", INNER.replace("generateName: inner-", "name: inner"), name="1"))
    request = resource("delete", name="2", flags=["wf", "inner"])
    stage.executor.start(request)
    assert stage.waits(request)
    (posted,) = stage.store.requests()
    assert (posted.workflow_uid, posted.request) == ("uid-of-inner", DeleteRequested())
    assert stage.woken == 2
    stage.store.delete("uid-of-inner")
    assert stage.end_of(request).phase == "Succeeded"
    request = resource("delete", name="3", flags=["wf", "inner"])
    assert stage.do(request).phase == "Succeeded"


def test_deleted_by_label(stage: Stage) -> None:
    text = INNER.replace("generateName: inner-", "name: inner\n      labels: {a: b}")
    stage.do(resource("create", text, name="1"))
    assert stage.do(resource("delete", name="2", flags=["wf", "-l", "a=c"])).phase == "Succeeded"
    assert stage.store.requests() == []
    stage.do(resource("delete", name="3", flags=["wf", "-l", "a=b", "--wait=false"]))
    assert len(stage.store.requests()) == 1


def test_owned_workflows_go_too(stage: Stage) -> None:
    _, name = start(stage, set_owner_reference=True)
    (owner,) = stage.store.get("default", name).metadata.owner_references
    assert owner.uid == UID
    stage.executor.delete_workflow(UID)
    stage.settle()
    assert [posted.workflow_uid for posted in stage.store.requests()] == [f"uid-of-{name}"]


def test_it_cannot_be_changed(stage: Stage) -> None:
    stage.do(resource("create", INNER.replace("generateName: inner-", "name: inner"), name="1"))
    patch = "[{op: add, path: /metadata/labels, value: {a: b}}]"
    report = stage.do(resource("patch", patch, name="2", merge_strategy="json", flags=["workflow", "inner"]))
    assert (report.phase, report.message) == (
        "Error",
        "not supported yet: a change of the Workflow 'inner' by a resource template",
    )
    assert isinstance(stage.store.get("default", "inner").status, WorkflowStatus)


def test_it_is_noticed_when_the_engine_commits(stage: Stage) -> None:
    request, name = start(stage)
    stage.objects._next_look = float("inf")
    finish(stage, name, "Succeeded")
    stage.objects.committed()
    assert stage.end_of(request).phase == "Succeeded"
