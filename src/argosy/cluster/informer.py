"""List and watch, put together rightly, once for all kinds: a copy of what is selected, kept up to date.

1. List everything. Tell what is new, what is another version, and what is gone.
2. Watch from the list's resourceVersion on, telling each event; bookmarks move the version on where nothing happens.
3. When the watch ends (servers end it every few minutes, connections break), watch again from where it was: at once
   where it had lived for a while, else after a pause, which grows with every failure.
4. When the version is too old (410), or at the time for a resync, go to 1.

So no change of an object's state is lost, though not every state in between is seen; and what was deleted while nobody
looked is told too, with the last state that was known.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing
from typing import Any, Final, Protocol

from argosy.cluster.api import Api
from argosy.cluster.failures import Expired
from argosy.cluster.requests import Listing, Object, Selection, WatchEvent
from argosy.cluster.retry import Backoff, Jitter
from argosy.errors import ArgosyError

Name = tuple[str, str]
"""Namespace and name of an object."""

RESYNC_SECONDS: Final = 1800.0
PAUSES: Final = Backoff(first_seconds=0.2, longest_seconds=30.0)
LIVED_SECONDS: Final = 5.0
"""A watch that lived so long was a good one."""


class Handler(Protocol):
    """Hears what happens to objects, in the loop's thread, one at a time. Must not block."""

    def added(self, new: Object, /) -> None:
        """An object is there that was not known."""
        ...

    def updated(self, old: Object, new: Object, /) -> None:
        """An object has another state; at a resync, maybe the same one."""
        ...

    def deleted(self, old: Object, /) -> None:
        """An object is gone, or no longer selected; this is its last state, as far as it is known."""
        ...


