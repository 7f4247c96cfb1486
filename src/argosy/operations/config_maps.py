"""The ConfigMaps of the store, as the machine reads them."""

from __future__ import annotations

from argosy.errors import NotFound
from argosy.ports.configmaps import ConfigMap, ReadConfigMap
from argosy.ports.operation import Services
from argosy.ports.store import ObjectKey


def reader(services: Services) -> ReadConfigMap:
    """What reads a ConfigMap by namespace and name."""

    def read(namespace: str, name: str) -> ConfigMap | None:
        try:
            found = services.store.objects.get(ObjectKey("v1", "ConfigMap", namespace, name))
        except NotFound:
            return None
        return ConfigMap(found["metadata"].get("labels") or {}, found.get("data") or {})

    return read
