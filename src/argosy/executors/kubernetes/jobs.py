"""The executor `kubernetes-jobs`: each leaf is a Job of batch/v1, placed by whatever scheduler is asked for.

A Job is made to run its one pod once: `backoffLimit: 0`, since retries are the engine's. Who queues and who places it
is only a name here: `schedulerName`, a priority class, labels, and Kueue's label for a queue, with which it is created
suspended. Its end comes by watch, as do the reasons for which it waits; its pod says the exit code, and has the log.

    pod succeeded                                    Succeeded
    pod failed of itself                             Failed, as for a pod
    pod evicted, preempted, deleted                  wait for what the Job makes of it: it may begin again
    Job failed, and there is no pod                  Error   pod deleted; or what the Job says
    Job gone                                         as its pod had ended of itself, if it had; else Error   pod deleted
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

from argosy.cluster.cluster import Cluster
from argosy.cluster.requests import Selection
from argosy.errors import NotFound
from argosy.executors.kubernetes.desk import Desk, Form
from argosy.executors.kubernetes.leaf import Leaf
from argosy.executors.kubernetes.manifest import Manifests, manifests
from argosy.executors.kubernetes.names import JOB_NAME, QUEUE, SCRIPT, of_workflow, pod_key, selector
from argosy.executors.kubernetes.pods import CONFIG_MAP, POD, KubernetesExecutor
from argosy.executors.kubernetes.reports import DELETED, deleted_report, is_disrupted, is_over, pod_report
from argosy.executors.kubernetes.scripts import create_with_script
from argosy.executors.kubernetes.settings import JobSettings, PodSettings
from argosy.executors.kubernetes.tidying import delete, labels_of, stop_pod, tidy
from argosy.ports.pods import PodKey, PodReport, PodRequest
from argosy.ports.store import ObjectKey

Object = dict[str, Any]

JOB: Final = ("batch/v1", "Job")
LONGEST_NAME: Final = 63
"""A Job's name is the value of a label of its pods."""


def job_name(pod_name: str) -> str:
    """The name of a leaf's Job: its pod's, or the beginning of it and a hash where that is too long."""
    if len(pod_name) <= LONGEST_NAME:
        return pod_name
    digest = hashlib.blake2b(pod_name.encode(), digest_size=5).hexdigest()
    return f"{pod_name[: LONGEST_NAME - 11].rstrip('-.')}-{digest}"


def job_manifests(request: PodRequest, settings: PodSettings, jobs: JobSettings) -> Manifests:
    """The Job of a leaf, in the place of its pod. Pure. Raises InvalidRequest where something does not fit."""
    pod, script = manifests(request, settings)
    metadata, spec = pod["metadata"], pod["spec"]
    if jobs.scheduler_name:
        spec.setdefault("schedulerName", jobs.scheduler_name)
    if jobs.priority_class:
        spec.setdefault("priorityClassName", jobs.priority_class)
    labels, annotations = {**jobs.labels, **metadata["labels"]}, metadata["annotations"]
    template = {"metadata": {"labels": labels, "annotations": annotations}, "spec": spec}
    job_spec: Object = {"backoffLimit": 0, "template": template}
    queue = labels.get(QUEUE) or jobs.queue
    if queue:
        job_spec["suspend"] = True
    own = {"labels": {**labels, QUEUE: queue} if queue else labels}
    own["annotations"] = {name: text for name, text in annotations.items() if name != SCRIPT}
    job_metadata = {**metadata, **own, "name": job_name(request.pod_name)}
    return Manifests({"apiVersion": JOB[0], "kind": JOB[1], "metadata": job_metadata, "spec": job_spec}, script)


