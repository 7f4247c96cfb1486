"""(apiVersion, kind) → how the API server calls it in paths. Asked once per group and version, then known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from argosy.errors import NotFound

Object = dict[str, Any]


class Resource(NamedTuple):
    """A kind of object as the API server knows it. `verbs` is empty where nobody asked for them."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()
    short_names: tuple[str, ...] = ()

    def path(self, namespace: str | None = None, name: str = "", subresource: str = "") -> str:
        """Where its objects are: all of them (no namespace), those of a namespace, one, or a part of one."""
        parts = ["apis" if "/" in self.api_version else "api", self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name:
            parts.append(quote(name, safe=""))
        if subresource:
            parts.append(subresource)
        return "/" + "/".join(parts)


KNOWN: Final = (
    Resource("v1", "Pod", "pods", True),
    Resource("v1", "ConfigMap", "configmaps", True),
    Resource("batch/v1", "Job", "jobs", True),
)
"""What every cluster has and we use always, so that it need not be asked for."""


class Discovery:
    """Asks `fetch(path)` for what it does not know yet."""

    def __init__(self, fetch: Callable[[str], Awaitable[Object]]) -> None:
        self._fetch = fetch
        self._known = {(each.api_version, each.kind): each for each in KNOWN}
        self._asked: dict[str, list[Resource]] = {}
        self._lock = asyncio.Lock()

    async def find(self, api_version: str, kind: str) -> Resource:
        """The kind. Raises NotFound, in kubectl's words, where the cluster has none such."""
        key = (api_version, kind)
        if key not in self._known:
            async with self._lock:  # one question, however many wait for the answer
                if key not in self._known:
                    await self._ask(api_version)
        if key not in self._known:
            raise NotFound(f'no matches for kind "{kind}" in version "{api_version}"')
        return self._known[key]

    async def all(self, api_version: str) -> list[Resource]:
        """Every kind of a group and version; empty where the cluster does not have it."""
        if api_version not in self._asked:
            async with self._lock:
                await self._ask(api_version)
        return self._asked.get(api_version, [])

    async def _ask(self, api_version: str) -> None:
        try:
            answer = await self._fetch(f"/{'apis' if '/' in api_version else 'api'}/{api_version}")
        except NotFound:
            return
        found = list(_resources(api_version, answer.get("resources") or ()))
        self._asked[api_version] = found
        self._known |= {(each.api_version, each.kind): each for each in found}


def _resources(api_version: str, rows: Iterable[Object]) -> Iterable[Resource]:
    for row in rows:
        if "/" not in row["name"]:  # else it is a part of another, such as pods/log
            verbs, short = frozenset(row.get("verbs") or ()), tuple(row.get("shortNames") or ())
            yield Resource(api_version, row["kind"], row["name"], bool(row.get("namespaced")), verbs, short)
