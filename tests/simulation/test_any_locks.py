"""Any workflows that want the same locks, any course of events, engines that die at any commit: who holds what is kept.

After every commit the rows of the locks are compared with what the statuses say, by a store that dies when it is told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.controller.loop import Controller
from argosy.errors import NotFound
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.model.codec import decode, read_documents
from argosy.model.workflow import Workflow
from argosy.ports.events import ResumeRequested, StopRequested, SuspendRequested, TerminateRequested
from argosy.ports.limits import Limits, RateLimit
from argosy.ports.locks import Holding, holdings
from argosy.ports.store import Change, DeleteRequested, Store
from argosy.stores import STORES
from argosy.testing import VirtualClock

WANTED = (
    {"mutexes": [{"name": "x"}]},
    {"mutexes": [{"name": "x"}]},
    {"mutexes": [{"name": "x"}, {"name": "z"}]},
    {"mutexes": [{"name": "z", "namespace": "other"}]},
    {"semaphores": [{"configMapKeyRef": {"name": "limits", "key": "k"}}]},
    {"semaphores": [{"configMapKeyRef": {"name": "limits", "key": "k"}}], "mutexes": [{"name": "z"}]},
)
OUTCOMES = {
    "good": Outcome(seconds=5),
    "late": Outcome(seconds=15, ignores_term=True),
    "bad": Outcome(seconds=5, exit_code=1),
    "lost": Outcome(seconds=3, error="pod deleted"),
}
REQUESTS = (SuspendRequested(), ResumeRequested(), StopRequested(), TerminateRequested(), DeleteRequested())
MOVES = ("time", "time", "time", "submit", "submit", "request", "limit", "remove", "die", "die before", "die after")
Death = Literal["", "before", "after"]


class Killed(BaseException):
    """The engine is no more."""


class Watched:
    """A store that compares rows and statuses after every commit; `death` is when the next one kills who makes it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.death: Death = ""
        self.uids: list[str] = []
        self._fences: dict[tuple[str, Holding], int] = {}
        self._highest = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: Sequence[Change]) -> None:
        death, self.death = self.death, ""
        if death == "before":
            raise Killed
        self._store.commit(changes)
        self.check()
        if death == "after":
            raise Killed

    def check(self) -> None:
        said = [(uid, each) for uid in self.uids for each in self._holdings(uid)]
        rows = self._store.locks(None)
        assert sorted(said) == sorted((row.workflow_uid, row.holding) for row in rows)
        mutexes = [row.holding.lock.name for row in rows if row.holding.lock.is_mutex]
        assert len(set(mutexes)) == len(mutexes)
        fences = {(row.workflow_uid, row.holding): row.fence or 0 for row in rows}
        assert len(set(fences.values())) == len(rows)
        for key, fence in fences.items():
            assert fence == self._fences[key] if key in self._fences else fence > self._highest
        self._fences, self._highest = fences, max([self._highest, *fences.values()])

    def _holdings(self, uid: str) -> list[Holding]:
        try:
            return list(holdings(self._store.load(uid).status))
        except NotFound:
            return []


