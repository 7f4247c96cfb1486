"""The state over HTTP, in the API server's way: lists, watches, patches, errors; and faults, on demand."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from argosy.executors.objects.patches import merge, strategic
from tests.executors.kubernetes.server.kubelet import Kubelet
from tests.executors.kubernetes.server.state import Filter, Kind, Object, Refusal, State

PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)(?:/namespaces/(?P<namespace>[^/]+)(?=/))?"
    r"/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<part>[^/]+))?"
)
DISCOVERY = re.compile(r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)/?")
DROP = -1
"""The status of a fault that breaks the connection."""


class Fault(msgspec.Struct):
    """What happens to requests instead: `status` (DROP: the connection breaks), so many `times`.

    `late`: it happens after the request has had its effect. With status 200 the answer is the message.
    """

    method: str
    path: str
    status: int
    times: int = 1
    headers: dict[str, str] = {}
    message: str = ""
    reason: str = ""
    late: bool = False


class Handler:
    """Answers requests. `calls` are counted by verb and plural."""

    def __init__(self, state: State, kubelet: Kubelet) -> None:
        self.state, self.kubelet = state, kubelet
        self.away = False
        self.bookmark_seconds = 60.0
        self.split_streams = False
        self.latency_seconds = 0.0
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.open: dict[int, web.Request] = {}

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return self._drop(request)
        self.open[id(request)] = request
        try:
            if self.latency_seconds:
                await asyncio.sleep(self.latency_seconds)
            fault = self._fault(request)
            if fault and not fault.late:
                return self._fail(request, fault)
            answer = await self._answer(request)
            return self._fail(request, fault) if fault else _as_wanted(request, answer)
        except Refusal as refusal:
            return self._refuse(refusal)
        finally:
            self.open.pop(id(request), None)

    def cut(self) -> None:
        """Break every connection that is in use: watches and logs."""
        for request in list(self.open.values()):
            self._drop(request)

    # --- faults

    def _fault(self, request: web.Request) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == request.method and re.search(fault.path, request.path_qs):
                fault.times -= 1
                return fault
        return None

    def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == DROP:
            return self._drop(request)
        if fault.status == 200:
            return web.Response(text=f"{fault.message}\n")
        return self._refuse(Refusal(fault.status, fault.reason, fault.message or "a fault", **fault.headers))

    def _drop(self, request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    def _refuse(self, refusal: Refusal) -> web.StreamResponse:
        headers = {name.replace("_", "-"): value for name, value in refusal.headers.items()}
        return _json(refusal.status, refusal.code, headers)

    # --- requests

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = PATH.fullmatch(request.path)
        if found is None:
            return self._discover(request)
        group, version = found["group"], found["version"]
        kind = self.state.kinds.get((f"{group}/{version}" if group else version, found["plural"]))
        if kind is None:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        namespace, name, part = found["namespace"] or "", found["name"], found["part"]
        verb = request.method
        if verb == "GET" and not name:
            verb = "WATCH" if request.query.get("watch") == "true" else "LIST"
        self.calls[f"{verb} {kind.plural}{'/' + part if part else ''}"] += 1
        answer: Callable[[web.Request, Kind, str, str], Awaitable[web.StreamResponse]] = {
            "LIST": self._list,
            "WATCH": self._watch,
            "GET": self._log if part == "log" else self._get,
            "POST": self._create,
            "PUT": self._replace,
            "PATCH": self._patch,
            "DELETE": self._delete if name else self._delete_all,
        }[verb]
        return await answer(request, kind, namespace, name or part or "")

    def _discover(self, request: web.Request) -> web.StreamResponse:
        found = DISCOVERY.fullmatch(request.path)
        api_version = f"{found['group']}/{found['version']}" if found and found["group"] else found and found["version"]
        kinds = [kind for kind in self.state.objects if kind.api_version == api_version]
        if not kinds:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        rows: list[Object] = []
        verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        for kind in kinds:
            short = [kind.short] if kind.short else []
            row = {"name": kind.plural, "kind": kind.kind, "namespaced": kind.namespaced, "shortNames": short}
            rows += [{**row, "verbs": verbs}, {**row, "name": f"{kind.plural}/status", "verbs": ["get"]}]
        return _json({"kind": "APIResourceList", "groupVersion": api_version, "resources": rows})

    async def _list(self, request: web.Request, kind: Kind, namespace: str, _name: str) -> web.StreamResponse:
        found = self.state.select(kind, _filter(request, namespace))
        limit, start = int(request.query.get("limit", "0")), 0
        version = self.state.version
        if token := request.query.get("continue"):
            version, start = (int(part) for part in token.split(":"))
            if version < self.state.oldest[kind]:
                raise Refusal(410, "Expired", "The provided continue parameter is too old")
        page = found[start : start + limit] if limit else found
        more = f"{version}:{start + limit}" if limit and start + limit < len(found) else ""
        items = [{key: value for key, value in item.items() if key not in ("apiVersion", "kind")} for item in page]
        metadata = {"resourceVersion": str(version), **({"continue": more} if more else {})}
        return _json({"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": metadata, "items": items})

    async def _watch(self, request: web.Request, kind: Kind, namespace: str, _name: str) -> web.StreamResponse:
        wanted, version = _filter(request, namespace), int(request.query.get("resourceVersion") or "0")
        self.state.events_since(kind, version)  # too old: an answer, not an event
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        bookmarks = request.query.get("allowWatchBookmarks") == "true"
        woken = asyncio.Event()
        self.state.watchers.add(woken)
        try:
            while True:
                woken.clear()
                try:
                    events = list(self.state.events_since(kind, version))
                except Refusal as refusal:
                    await response.write(_line("ERROR", refusal.status))
                    return response
                lines = [line for event in events if (line := _event_line(wanted, event.new, event.old))]
                if lines:
                    await response.write(b"".join(lines))
                version = max(version, self.state.version)
                try:
                    await asyncio.wait_for(woken.wait(), self.bookmark_seconds)
                except TimeoutError:
                    if bookmarks:
                        await response.write(_line("BOOKMARK", _bookmark(kind, version)))
        except ConnectionError:
            return response
        finally:
            self.state.watchers.discard(woken)

    async def _get(self, _request: web.Request, kind: Kind, namespace: str, name: str) -> web.StreamResponse:
        return _json(self.state.get(kind, namespace, name))

    async def _create(self, request: web.Request, kind: Kind, namespace: str, _name: str) -> web.StreamResponse:
        return _json(self.state.create(kind, namespace, await _body(request)), 201)

    async def _replace(self, request: web.Request, kind: Kind, namespace: str, name: str) -> web.StreamResponse:
        data, current = await _body(request), self.state.get(kind, namespace, name)
        expected = data.get("metadata", {}).get("resourceVersion")
        if request.path.endswith("/status"):
            data = {**current, "status": data.get("status")}
        kept = {name: current["metadata"].get(name) for name in ("uid", "creationTimestamp", "namespace")}
        data = {**data, "metadata": {**data["metadata"], **kept}}
        return _json(self.state.update(kind, data, expected=expected))

    async def _patch(self, request: web.Request, kind: Kind, namespace: str, name: str) -> web.StreamResponse:
        patch, way = await _body(request), request.content_type
        if way == "application/apply-patch+yaml" and (namespace, name) not in self.state.objects[kind]:
            return _json(self.state.create(kind, namespace, patch), 201)
        current = self.state.get(kind, namespace, name)
        if way == "application/json-patch+json":
            changed = _json_patched(current, patch)
        else:
            changed = (
                strategic(current, patch) if way == "application/strategic-merge-patch+json" else merge(current, patch)
            )
        if kind.kind == "Pod" and changed["spec"] != current["spec"]:
            self.kubelet.deadline_changed(changed)
        return _json(
            self.state.update(
                kind,
                changed,
                expected=(patch if isinstance(patch, dict) else {}).get("metadata", {}).get("resourceVersion"),
            )
        )

    async def _delete(self, request: web.Request, kind: Kind, namespace: str, name: str) -> web.StreamResponse:
        options, current = await _body(request), self.state.get(kind, namespace, name)
        wanted = (options.get("preconditions") or {}).get("uid")
        if wanted and wanted != current["metadata"]["uid"]:
            raise Refusal(409, "Conflict", f"the UID in the precondition ({wanted}) does not match the UID in record")
        return _json(self.state.delete(kind, current, options.get("gracePeriodSeconds")))

    async def _delete_all(self, request: web.Request, kind: Kind, namespace: str, _name: str) -> web.StreamResponse:
        options = await _body(request)
        for item in self.state.select(kind, _filter(request, namespace)):
            self.state.delete(kind, item, options.get("gracePeriodSeconds"))
        return _json({"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": {}, "items": []})

    async def _log(self, request: web.Request, kind: Kind, namespace: str, name: str) -> web.StreamResponse:
        pod = self.state.get(kind, namespace, name)
        query = request.query
        if query.get("stream") and not self.split_streams:
            raise Refusal(422, "Invalid", 'PodLogOptions "" is invalid: stream: Forbidden: may not be specified')
        log = self.kubelet.log(pod)
        if log is None:
            message = f'container "main" in pod "{name}" is waiting to start: ContainerCreating'
            raise Refusal(400, "BadRequest", message)
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        sent = log.first(query.get("tailLines"))
        try:
            while True:
                over = log.over
                text = log.text(sent, query)
                sent = len(log.lines)
                if text:
                    await response.write(text)
                if over or query.get("follow") != "true":
                    return response
                await log.grown()
        except ConnectionError:
            return response


def _as_wanted(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """The answer, or only the metadata of its objects, as the request says."""
    if "as=PartialObjectMetadata" not in request.headers.get("Accept", "") or not isinstance(answer, web.Response):
        return answer
    data = msgspec.json.decode(answer.body)  # pyright: ignore[reportArgumentType]
    if "items" in data:
        data["items"] = [{"metadata": item["metadata"]} for item in data["items"]]
        return _json(data)
    return _json({"metadata": data["metadata"]}, answer.status) if "metadata" in data else answer


def _filter(request: web.Request, namespace: str) -> Filter:
    return Filter.read(namespace, request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""))


def _event_line(wanted: Filter, new: Object | None, old: Object | None) -> bytes:
    """The event as a watcher with this selection sees it: leaving the selection looks like a deletion."""
    if wanted.matches(new):
        assert new is not None
        return _line("MODIFIED" if wanted.matches(old) else "ADDED", new)
    if wanted.matches(old):
        assert old is not None
        version = (new or old)["metadata"]["resourceVersion"]
        return _line("DELETED", {**(new or old), "metadata": {**(new or old)["metadata"], "resourceVersion": version}})
    return b""


def _bookmark(kind: Kind, version: int) -> Object:
    metadata = {"resourceVersion": str(version), "creationTimestamp": None}
    return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}


def _line(type_: str, item: Object) -> bytes:
    return msgspec.json.encode({"type": type_, "object": item}) + b"\n"


def _json(data: Object, status: int = 200, headers: dict[str, str] | None = None) -> web.StreamResponse:
    body = msgspec.json.encode(data)
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


async def _body(request: web.Request) -> Any:
    body = await request.read()
    return msgspec.json.decode(body) if body else {}


def _json_patched(item: Object, operations: list[Object]) -> Object:
    import jsonpatch

    return jsonpatch.apply_patch(json.loads(json.dumps(item)), operations)
