"""What kubectl does for a resource template, on a cluster: one action on what its manifest or its flags name.

An action that is asked for twice, since an engine crashed in between, is done once: what `create` made carries the key
of its leaf in an annotation, and so does what a JSON patch has changed. The other actions can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NamedTuple

from argosy.cluster.api import Api
from argosy.cluster.failures import Refused
from argosy.cluster.requests import (
    CONTENT_TYPES,
    FIELD_MANAGER,
    JSON,
    DeleteOptions,
    Object,
    PatchOptions,
    Request,
    Selection,
    key_of,
)
from argosy.errors import AlreadyExists, ArgosyError, Conflict, InvalidRequest, NotFound, NotSupported
from argosy.executors.kubernetes.resource_call import ClusterCall
from argosy.executors.objects.actions import PATCHED_BY
from argosy.executors.objects.call import OF_FILES
from argosy.executors.objects.failures import MANIFEST, Failure, KubectlError, from_server, in_one, invalid
from argosy.language.selectors import parse_selector
from argosy.ports.pods import PodRequest
from argosy.ports.store import ObjectKey

ATTEMPTS: Final = 20
"""At a change that others get in the way of."""
INVALID: Final = re.compile(r'([^\s."]+)(?:\.\S+)? "(.*?)" is invalid: (.*)', re.DOTALL)
CAUSES: Final = re.compile(
    r", (?=\S+: (?:(?:Required|Invalid|Unsupported|Duplicate) value|Forbidden|Not found|Too (?:long|many|few)))"
)
NO_KIND: Final = "Kind and name are both required but at least one of them is missing from the manifest"
SEVERAL: Final = "not supported yet: conditions and outputs of a resource template with several objects"


class Leaving(NamedTuple):
    """An object that is to go; another one of its name is not meant."""

    key: ObjectKey
    uid: str


class Done(NamedTuple):
    """What an action came to: the object to look at, as it is now, and what is still to go."""

    object: Object | None
    leaving: Sequence[Leaving]


async def act(api: Api, request: PodRequest, *, owned: bool) -> Done:
    """Do it. Raises Failure, NotSupported, and what may pass (ArgosyError.transient)."""
    try:
        call = ClusterCall(request, owned=owned)
        await call.learn(api)
        if call.action in OF_FILES:
            targets: Sequence[Any] = call.objects()
        else:
            named = call.named()
            targets = await _selected(api, call) if named is None else named
    except KubectlError as error:
        raise in_one([error]) from None
    _expect_one(call, len(targets))
    return await _Actions(api, call).each(targets)


async def _selected(api: Api, call: ClusterCall) -> list[ObjectKey]:
    """The objects of the kinds that the flags name."""
    try:
        parse_selector(call.options.selector)
    except InvalidRequest as error:
        raise KubectlError(f"error: {error}") from None
    found: list[ObjectKey] = []
    for kind in call.kinds_of_words():
        namespace = call.namespace if kind.namespaced else None
        selection = Selection(kind.api_version, kind.kind, namespace, call.options.selector)
        try:
            found += [key_of(item) for item in (await api.list(selection)).items]
        except ArgosyError as error:
            if error.transient:
                raise
            raise in_kubectls_words(error) from None
    return found


def _expect_one(call: ClusterCall, count: int) -> None:
    """Only one object can be waited for and read from; argoexec can't read what kubectl says of several."""
    resource = call.resource
    watched = resource.success_condition or resource.failure_condition or call.request.template.outputs.parameters
    if call.action == "get" and (count > 1 or (count == 0 and not call.ignores_missing)):
        raise Failure(NO_KIND)
    if call.action != "delete" and count > 1 and watched:
        raise NotSupported(SEVERAL)


