"""A Job controller: each Job gets a pod, and ends as its pod does."""

from __future__ import annotations

import asyncio

from tests.executors.kubernetes.server.state import Event, Kind, Object, State, now


class JobController:
    """Works on Jobs with `backoffLimit: 0`, one pod each. A suspended one waits until it is no longer suspended."""

    def __init__(self, state: State, jobs: Kind, pods: Kind) -> None:
        self.state, self.jobs, self.pods = state, jobs, pods
        self._tasks: set[asyncio.Task[None]] = set()
        self._placed: set[str] = set()
        self.lenient = False  # a pod that is deleted does not fail its Job
        state.listeners.append(self._hear)

    def _hear(self, kind: Kind, event: Event) -> None:
        if kind == self.jobs and event.new is not None:
            self._soon(self._job(event.new))
        elif kind == self.pods:
            pod = event.new or event.old
            owners = pod["metadata"].get("ownerReferences") if pod else None
            if owners and owners[0]["kind"] == "Job":
                assert pod is not None
                self._soon(self._pod(owners[0], pod, event.new is None))

    def _soon(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _job(self, job: Object) -> None:
        metadata, spec = job["metadata"], job["spec"]
        if spec.get("suspend"):
            self._condition(job, "Suspended", "JobSuspended", "Job suspended")
            return
        if metadata["uid"] in self._placed or metadata.get("deletionTimestamp"):
            return
        self._placed.add(metadata["uid"])
        template = spec["template"]
        labels = {"batch.kubernetes.io/job-name": metadata["name"], "job-name": metadata["name"]}
        own = template.get("metadata") or {}
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"]}
        pod = {
            "metadata": {
                "generateName": f"{metadata['name']}-",
                "labels": {**(own.get("labels") or {}), **labels},
                "annotations": own.get("annotations") or {},
                "ownerReferences": [{**owner, "controller": True}],
            },
            "spec": template["spec"],
        }
        self.state.create(self.pods, metadata["namespace"], pod)

    def again(self, job: Object) -> None:
        """Begin a Job again, as after a preemption."""
        self._placed.discard(job["metadata"]["uid"])
        self._soon(self._job(job))

    async def _pod(self, owner: Object, pod: Object, gone: bool) -> None:
        job = self.state.objects[self.jobs].get((pod["metadata"]["namespace"], owner["name"]))
        if job is None or job["metadata"]["uid"] != owner["uid"] or _finished(job):
            return
        phase = pod.get("status", {}).get("phase")
        if phase == "Succeeded":
            self._condition(job, "Complete", "CompletionsReached", "Reached expected number of succeeded pods")
        elif (phase == "Failed" or gone) and not self.lenient:
            self._condition(job, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")

    def _condition(self, job: Object, type_: str, reason: str, message: str) -> None:
        status = job.get("status") or {}
        others = [each for each in status.get("conditions") or () if each["type"] != type_]
        if len(others) != len(status.get("conditions") or ()):
            return
        condition = {"type": type_, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now()}
        self.state.update(self.jobs, {**job, "status": {**status, "conditions": [*others, condition]}})


def _finished(job: Object) -> bool:
    conditions = (job.get("status") or {}).get("conditions") or ()
    return any(each["type"] in ("Complete", "Failed") for each in conditions)
