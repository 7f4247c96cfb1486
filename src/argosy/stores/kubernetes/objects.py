"""Objects of any kind that the cluster has (argosy.ports.store.ObjectStore)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.cluster.api import Api
from argosy.cluster.requests import DeleteOptions, Selection
from argosy.errors import Conflict
from argosy.ports.store import ObjectKey
from argosy.stores.kubernetes.patches import Object
from argosy.stores.objects import key_of


class KubernetesObjects:
    """Reads and writes through the API. `do` runs a coroutine with it; `wrote` hears of what was written."""

    def __init__(self, do: Callable[..., Any], wrote: Callable[[Object | None], None]) -> None:
        self._do, self._wrote = do, wrote

    def get(self, key: ObjectKey) -> Object:
        """The object. Raises NotFound."""
        return self._do(lambda api: api.get(key))

    def list(self, api_version: str, kind: str, namespace: str | None) -> list[Object]:
        """All of a kind."""
        found: list[Object] = self._do(lambda api: api.list(Selection(api_version, kind, namespace))).items
        return sorted(found, key=lambda item: (item["metadata"].get("namespace", ""), item["metadata"]["name"]))

    def create(self, data: Object) -> Object:
        """Make it. Raises AlreadyExists."""
        key_of(data)
        return self._written(self._do(lambda api: api.create(data)))

    def replace(self, data: Object) -> Object:
        """Put this in the place of the object of its name; whatever that is like now, unless it says which it was."""
        key_of(data)
        return self._written(self._do(lambda api: _replace(api, data)))

    def delete(self, key: ObjectKey) -> Object:
        """Remove the object and give what it was. Raises NotFound."""
        old: Object = self._do(lambda api: _delete(api, key))
        self._wrote(None)
        return old

    def _written(self, item: Object) -> Object:
        self._wrote(item)
        return item


async def _replace(api: Api, data: Object) -> Object:
    if data["metadata"].get("resourceVersion"):
        return await api.replace(data)
    while True:  # kinds that a CustomResourceDefinition makes have to be told which version is replaced
        now = await api.get(key_of(data))
        version = now["metadata"]["resourceVersion"]
        try:
            return await api.replace({**data, "metadata": {**data["metadata"], "resourceVersion": version}})
        except Conflict:
            continue


async def _delete(api: Api, key: ObjectKey) -> Object:
    old = await api.get(key)
    options = DeleteOptions(propagation_policy="Background", preconditions={"uid": old["metadata"]["uid"]})
    await api.delete(key, options)
    return old