class JobForm:
    """Leaves as Jobs (argosy.executors.kubernetes.desk.Form)."""

    desk: Desk

    def __init__(self, settings: PodSettings, jobs: JobSettings) -> None:
        self.settings, self.jobs = settings, jobs

    def selections(self) -> Iterable[Selection]:
        """Our Jobs that are not completed, and their pods."""
        namespace, labels = self.settings.namespace or None, selector(self.settings.instance_id)
        return [Selection(*JOB, namespace, labels), Selection(*POD, namespace, labels)]

    def note(self, leaf: Leaf, item: Object, gone: bool) -> None:
        """The Job, or a pod of it, is so now, or was so before it went. Of several pods the newest counts."""
        if item["kind"] == "Job":
            leaf.job, leaf.gone = item, gone
        elif not gone or is_over(item):
            leaf.pod = item if leaf.pod is None or _replaces(item, leaf.pod) else leaf.pod
        elif leaf.pod is None or _uid(leaf.pod) == _uid(item):
            leaf.pod = None
        if leaf.job is None:  # the pod of an engine that runs leaves as Pods
            leaf.gone = gone

    def assess(self, leaf: Leaf) -> PodReport | None:
        """What the pod says, and where there is none, or it failed for no fault of its own, the Job."""
        job, pod = leaf.job, leaf.pod
        ended, of_job = pod is not None and is_over(pod), pod is not None and JOB_NAME in labels_of(pod)
        if job is None and ended and of_job and leaf.looked != "done":
            return self._look_soon(leaf)
        finished = job and _condition(job, "Complete", "Failed")
        settled = finished or leaf.stop_sent or not of_job or (pod is not None and _of_itself(pod))
        if leaf.gone or (job is None and leaf.looked):
            return deleted_report(pod if settled else None)
        if pod is not None:
            return pod_report(pod) if settled or not ended else None
        if job is None:
            return None
        if finished is None:
            return PodReport(phase="Pending", message=_reason(_condition(job, "Suspended")))
        return _of_job(job, finished) if leaf.looked == "done" else self._look_soon(leaf)

    async def create(self, leaf: Leaf) -> Object:
        """Make the Job."""
        assert leaf.request is not None
        job, script = job_manifests(leaf.request, self.settings, self.jobs)
        return await create_with_script(self.desk.api, job, script)

    async def find(self, leaf: Leaf) -> Object:
        """The Job of its name."""
        assert leaf.request is not None
        name = job_name(leaf.request.pod_name)
        return await self.desk.api.get(ObjectKey(*JOB, leaf.request.namespace, name))

    async def stop(self, leaf: Leaf) -> None:
        """End its pod, where it runs; else delete the Job."""
        if leaf.pod is not None and (leaf.job is None or _runs(leaf.pod)):
            await stop_pod(self.desk, leaf, leaf.pod)
        elif leaf.job is not None:
            await delete(self.desk.api, leaf.job)

    def tidy(self, leaf: Leaf) -> None:
        """Label the Job and its pod, or delete them."""
        items = [item for item in (leaf.job, leaf.pod) if item is not None]
        if items:
            tidy(self.desk, leaf, *items)

    def _look_soon(self, leaf: Leaf) -> None:
        if not leaf.looked:
            leaf.looked = "looking"
            self.desk.orders.add(partial(self._look, leaf))

    async def _look(self, leaf: Leaf) -> None:
        """Job and pod are watched apart: that one of them is not seen may only be that it is seen later."""
        try:
            if leaf.job is not None:
                metadata = leaf.job["metadata"]
                selection = Selection(*POD, metadata["namespace"], f"{JOB_NAME}={metadata['name']}")
                for pod in (await self.desk.api.list(selection)).items:
                    self.note(leaf, pod, False)
            elif leaf.pod is not None:
                metadata = leaf.pod["metadata"]
                found = await self.desk.api.get(ObjectKey(*JOB, metadata["namespace"], metadata["labels"][JOB_NAME]))
                if leaf.job is None and pod_key(found) == leaf.key:
                    self.note(leaf, found, False)
        except NotFound:
            pass
        finally:
            leaf.looked = "done"
            self.desk.changed(leaf)


class JobExecutor(KubernetesExecutor):
    """Runs leaves as Jobs of a cluster (argosy.ports.executor.Executor). Several may share the `cluster`."""

    name = "kubernetes-jobs"
    kinds = (JOB, POD, CONFIG_MAP)

    def __init__(
        self,
        cluster: Cluster | None = None,
        settings: PodSettings | None = None,
        jobs: JobSettings | None = None,
    ) -> None:
        super().__init__(cluster, settings)
        self.jobs = jobs or JobSettings()

    def make_form(self) -> Form:
        """As Jobs."""
        return JobForm(self.settings, self.jobs)

    def pod_selection(self, key: PodKey, pod_name: str) -> Selection:
        """Where the pod of a leaf is to be found: its name is the Job's, and some more."""
        labels = f"{of_workflow(key.workflow_uid)},{JOB_NAME}={job_name(pod_name)}"
        return Selection(*POD, self.settings.namespace or None, labels)


def _condition(job: Object, *types: str) -> Object | None:
    """The first of these conditions that is true."""
    for condition in (job.get("status") or {}).get("conditions") or ():
        if condition["type"] in types and condition["status"] == "True":
            return condition
    return None


def _reason(condition: Object | None) -> str:
    return f"{condition['reason']}: {condition['message']}" if condition else ""


def _of_job(job: Object, finished: Object) -> PodReport:
    """What a Job without a pod says."""
    began, ended = (job.get("status") or {}).get("startTime"), finished.get("lastTransitionTime")
    deleted = finished["type"] == "Failed" and finished.get("reason") == "BackoffLimitExceeded"
    done = finished["type"] == "Complete"
    return PodReport(
        phase="Succeeded" if done else "Error" if deleted else "Failed",
        message="" if done else DELETED if deleted else finished.get("message", ""),
        exit_code="0" if done else None,
        started_at=datetime.fromisoformat(began) if began else None,
        finished_at=datetime.fromisoformat(ended) if ended else None,
    )


def _of_itself(pod: Object) -> bool:
    """Whether its end, where it has ended, is its own: one that succeeds before it can be killed has succeeded."""
    return not is_disrupted(pod) or (pod.get("status") or {}).get("phase") == "Succeeded"


def _runs(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") == "Running"


def _replaces(pod: Object, known: Object) -> bool:
    """Whether this is a later state of the pod that is known, or a later pod."""
    if _uid(pod) == _uid(known):
        return True
    made, before = (each["metadata"].get("creationTimestamp", "") for each in (pod, known))
    return made > before or (made == before and not is_disrupted(pod))


def _uid(pod: Object) -> Any:
    return pod["metadata"].get("uid")