class Informer:
    """Keeps `objects`, by namespace and name, from `start` to `stop`. Lives in one event loop.

    `synced` is set once everything has been listed and told; `wait_synced` waits for it in another thread. `on_error`
    hears of every failure; none of them ends it. Managed fields are dropped, which is a good part of the memory.
    """

    def __init__(
        self,
        api: Api,
        selection: Selection,
        *,
        on_error: Callable[[Exception], None] = lambda _error: None,
        resync_seconds: float = RESYNC_SECONDS,
        pauses: Backoff = PAUSES,
        jitter: Jitter = random.random,
    ) -> None:
        self.api, self.selection, self.on_error = api, selection, on_error
        self.resync_seconds, self.pauses, self.jitter = resync_seconds, pauses, jitter
        self.objects: dict[Name, Object] = {}
        self.synced = asyncio.Event()
        self.last_error: Exception | None = None
        self._synced = threading.Event()
        self._handlers: list[Handler] = []
        self._version, self._resync = "", False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to list and watch."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._live(), name=f"informer {self.selection.kind}")

    def stop(self) -> asyncio.Task[None] | None:
        """Watch no longer. What is known stays. Gives the task that is coming to its end."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        return task

    def add_handler(self, handler: Handler) -> None:
        """Tell this one too, from now on; what is known already is told as added at once."""
        self._handlers.append(handler)
        for item in list(self.objects.values()):
            self._call(handler.added, item)

    def remove_handler(self, handler: Handler) -> None:
        """Tell this one nothing any more."""
        if handler in self._handlers:
            self._handlers.remove(handler)

    def wait_synced(self, timeout: float | None = None) -> bool:
        """Wait, in another thread than the loop's, until everything has been listed once."""
        return self._synced.wait(timeout)

    # --- the task

    async def _live(self) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            try:
                if not self._version:
                    self._take_list(await self.api.list(self.selection))
                    self._now_synced()
                await self._watch()
                failures, self.last_error = 0, None
            except Expired as error:
                self._version = ""
                self._note(error)
            except ArgosyError as error:
                self._note(error)
            except Exception as error:  # a bug, or an answer that is no JSON: list anew, and go on
                self._version = ""
                self._note(error)
            if loop.time() - began > LIVED_SECONDS:
                failures = 0
            else:
                await asyncio.sleep(self.pauses.pause(failures, self.jitter))
                failures += 1

    async def _watch(self) -> None:
        """Take events until the watch ends; at the time for a resync, forget the version."""
        try:
            async with asyncio.timeout(self.resync_seconds * (1 + self.jitter() / 10)):
                async with aclosing(self.api.watch(self.selection, self._version)) as events:
                    async for event in events:
                        self._take_event(event)
        except TimeoutError:
            self._version, self._resync = "", True

    def _now_synced(self) -> None:
        self.synced.set()
        self._synced.set()

    def _note(self, error: Exception) -> None:
        self.last_error = error
        self.on_error(error)

    # --- what has changed

    def _take_list(self, listing: Listing) -> None:
        resync, self._resync = self._resync, False
        known, self.objects = self.objects, {}
        for item in listing.items:
            self.objects[_name(item)] = _slim(item)
        self._version = listing.resource_version
        for name, item in list(self.objects.items()):
            old = known.pop(name, None)
            if old is None or _uid(old) != _uid(item):
                if old is not None:
                    self._tell_deleted(old)
                self._tell_added(item)
            elif resync or _version(old) != _version(item):
                self._tell_updated(old, item)
        for old in known.values():
            self._tell_deleted(old)

    def _take_event(self, event: WatchEvent) -> None:
        item = event.object
        self._version = _version(item) or self._version
        if event.type == "BOOKMARK":
            return
        name = _name(item)
        old = self.objects.get(name)
        if event.type == "DELETED":
            self.objects.pop(name, None)
            self._tell_deleted(_slim(item))
            return
        self.objects[name] = _slim(item)
        if old is not None and _uid(old) != _uid(item):
            self._tell_deleted(old)
            old = None
        if old is None:
            self._tell_added(item)
        elif _version(old) != _version(item):
            self._tell_updated(old, item)

    def _tell_added(self, new: Object) -> None:
        for handler in tuple(self._handlers):
            self._call(handler.added, new)

    def _tell_updated(self, old: Object, new: Object) -> None:
        for handler in tuple(self._handlers):
            self._call(handler.updated, old, new)

    def _tell_deleted(self, old: Object) -> None:
        for handler in tuple(self._handlers):
            self._call(handler.deleted, old)

    def _call(self, told: Callable[..., None], *objects: Object) -> None:
        try:
            told(*objects)
        except Exception as error:  # of one who hears; the others hear all the same
            self.on_error(error)


class Informers:
    """The informers of a cluster, one for each selection, however many use it. Lives in one event loop."""

    def __init__(self, make: Callable[[Selection], Informer]) -> None:
        self._make = make
        self._used: dict[Selection, tuple[Informer, int]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def take(self, selection: Selection, handler: Handler | None = None) -> Informer:
        """The informer for this, started; give it back with `release`."""
        informer, users = self._used.get(selection) or (self._make(selection), 0)
        self._used[selection] = (informer, users + 1)
        if handler is not None:
            informer.add_handler(handler)
        informer.start()
        return informer

    def release(self, informer: Informer, handler: Handler | None = None) -> None:
        """It is not needed here any more; where nobody needs it, it stops."""
        if handler is not None:
            informer.remove_handler(handler)
        _, users = self._used.get(informer.selection) or (informer, 1)
        if users > 1:
            self._used[informer.selection] = (informer, users - 1)
        else:
            self._used.pop(informer.selection, None)
            self._end(informer)

    async def stop(self) -> None:
        """Stop them all, and wait until they have."""
        for informer, _ in self._used.values():
            self._end(informer)
        self._used.clear()
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _end(self, informer: Informer) -> None:
        task = informer.stop()
        if task is not None:
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def __iter__(self) -> Iterator[Informer]:
        return iter([informer for informer, _ in self._used.values()])


def _name(item: Object) -> Name:
    metadata = item["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _uid(item: Object) -> Any:
    return item["metadata"].get("uid")


def _version(item: Object) -> str:
    return item["metadata"].get("resourceVersion", "")


def _slim(item: Object) -> Object:
    item["metadata"].pop("managedFields", None)
    return item
