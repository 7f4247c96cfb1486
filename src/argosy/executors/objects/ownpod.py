"""The pod of a resource template as an object while it runs, for templates that act on `{{pod.name}}`."""

from __future__ import annotations

from argosy.executors.objects.kinds import RECORD, SHOWN
from argosy.executors.objects.resources import Object
from argosy.model.kinds import GROUP, GROUP_VERSION, RUNNING
from argosy.ports.pods import PodRequest
from argosy.ports.store import ObjectKey


def key_of_own_pod(request: PodRequest) -> ObjectKey:
    """What it is called."""
    return ObjectKey("v1", "Pod", request.namespace, request.pod_name)


def own_pod(request: PodRequest) -> Object:
    """The object, as Argo's controller would have made it as far as anything of it is true here."""
    workflow = {"apiVersion": GROUP_VERSION, "kind": "Workflow", "name": request.workflow_name, "controller": True}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": request.pod_name,
            "namespace": request.namespace,
            "labels": {
                f"workflows.{GROUP}/workflow": request.workflow_name,
                f"workflows.{GROUP}/completed": "false",
                **request.labels,
            },
            "annotations": {
                f"workflows.{GROUP}/node-id": request.key.node_id,
                f"workflows.{GROUP}/node-name": request.node_name,
                **request.annotations,
                RECORD: "",
                SHOWN: request.key.node_id,
            },
            "ownerReferences": [{**workflow, "uid": request.key.workflow_uid, "blockOwnerDeletion": True}],
        },
        "spec": {"containers": [{"name": "main", "image": "argosy"}], "restartPolicy": "Never"},
        "status": {"phase": RUNNING},
    }
