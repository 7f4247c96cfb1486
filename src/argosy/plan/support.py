"""A manifest → what it uses that is not built yet. Nothing is ignored in silence: what is not built is refused by name.

BUILT is the table of what is built: for each type of the model its fields, in Argo's words. A field that is set and
neither there nor in `argosy.plan.fidelity.WITHOUT_EFFECT` is a problem. Whoever builds `withItems` adds that word to
the rows of WorkflowStep and DAGTask, with a scenario that shows it.

At submit these problems are errors. `argosy lint` tells them as warnings: what it says with an error is what Argo would
say, so that a manifest for a cluster can be checked here though it could not run here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from argosy.model.codec import path_text
from argosy.model.cron import CronWorkflow
from argosy.model.status import WorkflowStatus
from argosy.model.workflow import Workflow
from argosy.plan.fidelity import WITHOUT_EFFECT
from argosy.plan.fields import set_fields
from argosy.plan.rules.problems import Level, Path, Problem
from argosy.plan.rules.subject import Manifest

STEPS_AND_TASKS: Final = (
    "name template templateRef inline arguments when continueOn withItems withParam withSequence hooks onExit"
)
CONTAINERS: Final = "name command args env envFrom workingDir volumeMounts"

BUILT: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "WorkflowSpec": "entrypoint arguments templates priority suspend shutdown workflowMetadata hooks onExit "
        "activeDeadlineSeconds parallelism retryStrategy synchronization workflowTemplateRef templateDefaults "
        "volumes volumeClaimTemplates",
        "WorkflowMetadata": "labels annotations labelsFrom",
        "LabelValueFrom": "expression",
        "Metadata": "labels annotations",
        # what goes in and comes out
        "Arguments": "parameters artifacts",
        "Inputs": "parameters artifacts",
        "Outputs": "parameters artifacts",
        "Parameter": "name value default description enum globalName valueFrom",
        "ValueFrom": "path default parameter expression supplied jsonPath jqFilter configMapKeyRef",
        "SuppliedValueFrom": "",
        "Artifact": "name path mode recurseMode optional archive from fromExpression subPath globalName deleted "
        "raw s3 gcs oss azure http artifactory git",
        "ArchiveStrategy": "none tar zip",
        "NoneStrategy": "",
        "TarStrategy": "compressionLevel",
        "ZipStrategy": "",
        "VolumeMount": "name mountPath subPath readOnly",
        "RawArtifact": "data",
        "S3Artifact": "key",
        "GCSArtifact": "key",
        "OSSArtifact": "key",
        "AzureArtifact": "blob",
        "HTTPArtifact": "url headers auth",
        "Header": "name value",
        "HTTPAuth": "basicAuth",
        "BasicAuth": "usernameSecret passwordSecret",
        "ArtifactoryArtifact": "url usernameSecret passwordSecret",
        "GitArtifact": "repo revision branch singleBranch depth fetch disableSubmodules usernameSecret passwordSecret "
        "sshPrivateKeySecret insecureIgnoreHostKey insecureSkipTLS",
        # templates
        "Template": "name annotations metadata inputs outputs activeDeadlineSeconds "
        "timeout pendingTimeout retryStrategy parallelism failFast container script containerSet "
        "daemon initContainers sidecars steps dag suspend resource synchronization memoize volumes",
        "Container": CONTAINERS,
        "ContainerSetTemplate": "containers volumeMounts retryStrategy",
        "ContainerSetRetryStrategy": "duration retries",
        "UserContainer": f"{CONTAINERS} mirrorVolumeMounts",
        "ContainerNode": f"{CONTAINERS} dependencies",
        "ScriptTemplate": f"{CONTAINERS} source",
        "SuspendTemplate": "duration",
        "ResourceTemplate": "action manifest mergeStrategy flags setOwnerReference successCondition failureCondition",
        "WorkflowStep": STEPS_AND_TASKS,
        "DAGTemplate": "tasks target failFast",
        "DAGTask": f"{STEPS_AND_TASKS} depends dependencies",
        "ContinueOn": "error failed",
        "Sequence": "start end count format",
        "LifecycleHook": "template templateRef arguments expression",
        "RetryStrategy": "limit retryPolicy backoff expression",
        "Backoff": "duration factor maxDuration cap",
        "TemplateRef": "name template clusterScope",
        "WorkflowTemplateRef": "name clusterScope",
        "Synchronization": "mutexes semaphores",
        "Mutex": "name namespace database",
        "SemaphoreRef": "configMapKeyRef database namespace",
        "SyncDatabaseRef": "key",
        "Memoize": "key maxAge cache",
        "Cache": "configMap",
        "LocalObjectReference": "name",
        # the environment of containers
        "EnvVar": "name value valueFrom",
        "EnvVarSource": "configMapKeyRef secretKeyRef fieldRef",
        "EnvFromSource": "prefix configMapRef secretRef",
        "ConfigMapKeySelector": "name key optional",
        "SecretKeySelector": "name key optional",
        "ConfigMapEnvSource": "name optional",
        "SecretEnvSource": "name optional",
        "ObjectFieldSelector": "apiVersion fieldPath",
    }.items()
}
"""The fields whose behaviour is built: type → names."""

BUILT_VOLUMES: Final[Mapping[str, frozenset[str]]] = {
    "name": frozenset(),
    "emptyDir": frozenset({"medium", "sizeLimit"}),
    "persistentVolumeClaim": frozenset({"claimName"}),
    "configMap": frozenset({"name", "items", "optional", "defaultMode"}),
    "secret": frozenset({"secretName", "items", "optional", "defaultMode"}),
}
"""The kinds of volumes that are built, which the model does not know, and their fields."""

NOT_BUILT: Final[frozenset[str]] = frozenset()


def problems(manifest: Manifest, *, level: Level = "error") -> list[Problem]:
    """Everything in the manifest that is not built yet, by its path."""
    if isinstance(manifest, CronWorkflow):
        return list(_missing(manifest.spec.workflow_spec, ("spec", "workflowSpec"), level))
    found = list(_missing(manifest.spec, ("spec",), level))
    if isinstance(manifest, Workflow):
        known = {problem.message for problem in found}
        found += (problem for problem in _of_snapshot(manifest.status, level) if problem.message not in known)
    return found


def _of_snapshot(status: WorkflowStatus, level: Level) -> Iterator[Problem]:
    """What the templates of others ask for that a workflow uses (argosy.plan.snapshot)."""
    base = status.stored_workflow_template_spec
    if base is not None:
        for problem in _missing(base, ("spec",), level):
            yield replace(problem, path=("spec", "workflowTemplateRef", *problem.path[1:]))
    for key, template in status.stored_templates.items():
        for problem in _missing(template, (), level):
            yield replace(problem, path=("spec", *problem.path), message=f"{problem.message} in the template {key}")


def _missing(value: Any, path: Path, level: Level) -> Iterator[Problem]:
    if isinstance(value, Struct):
        yield from _of_fields(value, path, level)
    elif isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from _missing(item, (*path, index), level)
    elif isinstance(value, dict):
        for key, item in cast(dict[str, Any], value).items():
            yield from _missing(item, (*path, key), level)


def _of_fields(item: Struct, path: Path, level: Level) -> Iterator[Problem]:
    kind = type(item).__name__
    built, without_effect = BUILT.get(kind, NOT_BUILT), WITHOUT_EFFECT.get(kind, NOT_BUILT)
    for name, value in set_fields(item):
        there = (*path, name)
        if name == "volumes" and name in built:
            yield from _of_volumes(value, there, level)
        elif name in built:
            yield from _missing(value, there, level)
        elif name not in without_effect:
            yield Problem(level, there, f"not supported yet: {path_text(there)}")


def _of_volumes(volumes: list[dict[str, Any]], path: Path, level: Level) -> Iterator[Problem]:
    for index, volume in enumerate(volumes):
        for name, source in volume.items():
            built, fields = BUILT_VOLUMES.get(name), cast(dict[str, Any], source) if isinstance(source, dict) else {}
            missing = [()] if built is None else [(field,) for field in sorted(fields.keys() - built)]
            for there in ((*path, index, name, *field) for field in missing):
                yield Problem(level, there, f"not supported yet: {path_text(there)}")
