"""Environment variables and `config.yaml` → Settings, once, at the edge. Nothing else in the project reads either.

The file's keys are those of Argo's controller configuration (config/config.go), and `process` and `jobs`, which are our
own. A whole `workflow-controller-configmap` will do too. A key that Argo has and this version does nothing with is
refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from argosy.errors import InvalidRequest, ManifestError, StoreError
from argosy.ports.limits import Limits, RateLimit
from argosy.ports.restrictions import Restrictions

FILE = "config.yaml"
NAMESPACE = "default"
NOT_BUILT = frozenset(
    (
        *("artifactDrivers", "artifactRepository", "columns", "disableAgentPodCreation", "executor"),
        *("failedPodRestart", "initialDelay", "initlessPod", "instanceID", "kubeConfig", "links", "mainContainer"),
        *("metricsConfig", "namespace", "navColor", "nodeEvents", "persistence"),
        *("podGCDeleteDelayDuration", "podGCGracePeriodSeconds", "podSpecLogStrategy"),
        *("retentionPolicy", "semaphoreLimitCacheSeconds", "sso", "synchronization", "telemetryConfig"),
        "workflowEvents",
    )
)
"""Keys of Argo's that have no effect here yet."""

ALLOWLIST = "WORKFLOW_USER_OVERRIDE_ALLOWLIST"
"""Argo's variable: fields that workflows may have under `workflowRestrictions` besides those that they always may."""
MODES = ("Strict", "Secure")
HOME_HINT = "set ARGOSY_HOME to a folder that you may write to"


