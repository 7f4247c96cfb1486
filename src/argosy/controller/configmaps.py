"""The ConfigMaps of the store as the machine reads them, and what it wants to be written to them.

Within a step the machine sees each as it was when it was first asked for. Where the store can't be read just then, it
is as it was the last time: a limit that can't be read is no reason to fail a workflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from argosy.errors import AlreadyExists, ArgosyError, Conflict, NotFound, StoreError
from argosy.ports.commands import Remember
from argosy.ports.configmaps import CACHE, TYPE_LABEL, ConfigMap, config_map_key, read_config_map
from argosy.ports.store import Store

ATTEMPTS = 5


class ConfigMaps:
    """Those of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._now: dict[tuple[str, str], ConfigMap | None] = {}
        self._before: dict[tuple[str, str], ConfigMap | None] = {}

    def read(self, namespace: str, name: str) -> ConfigMap | None:
        """The ConfigMap of that name, None where there is none."""
        key = (namespace, name)
        if key not in self._now:
            self._now[key] = self._load(namespace, name)
            self._before[key] = self._now[key]
        return self._now[key]

    def look_again(self) -> None:
        """They may have changed."""
        self._now.clear()

    def remember(self, commands: Sequence[Remember]) -> Iterator[tuple[str, ArgosyError]]:
        """Keep these entries in their caches, which are made where there are none; gives those that could not be."""
        by_cache: dict[tuple[str, str], dict[str, str]] = {}
        for each in commands:
            by_cache.setdefault((each.namespace, each.cache), {})[each.key] = each.entry
        for (namespace, name), entries in by_cache.items():
            try:
                self._keep(namespace, name, entries)
            except ArgosyError as error:
                yield name, error

    def _keep(self, namespace: str, name: str, entries: Mapping[str, str]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._write(namespace, name, entries)
                return
            except (AlreadyExists, Conflict, NotFound):  # somebody else wrote it just now
                if attempt == ATTEMPTS - 1:
                    raise

    def _load(self, namespace: str, name: str) -> ConfigMap | None:
        try:
            return read_config_map(self._store.objects, namespace, name)
        except StoreError:
            if (namespace, name) not in self._before:
                raise
            return self._before[namespace, name]

    def _write(self, namespace: str, name: str, entries: Mapping[str, str]) -> None:
        objects = self._store.objects
        try:
            found = objects.get(config_map_key(namespace, name))
        except NotFound:
            meta = {"name": name, "namespace": namespace, "labels": {TYPE_LABEL: CACHE}}
            objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(entries)})
        else:
            objects.replace({**found, "data": {**(found.get("data") or {}), **entries}})
