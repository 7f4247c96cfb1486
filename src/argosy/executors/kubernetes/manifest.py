"""PodRequest → the Pod that runs it. Pure.

The pod is the one that Argo would make (workflow/controller/workflowpod.go) without what is Argo's own in it: no init
container, no sidecar, no volumes of theirs. It has one container, `main`, which is what the manifest says. A container
without a command runs what its image runs.

A script comes as a file, as in Argo, and its path is the last argument; any image and any interpreter will do. No other
object is needed for it: the source is an annotation of the pod, which a downwardAPI volume shows as the file. Where the
source is too long for an annotation it is a ConfigMap, which the pod owns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from argosy.errors import ArgosyError, InvalidRequest, NotSupported
from argosy.executors.kubernetes.affinity import away_from
from argosy.executors.kubernetes.names import (
    COMPLETED,
    DEFAULT_CONTAINER,
    FINALIZER,
    INSTANCE_ID,
    MAIN,
    NODE_ID,
    NODE_NAME,
    POD_GC,
    SCRIPT,
    SCRIPT_FILE,
    STAGING,
    WORKFLOW,
    WORKFLOW_UID,
)
from argosy.executors.kubernetes.settings import PodSettings
from argosy.executors.objects.patches import PatchError, strategic
from argosy.language.durations import format_duration, parse_duration
from argosy.language.tags import MISSING, replace
from argosy.model.kinds import GROUP_VERSION
from argosy.model.spec import PodGC, WorkflowSpec
from argosy.model.template import Template
from argosy.model.yaml import load
from argosy.ports.pods import PodRequest

Object = dict[str, Any]

LONGEST_ANNOTATION: Final = 128 * 1024
"""How long a source may be for an annotation: all annotations of an object together may have 256 KiB."""
STAGING_VOLUME: Final = "argo-staging"
MODE: Final = 0o755


class Manifests(NamedTuple):
    """The objects of a leaf. `script` is a ConfigMap that has to be there for the pod to start."""

    pod: Object
    script: Object | None


def manifests(request: PodRequest, settings: PodSettings) -> Manifests:
    """The pod of a leaf. Raises InvalidRequest where something in it does not fit."""
    template, spec = request.template, request.spec or WorkflowSpec()
    about = metadata(request, spec, settings)
    pod_spec: Object = {
        "restartPolicy": "Never",
        "containers": [_container(request)],
        **_identity(request, spec),
        **_network(spec),
        **_placement(request, request.caller or Template(), spec),
    }
    if request.deadline_seconds is not None:
        pod_spec["activeDeadlineSeconds"] = max(1, math.ceil(request.deadline_seconds))
    if volumes := _volumes(template, spec):
        pod_spec["volumes"] = volumes
    script = _stage_script(request, about, pod_spec)
    pod_spec = _patched(pod_spec, request, spec)
    return Manifests({"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": pod_spec}, script)


# --- metadata


def metadata(request: PodRequest, spec: WorkflowSpec, settings: PodSettings) -> Object:
    """What a leaf's pod is called, what is said of it, and whose it is."""
    own = spec.pod_metadata
    about: Object = {
        "name": request.pod_name,
        "namespace": request.namespace,
        "labels": {**(own.labels if own else {}), **request.labels, **labels(request, settings)},
        "annotations": {
            **(own.annotations if own else {}),
            **request.annotations,
            **_annotations(request, spec, settings),
        },
    }
    if settings.owned:
        about["ownerReferences"] = [owner(request)]
    if settings.hold:
        about["finalizers"] = [FINALIZER]
    return about


def labels(request: PodRequest, settings: PodSettings) -> dict[str, str]:
    """The labels that we know our objects by."""
    ours = {WORKFLOW: request.workflow_name, COMPLETED: "false", WORKFLOW_UID: request.key.workflow_uid}
    return {**ours, INSTANCE_ID: settings.instance_id} if settings.instance_id else ours


def _annotations(request: PodRequest, spec: WorkflowSpec, settings: PodSettings) -> dict[str, str]:
    ours = {NODE_ID: request.key.node_id, NODE_NAME: request.node_name, DEFAULT_CONTAINER: MAIN}
    if spec.pod_gc is not None:
        ours[POD_GC] = f"{spec.pod_gc.strategy}/{format_duration(gc_delay(spec.pod_gc, settings))}"
    return ours


def gc_delay(pod_gc: PodGC, settings: PodSettings) -> float:
    """How long after its end a pod is deleted."""
    text = pod_gc.delete_delay_duration
    return parse_duration(text) if text else settings.gc_delay_seconds


def owner(request: PodRequest) -> Object:
    """The reference to the Workflow, with which it takes its pods along."""
    return {
        "apiVersion": GROUP_VERSION,
        "kind": "Workflow",
        "name": request.workflow_name,
        "uid": request.key.workflow_uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }


# --- the container


def _container(request: PodRequest) -> Object:
    template = request.template
    source = template.container or template.script
    if source is None:
        raise NotSupported(f"not supported yet on kubernetes: the type of template {template.name!r}")
    container: Object = _plain(source)
    container.pop("source", None)
    container["name"] = MAIN
    container["env"] = [*container.get("env", ()), *_environment(request)]
    if template.script is not None and template.script.source:
        container["args"] = [*container.get("args", ()), SCRIPT_FILE]
    return container


