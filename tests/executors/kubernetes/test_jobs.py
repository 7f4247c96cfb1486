"""What is of Jobs alone: queues, disruptions, and Jobs that somebody deletes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from argosy.executors.kubernetes.settings import JobSettings
from argosy.ports.pods import PodRequest
from tests.executors.kubernetes.server import ApiServer
from tests.executors.kubernetes.world import World


@pytest.fixture
def world(server: ApiServer, tmp_path: Path) -> Iterator[World]:
    made = World(server, tmp_path, "Job")
    yield made
    made.clean_up()


def change(world: World, leaf: PodRequest, **spec: Any) -> None:
    """Do to the Job's spec what a queue's controller does."""
    job = world.server.get("Job", leaf.pod_name, "batch/v1")
    world.server.update({**job, "spec": {**job["spec"], **spec}})


def test_a_queue_admits_it(world: World) -> None:
    engine, leaf = world.engine(jobs=JobSettings(queue="team")), world.leaf()
    engine.start(leaf)
    world.told(leaf, "JobSuspended: Job suspended")
    assert world.things()[0]["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "team"
    assert world.pods() == []
    change(world, leaf, suspend=False)
    assert world.end(leaf).phase == "Succeeded"


def test_stopped_in_the_queue(world: World) -> None:
    engine, leaf = world.engine(jobs=JobSettings(queue="team")), world.leaf()
    engine.start(leaf)
    world.told(leaf, "JobSuspended: Job suspended")
    engine.stop(leaf.key, 30)
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Error", "pod deleted")
    assert world.things() == []


def test_a_pod_that_is_disrupted_is_no_end_of_its_job(world: World) -> None:
    """Preempted by its queue, it begins again: that is not a failure, and not a second run that we asked for."""
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    world.server.jobs.lenient = True
    world.server.delete(world.pod(leaf))
    world.server.eventually(lambda: not world.pods(), "it is gone")
    time.sleep(0.1)
    assert world.heard.phases(leaf.key)[-1] == "Running"
    world.server.do(lambda: world.server.jobs.again(world.server.state.get(*job_of(world, leaf))))
    world.server.eventually(lambda: world.runs() == 2, "it runs again")
    world.server.eventually(lambda: world.pods()[0]["status"]["phase"] == "Running", "it runs again")
    time.sleep(0.1)
    engine.stop(leaf.key, 0)
    assert world.end(leaf).exit_code == "137"


def job_of(world: World, leaf: PodRequest) -> tuple[Any, str, str]:
    return world.server.state.kind("batch/v1", "Job"), "default", leaf.pod_name


def test_a_job_deleted_by_hand(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    world.server.delete(world.things()[0])
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Error", "pod deleted")
    assert world.runs() == 1


def test_a_job_that_fails_without_a_pod(world: World) -> None:
    engine, leaf = world.engine(jobs=JobSettings(queue="team")), world.leaf()
    engine.start(leaf)
    world.told(leaf, "JobSuspended: Job suspended")
    job = world.things()[0]
    failed = {"type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "Job was active too long"}
    world.server.update({**job, "status": {"conditions": [{**failed, "lastTransitionTime": "2026-11-24T10:00:00Z"}]}})
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Failed", "Job was active too long")
    assert world.end(leaf).finished_at is not None


def test_pods_of_the_other_executor_are_taken_up(server: ApiServer, tmp_path: Path) -> None:
    """An engine that runs leaves as Pods is followed by one that runs them as Jobs."""
    first, second = World(server, tmp_path, "Pod"), World(server, tmp_path, "Job")
    leaf = first.leaf(seconds=0.5, exit_code=4)
    engine = first.engine()
    engine.start(leaf)
    first.running(leaf)
    engine.close()
    following = second.engine()
    following.adopt([leaf])
    assert second.end(leaf).exit_code == "4"
    following.forget([leaf.key])
    server.eventually(
        lambda: server.all("Pod")[0]["metadata"]["labels"]["workflows.argoproj.io/completed"] == "true",
        "it is labelled",
    )
    assert server.all("Job", "batch/v1") == []
    first.clean_up()
    second.clean_up()


def test_long_names(world: World) -> None:
    engine, leaf = world.engine(), replace(world.leaf(exit_code=2), pod_name="w" * 60 + "-template-12345")
    engine.start(leaf)
    assert world.end(leaf).exit_code == "2"
    assert len(world.things()[0]["metadata"]["name"]) == 63
