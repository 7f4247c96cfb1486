"""The labels and annotations of pods and Jobs. Those of Argo's have Argo's names."""

from __future__ import annotations

from typing import Any, Final

from argosy.ports.pods import PodKey

Object = dict[str, Any]

WORKFLOW: Final = "workflows.argoproj.io/workflow"
COMPLETED: Final = "workflows.argoproj.io/completed"
INSTANCE_ID: Final = "workflows.argoproj.io/controller-instanceid"
WORKFLOW_UID: Final = "workflows.argoproj.io/workflow-uid"
"""An annotation of Argo's; here a label too, by which our pods are told from Argo's and found again."""
NODE_ID: Final = "workflows.argoproj.io/node-id"
NODE_NAME: Final = "workflows.argoproj.io/node-name"
POD_GC: Final = "workflows.argoproj.io/pod-gc-strategy"
FINALIZER: Final = "workflows.argoproj.io/status"
DEFAULT_CONTAINER: Final = "kubectl.kubernetes.io/default-container"
JOB_NAME: Final = "batch.kubernetes.io/job-name"
QUEUE: Final = "kueue.x-k8s.io/queue-name"

SCRIPT: Final = "argosy.internal/script"
"""The annotation that holds a script's source, which the pod mounts as a file."""
STOPPED: Final = "argosy.internal/stopped"
"""The annotation of a pod that we ended: its deadline is none of the workflow's."""

MAIN: Final = "main"
STAGING: Final = "/argo/staging"
SCRIPT_FILE: Final = f"{STAGING}/script"


def selector(instance_id: str, *, completed: bool | None = False) -> str:
    """The label selector for what an engine with this instance ID has made (None: completed or not)."""
    parts = [WORKFLOW_UID, f"{INSTANCE_ID}={instance_id}" if instance_id else f"!{INSTANCE_ID}"]
    if completed is not None:
        parts.append(f"{COMPLETED}={'true' if completed else 'false'}")
    return ",".join(parts)


def of_workflow(uid: str) -> str:
    """The label selector for everything of a workflow."""
    return f"{WORKFLOW_UID}={uid}"


def pod_key(item: Object) -> PodKey | None:
    """Which leaf a pod or Job of ours is of; None for those that are not ours."""
    metadata = item["metadata"]
    uid, node = (metadata.get("labels") or {}).get(WORKFLOW_UID), (metadata.get("annotations") or {}).get(NODE_ID)
    return PodKey(uid, node) if uid and node else None
