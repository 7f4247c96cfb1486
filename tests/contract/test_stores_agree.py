"""All stores, told the same, say the same: whatever the contract's examples forgot shows here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from argosy.errors import ArgosyError
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.status import (
    MutexHolding,
    MutexStatus,
    NodeStatus,
    SemaphoreHolding,
    SemaphoreStatus,
    SynchronizationStatus,
    WorkflowStatus,
)
from argosy.model.workflow import Workflow
from argosy.ports.events import StopRequested
from argosy.ports.store import Change, Store, WorkflowQuery
from argosy.stores import STORES

NAMES = st.sampled_from(["a", "b"])
PHASES = st.sampled_from(["", "Pending", "Running", "Succeeded", "Failed", "Error"])
LABELS = st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from(["0", "1", ""]))
TIMES = st.none() | st.integers(0, 3).map(lambda count: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=count))
NODES = st.lists(
    st.builds(
        NodeStatus,
        id=st.sampled_from(["x", "y", "z"]),
        type=st.sampled_from(["Pod", "Suspend", "DAG"]),
        phase=st.sampled_from(["Pending", "Running", "Succeeded"]),
        message=st.text(max_size=3),
    ),
    max_size=3,
)
HOLDERS = st.sampled_from(["default/a", "default/a/n", "default/b"])
SYNCHRONIZATION = st.none() | st.builds(
    SynchronizationStatus,
    mutex=st.builds(
        MutexStatus,
        holding=st.lists(
            st.builds(MutexHolding, mutex=st.sampled_from(["default/Mutex/x", "other/Mutex/x"]), holder=HOLDERS),
            max_size=2,
        ),
    ),
    semaphore=st.builds(
        SemaphoreStatus,
        holding=st.lists(
            st.builds(SemaphoreHolding, semaphore=st.just("default/Database/x"), holders=st.lists(HOLDERS, max_size=2)),
            max_size=1,
        ),
    ),
)
STATUS = st.builds(
    WorkflowStatus,
    phase=PHASES,
    progress=st.sampled_from(["", "1/2"]),
    started_at=TIMES,
    finished_at=TIMES,
    synchronization=SYNCHRONIZATION,
)
SPEC = st.builds(WorkflowSpec, suspend=st.sampled_from([None, True, False]), priority=st.none() | st.integers(0, 9))


def metadata(name: str, labels: dict[str, str], hour: int) -> ObjectMeta:
    created = datetime(2026, 1, 1, hour, tzinfo=UTC)
    return ObjectMeta(uid=name, name=name, namespace="default", creation_timestamp=created, labels=labels)


WORKFLOWS = st.builds(
    Workflow, metadata=st.builds(metadata, NAMES, LABELS, st.integers(0, 3)), spec=SPEC, status=STATUS
)
CHANGES = st.builds(
    Change,
    uid=NAMES,
    metadata=st.none() | st.builds(metadata, NAMES, LABELS, st.just(0)),
    spec=st.none() | SPEC,
    status=st.none() | STATUS,
    nodes=NODES,
    removed_nodes=st.lists(st.sampled_from(["x", "y", "z"]), max_size=2),
    handled=st.lists(st.integers(1, 4), max_size=1),
)
STEPS = st.one_of(
    st.tuples(st.just("create"), WORKFLOWS),
    st.tuples(st.just("commit"), st.lists(CHANGES, max_size=3)),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("post"), NAMES, st.just(StopRequested(message="enough"))),
    st.tuples(st.just("drop_requests"), st.lists(st.integers(1, 4), max_size=2)),
)
QUERIES = [
    WorkflowQuery(),
    WorkflowQuery(phases=["", "Running"], limit=2),
    WorkflowQuery(label_selector="k in (0,1),!l"),
    WorkflowQuery(label_selector="k!=0", created_after=datetime(2026, 1, 1, 1, tzinfo=UTC)),
    WorkflowQuery(finished_before=datetime(2026, 1, 1, 2, tzinfo=UTC)),
]


def outcome(act: Callable[[], object]) -> object:
    """What comes back, or the error that does."""
    try:
        return act()
    except ArgosyError as error:
        return type(error), str(error)


def everything(store: Store) -> dict[str, Any]:
    """All that one can see of a store, without the numbers that each makes up itself."""
    return {
        "workflows": [outcome(lambda name=name: store.load(name)) for name in "ab"],
        "nodes": [outcome(lambda name=name: [*store.load(name).status.nodes]) for name in "ab"],
        "pages": [store.list(query).items for query in QUERIES],
        "unfinished": store.unfinished(),
        "latest": outcome(lambda: store.latest("default")),
        "requests": [request[1:] for request in store.requests()],
        "locks": [[each[:2] for each in store.locks(namespace)] for namespace in (None, "default")],
    }


OF_THIS_MACHINE = ("memory", "sqlite")
"""Stores that keep what they are told. In a cluster, names and requests have rules of their own (test_store.py)."""


class Told:
    """A store, and what the numbers of requests in the steps are in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ids: list[int] = []

    def do(self, name: str, *arguments: Any) -> object:
        """One step; gives what comes of it."""
        if name == "post":
            self.ids.append(self.store.post(*arguments))
            return None
        return outcome(lambda: getattr(self.store, name)(*map(self.own, arguments)))

    def own(self, argument: Any) -> Any:
        """The argument with this store's numbers."""
        if isinstance(argument, int):
            return self.ids[argument - 1] if argument <= len(self.ids) else 999
        if isinstance(argument, list):
            return [self.own(one) for one in argument]
        if isinstance(argument, Change):
            return structs.replace(argument, handled=self.own(argument.handled))
        return argument


@settings(max_examples=60, deadline=None)
@given(first=WORKFLOWS, nodes=NODES, steps=st.lists(STEPS, max_size=8))
def test_after_any_steps(first: Workflow, nodes: list[NodeStatus], steps: list[tuple[Any, ...]]) -> None:
    first.status.nodes = {node.id: node for node in nodes}
    steps.insert(0, ("create", first))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        told = [Told(stack.enter_context(closing(STORES[name](str(Path(folder, name)))))) for name in OF_THIS_MACHINE]
        for step in steps:
            results = [one.do(*step) for one in told]
            assert all(result == results[0] for result in results)
        seen = [everything(one.store) for one in told]
        assert all(one == seen[0] for one in seen)
