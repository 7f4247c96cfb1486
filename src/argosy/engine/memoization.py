"""Memoization: the outputs of a node are remembered under a key, and the next one with that key has them at once.

workflow/controller/cache in Argo. A cache is a ConfigMap of the workflow's namespace, an entry is JSON in it. Whatever
the type of the template: a hit is a node that has Succeeded without having begun, a miss one that is remembered once it
has Succeeded.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from argosy.engine.state import State
from argosy.errors import ArgosyError, InvalidRequest
from argosy.language.durations import parse_go_nanoseconds
from argosy.model.arguments import Outputs
from argosy.model.codec import decode_lenient
from argosy.model.kinds import SUCCEEDED
from argosy.model.policies import Memoize
from argosy.model.status import MemoizationStatus, NodeStatus
from argosy.model.values import Time
from argosy.ports.commands import Remember
from argosy.ports.configmaps import CACHE, TYPE_LABEL, ReadConfigMap, no_config_maps

KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
NAMES = {"node_id": "nodeID", "created": "creationTimestamp", "last_hit": "lastHitTimestamp"}


class Entry(msgspec.Struct, kw_only=True, rename=NAMES):
    """What is remembered under a key: the outputs of which node, since when, and when they last were of use."""

    node_id: str = ""
    outputs: Any = None
    created: Time | None = None
    last_hit: Time | None = None


class Memory(NamedTuple):
    """What a cache says of a node that is about to begin: its outputs, where it was a hit."""

    status: MemoizationStatus
    outputs: Outputs | None


class Caches:
    """The caches of all workflows of an engine: their ConfigMaps, and what has not been written to them yet."""

    def __init__(self, read: ReadConfigMap = no_config_maps) -> None:
        self._read = read
        self._unwritten: dict[tuple[str, str, str], str] = {}

    def load(self, namespace: str, cache: str, key: str) -> str:
        """The entry of a key, empty where there is none. Raises InvalidRequest for a ConfigMap that is no cache."""
        unwritten = self._unwritten.get((namespace, cache, key))
        if unwritten is not None:
            return unwritten
        found = self._read(namespace, cache)
        if found is None:
            return ""
        if TYPE_LABEL not in found.labels:
            raise InvalidRequest(f"memoization configmap doesn't have {TYPE_LABEL} label, refusing to use it")
        if found.labels[TYPE_LABEL] != CACHE:
            raise InvalidRequest(f"memoization configmap doesn't have label {TYPE_LABEL} = {CACHE}, refusing to use it")
        return found.data.get(key, "")

    def keep(self, remember: Remember) -> None:
        """This is about to be written."""
        self._unwritten[remember.namespace, remember.cache, remember.key] = remember.entry

    def written(self) -> None:
        """Whatever was to be written has been."""
        self._unwritten.clear()


class Memoization:
    """The caches, as one workflow uses them: what it wants to be remembered becomes a command."""

    def __init__(self, state: State, caches: Caches) -> None:
        self.state, self._caches = state, caches

    def recall(self, memoize: Memoize | None) -> Memory | None:
        """What is remembered under a key, None where the template remembers nothing.

        Raises InvalidRequest for a key, an age, a cache or an entry that is none.
        """
        if memoize is None:
            return None
        if memoize.cache is None or memoize.cache.config_map is None:
            raise InvalidRequest("cache could not be found or created", hint="set memoize.cache.configMap.name")
        cache, key = memoize.cache.config_map.name, memoize.key
        if not KEY.fullmatch(key):
            raise InvalidRequest(f"invalid cache key: {key}", hint="letters, digits and hyphens, no hyphen first")
        longest = _max_age(memoize)
        entry = _parsed(self._caches.load(self.state.resolved.namespace, cache, key))
        if entry is None or not entry.node_id or _is_too_old(entry, longest, self.state.now):
            return Memory(MemoizationStatus(cache_name=cache, hit=False, key=key), None)
        self._keep(cache, key, msgspec.structs.replace(entry, last_hit=self._second()))
        return Memory(MemoizationStatus(cache_name=cache, hit=True, key=key), _outputs(entry))

    def remember(self, node: NodeStatus) -> None:
        """A node has ended: where it succeeded, and not by what was remembered, its outputs are remembered now."""
        status, now = node.memoization_status, self._second()
        if status is not None and not status.hit and node.phase == SUCCEEDED:
            entry = Entry(node_id=node.id, outputs=node.outputs, created=now, last_hit=now)
            self._keep(status.cache_name, status.key, entry)

    def _second(self) -> datetime:
        return self.state.now.replace(microsecond=0)

    def _keep(self, cache: str, key: str, entry: Entry) -> None:
        text = msgspec.json.encode(entry).decode()
        command = Remember(self.state.resolved.namespace, cache, key, text)
        self._caches.keep(command)
        self.state.commands.append(command)


def _parsed(text: str) -> Entry | None:
    try:
        return msgspec.json.decode(text, type=Entry) if text else None
    except msgspec.DecodeError as error:
        message = f"malformed cache entry: could not unmarshal JSON; unable to parse: {error}"
        raise InvalidRequest(message) from None


def _outputs(entry: Entry) -> Outputs | None:
    try:
        return decode_lenient(entry.outputs, Outputs) if entry.outputs is not None else None
    except ArgosyError as error:
        message = f"malformed cache entry: could not unmarshal JSON; unable to parse: {error.message}"
        raise InvalidRequest(message) from None


def _max_age(memoize: Memoize) -> timedelta | None:
    if not memoize.max_age:
        return None
    try:
        return timedelta(microseconds=parse_go_nanoseconds(memoize.max_age) // 1000)
    except InvalidRequest as error:
        raise InvalidRequest(f"invalid maxAge: {error.message}") from None


def _is_too_old(entry: Entry, longest: timedelta | None, now: datetime) -> bool:
    return longest is not None and (entry.created is None or now - entry.created > longest)
