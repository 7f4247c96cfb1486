"""What is done to pods and Jobs from outside their work: ended, labelled, deleted."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from argosy.cluster.api import Api
from argosy.cluster.requests import DeleteOptions, Selection, key_of
from argosy.executors.kubernetes import collection
from argosy.executors.kubernetes.desk import Desk
from argosy.executors.kubernetes.leaf import Leaf
from argosy.executors.kubernetes.names import COMPLETED, FINALIZER, STOPPED, of_workflow
from argosy.executors.kubernetes.settings import PodSettings

Object = dict[str, Any]

DEFAULT_GRACE: Final = 30
SOONEST: Final = 1
"""The shortest grace with which the kubelet still reports how a pod ended."""
LATE_SECONDS: Final = 30.0
"""How long after its grace a pod is taken for one whose kubelet does not end it."""


def labels_of(item: Object) -> dict[str, str]:
    """The labels of an object."""
    return item["metadata"].get("labels") or {}


async def stop_pod(desk: Desk, leaf: Leaf, pod: Object) -> None:
    """End a pod. One that runs, and has its own grace, gets a deadline that is over, and stays; others are deleted.

    (The kubelet does not shorten a pod's own grace once it has begun; where less is asked for only a deletion will do.)
    """
    assert leaf.grace is not None
    own_grace = pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE)
    running = (pod.get("status") or {}).get("phase") == "Running"
    if not running or leaf.grace < own_grace:
        await delete(desk.api, pod, max(SOONEST, int(leaf.grace)))
        return
    patch = {"metadata": {"annotations": {STOPPED: "true"}}, "spec": {"activeDeadlineSeconds": 1}}
    await desk.api.patch(key_of(pod), patch)
    late = partial(desk.persist, partial(_delete_late, desk, leaf, pod), desk.orders)
    desk.orders.add_later(own_grace + LATE_SECONDS, late)


async def _delete_late(desk: Desk, leaf: Leaf, pod: Object) -> None:
    if not leaf.over:
        await delete(desk.api, pod, SOONEST)


async def delete(api: Api, item: Object, grace: int | None = None) -> None:
    """Delete this very object and what it owns. Raises NotFound, and Conflict where another one has its name."""
    options = DeleteOptions(
        grace_period_seconds=grace,
        propagation_policy="Background",
        preconditions={"uid": item["metadata"]["uid"]},
    )
    await api.delete(key_of(item), options)


def tidy(desk: Desk, leaf: Leaf, *items: Object) -> None:
    """Label what has ended as completed, or delete it: what podGC says of the first. The end is committed."""
    request = leaf.request
    pod_gc = request.spec.pod_gc if request and request.spec else collection.of_annotation(items[0])
    succeeded = leaf.told is not None and leaf.told.phase == "Succeeded"
    action = collection.after_the_end(pod_gc, labels_of(items[0]), succeeded, desk.settings)
    if action.kind == "delete":
        work = partial(desk.persist, partial(_remove, desk.api, items[0]), desk.tidying)
        desk.tidying.add_later(action.delay_seconds, work)
        return
    for item in items:
        if labels_of(item).get(COMPLETED) != "true":
            desk.tidying.add(partial(desk.persist, partial(_label, desk.api, item), desk.tidying))


async def _label(api: Api, item: Object) -> None:
    await api.patch(key_of(item), {"metadata": {"labels": {COMPLETED: "true"}, **_let_go(item)}})


async def _remove(api: Api, item: Object) -> None:
    if let_go := _let_go(item):
        await api.patch(key_of(item), {"metadata": let_go})
    await delete(api, item)


def _let_go(item: Object) -> Object:
    """The part of a patch that takes our finalizer away; empty where it is not there."""
    finalizers = item["metadata"].get("finalizers") or []
    return {"finalizers": [each for each in finalizers if each != FINALIZER]} if FINALIZER in finalizers else {}


async def delete_all(api: Api, settings: PodSettings, kinds: tuple[tuple[str, str], ...], labels: str) -> None:
    """Delete all of these kinds that the labels select, wherever they are."""
    for api_version, kind in kinds:
        found = await api.list(Selection(api_version, kind, settings.namespace or None, labels))
        for item in found.items:
            if let_go := _let_go(item):
                await api.patch(key_of(item), {"metadata": let_go})
        for namespace in sorted({item["metadata"]["namespace"] for item in found.items}):
            selection = Selection(api_version, kind, namespace, labels)
            await api.delete_all(selection, DeleteOptions(propagation_policy="Background"))


async def delete_workflow(api: Api, settings: PodSettings, kinds: tuple[tuple[str, str], ...], uid: str) -> None:
    """Delete everything of a workflow."""
    await delete_all(api, settings, kinds, of_workflow(uid))
