"""What a ConfigMap says: the limits of semaphores and remembered outputs are kept in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from argosy.errors import NotFound
from argosy.ports.store import ObjectKey, ObjectStore

SYNC_LIMITS = "argosy-sync-limits"
"""The ConfigMap in which the limits of semaphores of the kind `database` are kept, one in each namespace."""
TYPE_LABEL, CACHE = "workflows.argoproj.io/configmap-type", "Cache"
"""The label that a ConfigMap has to have for outputs to be remembered in it, and its value."""
PARAMETER = "Parameter"
"""The value of that label which lets parameters be read from a ConfigMap."""


class ConfigMap(NamedTuple):
    """Its labels and its data."""

    labels: Mapping[str, str]
    data: Mapping[str, str]


ReadConfigMap = Callable[[str, str], ConfigMap | None]
"""The ConfigMap of a namespace and a name as it is now, None where there is none."""


def config_map_key(namespace: str, name: str) -> ObjectKey:
    """The key of a ConfigMap among the objects of a store."""
    return ObjectKey("v1", "ConfigMap", namespace, name)


def read_config_map(objects: ObjectStore, namespace: str, name: str) -> ConfigMap | None:
    """The ConfigMap as a store has it now, None where there is none. Raises StoreError."""
    try:
        found = objects.get(config_map_key(namespace, name))
    except NotFound:
        return None
    return ConfigMap(found["metadata"].get("labels") or {}, found.get("data") or {})


def no_config_maps(namespace: str, name: str) -> ConfigMap | None:  # noqa: ARG001
    """There is none."""
    return None
