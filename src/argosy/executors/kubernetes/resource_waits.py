"""Waiting for what becomes of one object: every state of it is watched, none is polled for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from argosy.cluster.api import Api
from argosy.cluster.failures import Refused
from argosy.cluster.informer import Informer
from argosy.cluster.requests import Object, Selection
from argosy.cluster.retry import Backoff
from argosy.errors import ArgosyError, NotFound
from argosy.executors.kubernetes.resource_actions import Leaving
from argosy.executors.objects.failures import Failure
from argosy.executors.objects.nodes import DELETED
from argosy.language.conditions import ResourceConditions
from argosy.ports.store import ObjectKey

T = TypeVar("T")
Note = Callable[[Exception], None]

AGAIN: Final = Backoff(first_seconds=0.5, longest_seconds=30.0)
"""Between attempts at what the cluster does not take now."""


class _States:
    """An informer's handler: queues the states of its object, None where it is gone, and why nothing can be seen."""

    def __init__(self, note: Note) -> None:
        self.queue: asyncio.Queue[Object | Exception | None] = asyncio.Queue()
        self._note = note

    def added(self, new: Object) -> None:
        """It is there."""
        self.queue.put_nowait(new)

    def updated(self, _old: Object, new: Object) -> None:
        """It is another one."""
        self.queue.put_nowait(new)

    def deleted(self, _old: Object) -> None:
        """It is gone."""
        self.queue.put_nowait(None)

    def failed(self, error: Exception) -> None:
        """The watch failed; it goes on by itself, unless it is not allowed, or can't be."""
        self._note(error)
        if isinstance(error, Refused) and 400 <= error.status < 500:
            self.queue.put_nowait(error)

    async def missed(self, informer: Informer) -> None:
        """Say so if it is not there from the beginning."""
        await informer.synced.wait()
        if not informer.objects:
            self.queue.put_nowait(None)

    async def all(self) -> AsyncGenerator[Object | None, None]:
        """The states. Raises Refused."""
        while True:
            state = await self.queue.get()
            if isinstance(state, Exception):
                raise state
            yield state


@asynccontextmanager
async def watching(api: Api, key: ObjectKey, note: Note) -> AsyncIterator[AsyncGenerator[Object | None, None]]:
    """The object's states from now on. The informer is of this wait alone: what it lists first is never stale."""
    states = _States(note)
    selection = Selection(key.api_version, key.kind, key.namespace or None, fields=f"metadata.name={key.name}")
    informer = Informer(api, selection, on_error=states.failed, jitter=api.jitter)
    informer.add_handler(states)
    informer.start()
    missed = asyncio.get_running_loop().create_task(states.missed(informer))
    stream = states.all()
    try:
        yield stream
    finally:
        await stream.aclose()
        missed.cancel()
        informer.stop()


async def condition(api: Api, key: ObjectKey, conditions: ResourceConditions, note: Note) -> Object:
    """The object, once the condition for success holds. Raises Failure where that for failure does, or it is gone."""
    async with watching(api, key, note) as states:
        async for state in states:
            data = state if state is not None else await _still_there(api, key, note)
            verdict = conditions.judge(data)
            if verdict.succeeded:
                return data
            if verdict.succeeded is False:
                raise Failure(verdict.message)
    raise AssertionError("states never end")


async def _still_there(api: Api, key: ObjectKey, note: Note) -> Object:
    """It was deleted: the one of its name that is there now. Raises Failure where there is none."""
    try:
        data = await lasting(api, lambda: api.get(key), note)
    except NotFound as error:
        raise Failure(f"{DELETED}: {error}") from None
    data["metadata"].pop("managedFields", None)
    return data


async def gone(api: Api, leaving: Leaving, note: Note) -> None:
    """Wait until the object is no more; another one of its name is another one."""
    async with watching(api, leaving.key, note) as states:
        async for state in states:
            if state is None or state["metadata"]["uid"] != leaving.uid:
                return


async def lasting(api: Api, work: Callable[[], Awaitable[T]], note: Note) -> T:
    """What the work gives, however often it has to be begun anew for what may pass; that is noted."""
    attempt = 0
    while True:
        try:
            return await work()
        except ArgosyError as error:
            if not error.transient:
                raise
            note(error)
        await asyncio.sleep(AGAIN.pause(attempt, api.jitter))
        attempt += 1
