"""Whatever goes wrong around a leaf, it ends as Argo documents, and runs once."""

from __future__ import annotations

import time

import pytest

from argosy.cluster.retry import Backoff
from argosy.errors import ExecutorError
from argosy.executors.kubernetes import desk
from argosy.executors.kubernetes.settings import PodSettings
from tests.executors.kubernetes.server import DROP
from tests.executors.kubernetes.world import World

NEVER_WAS = (
    "main: ContainerStatusUnknown (exit code 137): The container could not be located when the pod was terminated"
)
QUOTA = 'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "AGAIN", Backoff(first_seconds=0.02, longest_seconds=0.1))


def path(world: World) -> str:
    return "/jobs" if world.kind == "Job" else "/pods"


# --- before it runs


def test_why_it_is_pending(world: World) -> None:
    engine = world.engine()
    pulling = world.leaf(waiting=["ImagePullBackOff", "Back-off pulling image"])
    waiting = world.leaf(unschedulable="0/1 nodes are available: 1 Insufficient cpu.")
    for each in (pulling, waiting):
        engine.start(each)
    world.told(pulling, "ImagePullBackOff: Back-off pulling image")
    world.told(waiting, "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.")
    for each in (pulling, waiting):
        engine.stop(each.key, 30)
    assert (world.end(waiting).phase, world.end(waiting).message) == ("Error", "pod deleted")
    assert world.end(pulling).message in ("pod deleted", NEVER_WAS)
    world.server.eventually(lambda: not world.pods(), "they are gone")
    assert world.runs() == 0


def test_quota_is_waited_for(world: World) -> None:
    engine, leaf = world.engine(), world.leaf()
    fault = world.server.fail("POST", path(world), 403, times=1000, reason="Forbidden", message=QUOTA)
    engine.start(leaf)
    world.told(leaf, QUOTA)
    fault.times = 0
    assert world.end(leaf).phase == "Succeeded"
    assert [each.message for each in world.heard.reports[leaf.key] if each.phase == "Pending"] == [QUOTA, ""]


@pytest.mark.parametrize("status", [400, 403, 422, 500])
def test_what_is_refused_is_an_error(world: World, status: int) -> None:
    engine, leaf = world.engine(), world.leaf()
    world.server.fail("POST", path(world), status, times=1000, reason="Invalid", message="it is not valid")
    engine.start(leaf)
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Error", "it is not valid")
    engine.forget([leaf.key])
    engine.start(world.leaf(deadline_seconds=30))


def test_a_manifest_that_can_not_be_made(world: World) -> None:
    engine, leaf = world.engine(), world.leaf()
    leaf.template.pod_spec_patch = "[]"
    engine.start(leaf)
    assert world.end(leaf).message == "Error applying PodSpecPatch: it is not a mapping"


@pytest.mark.parametrize("status", [429, 503, DROP])
@pytest.mark.parametrize("late", [False, True])
def test_creations_that_fail_for_a_while(world: World, status: int, late: bool) -> None:
    engine, leaves = world.engine(), [world.leaf(exit_code=3) for _ in range(5)]
    world.server.fail("POST", path(world), status, times=4, late=late)
    for leaf in leaves:
        engine.start(leaf)
    assert {world.end(leaf).exit_code for leaf in leaves} == {"3"}
    assert world.runs() == 5


def test_the_cluster_is_away_for_longer_than_patience(world: World) -> None:
    engine, running = world.engine(), world.leaf(seconds=0.2)
    engine.start(running)
    world.running(running)
    leaves = [world.leaf() for _ in range(3)]
    with world.server.away():
        for leaf in leaves:
            engine.start(leaf)
        world.heard.wait(lambda: bool(world.heard.reports.get(leaves[0].key)), "it is said")
        assert world.heard.reports[leaves[0].key][0].message.startswith("the cluster does not answer")
    assert {world.end(leaf).phase for leaf in (running, *leaves)} == {"Succeeded"}
    assert world.runs() == 4


def test_one_of_that_name_is_somebody_elses(world: World) -> None:
    engine, leaf = world.engine(), world.leaf()
    metadata = {"name": leaf.pod_name, "labels": {}}
    if world.kind == "Job":
        template = {"spec": {"containers": []}}
        other = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}
    else:
        other = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}}
    world.server.create(other)
    engine.start(leaf)
    kind = "jobs.batch" if world.kind == "Job" else "pods"
    assert world.end(leaf).phase == "Error"
    assert world.end(leaf).message == f'{kind} "{leaf.pod_name}" already exists, and is not of this workflow'


def test_only_one_namespace(world: World) -> None:
    engine, leaf = world.engine(PodSettings(namespace="other")), world.leaf()
    engine.start(leaf)
    assert world.end(leaf).message == "this engine works in the namespace 'other' only, not in 'default'"


