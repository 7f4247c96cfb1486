"""The pod of a resource template that names `{{pod.name}}`: an object that stands for the node, and runs nothing.

Argo carries resource templates out in a pod, which they may patch. Here a pod is made only for those that name it. It
has the labels, annotations and owner of any leaf's pod, and a scheduling gate, so that it is placed nowhere. When the
node ends the pod gets the node's phase, and goes if podGC says so. No engine waits for it, so it is labelled as
completed from the beginning.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from argosy.cluster.api import Api
from argosy.cluster.requests import DeleteOptions, PatchOptions
from argosy.errors import AlreadyExists, NotFound
from argosy.executors.kubernetes.collection import after_the_end
from argosy.executors.kubernetes.manifest import metadata
from argosy.executors.kubernetes.names import COMPLETED, FINALIZER, MAIN
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.spec import WorkflowSpec
from argosy.ports.pods import PodPhase, PodRequest
from argosy.ports.store import ObjectKey

Object = dict[str, Any]

GATE: Final = "argosy.internal/runs-nothing"
HARMLESS: Final[Object] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""So that a namespace that admits such pods only admits this one."""


def names_it(request: PodRequest) -> bool:
    """Whether the template speaks of its pod."""
    resource = request.template.resource
    return resource is not None and any(request.pod_name in text for text in (resource.manifest, *resource.flags))


def own_pod(request: PodRequest, settings: PodSettings) -> Object:
    """The pod. Pure."""
    about = metadata(request, request.spec or WorkflowSpec(), settings)
    about["labels"][COMPLETED] = "true"
    about["finalizers"] = [each for each in about.get("finalizers", ()) if each != FINALIZER]
    spec = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "schedulingGates": [{"name": GATE}],
        "containers": [{"name": MAIN, "image": "none", "securityContext": HARMLESS}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": spec}


async def show(api: Api, request: PodRequest, settings: PodSettings) -> None:
    """Make the pod, if it is not there."""
    with suppress(AlreadyExists):
        await api.create(own_pod(request, settings))


async def end(api: Api, request: PodRequest, settings: PodSettings, phase: PodPhase) -> None:
    """The node ends so: let the pod say it, or go."""
    spec, key = request.spec or WorkflowSpec(), ObjectKey("v1", "Pod", request.namespace, request.pod_name)
    succeeded, labels = phase == "Succeeded", metadata(request, spec, settings)["labels"]
    with suppress(NotFound):
        if after_the_end(spec.pod_gc, labels, succeeded, settings).kind == "delete":
            await api.delete(key, DeleteOptions(grace_period_seconds=0))
        else:
            phase_now = {"phase": "Succeeded" if succeeded else "Failed", "conditions": None}  # it waits for nothing
            await api.patch(key, {"status": phase_now}, PatchOptions(subresource="status"))
