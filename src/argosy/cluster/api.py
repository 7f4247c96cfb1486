"""The API of a cluster: one method per verb, on plain dicts, for every kind that the cluster has.

lightkube reads the configuration and gives the HTTP client (argosy.cluster.connect). Its own methods are
not used, since they fall short where an engine has to be right:

- its watch asks for no bookmarks, hands errors over as exceptions of HTTP, and splits the stream wherever Python sees
  the end of a line, at U+2028 and U+0085 within a text too, where events end with "\\n";
- nothing is tried again after a 429, a 5xx or a broken connection, and Retry-After is not read;
- `delete` gives nothing back and takes no preconditions, and what is listed becomes objects of its model;
- kinds have to be declared as classes: here they are found through discovery.

Every method raises errors of argosy.errors and argosy.cluster.failures. What may pass is tried again until
`Backoff.patience_seconds` are over. A request that may have had its effect is repeated only where that changes nothing:
so not with `generateName`, and not a JSON patch.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

import msgspec

from argosy.cluster.discovery import Discovery, Resource
from argosy.cluster.failures import (
    AGAIN,
    UNTOUCHED,
    Status,
    broken,
    read_status,
    retry_after,
    to_error,
)
from argosy.cluster.requests import (
    CONTENT_TYPES,
    DeleteOptions,
    Listing,
    LogOptions,
    Object,
    PatchOptions,
    Request,
    Selection,
    WatchEvent,
    key_of,
)
from argosy.cluster.retry import Attempts, Backoff, Jitter
from argosy.ports.store import ObjectKey

if TYPE_CHECKING:
    import httpx2

PAGE: Final = 500
WATCH_SECONDS: Final = 300
"""For how long the server is asked to keep a watch open; the client's jitter makes it up to half as long again."""
SILENT_SECONDS: Final = 150.0
"""A stream on which nothing comes for so long is taken for dead: on a watch, servers send a bookmark every minute."""
MERGE: Final = PatchOptions()
DELETE: Final = DeleteOptions()
RETRIES: Final = Backoff()


