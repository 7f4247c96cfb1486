"""What every store promises of locks: rows of who holds them, which are what the statuses say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from argosy.errors import Conflict
from argosy.model.status import (
    MutexHolding,
    MutexStatus,
    SemaphoreHolding,
    SemaphoreStatus,
    SynchronizationStatus,
    WorkflowStatus,
)
from argosy.ports.store import Change, Store
from argosy.stores import STORES
from tests.contract.stores import opened
from tests.contract.test_store import names, node, uid, workflow

NOT_OF_A_CLUSTER = {
    "test_a_mutex_has_no_second_holder": "each workflow is written by itself",
    "test_a_fence_stays_with_its_holder_and_is_never_used_again": "nothing counts there",
}
"""What a cluster's API can't promise."""


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request, tmp_path, NOT_OF_A_CLUSTER)


def held(*mutexes: str, by: str, semaphores: dict[str, list[str]] | None = None) -> WorkflowStatus:
    """A status in which `by` holds these mutexes, and the others these semaphores."""
    kept = SynchronizationStatus(
        mutex=MutexStatus(holding=[MutexHolding(mutex=name, holder=by) for name in mutexes]),
        semaphore=SemaphoreStatus(
            holding=[SemaphoreHolding(semaphore=name, holders=who) for name, who in (semaphores or {}).items()]
        ),
    )
    return WorkflowStatus(phase="Running", synchronization=kept)


def holders(store: Store, namespace: str | None = None) -> list[tuple[str, str, str]]:
    return [(each.holding.lock.name, each.holding.holder, each.workflow_uid) for each in store.locks(namespace)]


def fences(store: Store) -> list[int]:
    return [each.fence for each in store.locks(None) if each.fence is not None]


def test_are_those_that_the_statuses_say_are_held(store: Store) -> None:
    limited = {"default/ConfigMap/cm/k": ["default/a/n", "default/a/m"]}
    store.create(workflow("a", status=held("other/Mutex/y", by="default/a", semaphores=limited)))
    store.create(workflow("b"))
    store.commit([Change(uid=uid("b"), status=held("default/Mutex/x", by="default/b/n"))])
    store.commit([Change(uid=uid("b"), nodes=[node("n")])])
    here = [
        ("default/ConfigMap/cm/k", "default/a/n", uid("a")),
        ("default/ConfigMap/cm/k", "default/a/m", uid("a")),
        ("default/Mutex/x", "default/b/n", uid("b")),
    ]
    assert sorted(holders(store, "default")) == sorted(here)
    assert holders(store, "other") == [("other/Mutex/y", "default/a", uid("a"))]
    assert [each[0] for each in holders(store)] == [*(each[0] for each in here), "other/Mutex/y"]
    store.commit([Change(uid=uid("b"), status=WorkflowStatus(phase="Running"))])
    assert len(holders(store)) == 3


def test_go_with_their_workflow(store: Store) -> None:
    store.create(workflow("a", status=held("default/Mutex/x", by="default/a")))
    store.delete(uid("a"))
    assert holders(store) == []
    store.create(workflow("a", status=held("default/Mutex/x", by="default/a")))
    assert holders(store) == [("default/Mutex/x", "default/a", uid("a"))]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_one_lets_go_of_another_has_in_the_same_commit(store: Store, order: str) -> None:
    store.create(workflow("a", status=held("default/Mutex/x", by="default/a")))
    store.create(workflow("b", status=held("default/Mutex/y", by="default/b")))
    swapped = {
        "a": Change(uid=uid("a"), status=held("default/Mutex/y", by="default/a")),
        "b": Change(uid=uid("b"), status=held("default/Mutex/x", by="default/b")),
    }
    store.commit([swapped[name] for name in order])
    assert [each[:2] for each in holders(store)] == [
        ("default/Mutex/x", "default/b"),
        ("default/Mutex/y", "default/a"),
    ]


def test_the_last_status_of_a_commit_counts(store: Store) -> None:
    for name in "ab":
        store.create(workflow(name))
    store.commit(
        [
            Change(uid=uid("a"), status=held("default/Mutex/x", by="default/a")),
            Change(uid=uid("a"), status=WorkflowStatus(phase="Succeeded")),
            Change(uid=uid("b"), status=held("default/Mutex/x", by="default/b")),
        ]
    )
    assert holders(store) == [("default/Mutex/x", "default/b", uid("b"))]


def test_a_mutex_has_no_second_holder(store: Store) -> None:
    store.create(workflow("a", status=held("default/Mutex/x", by="default/a")))
    store.create(workflow("b"))
    message = "the mutex default/Mutex/x can't be given to default/b: default/a holds it"
    change = Change(uid=uid("b"), status=held("default/Mutex/x", by="default/b"), nodes=[node("n")])
    with pytest.raises(Conflict, match=message):
        store.commit([change])
    with pytest.raises(Conflict):
        store.create(workflow("c", status=held("default/Mutex/x", by="default/c")))
    assert holders(store) == [("default/Mutex/x", "default/a", uid("a"))]
    assert store.load(uid("b")).status == WorkflowStatus()
    assert names(store) == ["b", "a"]


def test_a_mutex_and_a_semaphore_may_have_the_same_name(store: Store) -> None:
    both = held("default/Database/x", by="default/a", semaphores={"default/Database/x": ["default/a"]})
    store.create(workflow("a", status=both))
    assert [each.holding.lock.is_mutex for each in store.locks(None)] == [False, True]


def test_a_fence_stays_with_its_holder_and_is_never_used_again(store: Store) -> None:
    store.create(workflow("a", status=held("default/Mutex/x", by="default/a")))
    (first,) = fences(store)
    store.create(workflow("b"))
    limited = {"default/Database/k": ["default/b/1"]}
    store.commit([Change(uid=uid("b"), status=held(by="", semaphores=limited))])
    assert fences(store)[1] == first
    (second,) = set(fences(store)) - {first}
    limited["default/Database/k"] += ["default/b/2"]
    store.commit([Change(uid=uid("b"), status=held(by="", semaphores=limited))])
    assert fences(store)[0] == second
    store.delete(uid("b"))
    store.commit([Change(uid=uid("a"), status=WorkflowStatus())])
    store.commit([Change(uid=uid("a"), status=held("default/Mutex/x", by="default/a"))])
    (last,) = fences(store)
    assert last > second + 1 > second > first