class World:
    """A store, pods, and one engine after the other."""

    def __init__(self, store: Store, rate: RateLimit | None) -> None:
        self.limits = Limits(rate=rate)
        self.clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.executor = FakeExecutor(OUTCOMES, clock=self.clock)
        self.store = Watched(store)
        self.bugs: list[Exception] = []
        self.limit(1)
        self.controller = self.engine()

    def engine(self) -> Controller:
        self.controller = Controller(
            self.store,  # type: ignore[arg-type]
            self.executor,
            self.clock,
            limits=self.limits,
            on_bug=lambda _uid, error: self.bugs.append(error),
        )
        self.controller.open()
        return self.controller

    def restart(self) -> None:
        self.controller.close()
        self.engine()

    def limit(self, number: int) -> None:
        head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits", "namespace": "default"}}
        known = self.store.objects.list("v1", "ConfigMap", "default")
        write = self.store.objects.replace if known else self.store.objects.create
        write({**head, "data": {"k": str(number)}})

    def submit(self, spec: dict[str, Any]) -> None:
        name = f"wf{len(self.store.uids)}"
        head = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}}
        workflow = decode(read_documents(yaml.safe_dump({**head, "spec": spec}), "workflow.yaml")[0])
        assert isinstance(workflow, Workflow)
        workflow.metadata.namespace, workflow.metadata.uid = "default", f"uid-of-{name}"
        workflow.metadata.creation_timestamp = self.clock.now()
        self.store.create(workflow)
        self.store.uids.append(workflow.metadata.uid)

    def settle(self) -> None:
        """Turn the loop until nothing happens; an engine that dies in it has a successor."""
        quiet = 0
        self.controller.wake()
        while quiet < 3:
            try:
                quiet = 0 if self.controller.step(0.001) else quiet + 1
            except Killed:
                self.restart()
        self.store.check()

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.executor.advance(seconds)

    def finish(self) -> None:
        """Let all go on, then end whoever waits for what he holds himself."""
        for request in (*[ResumeRequested()] * 30, *[TerminateRequested()] * 5):
            for uid in self.store.unfinished():
                self.store.post(uid, request)
            self.advance(10)
            self.settle()


@st.composite
def specs(draw: Any) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=3, unique=True))
    templates: list[dict[str, Any]] = [
        {"name": name, "container": {"image": "alpine", "command": ["true"]}} for name in names
    ]
    for template in templates:
        if draw(st.integers(0, 3)):
            template["synchronization"] = draw(st.sampled_from(WANTED))
        if draw(st.integers(0, 3)) == 0:
            template["retryStrategy"] = {"limit": 1, "retryPolicy": "Always", "backoff": {"duration": "5s"}}
    steps = [
        [
            {"name": f"s{group}{place}", "template": draw(st.sampled_from(names)), "continueOn": {"failed": True}}
            for place in range(draw(st.integers(1, 3)))
        ]
        for group in range(draw(st.integers(1, 2)))
    ]
    main: dict[str, Any] = {"name": "main", "steps": steps}
    spec: dict[str, Any] = {"entrypoint": "main", "templates": [main, *templates]}
    for place in (spec, main):
        if draw(st.integers(0, 4)) == 0:
            place["synchronization"] = draw(st.sampled_from(WANTED))
    if draw(st.integers(0, 2)) == 0:
        spec["priority"] = draw(st.integers(0, 2))
    if draw(st.integers(0, 4)) == 0:
        spec["activeDeadlineSeconds"] = 20
    return spec


def move(world: World, data: st.DataObject) -> None:
    """One thing that may happen."""
    what, unfinished = data.draw(st.sampled_from(MOVES)), world.store.unfinished()
    if what == "submit":
        world.submit(data.draw(specs()))
    elif what == "limit":
        world.limit(data.draw(st.integers(0, 3)))
    elif what == "request" and unfinished:
        world.store.post(data.draw(st.sampled_from(unfinished)), data.draw(st.sampled_from(REQUESTS)))
    elif what == "remove" and unfinished:
        world.store.delete(data.draw(st.sampled_from(unfinished)))
    elif what == "die":
        world.restart()
    elif what.startswith("die "):
        world.store.death = "before" if what.endswith("before") else "after"
        world.advance(5)
    else:
        world.advance(data.draw(st.sampled_from((1.0, 5.0, 20.0))))
    world.settle()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(specs(), min_size=2, max_size=3), st.data())
def test_the_rows_are_what_the_statuses_say(kind: str, first: list[dict[str, Any]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(STORES[kind](str(Path(folder, "argosy.db")))) as store:
        world = World(store, data.draw(st.sampled_from((None, RateLimit(limit=0.5, burst=2)))))
        for spec in first:
            world.submit(spec)
        world.settle()
        for _ in range(12):
            move(world, data)
        world.finish()
        assert world.store.unfinished() == []
        assert store.locks(None) == []
        assert world.bugs == []
        world.controller.close()
