"""The limits of semaphores, kept in ConfigMaps: made, shown, changed, removed."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from argosy.errors import AlreadyExists, InvalidRequest, NotFound
from argosy.operations.names import check_namespace
from argosy.ports.configmaps import SYNC_LIMITS, config_map_key
from argosy.ports.operation import Operation, Services
from argosy.ports.store import ObjectKey

KEY = re.compile(r"[-._a-zA-Z0-9]+")


class SyncRequest(Struct, frozen=True, kw_only=True, rename={"config_map": "cmName"}):
    """Which limit: its key, in a ConfigMap; none is named for the kind `database`. `limit` is what it is to be."""

    namespace: str
    key: str
    config_map: str = ""
    limit: int = 0


class SyncLimit(Struct, frozen=True, kw_only=True):
    """A limit as it is kept."""

    key: str
    limit: str


def create(services: Services, request: SyncRequest) -> SyncLimit:
    """Set a limit that is new. Raises AlreadyExists."""
    data = _data(services, request)
    if request.key in data:
        raise AlreadyExists(f"sync limit {request.key} already exists", hint="use argosy sync update")
    return _set(services, request, {**data, request.key: _limit(request)})


def get(services: Services, request: SyncRequest) -> SyncLimit:
    """The limit. Raises NotFound."""
    data = _data(services, request)
    if request.key not in data:
        raise NotFound(f"there is no sync limit {request.key}")
    return SyncLimit(key=request.key, limit=data[request.key])


def update(services: Services, request: SyncRequest) -> SyncLimit:
    """Set a limit that exists. Raises NotFound."""
    get(services, request)
    return _set(services, request, {**_data(services, request), request.key: _limit(request)})


def delete(services: Services, request: SyncRequest) -> SyncLimit:
    """Remove a limit. Raises NotFound."""
    found, data = get(services, request), _data(services, request)
    _set(services, request, {key: limit for key, limit in data.items() if key != request.key})
    return found


def _limit(request: SyncRequest) -> str:
    if request.limit <= 0:
        raise InvalidRequest("the limit must be greater than 0")
    if not KEY.fullmatch(request.key):
        raise InvalidRequest(f"invalid key: {request.key}", hint="letters, digits, hyphens, dots and underscores")
    return str(request.limit)


def _where(request: SyncRequest) -> ObjectKey:
    return config_map_key(request.namespace, request.config_map or SYNC_LIMITS)


def _kept(services: Services, request: SyncRequest) -> dict[str, Any] | None:
    check_namespace(request.namespace)
    try:
        return services.store.objects.get(_where(request))
    except NotFound:
        return None


def _data(services: Services, request: SyncRequest) -> dict[str, str]:
    return (_kept(services, request) or {}).get("data") or {}


def _set(services: Services, request: SyncRequest, data: dict[str, str]) -> SyncLimit:
    kept, where = _kept(services, request), _where(request)
    if kept is None:
        meta = {"name": where.name, "namespace": where.namespace}
        services.store.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})
    else:
        services.store.objects.replace({**kept, "data": data})
    return SyncLimit(key=request.key, limit=data.get(request.key, ""))


PATH = "/api/v1/sync/{namespace}"
CREATE = Operation(
    name="create-sync-limit",
    summary="set a new limit of a semaphore",
    method="POST",
    path=PATH,
    request=SyncRequest,
    run=create,
)
GET = Operation(
    name="get-sync-limit",
    summary="the limit of a semaphore",
    method="GET",
    path=PATH + "/{key}",
    request=SyncRequest,
    run=get,
)
UPDATE = Operation(
    name="update-sync-limit",
    summary="change the limit of a semaphore",
    method="PUT",
    path=PATH + "/{key}",
    request=SyncRequest,
    run=update,
)
DELETE = Operation(
    name="delete-sync-limit",
    summary="remove the limit of a semaphore",
    method="DELETE",
    path=PATH + "/{key}",
    request=SyncRequest,
    run=delete,
)