class Image(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an image runs where a container names no command."""

    entrypoint: list[str] = []
    cmd: list[str] = []


class Process(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"pass_env": "passEnv"}):
    """How steps run as processes: `slots` at once (None: by the number of CPUs), with these variables of ours."""

    slots: int | None = None
    pass_env: list[str] = []


class Jobs(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"scheduler_name": "schedulerName", "priority_class_name": "priorityClassName"},
):
    """How leaves that run as Jobs of a cluster are placed, unless the workflow says it; `queue` is a LocalQueue."""

    scheduler_name: str = ""
    priority_class_name: str = ""
    labels: dict[str, str] = {}
    queue: str = ""


class WorkflowRestrictions(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"template_referencing": "templateReferencing"},
):
    """Whether workflows have to be made from templates that are there."""

    template_referencing: str = ""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be set. `parallelism` is how many workflows run at once, None for any number.

    `namespace_parallelism` is how many of one namespace do.
    """

    home: Path
    namespace: str = NAMESPACE
    images: dict[str, Image] = {}
    workflow_defaults: dict[str, Any] = {}
    parallelism: int | None = None
    namespace_parallelism: int | None = None
    resource_rate_limit: RateLimit | None = None
    process: Process = Process()
    jobs: Jobs = Jobs()
    restrictions: Restrictions = Restrictions()

    @property
    def limits(self) -> Limits:
        """What the engine keeps to."""
        return Limits(
            parallelism=self.parallelism,
            namespace_parallelism=self.namespace_parallelism,
            rate=self.resource_rate_limit,
        )


KEYS: dict[str, Any] = {
    "images": dict[str, Any],
    "jobs": Jobs,
    "namespaceParallelism": int,
    "parallelism": int,
    "process": Process,
    "resourceRateLimit": RateLimit,
    "workflowDefaults": dict[str, Any],
    "workflowRestrictions": WorkflowRestrictions,
}
"""The keys that have an effect, with the type of their values."""
FIELDS = {
    "namespaceParallelism": "namespace_parallelism",
    "resourceRateLimit": "resource_rate_limit",
    "workflowDefaults": "workflow_defaults",
}
"""The keys that have another name in Settings."""
WORDS = {
    "Object contains unknown field": "unknown field",
    "Object missing required field": "it has no",
    "Expected": "expected",
    "got": "found",
    '"array"': "a list",
    '"object"': "a mapping",
    '"str"': "a string",
    '"int"': "a whole number",
    '"float"': "a number",
    '"bool"': "true or false",
    '"null"': "nothing",
}
"""What msgspec says, in our words."""


def load_settings(environ: Mapping[str, str], *, home: str = "", namespace: str = "") -> Settings:
    """The settings; `home` and `namespace` are what the command line says, which counts more.

    Makes the home where there is none. Raises StoreError where that is not possible, ManifestError, with the place, for
    a `config.yaml` that cannot be read.
    """
    folder = _home(environ, home)
    fields = _read(folder / FILE)
    wanted = fields.pop("workflowRestrictions", WorkflowRestrictions())
    restrictions = Restrictions(
        template_referencing=wanted.template_referencing, allowed=_allowed(environ.get(ALLOWLIST, ""))
    )
    return Settings(
        home=folder,
        namespace=namespace or environ.get("ARGO_NAMESPACE", "") or NAMESPACE,
        restrictions=restrictions,
        **fields,
    )


def _allowed(text: str) -> frozenset[str]:
    """The fields that the environment lets workflows set. Raises InvalidRequest for one that there is not."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if names:
        from msgspec.structs import fields

        from argosy.model.spec import WorkflowSpec

        for name in sorted(names - {field.encode_name for field in fields(WorkflowSpec)}):
            raise InvalidRequest(f'{ALLOWLIST}: "{name}" is not a WorkflowSpec field name')
    return names


def _home(environ: Mapping[str, str], given: str) -> Path:
    text = given or environ.get("ARGOSY_HOME", "")
    try:
        if text:
            folder = Path(text).expanduser().absolute()
        else:
            data = environ.get("XDG_DATA_HOME", "")
            folder = (Path(data) if data.startswith("/") else Path.home() / ".local" / "share") / "argosy"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(f"{text} is not a folder", hint=HOME_HINT) from None
    except OSError as error:
        raise StoreError(f"{error.filename or text} cannot be made: {error.strerror}", hint=HOME_HINT) from None
    except RuntimeError:
        raise StoreError("there is no home folder to keep anything in", hint=HOME_HINT) from None
    return folder


def _read(file: Path) -> dict[str, Any]:
    """The fields of Settings that the file has."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ManifestError(f"cannot be read: {error.strerror}", file=str(file)) from None
    except UnicodeDecodeError:
        raise ManifestError("is not text in UTF-8", file=str(file)) from None
    return _File(text, str(file)).fields()


class _File:
    """The text of a configuration file, which errors point into."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def fields(self) -> dict[str, Any]:
        from argosy.model.yaml import load

        data = load(self.text, file=self.name)
        if data is None:
            return {}
        if not isinstance(data, dict):
            raise ManifestError("expected a mapping of settings", file=self.name, line=1, column=1)
        prefix: tuple[str, ...] = ()
        if data.get("kind") == "ConfigMap":
            data, prefix = data.get("data") or {}, ("data",)
        values = {key: self.value(key, value, (*prefix, key)) for key, value in data.items()}
        fields = {str(FIELDS.get(key, key)): value for key, value in values.items()}
        unlimited = [name for name in ("parallelism", "namespace_parallelism") if not fields.get(name)]
        return {key: value for key, value in fields.items() if key not in unlimited}  # to Argo 0 means any number

    def value(self, key: str, value: Any, path: tuple[str, ...]) -> Any:
        """One key's value as its type; in a ConfigMap, values are texts with YAML in them."""
        if key not in KEYS:
            raise self.unknown(key, path)
        if isinstance(value, str):
            from argosy.model.yaml import load

            value = load(value, file=self.name, line=self.place(path)[0])
        converted = self.convert(value, KEYS[key], path)
        if key == "images":
            return {name: self.convert(image, Image, (*path, name)) for name, image in converted.items()}
        if key in ("parallelism", "namespaceParallelism") and converted < 0:
            raise self.error(path, "expected a number of workflows, 0 for any number")
        if key == "resourceRateLimit" and not (converted.limit > 0 and converted.burst > 0):
            raise self.error(path, "expected a limit above 0 and a burst of at least 1: nothing would ever begin")
        if key == "process" and converted.slots is not None and converted.slots < 1:
            raise self.error((*path, "slots"), "expected at least 1")
        if key == "workflowRestrictions" and converted.template_referencing not in ("", *MODES):
            raise self.error((*path, "templateReferencing"), f"expected one of {', '.join(MODES)}")
        if key == "workflowDefaults":
            self.check_workflow(converted, path)
        return converted

    def check_workflow(self, data: dict[str, Any], path: tuple[str, ...]) -> None:
        """The defaults have to be a workflow, as far as they go."""
        from argosy.model.check import check

        _, findings = check(data, "Workflow", from_yaml=True)
        if findings:
            raise self.error((*path, *findings[0].path), findings[0].message, findings[0].hint)

    def unknown(self, key: str, path: tuple[str, ...]) -> ManifestError:
        from argosy.model.check import nearest

        if key in NOT_BUILT:
            return self.error(path, f"not supported yet: {key}", "remove it")
        near = nearest(key, dict.fromkeys((*KEYS, *NOT_BUILT)))
        hint = "" if near else f"there are: {', '.join(KEYS)}"
        return self.error(path, f'unknown setting "{key}"' + (f'; did you mean "{near}"?' if near else ""), hint)

    def convert(self, value: Any, kind: Any, path: tuple[str, ...]) -> Any:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            from argosy.model.codec import error_path

            message = str(error).partition(" - at ")[0].replace("`", '"')
            for theirs, ours in WORDS.items():
                message = message.replace(theirs, ours)
            raise self.error((*path, *error_path(str(error))), message) from None

    def error(self, path: tuple[str | int, ...], message: str, hint: str = "") -> ManifestError:
        line, column = self.place(path)
        from argosy.model.codec import path_text

        return ManifestError(message, file=self.name, line=line, column=column, path=path_text(path), hint=hint)

    def place(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        from argosy.model.yaml import positions

        return positions(self.text, [path])[path]
