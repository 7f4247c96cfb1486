"""Lists of workflows, newest first, as pages of summaries; and how one is found by its uid.

The API server selects by labels and by namespace only, and knows no order. Where that is enough to say which workflows
a page has, only metadata is listed, and the few on the page are read; else all of them are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from argosy.cluster.api import PAGE, Api
from argosy.cluster.requests import JSON, Request
from argosy.errors import InvalidRequest, NotFound, StoreError
from argosy.model.kinds import GROUP_VERSION, POD, RUNNING, SUSPEND
from argosy.model.values import any_string
from argosy.ports.store import ObjectKey, Page, WorkflowQuery, WorkflowSummary
from argosy.stores.kubernetes.patches import Object
from argosy.stores.kubernetes.shape import COMPLETED, FINISHED, KIND, nodes_of, part, phase_of
from argosy.stores.labels import requirements

METADATA_LIST: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
Position = tuple[int, str, str]
"""Where a workflow is in a list: when it was created, and its namespace and name."""


class Reader:
    """Reads workflows from the API. Belongs to its event loop."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def page(self, query: WorkflowQuery) -> tuple[Page, list[Object]]:
        """The page, and the objects that were read for it. Raises InvalidRequest."""
        requirements(query.label_selector)  # raises where the server would answer with another error
        before = _position_of(query.continue_) if query.continue_ else None
        light = bool(query.limit) and not query.phases and query.finished_before is None
        found = [item async for item in self._all(query.namespace, query.label_selector, metadata_only=light)]
        rows = sorted((item for item in found if _wanted(item, query)), key=position, reverse=True)
        rows = [item for item in rows if before is None or position(item) < before]
        shown = rows[: query.limit or None]
        token = _token(position(shown[-1])) if len(shown) < len(rows) else ""
        if light:
            shown = await self._read(shown)
        return Page([summary(item) for item in shown], token), shown

    async def latest(self, namespace: str) -> Object:
        """The metadata of the newest workflow. Raises NotFound."""
        found = [item async for item in self._all(namespace, "", metadata_only=True)]
        if not found:
            raise NotFound('workflows.argoproj.io "@latest" not found')
        return max(found, key=position)

    async def by_uid(self, uid: str, namespace: str | None) -> Object:
        """The metadata of the workflow with this uid. Raises NotFound."""
        async for item in self._all(namespace, "", metadata_only=True):
            if item["metadata"].get("uid") == uid:
                return item
        raise NotFound(f'workflows.argoproj.io "{uid}" not found')

    async def unfinished(self, namespace: str | None) -> list[Object]:
        """The workflows that have not finished, whole."""
        return [item async for item in self._all(namespace, f"{COMPLETED}!=true", metadata_only=False)]

    async def _read(self, items: Iterable[Object]) -> list[Object]:
        """The whole objects, of those that are still there."""

        async def one(item: Object) -> Object | None:
            metadata = item["metadata"]
            try:
                return await self._api.get(ObjectKey(GROUP_VERSION, KIND, metadata["namespace"], metadata["name"]))
            except NotFound:
                return None

        return [item for item in await asyncio.gather(*map(one, items)) if item is not None]

    async def _all(self, namespace: str | None, labels: str, *, metadata_only: bool) -> AsyncIterator[Object]:
        resource = await self._api.discovery.find(GROUP_VERSION, KIND)
        parameters = {"limit": str(PAGE), **({"labelSelector": labels} if labels else {})}
        accept = METADATA_LIST if metadata_only else JSON
        while True:
            request = Request(
                method="GET",
                path=resource.path(namespace),
                parameters=parameters,
                accept=accept,
                what=f"{KIND} list",
            )
            answer = await self._api.send(request)
            for item in answer.get("items") or ():
                yield item
            token = (answer.get("metadata") or {}).get("continue")
            if not token:
                return
            parameters["continue"] = token


def position(item: Object) -> Position:
    """Where it is in the list."""
    metadata = item["metadata"]
    return _seconds(metadata.get("creationTimestamp")), metadata.get("namespace", ""), metadata["name"]


def summary(item: Object) -> WorkflowSummary:
    """A row of a list. Anybody may have written the object, so nothing in it is taken for granted."""
    metadata, spec, status = item["metadata"], part(item, "spec"), part(item, "status")
    running = phase_of(item) not in FINISHED
    pods, waits = _counts(item) if running else ({}, False)
    priority = spec.get("priority")
    return WorkflowSummary(
        uid=metadata.get("uid", ""),
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        phase=phase_of(item),
        message=str(status.get("message") or ""),
        created_at=_time(metadata.get("creationTimestamp")) or NEVER,
        started_at=_time(status.get("startedAt")),
        finished_at=_time(status.get("finishedAt")),
        labels=metadata.get("labels") or {},
        priority=priority if isinstance(priority, int) else None,
        progress=str(status.get("progress") or ""),
        suspended=running and (spec.get("suspend") is True or waits),
        parameters=_parameters(spec),
        pods=pods,
    )


def _counts(item: Object) -> tuple[dict[str, int], bool]:
    """The pods by phase, and whether a suspend node waits."""
    try:
        nodes = nodes_of(item)
    except StoreError:
        return {}, False
    pods: dict[str, int] = {}
    waits = False
    for node in nodes.values():
        if isinstance(node, dict):
            kind, phase = node.get("type"), str(node.get("phase") or "")
            waits = waits or (kind == SUSPEND and phase == RUNNING)
            if kind == POD:
                pods[phase] = pods.get(phase, 0) + 1
    return pods, waits


def _parameters(spec: Object) -> dict[str, str]:
    arguments = spec.get("arguments")
    rows = arguments.get("parameters") if isinstance(arguments, dict) else None
    named = [row for row in rows if isinstance(row, dict) and "name" in row] if isinstance(rows, list) else []
    return {str(row["name"]): any_string(row["value"]) for row in named if row.get("value") is not None}


def _wanted(item: Object, query: WorkflowQuery) -> bool:
    metadata = item["metadata"]
    if not metadata["name"].startswith(query.name_prefix):
        return False
    if query.phases and phase_of(item) not in query.phases:
        return False
    if query.created_after is not None and (_time(metadata.get("creationTimestamp")) or NEVER) <= query.created_after:
        return False
    if query.finished_before is None:
        return True
    finished = _time(part(item, "status").get("finishedAt"))
    return finished is not None and finished < query.finished_before


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _seconds(text: Any) -> int:
    return int((_time(text) or NEVER).timestamp())


def _token(place: Position) -> str:
    return f"{place[0]}.{place[1]}/{place[2]}"


def _position_of(token: str) -> Position:
    """What `_token` wrote. Raises InvalidRequest for what it did not."""
    seconds, _, name = token.partition(".")
    namespace, slash, name = name.partition("/")
    if not slash or not seconds.isdecimal():
        raise InvalidRequest(f"invalid continue token {token!r}", hint="take it from the page before, as it is")
    return int(seconds), namespace, name
