"""What is left on the cluster when a leaf has ended: as podGC says, whoever the engine is by then."""

from __future__ import annotations

import time

import pytest

from argosy.errors import NotFound
from argosy.executors.kubernetes import desk
from argosy.executors.kubernetes.collection import LABEL, Action, after_the_end, of_annotation, with_the_workflow
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.meta import LabelSelector
from argosy.model.spec import PodGC, WorkflowSpec
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodRequest
from tests.executors.kubernetes.world import World

DELETE = Action("delete", 5.0)


def gc(strategy: str, **more) -> PodGC:
    return PodGC(strategy=strategy, **more)


@pytest.mark.parametrize(
    ("pod_gc", "success", "failure"),
    [
        (None, LABEL, LABEL),
        (gc(""), LABEL, LABEL),
        (gc("OnPodCompletion"), DELETE, DELETE),
        (gc("OnPodCompletion", delete_delay_duration="1m"), Action("delete", 60.0), Action("delete", 60.0)),
        (gc("OnPodSuccess"), DELETE, LABEL),
        (gc("OnWorkflowCompletion"), LABEL, LABEL),
        (gc("OnWorkflowSuccess"), LABEL, LABEL),
        (gc("OnPodCompletion", label_selector=LabelSelector(match_labels={"a": "1"})), DELETE, DELETE),
        (gc("OnPodCompletion", label_selector=LabelSelector(match_labels={"a": "2"})), LABEL, LABEL),
    ],
)
def test_strategies(pod_gc: PodGC | None, success: Action, failure: Action) -> None:
    labels, settings = {"a": "1"}, PodSettings()
    assert after_the_end(pod_gc, labels, True, settings) == success
    assert after_the_end(pod_gc, labels, False, settings) == failure


def test_with_the_workflow() -> None:
    assert [with_the_workflow(gc("OnWorkflowCompletion"), succeeded) for succeeded in (True, False)] == [True, True]
    assert [with_the_workflow(gc("OnWorkflowSuccess"), succeeded) for succeeded in (True, False)] == [True, False]
    assert [with_the_workflow(each, True) for each in (None, gc("OnPodSuccess"))] == [False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("OnPodSuccess/10s", gc("OnPodSuccess", delete_delay_duration="10s")),
        ("OnPodSuccess/soon", gc("OnPodSuccess")),
    ],
)
def test_pods_say_it_of_themselves(text: str | None, expected: PodGC | None) -> None:
    annotations = {} if text is None else {"workflows.argoproj.io/pod-gc-strategy": text}
    assert of_annotation({"metadata": {"annotations": annotations}}) == expected


# --- on a cluster


def spec(strategy: str, delay: str = "0s") -> WorkflowSpec:
    return WorkflowSpec(pod_gc=PodGC(strategy=strategy, delete_delay_duration=delay))


def run(world: World, *leaves: PodRequest) -> None:
    engine = world.executors[-1]
    for leaf in leaves:
        engine.start(leaf)
    for leaf in leaves:
        world.end(leaf)
    engine.forget([leaf.key for leaf in leaves])


def test_without_a_word_they_stay_labelled(world: World) -> None:
    world.engine()
    run(world, world.leaf(), world.leaf(exit_code=1))
    world.server.eventually(lambda: world.completed() == 2, "they are labelled")
    engine = world.executors[-1]
    world.server.eventually(lambda: not engine._desk.leaves, "and no longer known")  # pyright: ignore
    assert all(pod["metadata"]["labels"]["workflows.argoproj.io/completed"] == "true" for pod in world.pods())


def test_deleted_at_their_end(world: World) -> None:
    world.engine()
    run(world, world.leaf(spec("OnPodCompletion")), world.leaf(spec("OnPodSuccess"), exit_code=1))
    world.server.eventually(lambda: (len(world.things()), world.completed()) == (1, 1), "one is gone, one labelled")
    world.server.eventually(lambda: len(world.pods()) == 1, "with its pod")


def test_deleted_when_the_engine_leaves(world: World) -> None:
    engine = world.engine()
    run(world, world.leaf(spec("OnPodCompletion", "1h")))
    time.sleep(0.1)
    assert len(world.things()) == 1
    engine.close()
    assert world.things() == []


def test_deleted_by_an_engine_that_comes_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "SWEEP_SECONDS", 0.1)
    engine, leaf = world.engine(), world.leaf(spec("OnPodCompletion"))
    engine.start(leaf)
    world.end(leaf)
    world.kill(engine)
    assert len(world.things()) == 1
    world.engine()
    world.server.eventually(lambda: not world.things(), "it is gone")


def test_deleted_with_the_workflow(world: World) -> None:
    engine = world.engine()
    leaves = [world.leaf(spec("OnWorkflowSuccess")), world.leaf(spec("OnWorkflowSuccess"), uid="uid-2")]
    run(world, *leaves)
    world.server.eventually(lambda: world.completed() == 2, "they are labelled")
    pod_gc = gc("OnWorkflowSuccess")
    engine.workflow_finished("uid-2", pod_gc, succeeded=False)
    engine.workflow_finished("uid-1", pod_gc, succeeded=True)
    world.server.eventually(lambda: len(world.things()) == 1, "that of the one that succeeded is gone")
    assert world.things()[0]["metadata"]["labels"]["workflows.argoproj.io/workflow-uid"] == "uid-2"


def test_deleted_without_being_open(world: World) -> None:
    engine, leaf = world.engine(), world.leaf(script="x" * 200_000)
    run(world, leaf, world.leaf(uid="uid-2"))
    engine.close()
    engine.delete_workflow("uid-1")
    assert [item["metadata"]["labels"]["workflows.argoproj.io/workflow-uid"] for item in world.things()] == ["uid-2"]
    assert world.server.all("ConfigMap") == []
    engine.delete_workflow("uid-1")
    with pytest.raises(NotFound):
        list(engine.logs(leaf.key, leaf.pod_name, LogQuery()))


def test_held_ones_go_in_the_end(world: World) -> None:
    engine = world.engine(PodSettings(instance_id="one", hold=True))
    run(world, world.leaf(spec("OnPodCompletion")), world.leaf())
    world.server.eventually(lambda: len(world.things()) == 1, "one is gone")
    world.server.eventually(
        lambda: "finalizers" not in world.things()[0]["metadata"] or not world.things()[0]["metadata"]["finalizers"],
        "the other is free",
    )
    engine.delete_workflow("uid-1")
    world.server.eventually(lambda: not world.things(), "all are gone")


def test_a_long_script_belongs_to_its_leaf(world: World) -> None:
    world.engine()
    leaf = world.leaf(spec("OnPodCompletion"), script="é" * 100_000)
    engine = world.executors[-1]
    engine.start(leaf)
    world.end(leaf)
    world.server.eventually(lambda: "ownerReferences" in world.server.all("ConfigMap")[0]["metadata"], "it is owned")
    (held,) = world.server.all("ConfigMap")
    (thing,) = world.things()
    assert held["metadata"]["ownerReferences"][0]["uid"] == thing["metadata"]["uid"]
    assert held["data"]["script"] == "é" * 100_000
    engine.forget([leaf.key])
    world.server.eventually(lambda: not world.server.all("ConfigMap"), "it is gone with it")