class Api:
    """The API behind an HTTP client. To be used in one event loop. `calls` counts the answers by verb and kind.

    `namespace` is the one for objects that name none.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        namespace: str = "default",
        *,
        backoff: Backoff = RETRIES,
        jitter: Jitter = random.random,
    ) -> None:
        self.client, self.namespace, self.backoff, self.jitter = client, namespace, backoff, jitter
        self.calls: Counter[str] = Counter()
        self._headers, self._timeout = dict(client.headers), client.timeout.as_dict()
        self.discovery = Discovery(lambda path: self.send(Request(method="GET", path=path, what="discovery")))

    # --- one object

    async def get(self, key: ObjectKey, *, subresource: str = "") -> Object:
        """The object. Raises NotFound."""
        resource, path = await self._one(key, subresource)
        return await self.send(Request(method="GET", path=path, what=resource.kind))

    async def create(self, data: Object) -> Object:
        """Make the object, in the namespace that it names; gives it back as it is kept. Raises AlreadyExists."""
        metadata = data["metadata"]
        resource = await self.discovery.find(data["apiVersion"], data["kind"])
        path = resource.path(metadata.get("namespace") or self.namespace)
        repeatable = "generateName" not in metadata
        return await self.send(Request(method="POST", path=path, body=data, what=resource.kind, repeatable=repeatable))

    async def replace(self, data: Object, *, subresource: str = "") -> Object:
        """Put this in the place of the object of its name. Raises NotFound; Conflict for a stale resourceVersion."""
        resource, path = await self._one(key_of(data), subresource)
        return await self.send(Request(method="PUT", path=path, body=data, what=resource.kind))

    async def patch(self, key: ObjectKey, patch: Any, options: PatchOptions = MERGE) -> Object:
        """Change the object; `apply` makes it where there is none. Raises NotFound, Conflict."""
        resource, path = await self._one(key, options.subresource)
        parameters = {"fieldManager": options.manager} if options.type == "apply" else {}
        if options.force:
            parameters["force"] = "true"
        request = Request(
            method="PATCH",
            path=path,
            parameters=parameters,
            body=patch,
            content_type=CONTENT_TYPES[options.type],
            what=resource.kind,
            repeatable=options.type != "json",
        )
        return await self.send(request)

    async def delete(self, key: ObjectKey, options: DeleteOptions = DELETE) -> Object:
        """Delete the object; gives it as it is now, where it takes its time to go. Raises NotFound, Conflict."""
        resource, path = await self._one(key, "")
        return await self.send(Request(method="DELETE", path=path, body=options, what=resource.kind))

    # --- many

    async def list(self, selection: Selection, *, limit: int = PAGE) -> Listing:
        """All that are selected, fetched in pages. Raises Expired where a page took too long to be asked for."""
        resource = await self.discovery.find(selection.api_version, selection.kind)
        parameters = {"limit": str(limit), **selection.selectors}
        items: list[Object] = []
        while True:
            path = resource.path(selection.namespace)
            answer = await self.send(
                Request(method="GET", path=path, parameters=parameters, what=f"{resource.kind} list")
            )
            items += answer.get("items") or ()
            metadata = answer.get("metadata") or {}
            if not metadata.get("continue"):
                break
            parameters["continue"] = metadata["continue"]
        for item in items:  # in lists these are left out
            item.setdefault("apiVersion", resource.api_version)
            item.setdefault("kind", resource.kind)
        return Listing(items, metadata.get("resourceVersion", ""))

    async def delete_all(self, selection: Selection, options: DeleteOptions = DELETE) -> None:
        """Delete all that are selected in a namespace, in one request."""
        resource = await self.discovery.find(selection.api_version, selection.kind)
        request = Request(
            method="DELETE",
            path=resource.path(selection.namespace or self.namespace),
            parameters=selection.selectors,
            body=options,
            what=f"{resource.kind} list",
        )
        await self.send(request)

    async def watch(self, selection: Selection, resource_version: str) -> AsyncGenerator[WatchEvent, None]:
        """What changes from this version on, until the server or the connection ends it.

        Raises Expired where the version is too old, which can happen at the start and in the middle; Unavailable where
        the cluster does not answer. Nothing is tried again here: whoever watches knows how far it came.
        """
        resource = await self.discovery.find(selection.api_version, selection.kind)
        parameters = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(int(WATCH_SECONDS * (1 + self.jitter() / 2))),
            **selection.selectors,
        }
        decoder = msgspec.json.Decoder(WatchEvent)
        self.calls[f"WATCH {resource.kind}"] += 1
        async with aclosing(self._lines(resource.path(selection.namespace), parameters)) as lines:
            async for line in lines:
                event = decoder.decode(line)
                if event.type == "ERROR":
                    raise to_error(msgspec.convert(event.object, Status))
                yield event

    async def log(self, namespace: str, pod: str, options: LogOptions) -> AsyncGenerator[bytes, None]:
        """A container's log, as it comes. Raises NotFound; Refused where the container has not begun."""
        path = (await self.discovery.find("v1", "Pod")).path(namespace or self.namespace, pod, "log")
        self.calls["GET log"] += 1
        silence = None if options.follow else SILENT_SECONDS
        async with aclosing(self._chunks(path, options.parameters, silence)) as chunks:
            async for chunk in chunks:
                yield chunk

    # --- beneath

    async def send(self, request: Request) -> Any:
        """One request of any kind, tried again where that may help; gives the JSON of its answer."""
        content = None if request.body is None else msgspec.json.encode(request.body)
        attempts = Attempts(self.backoff, self.jitter)
        while True:
            try:
                response = await self.client.send(self._build(request, content))
            except Exception as exception:
                error, unsent = broken(exception)
                if not error.transient or not (request.repeatable or unsent) or not await attempts.again():
                    raise error from None
                continue
            self.calls[f"{request.method} {request.what or request.path}"] += 1
            if response.status_code < 300:
                return msgspec.json.decode(response.content)
            may = response.status_code in (AGAIN if request.repeatable else UNTOUCHED)
            if not may or not await attempts.again(retry_after(response.headers)):
                raise to_error(read_status(response.status_code, response.content))

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    def _build(self, request: Request, content: bytes | None) -> httpx2.Request:
        """What `client.build_request` would make, in half of the time."""
        import httpx2

        base = self.client.base_url
        url = base.copy_with(raw_path=base.raw_path.rstrip(b"/") + request.path.encode())
        headers = {**self._headers, "accept": request.accept}
        if content is not None:
            headers["content-type"] = request.content_type
        parameters, extensions = request.parameters or None, {"timeout": self._timeout}
        return httpx2.Request(
            request.method, url, params=parameters, headers=headers, content=content, extensions=extensions
        )

    async def _one(self, key: ObjectKey, subresource: str) -> tuple[Resource, str]:
        resource = await self.discovery.find(key.api_version, key.kind)
        return resource, resource.path(key.namespace or self.namespace, key.name, subresource)

    async def _lines(self, path: str, parameters: dict[str, str]) -> AsyncGenerator[bytes, None]:
        """The lines of a stream, without their newline."""
        rest = b""
        async with aclosing(self._chunks(path, parameters, SILENT_SECONDS)) as chunks:
            async for chunk in chunks:
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line:
                        yield line

    async def _chunks(
        self, path: str, parameters: dict[str, str], silence: float | None
    ) -> AsyncGenerator[bytes, None]:
        """The body of an answer, as it comes; an error where nothing comes for `silence` seconds."""
        timeout = self.client.timeout.as_dict() | {"read": silence}
        request = self.client.build_request("GET", path, params=parameters, extensions={"timeout": timeout})
        try:
            response = await self.client.send(request, stream=True)
            try:
                if response.status_code >= 300:
                    raise to_error(read_status(response.status_code, await response.aread()))
                async for chunk in response.aiter_bytes():
                    yield chunk
            finally:
                await response.aclose()
        except Exception as exception:
            raise broken(exception)[0] from None
