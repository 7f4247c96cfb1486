"""The spec of a pod, wherever it stands in an object, becomes a template with one container; or why it can't be run."""

from __future__ import annotations

from typing import Any

import msgspec

from argosy.errors import ManifestError, NotSupported
from argosy.executors.objects.failures import MANIFEST, KubectlError
from argosy.executors.objects.kinds import GRACE_SECONDS
from argosy.model.codec import decode_lenient
from argosy.model.kubernetes import Container
from argosy.model.template import Template

Object = dict[str, Any]

NOT_RUN = ("initContainers", "ephemeralContainers", "volumes")
NOT_RUN_IN_CONTAINERS = ("volumeMounts", "volumeDevices")
_SPEC_FIELDS = (
    "activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks "
    "ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets "
    "initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates "
    "resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates securityContext "
    "serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds "
    "tolerations topologySpreadConstraints volumes"
)
SPEC_FIELDS = frozenset(_SPEC_FIELDS.split())
_META_FIELDS = (
    "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation "
    "labels managedFields name namespace ownerReferences resourceVersion selfLink uid"
)
META_FIELDS = frozenset(_META_FIELDS.split())
CONTAINER_FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(Container))


def mapping(data: Object, field: str) -> Object:
    """The mapping in this field; an empty one where there is none."""
    value = data.get(field)
    return value if isinstance(value, dict) else {}


def unknown_fields(spec: Object, path: str) -> list[str]:
    """The fields of a pod's spec that Kubernetes does not know."""
    found = unknown(spec, SPEC_FIELDS, path)
    containers = spec.get("containers")
    for index, container in enumerate(containers if isinstance(containers, list) else []):
        found += unknown(container, CONTAINER_FIELDS, f"{path}.containers[{index}]")
    return found


def unknown(data: Any, known: frozenset[str], path: str) -> list[str]:
    """The fields of a mapping that are not among the known ones, as paths."""
    prefix = f"{path}." if path else ""
    return [f"{prefix}{name}" for name in data if name not in known] if isinstance(data, dict) else []


def strict_error(kind: str, api_version: str, wrong: list[str]) -> KubectlError:
    """What the API server says of fields that it does not know."""
    version = api_version.rpartition("/")[2]
    fields = ", ".join(f'unknown field "{path}"' for path in wrong)
    return _bad_request(kind, version, f"strict decoding error: {fields}")


def _bad_request(kind: str, version: str, why: str) -> KubectlError:
    what = f'{kind} in version "{version}" cannot be handled as a {kind}: {why}'
    return KubectlError(f'Error from server (BadRequest): error when creating "{MANIFEST}": {what}')


def causes(spec: Object, path: str, policies: tuple[str, ...]) -> list[str]:
    """What is missing or wrong in a pod's spec, as the API server says it."""
    containers = spec.get("containers")
    if not containers or not isinstance(containers, list):
        return [f"{path}.containers: Required value"]
    found = []
    for index, container in enumerate(containers):
        for field in ("name", "image"):
            if not (isinstance(container, dict) and container.get(field)):
                found.append(f"{path}.containers[{index}].{field}: Required value")
    policy = spec.get("restartPolicy")
    if policy not in policies:
        valid = ", ".join(f'"{each}"' for each in policies)
        what = f'Unsupported value: "{policy}": supported' if policy else "Required value: valid"
        found.append(f"{path}.restartPolicy: {what} values: {valid}")
    return found


def check_supported(spec: Object, path: str) -> None:
    """Raise NotSupported, by name, for what can't be run here."""
    wrong = [f"{path}.{field}" for field in NOT_RUN if spec.get(field)]
    containers = spec["containers"]
    if len(containers) > 1:
        wrong.append(f"{path}.containers with more than one container")
    wrong += [f"{path}.containers[0].{field}" for field in NOT_RUN_IN_CONTAINERS if containers[0].get(field)]
    if wrong:
        raise NotSupported(f"not supported yet: {', '.join(wrong)}")


def check_types(kind: str, api_version: str, spec: Object) -> None:
    """Raise KubectlError where the container has fields of the wrong type."""
    try:
        template_of(spec)
    except ManifestError as error:
        raise _bad_request(kind, api_version.rpartition("/")[2], str(error)) from None


def template_of(spec: Object) -> Template:
    """The template that runs the pod's container. Raises ManifestError."""
    container = spec["containers"][0]
    return Template(name=container["name"], container=decode_lenient(container, Container))


def grace_of(spec: Object) -> float:
    """How long the pod may take to end when it is asked to."""
    seconds = spec.get("terminationGracePeriodSeconds")
    return GRACE_SECONDS if seconds is None else float(seconds)


def deadline_of(spec: Object) -> float | None:
    """How long the pod may run."""
    seconds = spec.get("activeDeadlineSeconds")
    return None if seconds is None else float(seconds)