def test_stopped_before_it_is_created(world: World) -> None:
    engine = world.engine(PodSettings(instance_id="one", at_once=1))
    world.server.handler.latency_seconds = 0.1
    leaves = [world.leaf(seconds=60) for _ in range(3)]
    for leaf in leaves:
        engine.start(leaf)
    for leaf in leaves:
        engine.stop(leaf.key, 0)
    assert {world.end(leaf).phase for leaf in leaves[1:]} == {"Error"}
    assert world.end(leaves[0]).phase in ("Error", "Failed")
    assert world.runs() <= 1


# --- while it runs


def test_watches_are_cut_and_versions_too_old(world: World) -> None:
    engine, leaves = world.engine(), [world.leaf(seconds=0.1 * number, exit_code=number) for number in range(8)]
    for leaf in leaves:
        engine.start(leaf)
    for _ in range(4):
        world.server.cut_connections()
        time.sleep(0.1)
        world.server.forget_events()
        world.server.cut_connections()
    assert [world.end(leaf).exit_code for leaf in leaves] == [str(number) for number in range(8)]
    assert world.runs() == 8


def test_ends_while_the_server_is_away(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=0.3, exit_code=7, result="said", wants_result=True)
    engine.start(leaf)
    world.running(leaf)
    with world.server.away():
        time.sleep(0.5)
        world.server.forget_events()
    end = world.end(leaf)
    assert (end.phase, end.exit_code, end.result) == ("Failed", "7", "said")


@pytest.mark.parametrize("grace", [None, 0])
def test_a_pod_deleted_by_hand(world: World, grace: int | None) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    world.server.delete(world.pod(leaf), grace)
    end = world.end(leaf)
    # With a grace the kubelet says how it ended before it is gone.
    expected = ("Error", "pod deleted") if grace == 0 else ("Failed", "main: Error (exit code 143)")
    assert (end.phase, end.message) == expected
    engine.forget([leaf.key])
    assert world.runs() == 1


def test_deleted_by_hand_while_nobody_looks(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    with world.server.away():
        for pod in world.pods():
            world.server.delete(pod, 0)
        world.server.forget_events()
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Error", "pod deleted")


def test_evicted(world: World) -> None:
    message = "The node was low on resource: memory."
    engine = world.engine()
    leaf = world.leaf(seconds=0.2, exit_code=137, status={"reason": "Evicted", "message": message})
    engine.start(leaf)
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Failed", message)


def test_out_of_memory(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(exit_code=137, reason="OOMKilled")
    engine.start(leaf)
    assert (world.end(leaf).phase, world.end(leaf).message) == ("Failed", "main: OOMKilled (exit code 137)")


def test_stopped_ones_keep_their_log(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    engine.stop(leaf.key, 30)
    assert world.end(leaf).message == "main: Error (exit code 143)"
    assert len(world.pods()) == 1


def test_stops_that_fail_for_a_while(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    with world.server.away():
        engine.stop(leaf.key, 30)
        time.sleep(2.5)
    assert world.end(leaf).exit_code == "143"


# --- from one engine to the next


def test_killed_and_followed(world: World) -> None:
    leaves = [world.leaf(seconds=number % 3 * 0.2, exit_code=number, wants_result=True) for number in range(12)]
    engine = world.engine()
    for leaf in leaves:
        engine.start(leaf)
    for _ in range(3):
        time.sleep(0.05)
        world.kill(engine)
        engine = world.engine()
        engine.adopt(leaves)
    assert [world.end(leaf).exit_code for leaf in leaves] == [str(number) for number in range(12)]
    assert world.runs() == 12


def test_other_engines_leaves_are_not_ours(world: World) -> None:
    other = world.engine(PodSettings(instance_id="other"))
    leaf = world.leaf(seconds=0.5)
    other.start(leaf)
    world.running(leaf)
    world.heard.reports.clear()
    engine = world.engine()
    engine.start(quick := world.leaf())
    world.end(quick)
    other.close()
    time.sleep(0.6)
    assert list(world.heard.reports) == [quick.key]


def test_deleted_by_hand_while_no_engine_runs(world: World) -> None:
    settings = PodSettings(instance_id="one", hold=True)
    engine, leaf = world.engine(settings), world.leaf(seconds=60)
    engine.start(leaf)
    world.running(leaf)
    engine.close()
    (thing,) = world.things()
    world.server.delete(thing)
    if world.kind == "Pod":
        world.server.eventually(lambda: world.pods()[0]["status"]["phase"] == "Failed", "it has ended")
    following = world.engine(settings)
    following.adopt([leaf])
    if world.kind == "Pod":
        assert world.end(leaf).message == "main: Error (exit code 143)"
        following.forget([leaf.key])
        world.server.eventually(lambda: not world.things(), "the finalizer is taken away")
    assert world.runs() == 1


def test_a_cluster_that_does_not_let_us(world: World) -> None:
    world.server.fail("GET", path(world), 403, times=1000, reason="Forbidden", message="pods is forbidden")
    with pytest.raises(ExecutorError, match="pods is forbidden"):
        world.engine()
    world.executors.clear()
