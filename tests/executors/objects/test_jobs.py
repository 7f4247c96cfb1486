"""Jobs and Pods that resource templates create really run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from argosy.errors import NotFound
from argosy.executors.fake import Outcome
from argosy.ports.store import ObjectKey
from tests.executors.objects.stage import Stage, resource

MakeStage = Callable[..., Stage]

JOB = """
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: pi
    spec:
      {more}
      template:
        spec:
          containers:
          - name: pi
            image: perl
            command: [perl, -wle, "print 3"]
          restartPolicy: Never
"""
POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: one
    spec:
      {more}
      containers:
      - name: pi
        image: perl
        command: [perl, -wle, "print 3"]
"""
FAILED = "main: Error (exit code 64): "
CONDITIONS: dict[str, Any] = {"success_condition": "status.succeeded > 0", "failure_condition": "status.failed > 3"}


def job(more: str = "backoffLimit: 4") -> str:
    return JOB.format(more=more)


def conditions(stage: Stage, kind: str = "job", name: str = "pi") -> list[tuple[str, str, str]]:
    found = stage.get(kind, name)["status"]["conditions"]
    return [(each["type"], each["status"], each["reason"]) for each in found]


def pods(stage: Stage) -> list[str]:
    return [request.key.node_id for request in stage.fake.ran]


def test_the_pi_example(stage: Stage) -> None:
    text = job().replace("name: pi\n    spec", "generateName: pi-job-\n    spec")
    report = stage.do(resource("create", text, outputs={"name": "{.metadata.name}"}, **CONDITIONS))
    assert (report.phase, report.exit_code) == ("Succeeded", "0")
    name = report.parameters["name"]
    (request,) = stage.fake.ran
    assert request.template.container is not None
    assert request.template.container.command == ["perl", "-wle", "print 3"]
    assert (request.namespace, request.labels["job-name"]) == ("default", name)
    assert request.pod_name.startswith(f"{name}-")
    kept = stage.get("job", name)
    assert kept["status"]["succeeded"] == 1
    assert {"active", "failed"}.isdisjoint(kept["status"])
    assert conditions(stage, name=name) == [
        ("SuccessCriteriaMet", "True", "CompletionsReached"),
        ("Complete", "True", "CompletionsReached"),
    ]
    assert kept["status"]["completionTime"] == "2026-01-01T00:00:00Z"


def test_the_ends_of_pods_are_forgotten(stage: Stage) -> None:
    stage.do(resource("create", job(), **CONDITIONS))
    stage.settle()
    (request,) = stage.fake.ran
    assert ("forget", request.key) in stage.fake.calls


def test_many_pods_some_at_a_time(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    text = job("completions: 5\n      parallelism: 2")
    request = resource("create", text, success_condition="status.succeeded > 4")
    stage.executor.start(request)
    assert stage.waits(request)
    assert stage.get("job", "pi")["status"]["active"] == 2
    stage.advance(10)
    assert stage.get("job", "pi")["status"]["succeeded"] == 2
    assert len(stage.fake.running) == 2
    stage.advance(10)
    assert (len(stage.fake.ran), len(stage.fake.running)) == (5, 1)
    stage.advance(10)
    assert stage.end_of(request).phase == "Succeeded"
    assert len(stage.fake.ran) == 5


def test_a_job_that_fails_is_tried_again_and_again(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(exit_code=2)})
    request = resource("create", job("backoffLimit: 6"), **CONDITIONS)
    stage.executor.start(request)
    assert stage.waits(request)
    for failed, seconds in ((1, 9), (1, 2), (2, 18), (2, 3), (3, 38), (3, 3)):
        assert stage.get("job", "pi")["status"]["failed"] == failed
        stage.advance(seconds)
    report = stage.end_of(request)
    assert (report.phase, report.message) == (
        "Failed",
        f"{FAILED}failure condition '{{status.failed gt [3]}}' evaluated true",
    )
    assert len(stage.fake.ran) == 4


