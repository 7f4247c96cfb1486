"""What acts on objects and runs them, put together. All of it is called from one thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from argosy.executors.objects.actions import Actions
from argosy.executors.objects.kinds import kind_of, stamp
from argosy.executors.objects.logs import PodLogs
from argosy.executors.objects.nodes import ResourceNodes
from argosy.executors.objects.runs import Runs
from argosy.executors.objects.world import World
from argosy.ports.clock import Clock
from argosy.ports.executor import Executor
from argosy.ports.store import ObjectKey, Store


class Core:
    """The parts, and what is asked of all of them."""

    def __init__(
        self,
        store: Store,
        pods: Executor,
        submit_workflow: Callable[[dict[str, Any]], Any],
        wake: Callable[[], object],
        clock: Clock,
        logs_dir: Path | None,
    ) -> None:
        self._pods, self._wake, self._clock = pods, wake, clock
        self.world = World(store, submit_workflow, wake)
        self.runs = Runs(self.world, pods, clock)
        self.nodes = ResourceNodes(self.world, Actions(self.world, self.runs), clock, PodLogs(logs_dir, pods))

    @property
    def active(self) -> bool:
        """Whether anything waits or runs."""
        return self.nodes.active or self.runs.active

    @property
    def wake_at(self) -> datetime | None:
        """When something is due."""
        return min((time for time in (self.runs.wake_at, self.nodes.wake_at) if time is not None), default=None)

    def due(self, now: datetime) -> None:
        """Do what is due."""
        self.runs.due(now)
        self.nodes.due(now)

    def look(self) -> None:
        """Look at everything, whoever changed it."""
        self.runs.look()
        self.nodes.look()

    def collect_without_engine(self, owner_uid: str) -> None:
        """Delete what this owner has, where no engine runs here: one that does has to end what still runs."""
        self.world.collect(owner_uid, self._delete_without_engine)

    def _delete_without_engine(self, key: ObjectKey) -> None:
        data, kind = self.world.get(key), kind_of(key.api_version, key.kind)
        if kind is not None and not kind.settled(data):
            time = {"deletionTimestamp": stamp(self._clock.now())}
            self.world.change(key, lambda old: {**old, "metadata": {**old["metadata"], **time}})
            self._wake()
            return
        self.world.delete(key)
        if kind is not None:
            self._pods.delete_workflow(data["metadata"]["uid"])

    def take_changed(self) -> list[ObjectKey]:
        """The objects that were changed here since this was last asked, each once."""
        keys = list(dict.fromkeys(self.world.dirty))
        self.world.dirty.clear()
        return keys
