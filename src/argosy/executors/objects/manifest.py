"""The manifest of a resource template becomes the objects in it, or the patch that it is."""

from __future__ import annotations

import json
from typing import Any

from argosy.errors import ManifestError, NotSupported
from argosy.executors.objects.failures import MANIFEST, Failure, KubectlError
from argosy.executors.objects.resources import Object
from argosy.model.codec import read_documents
from argosy.model.kinds import GROUP_VERSION
from argosy.model.template import ResourceTemplate
from argosy.model.yaml import load
from argosy.ports.pods import PodRequest


def text_of(request: PodRequest) -> str:
    """The manifest's text. Raises NotSupported for one that would have to be fetched."""
    resource = request.template.resource
    assert resource is not None
    source = resource.manifest_from
    if source is None or source.artifact is None:
        return resource.manifest
    for artifact in request.template.inputs.artifacts:
        if artifact.name == source.artifact.name:
            if artifact.raw is None:
                raise NotSupported("not supported yet: resource.manifestFrom with an artifact that is not raw")
            return artifact.raw.data
    raise Failure(f"artifact {source.artifact.name} of manifestFrom is not among the inputs")


def patch_of(text: str) -> Any:
    """The patch in the text: a mapping or, for JSON patches, a list. Raises KubectlError."""
    try:
        return load(text)
    except ManifestError as error:
        raise KubectlError(f'error: unable to parse "{MANIFEST}": {error}') from None


def objects_of(text: str, *, validate: bool) -> list[Object]:
    """The objects in the text, those in lists too, each with a kind. Raises KubectlError.

    `validate`: say it as kubectl does before it creates anything, where a document does not say what it is.
    """
    try:
        documents = [document.data for document in read_documents(text)]
    except ManifestError as error:
        raise KubectlError(f"error: error parsing {MANIFEST}: {error}") from None
    found: list[Object] = []
    for data in documents:
        if validate:
            _validate(data)
        found += data["items"] if data.get("kind") == "List" and isinstance(data.get("items"), list) else [data]
    return [_with_metadata(data) for data in found]


def _validate(data: Object) -> None:
    missing = [f"{field} not set" for field in ("apiVersion", "kind") if not data.get(field)]
    if missing:
        what = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        raise KubectlError(
            f'error: error validating "{MANIFEST}": error validating data: {what}; if you choose to ignore these '
            "errors, turn validation off with --validate=false"
        )


def _with_metadata(data: Any) -> Object:
    """The object, if it says what it is."""
    for field in ("kind", "apiVersion"):
        if not isinstance(data, dict) or not isinstance(data.get(field), str) or not data[field]:
            name = "Kind" if field == "kind" else field
            shown = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            raise KubectlError(f"error: unable to decode \"{MANIFEST}\": Object '{name}' is missing in '{shown}'")
    meta = data.get("metadata")
    return {**data, "metadata": meta if isinstance(meta, dict) else {}}


def with_owner(objects: list[Object], request: PodRequest) -> list[Object]:
    """The objects, owned by the workflow."""
    owner = {
        "apiVersion": GROUP_VERSION,
        "kind": "Workflow",
        "name": request.workflow_name,
        "uid": request.key.workflow_uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return [{**data, "metadata": {**data["metadata"], "ownerReferences": [*_owners(data), owner]}} for data in objects]


def _owners(data: Object) -> list[Any]:
    references = data["metadata"].get("ownerReferences")
    return references if isinstance(references, list) else []


def is_patch_only(resource: ResourceTemplate, text: str) -> bool:
    """Whether the manifest does not name the object to patch, so that the flags have to."""
    if resource.merge_strategy == "json":
        return True
    try:
        data = load(text)
    except ManifestError:
        return False
    return bool(resource.flags) and isinstance(data, dict) and data.get("kind") is None
