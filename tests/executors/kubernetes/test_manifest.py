"""PodRequest → Pod: what the manifest says is in the pod, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml

from argosy.errors import InvalidRequest, NotSupported
from argosy.executors.kubernetes.jobs import job_manifests, job_name
from argosy.executors.kubernetes.manifest import LONGEST_ANNOTATION, manifests
from argosy.executors.kubernetes.settings import JobSettings, PodSettings
from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template
from argosy.ports.pods import PodKey, PodRequest

PLAIN = "{name: t, container: {image: busybox, command: [echo], args: [hello]}}"
UID = "0b6e1ad5-6b7d-4f5b-a7a5-4b2a1c0f2a11"


def request(template: str = PLAIN, spec: str = "{}", caller: str = "", **more: Any) -> PodRequest:
    read = msgspec.convert(yaml.safe_load(template), Template)
    read_spec = msgspec.convert(yaml.safe_load(spec), WorkflowSpec)
    return PodRequest(
        **{
            "key": PodKey(UID, "wf-123"),
            "namespace": "argo",
            "workflow_name": "wf",
            "pod_name": "wf-t-123",
            "node_name": "wf[0].t",
            "template": read,
            "labels": read.metadata.labels,
            "annotations": read.metadata.annotations,
            "service_account": read.service_account_name or read_spec.service_account_name,
            "spec": read_spec,
            "caller": msgspec.convert(yaml.safe_load(caller), Template) if caller else None,
            **more,
        }
    )


def pod(template: str = PLAIN, spec: str = "{}", caller: str = "", **more: Any) -> dict[str, Any]:
    return manifests(request(template, spec, caller, **more), PodSettings()).pod


def spec_of(template: str = PLAIN, spec: str = "{}", caller: str = "", **more: Any) -> dict[str, Any]:
    return pod(template, spec, caller, **more)["spec"]


def test_a_pod_holds_only_what_it_needs() -> None:
    assert pod() == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "wf-t-123",
            "namespace": "argo",
            "labels": {
                "workflows.argoproj.io/workflow": "wf",
                "workflows.argoproj.io/completed": "false",
                "workflows.argoproj.io/workflow-uid": UID,
            },
            "annotations": {
                "workflows.argoproj.io/node-id": "wf-123",
                "workflows.argoproj.io/node-name": "wf[0].t",
                "kubectl.kubernetes.io/default-container": "main",
            },
        },
        "spec": {
            "restartPolicy": "Never",
            "containers": [
                {
                    "name": "main",
                    "image": "busybox",
                    "command": ["echo"],
                    "args": ["hello"],
                    "env": [
                        {"name": "ARGO_CONTAINER_NAME", "value": "main"},
                        {"name": "ARGO_NODE_ID", "value": "wf-123"},
                        {"name": "ARGO_INCLUDE_SCRIPT_OUTPUT", "value": "false"},
                        {"name": "ARGO_WORKFLOW_NAME", "value": "wf"},
                    ],
                }
            ],
        },
    }


def test_the_container_is_what_the_manifest_says() -> None:
    container = """
        name: other
        image: x
        imagePullPolicy: Always
        workingDir: /src
        stdin: true
        tty: true
        ports: [{containerPort: 80}]
        env:
        - {name: A, value: "1"}
        - {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}
        - {name: C, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        envFrom: [{prefix: P_, configMapRef: {name: c, optional: true}}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 1}}
        volumeMounts: [{name: v, mountPath: /v, readOnly: true, subPath: a}]
        securityContext: {runAsUser: 7}
        readinessProbe: {httpGet: {path: /, port: 80}}
        lifecycle: {preStop: {exec: {command: [x]}}}
        terminationMessagePolicy: FallbackToLogsOnError
    """
    found = spec_of(f"{{name: t, volumes: [{{name: v, emptyDir: {{}}}}], container: {yaml_in(container)}}}")
    (main,) = found["containers"]
    own = yaml.safe_load(container)
    assert {**main, "env": main["env"][:3]} == {**own, "name": "main"}
    assert found["volumes"] == [{"name": "v", "emptyDir": {}}]


def yaml_in(text: str) -> str:
    """A block of YAML as one that can stand in the middle of a line."""
    return yaml.safe_dump(yaml.safe_load(text), default_flow_style=True, width=10**6).strip()


def test_no_command_leaves_the_images_own() -> None:
    (main,) = spec_of("{name: t, container: {image: hello-world}}")["containers"]
    assert "command" not in main and "args" not in main


def test_scripts_come_as_a_file_without_another_object() -> None:
    template = "{name: t, script: {image: x, command: [python, -u], args: [--], source: 'print(1)\n'}}"
    made = manifests(request(template), PodSettings())
    (main,) = made.pod["spec"]["containers"]
    assert made.script is None
    assert (main["command"], main["args"]) == (["python", "-u"], ["--", "/argo/staging/script"])
    assert "source" not in main
    assert main["volumeMounts"] == [{"name": "argo-staging", "mountPath": "/argo/staging"}]
    (volume,) = made.pod["spec"]["volumes"]
    (item,) = volume["downwardAPI"]["items"]
    assert item == {
        "path": "script",
        "mode": 0o755,
        "fieldRef": {"fieldPath": "metadata.annotations['argosy.internal/script']"},
    }
    assert made.pod["metadata"]["annotations"]["argosy.internal/script"] == "print(1) "


def test_a_script_too_long_for_an_annotation_is_a_config_map() -> None:
    long = "é" * LONGEST_ANNOTATION
    made = manifests(request(f"{{name: t, script: {{image: x, command: [sh], source: '{long}'}}}}"), PodSettings())
    assert made.script is not None
    assert made.script["data"] == {"script": long}
    assert made.script["metadata"]["name"] == "wf-t-123"
    assert made.pod["spec"]["volumes"] == [
        {"name": "argo-staging", "configMap": {"name": "wf-t-123", "defaultMode": 0o755}}
    ]
    assert "argosy.internal/script" not in made.pod["metadata"]["annotations"]


def test_a_script_without_source_is_a_container() -> None:
    (main,) = spec_of("{name: t, script: {image: x, command: [sh], source: ''}}")["containers"]
    assert "args" not in main and "volumeMounts" not in main


@pytest.mark.parametrize(
    ("template", "caller", "workflow", "expected"),
    [("a: t", "a: c", "a: w", "t"), ("{}", "a: c", "a: w", "c"), ("{}", "{}", "a: w", "w"), ("{}", "{}", "{}", None)],
)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nodeSelector", "{{disk: {}}}"),
        ("affinity", "{{nodeAffinity: {{x: {}}}}}"),
        ("tolerations", "[{{key: {}}}]"),
    ],
)
def test_placement_falls_back_to_the_caller_and_the_workflow(
    field: str, value: str, template: str, caller: str, workflow: str, expected: str | None
) -> None:
    def said(text: str) -> str:
        who = (yaml.safe_load(text) or {}).get("a")
        return f"{field}: {value.format(who)}" if who else ""

    found = spec_of(
        f"{{name: t, container: {{image: x}}, {said(template)}}}",
        f"{{{said(workflow)}}}",
        f"{{name: c, {said(caller)}}}",
    )
    assert found.get(field) == (yaml.safe_load(value.format(expected)) if expected else None)


def test_what_the_workflow_says() -> None:
    found = spec_of(
        spec="""
            serviceAccountName: sa
            automountServiceAccountToken: false
            imagePullSecrets: [{name: secret}]
            hostNetwork: true
            dnsPolicy: None
            dnsConfig: {nameservers: [1.1.1.1]}
            schedulerName: volcano
            podPriorityClassName: high
            hostAliases: [{ip: 1.2.3.4, hostnames: [a]}]
            securityContext: {runAsNonRoot: true}
            podResources: {limits: {cpu: "2"}}
            resourceClaims: [{name: gpu, resourceClaimName: g}]
        """
    )
    assert {name: value for name, value in found.items() if name not in ("restartPolicy", "containers")} == {
        "serviceAccountName": "sa",
        "automountServiceAccountToken": False,
        "imagePullSecrets": [{"name": "secret"}],
        "hostNetwork": True,
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["1.1.1.1"]},
        "schedulerName": "volcano",
        "priorityClassName": "high",
        "hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a"]}],
        "securityContext": {"runAsNonRoot": True},
        "resources": {"limits": {"cpu": "2"}},
        "resourceClaims": [{"name": "gpu", "resourceClaimName": "g"}],
    }


def test_the_template_counts_more_than_the_workflow() -> None:
    template = """
        name: t
        container: {image: x}
        serviceAccountName: mine
        automountServiceAccountToken: true
        schedulerName: s
        priorityClassName: p
        hostAliases: [{ip: 2.2.2.2}]
        securityContext: {runAsUser: 1}
    """
    found = spec_of(
        template,
        """
            {serviceAccountName: sa, automountServiceAccountToken: false, schedulerName: w, podPriorityClassName: w,
             hostAliases: [{ip: 1.1.1.1}], securityContext: {fsGroup: 2}}
        """,
    )
    assert "automountServiceAccountToken" not in found
    assert [found[name] for name in ("serviceAccountName", "schedulerName", "priorityClassName")] == ["mine", "s", "p"]
    assert (found["hostAliases"], found["securityContext"]) == (
        [{"ip": "1.1.1.1"}, {"ip": "2.2.2.2"}],
        {"runAsUser": 1},
    )


def test_metadata_of_the_workflow_and_the_template() -> None:
    template = "{name: t, container: {image: x}, metadata: {labels: {b: t, c: t}, annotations: {n: t}}}"
    spec = """
        podMetadata: {labels: {a: w, b: w, workflows.argoproj.io/completed: "true"}, annotations: {n: w, m: w}}
        podGC: {strategy: OnPodCompletion, deleteDelayDuration: 90s}
    """
    metadata = pod(template, spec)["metadata"]
    assert {name: metadata["labels"][name] for name in "abc"} == {"a": "w", "b": "t", "c": "t"}
    assert metadata["labels"]["workflows.argoproj.io/completed"] == "false"
    assert {name: metadata["annotations"][name] for name in "mn"} == {"m": "w", "n": "t"}
    assert metadata["annotations"]["workflows.argoproj.io/pod-gc-strategy"] == "OnPodCompletion/1m30s"


def test_settings() -> None:
    made = manifests(request(), PodSettings(instance_id="mine", owned=True, hold=True)).pod["metadata"]
    assert made["labels"]["workflows.argoproj.io/controller-instanceid"] == "mine"
    assert made["finalizers"] == ["workflows.argoproj.io/status"]
    (owner,) = made["ownerReferences"]
    assert owner == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "name": "wf",
        "uid": UID,
        "controller": True,
        "blockOwnerDeletion": True,
    }


def test_volumes_are_those_of_the_template_and_those_that_are_mounted() -> None:
    template = """
        name: t
        volumes: [{name: own, emptyDir: {}}, {name: both, emptyDir: {medium: Memory}}]
        container: {image: x, volumeMounts: [{name: shared, mountPath: /s}, {name: both, mountPath: /b}]}
    """
    spec = (
        "volumes: [{name: shared, secret: {secretName: s}}, {name: both, emptyDir: {}}, {name: unused, emptyDir: {}}]"
    )
    assert spec_of(template, spec)["volumes"] == [
        {"name": "own", "emptyDir": {}},
        {"name": "both", "emptyDir": {"medium": "Memory"}},
        {"name": "shared", "secret": {"secretName": "s"}},
    ]
    with pytest.raises(InvalidRequest, match="volume 'shared' not found in workflow spec"):
        spec_of(template)


@pytest.mark.parametrize(("seconds", "expected"), [(0.3, 1), (1.0, 1), (90.2, 91)])
def test_deadline(seconds: float, expected: int) -> None:
    assert spec_of(deadline_seconds=seconds)["activeDeadlineSeconds"] == expected


def test_patches_of_the_workflow_and_then_the_template() -> None:
    template = """
        name: t
        container: {image: x, resources: {limits: {cpu: 1}}}
        podSpecPatch: '{"containers": [{"name": "main", "resources": {"limits": {"memory": "1Gi"}}}]}'
    """
    spec = """
        podSpecPatch: |
            terminationGracePeriodSeconds: 5
            hostname: "{{pod.name}}"
            containers:
            - name: main
              resources: {limits: {memory: 2Gi}}
            - name: helper
              image: y
    """
    found = spec_of(template, spec)
    assert (found["terminationGracePeriodSeconds"], found["hostname"]) == (5, "wf-t-123")
    assert [container["name"] for container in found["containers"]] == ["main", "helper"]
    assert found["containers"][0]["resources"] == {"limits": {"cpu": 1, "memory": "1Gi"}}


@pytest.mark.parametrize("patch", ["[]", "a: b: c", "{$patch: nonsense}"])
def test_patches_that_are_none(patch: str) -> None:
    with pytest.raises(InvalidRequest, match="Error applying PodSpecPatch: "):
        spec_of(spec=f"podSpecPatch: '{patch}'")


def test_other_types_are_refused() -> None:
    with pytest.raises(NotSupported, match="not supported yet on kubernetes"):
        spec_of("{name: t, http: {url: x}}")


# --- Jobs


def job(template: str = PLAIN, spec: str = "{}", jobs: JobSettings | None = None, **more: Any) -> dict[str, Any]:
    return job_manifests(request(template, spec, **more), PodSettings(), jobs or JobSettings()).pod


def test_a_job_runs_its_pod_once() -> None:
    made, plain = job(deadline_seconds=5), pod(deadline_seconds=5)
    assert made["apiVersion"] == "batch/v1"
    assert made["metadata"] == plain["metadata"]
    template = {
        "metadata": {name: plain["metadata"][name] for name in ("labels", "annotations")},
        "spec": plain["spec"],
    }
    assert made["spec"] == {"backoffLimit": 0, "template": template}


def test_settings_place_jobs_unless_the_workflow_does() -> None:
    jobs = JobSettings(scheduler_name="volcano", priority_class="batch", labels={"team": "a", "tier": "x"}, queue="q")
    made = job("{name: t, container: {image: x}, metadata: {labels: {tier: y}}}", "{}", jobs)
    inner = made["spec"]["template"]["spec"]
    assert (inner["schedulerName"], inner["priorityClassName"]) == ("volcano", "batch")
    assert (made["metadata"]["labels"]["team"], made["metadata"]["labels"]["tier"]) == ("a", "y")
    assert made["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "q"
    assert made["spec"]["suspend"] is True
    said = "{schedulerName: own, podPriorityClassName: high, podMetadata: {labels: {kueue.x-k8s.io/queue-name: mine}}}"
    made = job(PLAIN, said, jobs)
    inner = made["spec"]["template"]["spec"]
    assert (inner["schedulerName"], inner["priorityClassName"]) == ("own", "high")
    assert made["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "mine"


def test_a_script_stands_in_a_jobs_pod_only() -> None:
    made = job("{name: t, script: {image: x, command: [sh], source: 'a'}}")
    assert made["spec"]["template"]["metadata"]["annotations"]["argosy.internal/script"] == "a"
    assert "argosy.internal/script" not in made["metadata"]["annotations"]


def test_names_of_jobs() -> None:
    assert job_name("wf-t-123") == "wf-t-123"
    long = "w" * 50 + ".-" + "t" * 60 + "-123"
    assert len(job_name(long)) <= 63
    assert job_name(long) != job_name(long + "4")
    assert job_name("w" * 52 + "." * 20).startswith("w" * 52 + "-")


@pytest.mark.parametrize(
    ("affinity", "terms"),
    [
        (
            "{}",
            [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["n1", "n2"]}]}],
        ),
        (
            "{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
            "[{matchFields: [f]}, {matchExpressions: [e]}]}}}",
            [
                {
                    "matchFields": ["f"],
                    "matchExpressions": [
                        {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["n1", "n2"]}
                    ],
                },
                {
                    "matchExpressions": [
                        "e",
                        {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["n1", "n2"]},
                    ]
                },
            ],
        ),
    ],
)
def test_a_try_keeps_away_from_the_nodes_of_those_before(affinity: str, terms: list[Any]) -> None:
    found = spec_of(spec=f"{{affinity: {affinity}}}", avoided_hosts=("n1", "n2"))["affinity"]
    required = found["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"] == terms
