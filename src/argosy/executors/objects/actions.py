"""What kubectl does for a resource template: one action on the objects that its manifest or its flags name.

An action that is asked for twice, since an engine crashed in between, is done once: what `create` made carries the key
of the pod in an annotation, and so does what a JSON patch has changed. The other actions can be repeated.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from argosy.errors import AlreadyExists, ArgosyError, InvalidRequest, NotFound, NotSupported, StoreError
from argosy.executors.objects import patches
from argosy.executors.objects.call import OF_FILES, Call
from argosy.executors.objects.failures import Failure, KubectlError, from_server, in_one
from argosy.executors.objects.kinds import SHOWN
from argosy.executors.objects.ownpod import key_of_own_pod, own_pod
from argosy.executors.objects.resources import INTERNAL, WORKFLOW, Object, built_in, find, full_name, key_of
from argosy.executors.objects.runs import Runs
from argosy.executors.objects.world import World
from argosy.language.selectors import parse_selector
from argosy.ports.pods import PodRequest
from argosy.ports.store import ObjectKey

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
PATCHED_BY = f"{INTERNAL}/patched-by"
NO_STRATEGY = (
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
    "application/merge-patch+json, application/apply-patch+yaml"
)


class Done(NamedTuple):
    """What an action came to: the object to look at, the objects that are still to go, and what kubectl would print."""

    key: ObjectKey | None
    leaving: Sequence[ObjectKey]
    lines: Sequence[str]


class Actions:
    """Does actions."""

    def __init__(self, world: World, runs: Runs) -> None:
        self._world, self._runs = world, runs
        self._shown: set[ObjectKey] = set()
        self._of_files: dict[str, Callable[[Call, Object, int], ObjectKey]] = {
            "create": self._create,
            "apply": self._apply,
            "replace": self._replace,
        }
        self._of_names: dict[str, Callable[[Call, ObjectKey], None]] = {
            "patch": self._patch,
            "delete": self._delete,
            "get": self._get,
        }

    def do(self, request: PodRequest) -> Done:
        """Do it. Raises Failure, and ArgosyError for what is not built or where the store fails."""
        try:
            call = Call(request)
            if call.action in OF_FILES:
                targets: Sequence[Any] = call.objects()
            else:
                named = call.named()
                targets = self._selected(call) if named is None else named
        except KubectlError as error:
            raise in_one([error]) from None
        _expect_one(call, len(targets))
        done = self._each(call, targets)
        verb = {"create": "created", "apply": "applied", "patch": "patched", "get": "", "delete": "deleted"}
        lines = [f"{full_name(key)} {verb.get(call.action, 'replaced')}".rstrip() for key in done]
        leaving = [key for key in done if call.action == "delete" and key[:2] == WORKFLOW and call.options.wait]
        return Done(done[0] if done and call.action != "delete" else None, leaving, lines)

    def _each(self, call: Call, targets: Sequence[Any]) -> list[ObjectKey]:
        done: list[ObjectKey] = []
        errors: list[KubectlError] = []
        for place, target in enumerate(targets):
            try:
                if call.action in OF_FILES:
                    done.append(self._of_files[call.action](call, target, place))
                else:
                    if target == key_of_own_pod(call.request):
                        self._show(call.request, target)
                    self._of_names[call.action](call, target)
                    done.append(target)
            except KubectlError as error:
                errors.append(error)
            except (NotSupported, StoreError):
                raise
            except ArgosyError as error:
                if not (call.ignores_missing and isinstance(error, NotFound)):
                    errors.append(from_server(error, call.doing))
        if errors:
            raise in_one(errors)
        return done

    def _show(self, request: PodRequest, key: ObjectKey) -> None:
        """Make the pod of this very node an object."""
        with suppress(AlreadyExists):
            self._world.create(own_pod(request))
        self._shown.add(key)

    def ended(self, request: PodRequest) -> None:
        """The node's pod has ended: there is nothing left to show."""
        key = key_of_own_pod(request)
        if key in self._shown:
            self._shown.discard(key)
            with suppress(NotFound):
                if SHOWN in (self._world.get(key)["metadata"].get("annotations") or {}):
                    self._world.delete(key)

    def _selected(self, call: Call) -> list[ObjectKey]:
        """The objects of the kinds that the flags name."""
        try:
            selector = parse_selector(call.options.selector)
        except InvalidRequest as error:
            raise KubectlError(f"error: {error}") from None
        found: list[Object] = []
        for word in call.options.words[0].split(","):
            resource = find(word)
            namespace = call.namespace if resource.namespaced else ""
            found += self._world.list(resource.api_version, resource.kind, namespace)
        return [key_of(data) for data in found if selector.matches(data["metadata"].get("labels") or {})]

    # --- on objects of the manifest

    def _create(self, call: Call, data: Object, place: int) -> ObjectKey:
        call.doing = "creating"
        taken: AlreadyExists | None = None
        for candidate in call.candidates(data, place):
            key = key_of(candidate)
            if self._made(call, key):
                return key
            try:
                self._world.create(self._admitted(call, candidate, None))
            except AlreadyExists as error:
                taken = error
            else:
                return key
        assert taken is not None
        raise taken

    def _made(self, call: Call, key: ObjectKey) -> bool:
        """Whether this very pod created the object, before an engine crashed."""
        try:
            return call.made(self._world.get(key))
        except NotFound:
            return False

    def _apply(self, call: Call, data: Object, place: int) -> ObjectKey:
        del place
        meta = data["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            raise KubectlError(f"error: from {meta['generateName']}: cannot use generate name with apply")
        key = _named(data)
        annotations = {name: value for name, value in (meta.get("annotations") or {}).items() if name != LAST_APPLIED}
        plain = {**data, "metadata": {**meta, "annotations": annotations}}
        applied = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        new = {**data, "metadata": {**meta, "annotations": {**annotations, LAST_APPLIED: applied}}}

        def merged(old: Object) -> Object:
            last = (old["metadata"].get("annotations") or {}).get(LAST_APPLIED)
            result = patches.apply(json.loads(last) if last else None, new, old, by_name=built_in(key.api_version))
            return self._admitted(call, result, old)

        try:
            self._world.change(key, merged)
        except NotFound:
            call.doing = "creating"
            self._world.create(self._admitted(call, patches.merge({}, new), None))
        return key

    def _replace(self, call: Call, data: Object, place: int) -> ObjectKey:
        del place
        call.doing = "replacing"
        key = _named(data)
        self._world.change(key, lambda old: self._admitted(call, _in_place_of(old, data), old))
        return key

    def _admitted(self, call: Call, data: Object, old: Object | None) -> Object:
        if data["kind"] == "Secret":
            data = _sealed(data)
        _check_texts(data, call.doing)
        return self._runs.admit(data, old, validate=call.options.validate)

    # --- on objects that are named

    def _patch(self, call: Call, key: ObjectKey) -> None:
        kind = call.options.patch_type or call.resource.merge_strategy or "strategic"
        patch = call.patch()
        if kind == "strategic" and not built_in(key.api_version):
            what = f"application/strategic-merge-patch+json is not supported by {key.api_version}, Kind={key.kind}"
            raise KubectlError(f"error: {what}: {NO_STRATEGY}")
        if kind not in ("json", "merge", "strategic"):
            raise KubectlError(f'error: --type must be one of [json merge strategic], not "{kind}"')

        def patched(old: Object) -> Object:
            if kind == "json" and (old["metadata"].get("annotations") or {}).get(PATCHED_BY) == call.id:
                return old
            try:
                new = _patched(old, patch, kind, call.id)
            except patches.PatchError as error:
                raise KubectlError(f"The request is invalid: {error}") from None
            if key_of(new) != key:
                raise InvalidRequest(
                    f"the name of the object ({key_of(new).name}) does not match the name on the URL ({key.name})"
                )
            return self._admitted(call, new, old)

        self._world.change(key, patched)

    def _delete(self, call: Call, key: ObjectKey) -> None:
        self._world.delete(key, grace_seconds=call.options.grace_seconds, cascade=call.options.cascade)

    def _get(self, call: Call, key: ObjectKey) -> None:
        del call
        self._world.get(key)


def _expect_one(call: Call, count: int) -> None:
    """Only one object can be waited for and read from; argoexec can't read what kubectl says of several."""
    resource = call.resource
    watched = resource.success_condition or resource.failure_condition or call.request.template.outputs.parameters
    if call.action == "get" and (count > 1 or (count == 0 and not call.ignores_missing)):
        raise Failure("Kind and name are both required but at least one of them is missing from the manifest")
    if call.action != "delete" and count > 1 and watched:
        raise NotSupported("not supported yet: conditions and outputs of a resource template with several objects")


def _named(data: Object) -> ObjectKey:
    key = key_of(data)
    if not key.name:
        raise KubectlError("error: resource name may not be empty")
    return key


def _in_place_of(old: Object, new: Object) -> Object:
    """The object as the server keeps it: its status is not what `replace` is about."""
    kept = {"status": old["status"]} if "status" in old and "status" not in new else {}
    return {**new, **kept}


def _patched(old: Object, patch: Any, kind: str, patch_id: str) -> Object:
    if kind == "json":
        new = patches.json_patch(old, patch)
        if not isinstance(new, dict) or not isinstance(new.get("metadata"), dict):
            raise patches.PatchError("nothing is left of the object")
        meta = new["metadata"]
        return {**new, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), PATCHED_BY: patch_id}}}
    if not isinstance(patch, dict):
        raise patches.PatchError("a patch that is merged is a mapping")
    return patches.merge(old, patch) if kind == "merge" else patches.strategic(old, patch)