def test_a_job_over_its_backoff_limit_does_not_leave_the_node_waiting(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(exit_code=2)})
    request = resource("create", job("backoffLimit: 0"), success_condition="status.succeeded > 0")
    report = stage.do(request)
    assert report.message == (
        f"{FAILED}job.batch/pi has failed (BackoffLimitExceeded: Job has reached the specified backoff limit), and "
        "neither success condition nor the failure condition has been matched"
    )
    assert conditions(stage) == [
        ("FailureTarget", "True", "BackoffLimitExceeded"),
        ("Failed", "True", "BackoffLimitExceeded"),
    ]


def test_a_pod_that_cannot_run_fails_the_job_at_once(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(error='image "perl" has no known entry point')})
    report = stage.do(resource("create", job(), success_condition="status.succeeded > 0"))
    assert 'CreateContainerError: image "perl" has no known entry point' in report.message
    assert len(stage.fake.ran) == 1


def test_restarts_in_place(stage_with: MakeStage) -> None:
    codes = iter([1, 1, 0])
    stage = stage_with({"pi": lambda _request: Outcome(exit_code=next(codes))})
    request = resource("create", job().replace("Never", "OnFailure"), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.advance(11)
    assert stage.waits(request)
    stage.advance(21)
    assert stage.end_of(request).phase == "Succeeded"
    assert pods(stage) == ["object/0/0", "object/0/1", "object/0/2"]
    assert len({request.pod_name for request in stage.fake.ran}) == 1
    assert "failed" not in stage.get("job", "pi")["status"]


def test_restarts_in_place_have_a_limit(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(exit_code=1)})
    text = job("backoffLimit: 1").replace("Never", "OnFailure")
    report = stage.do(resource("create", text, success_condition="status.succeeded > 0"))
    assert "BackoffLimitExceeded" in report.message
    assert stage.get("job", "pi")["status"]["failed"] == 1


