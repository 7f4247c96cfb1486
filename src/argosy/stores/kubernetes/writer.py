"""Drafts become writes: one patch for each workflow, all of a commit at the same time.

A patch is on condition that the object is as we know it (resourceVersion). Where it is not, somebody has edited it: the
object is read anew, what was edited is noted as requests, and the patch is made again for what there is now. So no edit
is lost, and an engine that has been replaced, and does not know yet, finds out before it writes.

    conflict                 read it, ask whether we may still write, write again
    not found                the workflow is gone: there is nothing to keep; the engine hears of it by `unfinished`
    no answer, 5xx, 429      again, for as long as we may write
    401, 403                 StoreError: nothing can be written any more
    refused, or too large    the workflow is put in Error, with the reason
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from argosy.cluster.api import Api
from argosy.cluster.failures import Refused, Unavailable
from argosy.cluster.requests import CONTENT_TYPES, Request
from argosy.errors import Conflict, NotFound, StoreBusy, StoreError
from argosy.model.kinds import ERROR
from argosy.stores.kubernetes.drafts import Draft, View, fitted
from argosy.stores.kubernetes.mirror import Entry, Mirror
from argosy.stores.kubernetes.patches import Object, merge, reduced
from argosy.stores.kubernetes.shape import FINISHED, nodes_of, part, plain, uid_of, version_of

METADATA: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
"""The answer that is wanted: the version of what was written, and not all of it."""
AGAIN_SECONDS: Final = 1.0
FORBIDDEN: Final = frozenset((401, 403))
NOT_OURS: Final = "another controller acts on these workflows"


class Written(NamedTuple):
    """A workflow whose last state was written: with its spec, as plain data."""

    uid: str
    spec: Object
    phase: str


class Writer:
    """Writes to the objects of a mirror. Belongs to its loop. `may_write` says whether we are still the engine."""

    def __init__(self, api: Api, mirror: Mirror, now: Callable[[], datetime], may_write: Callable[[], bool]) -> None:
        self._api, self._mirror, self._now, self._may_write = api, mirror, now, may_write

    async def write_all(self, drafts: Sequence[tuple[Entry, Draft]]) -> list[Written]:
        """Write all drafts; gives those that are finished now. Raises StoreError, after all were tried."""
        self._ask_leave()
        outcomes = await asyncio.gather(*(self._write(*each) for each in drafts), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, Written)]

    async def fail(self, entry: Entry, phase: str, message: str) -> None:
        """Put a workflow that can't be run in this phase. Raises StoreError."""
        draft = Draft(View.read(entry.item), ())
        draft.give_up(phase, message, plain(self._now()))
        await self.write_all([(entry, draft)])

    async def _write(self, entry: Entry, draft: Draft) -> Written | None:
        entry.busy = True
        try:
            await self._try(entry, draft)
        finally:
            self._mirror.free(entry)
        for id_ in draft.handled:
            entry.requests.pop(id_, None)
        if entry.view is not None:
            entry.view = draft.after
        if draft.phase not in FINISHED:
            return None
        if draft.given_up:
            self._mirror.drop(entry.uid)
            self._mirror.changed()
        else:
            self._mirror.finished(entry)
        return Written(entry.uid, part(entry.item, "spec"), draft.phase)

    async def _try(self, entry: Entry, draft: Draft) -> None:
        """Write until it is written, or the workflow is gone."""
        while True:
            try:
                patch, nodes = _plan(entry, draft)
            except StoreError as error:
                self._give_up(draft, error)
                continue
            try:
                version = await self._send(entry, patch) if patch else entry.version
            except NotFound:
                return self._lose(entry)
            except Conflict:
                if not await self._read_again(entry, patch, nodes):
                    return None
            except Unavailable as error:
                await self._wait(error)
            except Refused as error:
                if error.status in FORBIDDEN:
                    raise StoreError(error.message, hint=error.hint) from None
                self._give_up(draft, StoreError(error.message))
            else:
                self._mirror.written(entry, merge(entry.item, patch), version)
                entry.nodes = nodes
                return None

    async def _send(self, entry: Entry, patch: Object) -> int:
        resource = await self._api.discovery.find(entry.key.api_version, entry.key.kind)
        metadata = {**patch.get("metadata", {}), "resourceVersion": str(entry.version)}
        request = Request(
            method="PATCH",
            path=resource.path(entry.key.namespace, entry.key.name),
            body={**patch, "metadata": metadata},
            content_type=CONTENT_TYPES["merge"],
            accept=METADATA,
            what=resource.kind,
        )
        return version_of(await self._api.send(request))

    async def _read_again(self, entry: Entry, patch: Object, nodes: Object) -> bool:
        """Take in what somebody has edited; whether the workflow is still there to be written."""
        self._ask_leave()
        try:
            latest = await self._api.get(entry.key)
        except NotFound:
            self._lose(entry)
            return False
        except Unavailable as error:
            await self._wait(error)
            return True
        if uid_of(latest) != entry.uid:
            self._lose(entry)
            return False
        if not reduced(patch, latest):  # it was written after all, and the answer was lost
            self._mirror.written(entry, merge(entry.item, patch), entry.version)
            entry.nodes = nodes
        known = entry.uid in self._mirror.entries
        self._mirror.adopt(entry, latest)
        return not known or entry.uid in self._mirror.entries

    async def _wait(self, error: Unavailable) -> None:
        self._mirror.on_error(error)
        self._ask_leave()
        await asyncio.sleep(AGAIN_SECONDS)

    def _ask_leave(self) -> None:
        if not self._may_write():
            raise StoreBusy(NOT_OURS)

    def _lose(self, entry: Entry) -> None:
        self._mirror.drop(entry.uid)
        self._mirror.changed()

    def _give_up(self, draft: Draft, error: StoreError) -> None:
        """Where something can't be written, say so in its place; where not even that can be, raise the error."""
        if draft.given_up:
            raise error
        self._mirror.on_error(error)
        draft.give_up(ERROR, error.message, plain(self._now()))


def _plan(entry: Entry, draft: Draft) -> tuple[Object, Object]:
    """The patch for the object as it is now, and the nodes after it. Raises StoreError where it would be too large."""
    if not draft.nodes:
        return draft.patch(entry.item, {}), entry.nodes
    nodes = entry.nodes if entry.view is not None else nodes_of(entry.item)
    patch = draft.patch(entry.item, nodes)
    changed = patch.get("status", {}).get("nodes")
    if not changed:
        return patch, nodes
    nodes = merge(nodes, changed)
    return fitted(entry.item, nodes, patch), nodes
