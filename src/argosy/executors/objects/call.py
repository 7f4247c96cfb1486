"""A request for a resource template becomes a call of kubectl: the action, its options, the objects it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argosy.executors.objects import command, manifest, names
from argosy.executors.objects.failures import Failure, KubectlError, invalid
from argosy.executors.objects.resources import Object, find, key_of, namespaced
from argosy.executors.objects.world import CREATED_BY
from argosy.ports.pods import PodRequest
from argosy.ports.store import ObjectKey

ACTIONS = ("create", "apply", "replace", "patch", "delete", "get")
OF_FILES = ("create", "apply", "replace")
"""Actions on objects that a manifest holds; the others are about objects that are named."""
NAMES_TRIED = 8


class Call:
    """What kubectl is called with. `doing` is what it says it was doing when the server refuses.

    `id` tells this pod from all others, for ever. Raises Failure, KubectlError, NotSupported.
    """

    def __init__(self, request: PodRequest) -> None:
        resource = request.template.resource
        assert resource is not None
        self.request, self.resource, self.action = request, resource, resource.action
        self.id = f"{request.key.workflow_uid}/{request.key.node_id}"
        self.text = manifest.text_of(request)
        self.options = command.parse(resource.flags)
        self.doing = ""
        if self.action not in ACTIONS:
            raise KubectlError(f'error: unknown command "{self.action}" for "kubectl"')
        if not self.text.strip() and not resource.flags:
            raise Failure("Must provide at least one of flags or manifest.")
        if self.action in OF_FILES:
            self._check_file()

    def _check_file(self) -> None:
        if self.options.words:
            raise KubectlError(f"error: Unexpected args: [{' '.join(self.options.words)}]")
        if not self.text.strip():
            raise KubectlError("error: must specify one of -f and -k")

    @property
    def namespace(self) -> str:
        """The namespace of what names none."""
        return self.options.namespace or self.request.namespace

    @property
    def ignores_missing(self) -> bool:
        """Whether an object that is not there is no error; argoexec says so itself for `delete`."""
        return self.action == "delete" or self.options.ignore_not_found

    def objects(self) -> list[Object]:
        """The objects in the manifest, each with its namespace."""
        found = manifest.objects_of(self.text, validate=self.options.validate and self.action in OF_FILES)
        if self.resource.set_owner_reference:
            found = manifest.with_owner(found, self.request)
        return [self._placed(data) for data in found]

    def _placed(self, data: Object) -> Object:
        meta = {name: value for name, value in data["metadata"].items() if name != "namespace"}
        if not namespaced(data["apiVersion"], data["kind"]):
            return {**data, "metadata": meta}
        own, wanted = data["metadata"].get("namespace"), self.options.namespace
        if own and wanted and own != wanted:
            raise KubectlError(
                f'error: the namespace from the provided object "{own}" does not match the namespace "{wanted}". You '
                f"must pass '--namespace={own}' to perform this operation."
            )
        return {**data, "metadata": {**meta, "namespace": own or self.namespace}}

    def named(self) -> list[ObjectKey] | None:
        """The objects that the manifest or the flags name; None where they say which kinds to look through."""
        words = self.options.words
        if self.text.strip() and not (self.action == "patch" and manifest.is_patch_only(self.resource, self.text)):
            if words:
                raise KubectlError(
                    "error: when paths, URLs, or stdin is provided as resource input, you may not specify resource "
                    "arguments as well"
                )
            return [self._key(data) for data in self.objects()]
        if not words:
            raise KubectlError("error: You must provide one or more resources by argument or filename.")
        if "/" in words[0]:
            return [self._key_for(*word.split("/", 1)) for word in words]
        if len(words) > 1:
            return [self._key_for(kind, name) for kind in words[0].split(",") for name in words[1:]]
        if not (self.options.selector or self.options.every or self.action == "get"):
            raise KubectlError("error: resource(s) were provided, but no name was specified")
        return None

    def _key(self, data: Object) -> ObjectKey:
        key = key_of(data)
        if not key.name:
            raise KubectlError("error: resource name may not be empty")
        return key

    def _key_for(self, kind: str, name: str = "") -> ObjectKey:
        resource = find(kind)
        return ObjectKey(resource.api_version, resource.kind, self.namespace if resource.namespaced else "", name)

    def patch(self) -> Any:
        """The patch that the manifest is."""
        patch = manifest.patch_of(self.text)
        if self.resource.set_owner_reference and isinstance(patch, dict):
            meta = patch.get("metadata")
            whole = {**patch, "metadata": meta if isinstance(meta, dict) else {}}
            return manifest.with_owner([whole], self.request)[0]
        return patch

    def candidates(self, data: Object, place: int) -> Iterator[Object]:
        """The object to create under each name that it may have, marked as this pod's. Raises KubectlError."""
        meta = data["metadata"]
        prefix = meta.get("generateName") if not meta.get("name") else None
        marked = {**meta, "annotations": {**(meta.get("annotations") or {}), CREATED_BY: self.id}}
        if not prefix and not meta.get("name"):
            raise invalid(data["kind"], "", ["metadata.name: Required value: name or generateName is required"])
        for attempt in range(NAMES_TRIED if prefix else 1):
            name = names.generated(prefix, self.id, str(place), str(attempt)) if prefix else meta["name"]
            if fault := names.fault_of(name):
                raise invalid(data["kind"], name, [fault])
            yield {**data, "metadata": {**marked, "name": name}}

    def made(self, data: Object) -> bool:
        """Whether this object was created by this very pod."""
        return (data["metadata"].get("annotations") or {}).get(CREATED_BY) == self.id
