"""A pod and the ConfigMap that holds its script, where it needs one, are made so that none stays without the other."""

from __future__ import annotations

import contextlib
from typing import Any

from argosy.cluster.api import Api
from argosy.cluster.requests import key_of
from argosy.errors import AlreadyExists, NotFound

Object = dict[str, Any]


async def create_with_script(api: Api, owner: Object, script: Object | None) -> Object:
    """Make the ConfigMap, then the object that needs it, then let this own the ConfigMap; gives the object.

    Raises AlreadyExists where the object is there; so it is taken up again by whoever finds it.
    """
    if script is None:
        return await api.create(owner)
    with contextlib.suppress(AlreadyExists):
        await api.create(script)
    made = await api.create(owner)
    reference = {
        "apiVersion": made["apiVersion"],
        "kind": made["kind"],
        "name": made["metadata"]["name"],
        "uid": made["metadata"]["uid"],
    }
    with contextlib.suppress(NotFound):
        await api.patch(key_of(script), {"metadata": {"ownerReferences": [reference]}})
    return made
