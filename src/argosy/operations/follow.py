"""Logs that are still being written → one stream of lines.

A thread for each pod that runs reads its log to the end, which comes when the pod ends; what they read meets in a
queue. Pods that have ended are read one after the other. Whoever takes lines also looks, now and then, whether pods
have begun in the meantime.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from msgspec.structs import replace

from argosy.errors import NotFound
from argosy.model.requests import LogEntry
from argosy.model.workflow import Workflow
from argosy.operations.target import FINISHED
from argosy.ports.executor import LogQuery
from argosy.ports.operation import Logs, Services
from argosy.ports.pods import PodKey

PAUSE = 0.03
"""Seconds to wait for a line before looking whether the store has changed."""
RELAXED = 5
"""Reading a large workflow again costs time: it is not done for so many times as long as it took."""


class Follower:
    """Reads the logs of the pods that are added."""

    def __init__(self, services: Services, query: LogQuery) -> None:
        self._services, self._query = services, query
        self._lines: queue.SimpleQueue[LogEntry | None] = queue.SimpleQueue()
        self._known: set[PodKey] = set()
        self._ended: deque[tuple[PodKey, str]] = deque()
        self._open = 0

    def changes(self, namespace: str, name: str) -> Iterator[Workflow]:
        """The workflow, again after each change, the last time when it has finished. One that is deleted ends it."""
        store = self._services.store
        seen, not_before = None, 0.0
        while True:
            version = store.version()
            if version == seen or time.monotonic() < not_before:
                if self._lines.empty():
                    time.sleep(PAUSE)
                    continue
            else:
                began = time.monotonic()
                try:
                    workflow = store.get(namespace, name)
                except NotFound:
                    return
                not_before = began + (time.monotonic() - began) * (1 + RELAXED)
                seen = version
            yield workflow
            if workflow.status.phase in FINISHED:
                return

    def add(self, key: PodKey, pod_name: str, *, ended: bool) -> None:
        """Read the log of a pod, if that is not being done."""
        if key in self._known:
            return
        self._known.add(key)
        if ended:
            self._ended.append((key, pod_name))
        else:
            self._open += 1
            threading.Thread(target=self._read, args=(key, pod_name), name=f"log of {pod_name}", daemon=True).start()

    def lines(self) -> Iterator[LogEntry]:
        """What there is now and has not been taken."""
        while self._ended:
            yield from read(self._services.logs, *self._ended.popleft(), self._query)
        while not self._lines.empty():
            yield from self._take()

    def rest(self) -> Iterator[LogEntry]:
        """What is still to come, until the last pod has ended."""
        yield from self.lines()
        while self._open:
            yield from self._take()

    def _take(self) -> Iterator[LogEntry]:
        entry = self._lines.get()
        if entry is None:
            self._open -= 1
        else:
            yield entry

    def _read(self, key: PodKey, pod_name: str) -> None:
        try:
            for entry in read(self._services.logs, key, pod_name, replace(self._query, follow=True)):
                self._lines.put(entry)
        finally:
            self._lines.put(None)


def read(logs: Logs, key: PodKey, pod_name: str, query: LogQuery) -> Iterator[LogEntry]:
    """The lines of one pod's log; none where it never got so far as to write any."""
    with suppress(NotFound):
        for line in logs.logs(key, pod_name, query):
            yield LogEntry(content=line, pod_name=pod_name)
