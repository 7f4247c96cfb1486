"""Services without an engine: what operations put into the store stays there as it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from argosy.executors.fake import FakeExecutor
from argosy.model.codec import decode_lenient
from argosy.model.workflow import Workflow
from argosy.ports.operation import Operation, Services
from argosy.ports.store import Change
from argosy.stores import STORES
from argosy.testing import VirtualClock

SPEC: dict[str, Any] = {
    "entrypoint": "main",
    "templates": [{"name": "main", "container": {"image": "alpine", "command": ["true"]}}],
}


class Api:
    """The operations, and what they are done with."""

    def __init__(self) -> None:
        self.clock, self.woken, self.left = VirtualClock(), 0, list[str]()
        uids = itertools.count(1)
        self.suffixes: Iterator[str] = (f"{number:05}" for number in itertools.count(1))
        self.services = Services(
            store=STORES["memory"](""),
            logs=FakeExecutor(),
            clock=self.clock,
            new_uid=lambda: f"uid-{next(uids)}",
            new_suffix=lambda: next(self.suffixes),
            wake=self._wake,
            defaults={},
            delete_leftovers=self.left.append,
            honoured=frozenset({"image"}),
        )

    def call(self, operation: Operation[Any, Any], request: Any) -> Any:
        return operation.run(self.services, request)

    def add(self, name: str, phase: str = "Running", *nodes: dict[str, Any], **more: Any) -> Workflow:
        """Put a workflow into the store."""
        self.clock.advance(1)
        finished = self.clock.now() + timedelta(seconds=1) if phase in ("Succeeded", "Failed", "Error") else None
        data = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {
                "name": name,
                "namespace": "default",
                "uid": f"uid-{name}",
                "creationTimestamp": self.clock.now().isoformat(),
            },
            "spec": SPEC,
            "status": {"phase": phase, "nodes": {each["id"]: each for each in nodes}},
        }
        workflow = decode_lenient(data | more, Workflow)
        workflow.status.finished_at = finished
        self.services.store.create(workflow)
        return workflow

    def change(self, **change: Any) -> None:
        self.services.store.commit([Change(**change)])

    @property
    def posted(self) -> list[Any]:
        return [each.request for each in self.services.store.requests()]

    def _wake(self) -> None:
        self.woken += 1
