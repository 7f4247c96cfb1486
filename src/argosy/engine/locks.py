"""Locks: who holds which, who waits for them, and in which order (workflow/sync in Argo).

One table for all workflows of an engine. Nothing in it is kept: it is found again in the status of the workflows, which
is changed in the same transaction as whatever a lock was given to or taken from.

Who waits stands in the queue of each lock that it wants: higher priority first, then older. A lock is given only to the
workflow at the front of its queue, and to nobody who does not get all that he waits for. So what waits longest or is
most important can't be starved by those who want less, and no two can each hold what the other one waits for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from argosy.ports.configmaps import SYNC_LIMITS, ReadConfigMap, no_config_maps
from argosy.ports.locks import Lock

NUMBER = re.compile(r"[+-]?[0-9]{1,9}")

LIMITS_AGE = timedelta(seconds=1)
"""How soon it is seen that the limit of a semaphore has changed."""


class Claim(NamedTuple):
    """Somebody who wants all of these locks. `turn` is his place among others, `owner` the uid of his workflow."""

    turn: tuple[int, float, str, int]
    holder: str
    owner: str
    locks: tuple[Lock, ...]


class Refusal(NamedTuple):
    """The lock that is not to be had, and why."""

    lock: Lock
    message: str


class LockTable:
    """Holders and queues by lock. `read` gives the ConfigMaps that the limits of semaphores are in."""

    def __init__(self, read: ReadConfigMap = no_config_maps) -> None:
        self.read = read
        self._holders: dict[Lock, dict[str, str]] = {}
        self._queues: dict[Lock, list[Claim]] = {}
        self._woken: dict[str, None] = {}
        self._looked: datetime | None = None

    def copy(self) -> LockTable:
        """Another one like this."""
        copy = LockTable(self.read)
        copy._holders = {lock: dict(holders) for lock, holders in self._holders.items()}
        copy._queues = {lock: list(queue) for lock, queue in self._queues.items()}
        return copy

    def limit(self, lock: Lock) -> int | None:
        """How many may hold a lock at once, None where nobody says."""
        if lock.is_mutex:
            return 1
        namespace, kind, rest = lock.name.split("/", 2)
        name, _, key = rest.partition("/") if kind == "ConfigMap" else (SYNC_LIMITS, "/", rest)
        found = self.read(namespace, name)
        text = found.data.get(key, "") if found else ""
        return int(text) if NUMBER.fullmatch(text) else None

    @property
    def queues(self) -> Mapping[Lock, Sequence[Claim]]:
        """Who waits for each lock, the next one first."""
        return self._queues

    def holders(self, lock: Lock) -> list[str]:
        """Who holds a lock, in the order of their names."""
        return sorted(self._holders.get(lock, ()))

    def is_known(self, lock: Lock) -> bool:
        """Whether anybody holds a lock or waits for it, or somebody may."""
        return bool(self._holders.get(lock) or self._queues.get(lock) or (self.limit(lock) or 0) > 0)

    def hold(self, lock: Lock, holder: str, owner: str) -> None:
        """He holds it, as a status says: even where that is more than the limit is by now."""
        self._holders.setdefault(lock, {})[holder] = owner

    def wait(self, claim: Claim) -> None:
        """Stand in the queues."""
        for lock in claim.locks:
            queue = self._queues.setdefault(lock, [])
            place = bisect_left(queue, claim)
            if queue[place : place + 1] != [claim]:
                queue.insert(place, claim)

    def leave(self, claim: Claim) -> None:
        """Stand in no queue any more."""
        for lock in claim.locks:
            queue = self._queues.get(lock, [])
            place = bisect_left(queue, claim)
            if queue[place : place + 1] == [claim]:
                del queue[place]
                self._wake_front(lock)

    def acquire(self, claim: Claim) -> Refusal | None:
        """Get all locks of a claim that stands in their queues; or none, and the first that is not to be had."""
        for lock in claim.locks:
            message = self._obstacle(lock, claim)
            if message:
                return Refusal(lock, message)
        for lock in claim.locks:
            self.hold(lock, claim.holder, claim.owner)
        self.leave(claim)
        return None

    def first_ready(self, owner: str, lock: Lock) -> Claim | None:
        """The first claim of a workflow in the queue of a lock that would get all it wants."""
        queue = self._queues.get(lock, [])
        for claim in queue:
            if claim.owner != owner or self._obstacle(lock, claim):
                return None
            if not any(self._obstacle(each, claim) for each in claim.locks):
                return claim
        return None

    def release(self, claim: Claim) -> None:
        """Hold none of the locks of a claim any more."""
        for lock in claim.locks:
            if self._holders.get(lock, {}).pop(claim.holder, None) is not None:
                self._wake_front(lock)

    def forget(self, owner: str) -> None:
        """A workflow is gone, with all it held and waited for."""
        for lock in [*self._holders, *self._queues]:
            holders, queue = self._holders.get(lock, {}), self._queues.get(lock, [])
            for holder in [holder for holder, each in holders.items() if each == owner]:
                del holders[holder]
            queue[:] = [claim for claim in queue if claim.owner != owner]
            self._wake_front(lock)

    def look(self, now: datetime) -> None:
        """The limits may have changed: they are looked at again, once in a while."""
        if self._looked is not None and now < self._looked + LIMITS_AGE:
            return
        self._looked = now
        for lock, queue in self._queues.items():
            if queue and not lock.is_mutex:
                self._wake_front(lock)

    def take_woken(self) -> list[str]:
        """The uids of the workflows for which there may be a lock now, since the last time."""
        woken, self._woken = list(self._woken), {}
        return woken

    def asked(self, owner: str) -> None:
        """A workflow has just looked for what it can have."""
        self._woken.pop(owner, None)

    def _obstacle(self, lock: Lock, claim: Claim) -> str:
        """Why he can't have it, in Argo's words; empty where he can."""
        limit, queue = self.limit(lock) or 0, self._queues.get(lock, [])
        free = limit - len(self._holders.get(lock, ()))
        if limit <= 0:
            return f"Failed to get semaphore limit for {lock.name}"
        if free > 0 and (not queue or queue[0].owner == claim.owner):
            return ""
        return f"Waiting for {lock.name} lock. Lock status: {free}/{limit}"

    def _wake_front(self, lock: Lock) -> None:
        queue, holders = self._queues.get(lock), self._holders.get(lock)
        if queue and len(holders or ()) < (self.limit(lock) or 0):
            self._woken[queue[0].owner] = None
        if not queue:
            self._queues.pop(lock, None)
        if not holders:
            self._holders.pop(lock, None)


class ClosedTable(LockTable):
    """A table that gives nothing, for who only wants to know what a workflow waits for."""

    def is_known(self, lock: Lock) -> bool:  # noqa: ARG002
        """Any may be waited for."""
        return True

    def acquire(self, claim: Claim) -> Refusal | None:
        """Get nothing."""
        return Refusal(claim.locks[0], f"Waiting for {claim.locks[0].name} lock.") if claim.locks else None

    def first_ready(self, owner: str, lock: Lock) -> Claim | None:  # noqa: ARG002
        """Nobody."""
        return None
