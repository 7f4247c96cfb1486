"""Artifacts as references: `from`, `fromExpression` and `subPath` become the artifact, with the place where it is kept.

As resolveArtifact in Argo's scope.go and ProcessArgs in its workflow/common/util.go do it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.gotext import trim_space
from argosy.language.scopes import Scope, World
from argosy.language.tags import MISSING, resolve_variable
from argosy.model.arguments import Arguments, Artifact
from argosy.model.locations import ArtifactLocation
from argosy.model.template import Template
from argosy.plan.substitution import evaluate_value, substitute

UNRESOLVED: Final = "Unable to resolve"
KEYS: Final = (("s3", "key"), ("gcs", "key"), ("oss", "key"), ("azure", "blob"), ("hdfs", "path"), ("plugin", "key"))
"""The stores that have keys, and the field that is the key."""
ADDRESSES: Final = (("git", "repo"), ("http", "url"), ("artifactory", "url"))


class ArtifactScope(Scope, Protocol):
    """Variables, and artifacts beside them: `steps.NAME.outputs.artifacts.NAME` and the like."""

    def artifact(self, name: str) -> Artifact | None:
        """The artifact of that name. One that a skipped step would have given is there, but kept nowhere."""
        ...

    def artifact_names(self, prefix: str) -> Iterator[str]:
        """The names of artifacts that begin with the prefix."""
        ...


class _Values:
    """The scope of a `fromExpression`: an artifact is a value like any other."""

    def __init__(self, scope: ArtifactScope) -> None:
        self._scope = scope

    def lookup(self, name: str) -> object:
        value = self._scope.lookup(name)
        artifact = self._scope.artifact(name) if value is MISSING else None
        return value if artifact is None else msgspec.to_builtins(artifact)

    def names(self, prefix: str) -> Iterator[str]:
        yield from self._scope.names(prefix)
        yield from self._scope.artifact_names(prefix)


def key_of(place: Artifact | ArtifactLocation | None) -> str:
    """The key under which it is kept; empty where it has none."""
    stores = ((getattr(place, store, None), field) for store, field in KEYS)
    return next((getattr(store, field) for store, field in stores if store is not None), "")


def has_location(artifact: Artifact) -> bool:
    """Whether the artifact says where it is kept, at least by a key (HasLocationOrKey; not more strict than that)."""
    if artifact.raw is not None or (artifact.hdfs is not None and artifact.hdfs.addresses):
        return True
    stores = ((getattr(artifact, store), field) for store, field in (*KEYS, *ADDRESSES))
    return any(store is not None and getattr(store, field) for store, field in stores)


def resolve_artifact(artifact: Artifact, scope: ArtifactScope, world: World | None) -> Artifact:
    """The artifact that this one names, under its own name. Raises InvalidRequest."""
    found = _find(artifact, scope, world)
    if artifact.sub_path:
        text = substitute(msgspec.json.encode(artifact.sub_path).decode(), scope, world, allow_unresolved=True)
        found = _inside(found, msgspec.json.decode(text))
    return msgspec.structs.replace(found, name=artifact.name)


def _find(artifact: Artifact, scope: ArtifactScope, world: World | None) -> Artifact:
    reference = trim_space(artifact.from_.removeprefix("{{").removesuffix("}}"))
    if not artifact.from_expression and not reference.startswith("="):
        value = resolve_variable(artifact.from_, lambda name: scope.artifact(name) or scope.lookup(name))
        found = value if isinstance(value, Artifact) else None
    else:
        value = evaluate_value(artifact.from_expression or reference.removeprefix("="), _Values(scope), world)
        found = msgspec.convert(value, Artifact) if isinstance(value, dict) else None
    if found is None:
        raise InvalidRequest(f"Variable {artifact.from_ or artifact.from_expression} is not an artifact")
    return found


def _inside(artifact: Artifact, sub_path: str) -> Artifact:
    """The part of an artifact that is below this path (AppendToKey)."""
    for name, field in KEYS:
        store = getattr(artifact, name)
        if store is not None:
            key = posixpath.normpath(posixpath.join(getattr(store, field), sub_path.lstrip("/")))
            return msgspec.structs.replace(artifact, **{name: msgspec.structs.replace(store, **{field: key})})
    if artifact.optional:
        return artifact
    raise InvalidRequest(f"key unsupported: artifact {artifact.name} is not kept under a key that subPath could go on")


def resolve_arguments(
    arguments: Arguments, scope: ArtifactScope, world: World | None, *, lenient: bool = False
) -> Arguments:
    """The arguments with their artifacts resolved; an optional one that is not there is left out.

    `lenient`: whatever is wrong with an optional one, it is left out, as for steps. Raises InvalidRequest.
    """
    if not any(each.from_ or each.from_expression for each in arguments.artifacts):
        return arguments
    artifacts: list[Artifact] = []
    for each in arguments.artifacts:
        try:
            is_reference = each.from_ or each.from_expression
            artifacts.append(resolve_artifact(each, scope, world) if is_reference else each)
        except InvalidRequest as error:
            if not (each.optional and (lenient or UNRESOLVED in error.message)):
                raise
    return msgspec.structs.replace(arguments, artifacts=artifacts)


def resolve_outputs(template: Template, scope: ArtifactScope, world: World | None) -> list[Artifact]:
    """The artifacts that a steps or dag template gives, out of those of its children. Raises InvalidRequest."""
    wanted = [each for each in template.outputs.artifacts if each.from_ or each.from_expression]
    try:
        return resolve_arguments(Arguments(artifacts=wanted), scope, world).artifacts
    except InvalidRequest as error:
        raise InvalidRequest(f"unable to resolve outputs from scope: {error.message}") from None


def supply_artifacts(template: Template, arguments: Arguments) -> list[Artifact]:
    """The template's input artifacts: the argument's, else the input's own place. Raises InvalidRequest."""
    given = {artifact.name: artifact for artifact in arguments.artifacts}
    return [_supply(artifact, given.get(artifact.name)) for artifact in template.inputs.artifacts]


def _supply(wanted: Artifact, given: Artifact | None) -> Artifact:
    if not wanted.optional and not has_location(wanted):
        if given is None:
            raise InvalidRequest(f"inputs.artifacts.{wanted.name} was not supplied")
        if not has_location(given):
            raise InvalidRequest(f"inputs.artifacts.{wanted.name} missing location information")
    if given is None:
        return wanted
    return msgspec.structs.replace(given, path=wanted.path, mode=wanted.mode, recurse_mode=wanted.recurse_mode)