def _check_texts(data: Object, doing: str) -> None:
    """Raise KubectlError where a number or the like stands where the API server takes texts only."""
    meta, kind = data["metadata"], data["kind"]
    fields = [(f"ObjectMeta.metadata.{name}", meta.get(name)) for name in ("labels", "annotations")]
    if data["apiVersion"] == "v1" and kind in ("ConfigMap", "Secret"):
        fields.append((f"{kind}.data", data.get("data")))
    for path, values in fields:
        for value in values.values() if isinstance(values, dict) else ():
            if not isinstance(value, str):
                found = {bool: "bool", dict: "object", list: "array", type(None): "null"}.get(type(value), "number")
                what = f"json: cannot unmarshal {found} into Go struct field {path} of type string"
                version = data["apiVersion"].rpartition("/")[2]
                why = f'{kind} in version "{version}" cannot be handled as a {kind}: {what}'
                raise from_server(InvalidRequest(why), doing)


def _sealed(data: Object) -> Object:
    """A Secret as Kubernetes keeps it: what is in `stringData` is in `data`."""
    texts = data.get("stringData")
    if not isinstance(texts, dict):
        return data
    encoded = {name: base64.b64encode(str(text).encode()).decode() for name, text in texts.items()}
    rest = {name: value for name, value in data.items() if name != "stringData"}
    return {**rest, "data": {**(data.get("data") or {}), **encoded}}