def _environment(request: PodRequest) -> list[Object]:
    """What Argo adds to the environment of every user's container."""
    added = {
        "ARGO_CONTAINER_NAME": MAIN,
        "ARGO_NODE_ID": request.key.node_id,
        "ARGO_INCLUDE_SCRIPT_OUTPUT": "true" if request.wants_result else "false",
        "ARGO_WORKFLOW_NAME": request.workflow_name,
    }
    return [{"name": name, "value": value} for name, value in added.items()]


def _stage_script(request: PodRequest, about: Object, pod_spec: Object) -> Object | None:
    """Give the pod the file with its script; the ConfigMap that holds it, where it takes one."""
    script = request.template.script
    if script is None or not script.source:
        return None
    short = len(script.source.encode()) <= LONGEST_ANNOTATION
    if short:
        about["annotations"][SCRIPT] = script.source
        field = {"fieldPath": f"metadata.annotations['{SCRIPT}']"}
        volume: Object = {"downwardAPI": {"items": [{"path": "script", "mode": MODE, "fieldRef": field}]}}
    else:
        volume = {"configMap": {"name": request.pod_name, "defaultMode": MODE}}
    pod_spec["volumes"] = [*pod_spec.get("volumes", ()), {"name": STAGING_VOLUME, **volume}]
    container = pod_spec["containers"][0]
    mount = {"name": STAGING_VOLUME, "mountPath": STAGING}
    container["volumeMounts"] = [*container.get("volumeMounts", ()), mount]
    if short:
        return None
    kept = {key: about["labels"][key] for key in (WORKFLOW, WORKFLOW_UID, INSTANCE_ID) if key in about["labels"]}
    named = {"name": request.pod_name, "namespace": request.namespace, "labels": kept}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": named, "data": {"script": script.source}}


# --- the pod


def _identity(request: PodRequest, spec: WorkflowSpec) -> Object:
    template = request.template
    mounts = template.automount_service_account_token
    if mounts is None:
        mounts = spec.automount_service_account_token
    return _given(
        serviceAccountName=request.service_account,
        automountServiceAccountToken=False if mounts is False else None,
        securityContext=_first(template.security_context, spec.security_context),
        imagePullSecrets=[_plain(each) for each in spec.image_pull_secrets],
    )


def _network(spec: WorkflowSpec) -> Object:
    return _given(hostNetwork=spec.host_network or None, dnsPolicy=spec.dns_policy, dnsConfig=spec.dns_config)


def _placement(request: PodRequest, caller: Template, spec: WorkflowSpec) -> Object:
    """Where it runs: some of it is said by the template that calls, too (addSchedulingConstraints)."""
    template = request.template
    resources = template.pod_resources or spec.pod_resources
    return _given(
        nodeSelector=template.node_selector or caller.node_selector or spec.node_selector,
        affinity=away_from(request.avoided_hosts, _first(template.affinity, caller.affinity, spec.affinity)),
        tolerations=template.tolerations or caller.tolerations or spec.tolerations,
        schedulerName=template.scheduler_name or spec.scheduler_name,
        priorityClassName=template.priority_class_name or spec.pod_priority_class_name,
        hostAliases=[*spec.host_aliases, *template.host_aliases],
        resources=_plain(resources) if resources else None,
        resourceClaims=template.resource_claims or spec.resource_claims,
    )


def _volumes(template: Template, spec: WorkflowSpec) -> list[Object]:
    """The template's own, and those of the workflow that it mounts. Raises InvalidRequest where there is none such."""
    found = {volume["name"]: volume for volume in template.volumes}
    of_workflow = {volume["name"]: volume for volume in spec.volumes}
    source = template.container or template.script
    for mount in source.volume_mounts if source else ():
        if mount.name not in found:
            if mount.name not in of_workflow:
                raise InvalidRequest(f"volume '{mount.name}' not found in workflow spec")
            found[mount.name] = of_workflow[mount.name]
    return list(found.values())


def _patched(pod_spec: Object, request: PodRequest, spec: WorkflowSpec) -> Object:
    """With the workflow's podSpecPatch over it, and then the template's."""
    own: Mapping[str, str] = {"pod.name": request.pod_name}
    for text in (spec.pod_spec_patch, request.template.pod_spec_patch):
        if not text:
            continue
        try:
            patch = load(replace(text, lambda name: own.get(name, MISSING), allow_unresolved=True, raw=True))
            if not isinstance(patch, dict):
                raise InvalidRequest("it is not a mapping")
            pod_spec = strategic(pod_spec, patch)
        except (ArgosyError, PatchError) as error:
            raise InvalidRequest(f"Error applying PodSpecPatch: {error}") from None
    return pod_spec


# --- small things


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def _first(*values: Object | None) -> Object | None:
    return next((value for value in values if value is not None), None)


def _given(**fields: Any) -> Object:
    """The fields that are there at all."""
    return {name: value for name, value in fields.items() if value is not None and value != "" and not _hollow(value)}


def _hollow(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str) and not value