class _Actions:
    """The actions of one call."""

    def __init__(self, api: Api, call: ClusterCall) -> None:
        self._api, self._call = api, call
        self._leaving: list[Leaving] = []
        self._actions: dict[str, Callable[[Any, int], Awaitable[Object | None]]] = {
            "create": self._create,
            "apply": self._apply,
            "replace": self._replace,
            "patch": self._patch,
            "delete": self._delete,
            "get": self._get,
        }

    async def each(self, targets: Sequence[Any]) -> Done:
        """Act on each of them, whatever comes of the others, as kubectl does."""
        done: list[Object | None] = []
        errors: list[KubectlError] = []
        for place, target in enumerate(targets):
            self._call.doing = ""
            try:
                done.append(await self._actions[self._call.action](target, place))
            except KubectlError as error:
                errors.append(error)
            except ArgosyError as error:
                if error.transient or isinstance(error, NotSupported):
                    raise
                if not (self._call.ignores_missing and isinstance(error, NotFound)):
                    errors.append(in_kubectls_words(error, self._call.doing))
        if errors:
            raise in_one(errors)
        first = done[0] if done else None
        if first is not None:
            first["metadata"].pop("managedFields", None)
            if not first["metadata"].get("name"):  # an answer only, such as a SelfSubjectAccessReview
                raise Failure(NO_KIND)
        return Done(first, self._leaving)

    # --- on objects of the manifest

    async def _create(self, data: Object, place: int) -> Object:
        self._call.doing = "creating"
        taken: AlreadyExists | None = None
        for candidate in self._call.candidates(data, place):
            try:
                return await self._write("POST", candidate)
            except AlreadyExists as error:
                taken = error
            there = await self._found(key_of(candidate))
            if there is not None and self._call.made(there):
                return there
        assert taken is not None
        raise taken

    async def _found(self, key: ObjectKey) -> Object | None:
        try:
            return await self._api.get(key)
        except NotFound:
            return None

    async def _apply(self, data: Object, place: int) -> Object:
        del place
        meta = data["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            raise KubectlError(f"error: from {meta['generateName']}: cannot use generate name with apply")
        _named(data)
        return await self._write("PATCH", data, CONTENT_TYPES["apply"], force="true")

    async def _replace(self, data: Object, place: int) -> Object:
        """Some kinds are replaced only by who knows their version: kubectl takes the one that is there."""
        del place
        self._call.doing = "replacing"
        key, meta = _named(data), data["metadata"]
        if meta.get("resourceVersion"):
            return await self._write("PUT", data)
        for attempt in range(ATTEMPTS):
            version = (await self._api.get(key))["metadata"]["resourceVersion"]
            try:
                return await self._write("PUT", {**data, "metadata": {**meta, "resourceVersion": version}})
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _write(self, method: str, data: Object, content_type: str = JSON, **parameters: str) -> Object:
        """Write the object, which has a name; the server refuses fields that it does not know, as kubectl wants."""
        key = key_of(data)
        kind = await self._api.discovery.find(key.api_version, key.kind)
        path = kind.path(key.namespace or self._api.namespace, "" if method == "POST" else key.name)
        validation = "Strict" if self._call.options.validate else "Ignore"
        parameters |= {"fieldManager": FIELD_MANAGER, "fieldValidation": validation}
        request = Request(
            method=method, path=path, parameters=parameters, body=data, content_type=content_type, what=kind.kind
        )
        return await self._api.send(request)

    # --- on objects that are named

    async def _patch(self, key: ObjectKey, place: int) -> Object:
        del place
        kind: Any = self._call.options.patch_type or self._call.resource.merge_strategy or "strategic"
        if kind not in ("json", "merge", "strategic"):
            raise KubectlError(f'error: --type must be one of [json merge strategic], not "{kind}"')
        patch = self._call.patch()
        if kind == "json":
            return await self._json_patch(key, patch)
        try:
            return await self._api.patch(key, patch, PatchOptions(type=kind))
        except Refused as error:
            if error.status != 415:
                raise
            what = f"{CONTENT_TYPES[kind]} is not supported by {key.api_version}, Kind={key.kind}"
            raise KubectlError(f"error: {what}: {error}") from None

    async def _json_patch(self, key: ObjectKey, patch: Any) -> Object:
        """Such a patch may add to a list, so it must not be done twice: a mark comes with it, and is looked for."""
        if not isinstance(patch, list):
            raise KubectlError("The request is invalid: a JSON patch is a list")
        for attempt in range(ATTEMPTS):
            there = await self._api.get(key)
            meta = there["metadata"]
            if (meta.get("annotations") or {}).get(PATCHED_BY) == self._call.id:
                return there
            try:
                return await self._api.patch(key, [*_mark(meta, self._call.id), *patch], PatchOptions(type="json"))
            except (Conflict, Refused):
                now = (await self._api.get(key))["metadata"]["resourceVersion"]
                if attempt == ATTEMPTS - 1 or now == meta["resourceVersion"]:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _delete(self, key: ObjectKey, place: int) -> None:
        del place
        options, uid = self._call.options, (await self._api.get(key))["metadata"]["uid"]
        grace = options.grace_seconds
        wanted = DeleteOptions(
            grace_period_seconds=None if grace is None else int(grace),
            propagation_policy="Background" if options.cascade else "Orphan",
        )
        await self._api.delete(key, wanted)
        if options.wait:
            self._leaving.append(Leaving(key, uid))

    async def _get(self, key: ObjectKey, place: int) -> Object:
        del place
        return await self._api.get(key)


def _mark(meta: Object, leaf: str) -> list[Object]:
    """The operations that go before a JSON patch: the object is as it was seen, and is marked."""
    test = {"op": "test", "path": "/metadata/resourceVersion", "value": meta["resourceVersion"]}
    if not meta.get("annotations"):
        return [test, {"op": "add", "path": "/metadata/annotations", "value": {PATCHED_BY: leaf}}]
    path = f"/metadata/annotations/{PATCHED_BY.replace('/', '~1')}"
    return [test, {"op": "add", "path": path, "value": leaf}]


def _named(data: Object) -> ObjectKey:
    key = key_of(data)
    if not key.name:
        raise KubectlError("error: resource name may not be empty")
    return key


def in_kubectls_words(error: ArgosyError, doing: str = "") -> KubectlError:
    """An answer of the API server as kubectl prints it; `doing` is "creating" or "replacing"."""
    if not isinstance(error, Refused) or not error.reason:
        return from_server(error, doing)
    if error.reason == "Invalid":
        found = INVALID.fullmatch(str(error))
        if found is None:
            return KubectlError(f"The request is invalid: {error}")
        several = found[3].startswith("[") and found[3].endswith("]")
        return invalid(found[1], found[2], CAUSES.split(found[3][1:-1]) if several else [found[3]])
    what = f'error when {doing} "{MANIFEST}": ' if doing else ""
    return KubectlError(f"Error from server ({error.reason}): {what}{error}")
