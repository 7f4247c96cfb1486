"""A Job and its pod are watched apart: in whatever order news of them come, the leaf's end is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from argosy.cluster.cluster import Cluster
from argosy.executors.kubernetes.desk import Desk
from argosy.executors.kubernetes.jobs import JobForm
from argosy.executors.kubernetes.leaf import Leaf
from argosy.executors.kubernetes.settings import JobSettings, PodSettings
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport

Object = dict[str, Any]
News = tuple[Object, bool]

KEY = PodKey("uid-1", "n1")
METADATA = {
    "namespace": "default",
    "labels": {"workflows.argoproj.io/workflow-uid": "uid-1", "batch.kubernetes.io/job-name": "j"},
    "annotations": {"workflows.argoproj.io/node-id": "n1"},
}


def job(*conditions: str) -> Object:
    status = {"conditions": [{"type": each, "status": "True", "reason": "R", "message": "m"} for each in conditions]}
    return {"kind": "Job", "metadata": {**METADATA, "name": "j", "uid": "1"}, "status": status}


def pod(phase: str = "Running", code: int = 0, *, leaves: bool = False) -> Object:
    state = {"terminated": {"exitCode": code, "reason": "Error"}} if phase in FINAL_POD_PHASES else {"running": {}}
    more = {"deletionTimestamp": "2026-11-24T10:00:00Z"} if leaves else {}
    status = {"phase": phase, "containerStatuses": [{"name": "main", "state": state}]}
    return {"kind": "Pod", "metadata": {**METADATA, **more, "name": "j-x", "uid": "2"}, "spec": {}, "status": status}


class Orders:
    """In the place of the desk: what was asked to be looked for."""

    def __init__(self) -> None:
        self.orders, self.looks = self, 0

    def add(self, _work: Any) -> None:
        self.looks += 1


@pytest.fixture
def form() -> JobForm:
    made = JobForm(PodSettings(), JobSettings())
    made.desk = Orders()  # type: ignore[assignment]
    return made


def end(form: JobForm, news: Iterator[News] | list[News]) -> PodReport | None:
    """The first end that is told."""
    leaf = Leaf(KEY)
    for item, gone in news:
        form.note(leaf, item, gone)
        report = form.assess(leaf)
        if report is not None and report.phase in FINAL_POD_PHASES:
            return report
    return None


def interleaved(one: list[News], other: list[News]) -> Iterator[list[News]]:
    """All orders in which news of two watches can come."""
    if not one or not other:
        yield one + other
        return
    yield from ([one[0], *rest] for rest in interleaved(one[1:], other))
    yield from ([other[0], *rest] for rest in interleaved(one, other[1:]))


def test_a_job_that_is_deleted_has_its_pod_killed(form: JobForm) -> None:
    killed = pod("Failed", 143, leaves=True)
    of_pod = [(pod(leaves=True), False), (killed, False), (killed, True)]
    for order in interleaved([(job(), True)], of_pod):
        found = end(form, [(job(), False), (pod(), False), *order])
        assert found is not None, order
        assert (found.phase, found.message) == ("Error", "pod deleted"), order


@pytest.mark.parametrize(
    ("ended", "condition", "expected"),
    [
        (pod("Failed", 3), "Failed", "Failed"),
        (pod("Succeeded"), "Complete", "Succeeded"),
        (pod("Succeeded", leaves=True), "Complete", "Succeeded"),
    ],
)
def test_the_end_of_its_own(form: JobForm, ended: Object, condition: str, expected: str) -> None:
    for order in interleaved([(job(), False), (job(condition), False)], [(pod(), False), (ended, False)]):
        found = end(form, order)
        assert found is not None, order
        assert found.phase == expected, order


def test_the_job_is_looked_for_before_its_pods_end_is_told(form: JobForm) -> None:
    leaf = Leaf(KEY)
    form.note(leaf, pod("Succeeded"), False)
    assert form.assess(leaf) is None
    assert form.assess(leaf) is None
    assert form.desk.looks == 1  # type: ignore[attr-defined]
    form.note(leaf, job(), False)
    report = form.assess(leaf)
    assert report is not None
    assert report.phase == "Succeeded"


def test_a_job_that_is_no_more(form: JobForm) -> None:
    leaf = Leaf(KEY)
    form.note(leaf, pod("Failed", 143, leaves=True), False)
    leaf.looked = "done"
    report = form.assess(leaf)
    assert report is not None
    assert (report.phase, report.message) == ("Error", "pod deleted")


def test_the_answer_to_the_creation_comes_after_news_of_the_pod(cluster: Cluster) -> None:
    async def take() -> Leaf:
        form = JobForm(PodSettings(), JobSettings())
        desk = Desk(cluster, PodSettings(), lambda *_: None, form)
        leaf = Leaf(KEY)
        form.note(leaf, pod(), False)
        desk._take(leaf, job())  # pyright: ignore[reportPrivateUsage]
        return leaf

    assert cluster.runtime.run(take()).job == job()