def test_a_deadline(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    request = resource("create", job("activeDeadlineSeconds: 30"), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.advance(31)
    assert "DeadlineExceeded: Job was active longer than specified deadline" in stage.end_of(request).message
    assert stage.fake.running == []


def test_suspend_and_resume(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    request = resource("create", job("suspend: true"), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    assert conditions(stage) == [("Suspended", "True", "JobSuspended")]
    assert stage.fake.ran == []
    patch = resource("patch", "spec: {suspend: false}", name="2", merge_strategy="merge", flags=["job", "pi"])
    stage.do(patch)
    stage.settle()
    assert len(stage.fake.running) == 1
    stage.change("job", "pi", lambda data: data["spec"].update(suspend=True))
    stage.advance(0)
    assert stage.fake.running == []
    assert "active" not in stage.get("job", "pi")["status"]
    stage.change("job", "pi", lambda data: data["spec"].update(suspend=False))
    stage.advance(0)
    stage.advance(10)
    assert stage.end_of(request).phase == "Succeeded"
    assert conditions(stage)[0] == ("Suspended", "False", "JobResumed")


def test_without_completions_one_success_is_enough(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": lambda request: Outcome(seconds=10 if request.key.node_id.endswith("0/0") else 20)})
    request = resource("create", job("parallelism: 2"), success_condition="status.completionTime")
    stage.executor.start(request)
    stage.settle()
    stage.advance(10)
    assert stage.waits(request)
    assert len(stage.fake.ran) == 2
    stage.advance(10)
    assert stage.end_of(request).phase == "Succeeded"
    assert stage.get("job", "pi")["status"]["succeeded"] == 2


def test_a_finished_job_goes_when_its_time_is_over(stage: Stage) -> None:
    stage.do(resource("create", job("ttlSecondsAfterFinished: 60"), success_condition="status.succeeded > 0"))
    stage.advance(59)
    assert stage.names("job") == ["pi"]
    stage.advance(2)
    assert stage.names("job") == []


def test_deleting_a_job_ends_its_pods(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    request = resource("create", job(), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.do(resource("delete", name="2", flags=["job", "pi"]))
    assert "has been deleted while its status was still being checked" in stage.end_of(request).message
    stage.settle()
    assert stage.fake.running == []
    assert stage.fake._pods == {}


def test_another_process_deletes_a_job(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    request = resource("create", job(), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.store.objects.delete(ObjectKey("batch/v1", "Job", "default", "pi"))
    assert stage.end_of(request).phase == "Failed"
    stage.settle()
    assert stage.fake.running == []


def test_a_pod_ends_after_its_job_was_deleted(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    stage.do(resource("create", job()))
    stage.settle()
    stage.store.objects.delete(ObjectKey("batch/v1", "Job", "default", "pi"))
    stage.fake.advance(10)
    stage.settle()
    assert stage.fake._pods == {}
    assert not stage.objects.active


def test_a_pod_ends_after_another_job_took_the_name(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    stage.do(resource("create", job()))
    stage.settle()
    stage.store.objects.delete(ObjectKey("batch/v1", "Job", "default", "pi"))
    stage.create(job().replace("name: pi\n    spec", "name: pi\n      namespace: default\n    spec"))
    stage.fake.advance(10)
    stage.settle()
    assert "succeeded" not in stage.get("job", "pi")["status"]
    (running,) = stage.fake.running
    assert running.key.workflow_uid == stage.get("job", "pi")["metadata"]["uid"]
    stage.advance(10)
    assert stage.get("job", "pi")["status"]["succeeded"] == 1


def test_owned_jobs_end_with_the_workflow(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    stage.do(resource("create", job(), set_owner_reference=True))
    stage.settle()
    assert len(stage.fake.running) == 1
    stage.executor.delete_workflow("uid-of-wf")
    stage.settle()
    assert stage.fake.running == []
    assert stage.names("job") == []


def test_finished_jobs_go_with_the_workflow_though_no_engine_runs(stage: Stage) -> None:
    stage.do(resource("create", job(), set_owner_reference=True, **CONDITIONS))
    stage.crash()
    stage.objects.delete_workflow("uid-of-wf")
    assert stage.names("job") == []
    assert stage.fake._pods == {}


def test_running_jobs_are_ended_by_the_next_engine(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    stage.do(resource("create", job(), set_owner_reference=True))
    stage.settle()
    stage.crash()
    stage.objects.delete_workflow("uid-of-wf")
    assert stage.woken == 1
    assert len(stage.fake.running) == 1
    stage.start_engine()
    stage.settle()
    assert stage.names("job") == []
    assert stage.fake._pods == {}


def test_a_job_that_another_process_applied_runs(stage: Stage) -> None:
    stage.create(job().replace("name: pi\n    spec", "name: pi\n      namespace: default\n    spec"))
    stage.objects.look()
    stage.settle()
    assert stage.get("job", "pi")["status"]["succeeded"] == 1


def test_a_job_that_another_process_applied_and_that_is_none(stage: Stage) -> None:
    stage.create("{apiVersion: batch/v1, kind: Job, metadata: {name: pi, namespace: default}}")
    stage.create("{apiVersion: v1, kind: Pod, metadata: {name: one, namespace: default}, spec: {}}")
    stage.objects.look()
    stage.settle()
    (condition,) = stage.get("job", "pi")["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("Failed", "Invalid")
    assert "spec.template.spec.containers: Required value" in condition["message"]
    assert stage.get("pod", "one")["status"]["phase"] == "Failed"
    stage.crash()
    stage.start_engine()
    stage.settle()


# --- what a Job may say


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Never", "Always", 'spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"'),
        ("          restartPolicy: Never\n", "", 'restartPolicy: Required value: valid values: "OnFailure", "Never"'),
        ("image: perl", "name: pi", "the key 'name' comes twice"),
        ("            image: perl\n", "", "spec.template.spec.containers[0].image: Required value"),
        (
            "          containers:",
            "          others:",
            'strict decoding error: unknown field "spec.template.spec.others"',
        ),
        ('"print 3"]', '"print 3"]\n            comand: x', 'unknown field "spec.template.spec.containers[0].comand"'),
        ('[perl, -wle, "print 3"]', "perl", 'Job in version "v1" cannot be handled as a Job: command: expected a list'),
        ("backoffLimit: 4", "backoffLimit: x", "spec.backoffLimit: must be a whole number"),
    ],
)
def test_bad_jobs(stage: Stage, old: str, new: str, message: str) -> None:
    assert old in job()
    report = stage.do(resource("create", job().replace(old, new)))
    assert report.phase == "Failed"
    assert message in report.message
    assert stage.names("job") == []


def test_all_that_is_wrong_is_said_at_once(stage: Stage) -> None:
    text = job().replace("            image: perl\n", "").replace("          restartPolicy: Never\n", "")
    assert stage.do(resource("create", text)).message == (
        f'{FAILED}no more retries The Job "pi" is invalid: \n'
        "* spec.template.spec.containers[0].image: Required value\n"
        '* spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("backoffLimit: 4", "completionMode: Indexed", "spec.completionMode: Indexed"),
        ("backoffLimit: 4", "podFailurePolicy: {}", "spec.podFailurePolicy"),
        ("restartPolicy", "volumes: [{name: a}]\n          restartPolicy", "spec.template.spec.volumes"),
        ("restartPolicy", "initContainers: [{name: a}]\n          restartPolicy", "spec.template.spec.initContainers"),
        (
            "- name: pi",
            "- {name: a, image: b}\n          - name: pi",
            "spec.template.spec.containers with more than one container",
        ),
        ("image: perl", "image: perl\n            volumeMounts: [{}]", "spec.template.spec.containers[0].volumeMounts"),
    ],
)
def test_what_is_not_built(stage: Stage, old: str, new: str, what: str) -> None:
    report = stage.do(resource("create", job().replace(old, new)))
    assert (report.phase, report.message) == ("Error", f"not supported yet: {what}")


def test_validation_can_be_turned_off(stage: Stage) -> None:
    text = job("comletions: 4")
    assert 'unknown field "spec.comletions"' in stage.do(resource("create", text, name="1")).message
    assert stage.do(resource("create", text, name="2", flags=["--validate=false"])).phase == "Succeeded"


def test_what_may_not_be_changed(stage: Stage) -> None:
    stage.do(resource("create", job(), name="1"))
    report = stage.do(resource("apply", job().replace("print 3", "print 4"), name="2"))
    assert report.message == f'{FAILED}no more retries The Job "pi" is invalid: spec.template: field is immutable'


def test_a_status_is_nobodys_but_its_kinds(stage: Stage) -> None:
    stage.do(resource("create", job() + "    status: {succeeded: 9}\n", name="1", flags=["--validate=false"]))
    stage.settle()
    stage.do(resource("replace", job() + "    status: {succeeded: 9}\n", name="2"))
    assert stage.get("job", "pi")["status"]["succeeded"] == 1


# --- engines that crash


def test_the_next_engine_goes_on_with_a_job(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    request = resource("create", job("completions: 3"), success_condition="status.succeeded > 2")
    stage.executor.start(request)
    assert stage.waits(request)
    for _ in range(3):
        stage.crash()
        stage.clock.advance(10)
        stage.fake.advance(10)
        stage.start_engine()
        stage.executor.adopt([request])
        stage.settle()
    assert stage.end_of(request).phase == "Succeeded"
    assert pods(stage) == ["object/0/0", "object/1/0", "object/2/0"]


def test_a_pod_that_was_never_started_is_started_by_the_next_engine(stage: Stage) -> None:
    stage.objects._made().runs._pods = Deaf()  # type: ignore[assignment]
    request = resource("create", job(), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.crash()
    assert stage.fake.ran == []
    stage.start_engine()
    stage.executor.adopt([request])
    assert stage.end_of(request).phase == "Succeeded"
    assert len(stage.fake.ran) == 1


def test_a_pod_of_which_nothing_is_known_counts_as_failed(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=10)})
    request = resource("create", job(), success_condition="status.succeeded > 0")
    stage.executor.start(request)
    assert stage.waits(request)
    stage.crash()
    stage.fake.lose(stage.fake.ran[0].key)
    stage.start_engine()
    stage.executor.adopt([request])
    stage.settle()
    assert stage.get("job", "pi")["status"]["failed"] == 1
    stage.advance(11)
    stage.advance(11)
    assert stage.end_of(request).phase == "Succeeded"


class Deaf:
    """An executor that never comes to do what it was asked."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_arguments: None


# --- Pods


def pod(more: str = "restartPolicy: Never") -> str:
    return POD.format(more=more)


def test_a_pod(stage: Stage) -> None:
    condition: dict[str, Any] = {
        "success_condition": "status.phase == Succeeded",
        "failure_condition": "status.phase == Failed",
    }
    report = stage.do(resource("create", pod(), outputs={"code": "{..exitCode}"}, **condition))
    assert (report.phase, report.parameters) == ("Succeeded", {"code": "0"})
    (container,) = stage.get("pod", "one")["status"]["containerStatuses"]
    assert container["state"]["terminated"]["reason"] == "Completed"
    assert (container["name"], container["image"], container["restartCount"]) == ("pi", "perl", 0)


def test_a_pod_that_fails(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(exit_code=3)})
    report = stage.do(resource("create", pod(), success_condition="status.phase == Succeeded"))
    assert report.message == (
        f"{FAILED}pod/one has failed, and neither success condition nor the failure condition has been matched"
    )
    (container,) = stage.get("pod", "one")["status"]["containerStatuses"]
    assert (container["state"]["terminated"]["exitCode"], container["state"]["terminated"]["reason"]) == (3, "Error")


def test_a_pod_that_is_restarted(stage_with: MakeStage) -> None:
    codes = iter([3, 0])
    stage = stage_with({"pi": lambda _request: Outcome(exit_code=next(codes))})
    request = resource("create", pod("restartPolicy: OnFailure"), success_condition="status.phase == Succeeded")
    stage.executor.start(request)
    assert stage.waits(request)
    (container,) = stage.get("pod", "one")["status"]["containerStatuses"]
    assert container["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert container["lastState"]["terminated"]["exitCode"] == 3
    stage.crash()
    stage.start_engine()
    stage.executor.adopt([request])
    assert stage.waits(request)
    stage.advance(11)
    assert stage.end_of(request).phase == "Succeeded"
    assert stage.get("pod", "one")["status"]["containerStatuses"][0]["restartCount"] == 1


def test_a_pod_runs_always_unless_it_says_otherwise(stage: Stage) -> None:
    request = resource("create", pod("dnsPolicy: Default"), success_condition="status.phase == Succeeded")
    stage.executor.start(request)
    assert stage.waits(request)
    for seconds in (11, 21, 41):
        stage.advance(seconds)
    assert stage.waits(request)
    assert len(stage.fake.ran) == 4
    stage.do(resource("delete", name="2", flags=["pod/one"]))
    assert stage.end_of(request).phase == "Failed"


def test_a_pod_over_its_deadline(stage_with: MakeStage) -> None:
    stage = stage_with({"pi": Outcome(seconds=100)})
    more = "restartPolicy: OnFailure\n      activeDeadlineSeconds: 30"
    request = resource("create", pod(more), failure_condition="status.phase == Failed", success_condition="status.x")
    stage.executor.start(request)
    assert stage.waits(request)
    assert stage.get("pod", "one")["status"]["phase"] == "Running"
    stage.advance(31)
    assert stage.end_of(request).message == f"{FAILED}failure condition '{{status.phase == [Failed]}}' evaluated true"
    assert stage.get("pod", "one")["status"]["reason"] == "DeadlineExceeded"


def test_bad_pods(stage: Stage) -> None:
    report = stage.do(resource("create", pod().replace("containers", "container"), name="1"))
    assert 'unknown field "spec.container"' in report.message
    stage.do(resource("create", pod(), name="2"))
    report = stage.do(resource("patch", "spec: {restartPolicy: Always}", name="3", flags=["pod", "one"]))
    assert "spec: Forbidden: pod updates may not change fields other than" in report.message
    patch = "metadata: {labels: {a: b}}"
    assert stage.do(resource("patch", patch, name="4", flags=["pod", "one"])).phase == "Succeeded"
    with pytest.raises(NotFound):
        stage.get("pod", "two")
