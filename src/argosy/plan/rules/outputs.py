"""Inputs and outputs: where they come from, and where artifacts lie."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from argosy.model.arguments import Artifact, Parameter
from argosy.model.locations import ArtifactLocation, HDFSArtifact
from argosy.plan.rules.names import parameter_name_error
from argosy.plan.rules.problems import Path, Problem
from argosy.plan.rules.shapes import LEAVES, TYPE_NAMES, is_dynamic
from argosy.plan.rules.walk import Visit, Walk

SOURCES = ("path", "jqFilter", "jsonPath", "parameter", "expression")


def check(walk: Walk) -> Iterator[Problem]:
    """The artifacts that go into templates, and all that comes out."""
    for visit in walk.visits:
        if len(visit.types) != 1:
            continue
        kind = visit.types[0]
        for index, artifact in enumerate(visit.template.inputs.artifacts):
            yield from _input(visit, kind, index, artifact)
        for index, artifact in enumerate(visit.template.outputs.artifacts):
            yield from _output(visit, kind, index, artifact)
        for index, parameter in enumerate(visit.template.outputs.parameters):
            yield from _parameter(visit, kind, index, parameter)
        location = visit.template.archive_location
        if location is not None:
            yield from _location(visit, ("archiveLocation",), f"{visit.label}.archiveLocation", location)


def _input(visit: Visit, kind: str, index: int, artifact: Artifact) -> Iterator[Problem]:
    keys, label = ("inputs", "artifacts", index), f"{visit.label}.inputs.artifacts.{artifact.name}"
    yield from _path(visit, kind, keys, label, artifact)
    if artifact.from_:
        yield visit.problem((*keys, "from"), f"{label}.from not valid in inputs")
    yield from _location(visit, keys, label, artifact)


def _output(visit: Visit, kind: str, index: int, artifact: Artifact) -> Iterator[Problem]:
    keys, label = ("outputs", "artifacts", index), f"{visit.label}.outputs.artifacts.{artifact.name}"
    yield from _path(visit, kind, keys, label, artifact)
    yield from _global_name(visit, keys, label, artifact.global_name)


def _global_name(visit: Visit, keys: Path, label: str, name: str) -> Iterator[Problem]:
    error = parameter_name_error(name) if name and not is_dynamic(name) else ""
    if error:
        yield visit.problem((*keys, "globalName"), f"{label}.globalName: {error}")


def _path(visit: Visit, kind: str, keys: Path, label: str, artifact: Artifact) -> Iterator[Problem]:
    """Where the artifact lies: a leaf has to say it, others must not (Artifact.CleanPath)."""
    if kind not in LEAVES:
        if artifact.path:
            yield visit.problem((*keys, "path"), f"{label}.path only valid in container/script templates")
    elif not artifact.path:
        yield visit.problem(keys, f"error in {label}: Artifact '{artifact.name}' did not specify a path")
    elif leaves_its_folder(artifact.path):
        message = (
            f"error in {label}: Artifact '{artifact.name}' attempted to use a path containing '..'. "
            "Directory traversal is not permitted"
        )
        yield visit.problem((*keys, "path"), message)


def leaves_its_folder(path: str) -> bool:
    """Whether `..` in the path leads out of the folder before it."""
    folder, dots, _ = path.partition("/../")
    if not dots:
        folder = path.removesuffix("/..") if path.endswith("/..") else ""
    clean = posixpath.normpath(path)
    clean = clean[1:] if clean.startswith("//") else clean
    return bool(folder) and not (clean.startswith(f"{folder}/") and len(clean) > len(folder) + 1)


def _parameter(visit: Visit, kind: str, index: int, parameter: Parameter) -> Iterator[Problem]:
    keys: Path = ("outputs", "parameters", index)
    label = f"{visit.label}.outputs.parameters.{parameter.name}"
    message = _source_error(label, kind, parameter)
    if message:
        yield visit.problem(keys, message)
    yield from _global_name(visit, keys, label, parameter.global_name)


def _source_error(label: str, kind: str, parameter: Parameter) -> str:
    """What is wrong with where an output comes from, or "" (validateOutputParameter)."""
    source = parameter.value_from
    if source is None:
        return "" if parameter.value is not None else f"{label} does not have valueFrom or value specified"
    if parameter.value is not None:
        return f"{label} has both valueFrom and value specified, choose one"
    texts = (source.path, source.jq_filter, source.json_path, source.parameter, source.expression)
    given = sum(map(bool, texts)) + (source.supplied is not None)
    if not given:
        return f"valueFrom type unspecified. choose one of: {', '.join(SOURCES[:-1])}, raw, {SOURCES[-1]}"
    if given > 1:
        return f"multiple valueFrom types specified. choose one of: {', '.join(SOURCES[:-1])}, raw"
    name = TYPE_NAMES[kind]
    if kind in ("container", "container_set", "script") and not source.path:
        return f"{label}.path must be specified for {name} templates"
    if kind == "resource" and not source.jq_filter and not source.json_path:
        return f"{label} .jqFilter or jsonPath must be specified for {name} templates"
    if kind in ("dag", "steps") and not source.parameter and not source.expression:
        return f"{label}.parameter or expression must be specified for {name} templates"
    return ""


def _location(visit: Visit, keys: Path, label: str, place: Artifact | ArtifactLocation) -> Iterator[Problem]:
    if place.git is not None and not place.git.repo:
        yield visit.problem((*keys, "git"), f"{label}.git.repo is required")
    if place.hdfs is not None:
        for message in _hdfs_errors(f"{label}.hdfs", place.hdfs):
            yield visit.problem((*keys, "hdfs"), message)


def _hdfs_errors(label: str, place: HDFSArtifact) -> Iterator[str]:
    cache, keytab = place.krb_c_cache_secret is not None, place.krb_keytab_secret is not None
    names = ["krbServicePrincipalName", "krbConfigConfigMap"]
    known = bool(place.krb_service_principal_name and place.krb_config_config_map)
    if not place.addresses:
        yield f"{label}.addresses is required"
    if not place.path:
        yield f"{label}.path is required"
    elif not place.path.startswith("/") and not is_dynamic(place.path):
        yield f"{label}.path must be a absolute file path"
    if not place.hdfs_user and not cache and not keytab:
        yield f"either {label}.hdfsUser, {label}.krbCCacheSecret or {label}.krbKeytabSecret is required"
    if keytab and not (known and place.krb_username and place.krb_realm):
        names += ["krbUsername", "krbRealm"]
        listed = ", ".join(f"{label}.{name}" for name in names[:-1])
        yield f"{listed} and {label}.{names[-1]} are required with {label}.krbKeytabSecret"
    if cache and not known:
        yield f"{label}.{names[0]} and {label}.{names[1]} are required with {label}.krbCCacheSecret"
