"""How leaves are placed on a cluster, beside what the manifests say."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

GC_DELAY_SECONDS: Final = 5.0
"""How long after its end a pod is deleted where podGC wants that and says no delay: Argo's."""


class PodSettings(Struct, frozen=True, kw_only=True):
    """Of the executors `kubernetes` and `kubernetes-jobs`.

    `namespace`: the only one that this engine works in; empty: all, which needs rights in all.
    `instance_id`: tells this engine's pods from those of other engines in the same namespaces, as Argo's instanceID
    does. Engines with the same one have to have the same store.
    `owned`: the workflows are objects of the cluster, and own their pods.
    `hold`: pods have Argo's finalizer until their end is committed, so that not even one that somebody deletes while no
    engine runs is lost (ARGO_POD_STATUS_CAPTURE_FINALIZER).
    `at_once`: how many pods are created, or deleted, at the same time.
    """

    namespace: str = ""
    instance_id: str = ""
    owned: bool = False
    hold: bool = False
    at_once: int = 16
    gc_delay_seconds: float = GC_DELAY_SECONDS


class JobSettings(Struct, frozen=True, kw_only=True):
    """Of `kubernetes-jobs`: where Jobs are queued and who places their pods, unless the workflow says it.

    With a `queue` (Kueue's LocalQueue) a Job is created suspended: who admits it resumes it. A workflow, or template,
    names another one with the label `kueue.x-k8s.io/queue-name` in its podMetadata or metadata.
    """

    scheduler_name: str = ""
    priority_class: str = ""
    labels: dict[str, str] = {}
    queue: str = ""
