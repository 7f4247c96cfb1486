"""The environment of a container as Kubernetes builds it: `env`, `envFrom`, and `$(NAME)` in them and in arguments."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from argosy.executors.process.containers import AnyContainer
from argosy.executors.process.unrunnable import Unrunnable
from argosy.model.kubernetes import (
    EnvFromSource,
    EnvVarSource,
    ResourceFieldSelector,
    ResourceRequirements,
)
from argosy.ports.pods import PodRequest

Lookup = Callable[[str, str, str], Mapping[str, str] | None]
"""(kind, namespace, name) → the data of a ConfigMap or Secret, decoded; None where there is none."""

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?")
_UNITS = {
    "": Decimal(1),
    **{
        unit: Decimal(1000) ** power for power, unit in enumerate(["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], -3)
    },
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


def expand(text: str, known: Mapping[str, str]) -> str:
    """Put values in the place of `$(NAME)`; what is not known stays, and `$$` means `$` itself."""
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        return known.get(match.group(1), match.group())

    return _REFERENCE.sub(value, text)


def container_environment(container: AnyContainer, request: PodRequest, lookup: Lookup) -> dict[str, str]:
    """What `envFrom` and `env` say, in Kubernetes' order. Raises Unrunnable where something is missing."""
    found: dict[str, str] = {}
    for source in container.env_from:
        found.update(_all_of(source, request.namespace, lookup))
    for variable in container.env:
        if variable.value_from is None:
            found[variable.name] = expand(variable.value, found)
        else:
            value = _value_from(variable.value_from, container, request, lookup)
            if value is not None:
                found[variable.name] = value
    return found


def _all_of(source: EnvFromSource, namespace: str, lookup: Lookup) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, reference in (("ConfigMap", source.config_map_ref), ("Secret", source.secret_ref)):
        if reference is not None:
            data = _data(kind, namespace, reference.name, bool(reference.optional), lookup)
            found.update({source.prefix + key: value for key, value in data.items()})
    return found


def _value_from(source: EnvVarSource, container: AnyContainer, request: PodRequest, lookup: Lookup) -> str | None:
    for kind, reference in (("ConfigMap", source.config_map_key_ref), ("Secret", source.secret_key_ref)):
        if reference is None:
            continue
        data = _data(kind, request.namespace, reference.name, bool(reference.optional), lookup)
        if reference.key in data:
            return data[reference.key]
        if reference.optional:
            return None
        raise _config_error(f"couldn't find key {reference.key} in {kind} {request.namespace}/{reference.name}")
    if source.field_ref is not None:
        return _field(source.field_ref.field_path, request)
    if source.resource_field_ref is not None:
        return _resource(source.resource_field_ref, container)
    raise _config_error("this way of valueFrom is not supported by the process executor")


def _data(kind: str, namespace: str, name: str, optional: bool, lookup: Lookup) -> Mapping[str, str]:
    data = lookup(kind, namespace, name)
    if data is None and not optional:
        raise _config_error(f'{kind.lower()} "{name}" not found')
    return data or {}


def _field(path: str, request: PodRequest) -> str:
    """A field of the pod, as the downward API gives it. Raises Unrunnable for one that no process has."""
    fields: dict[str, Any] = {
        "metadata.name": request.pod_name,
        "metadata.namespace": request.namespace,
        "metadata.uid": request.key.node_id,
        "spec.nodeName": "localhost",
        "spec.serviceAccountName": request.service_account or "default",
        "status.podIP": "127.0.0.1",
        "status.podIPs": "127.0.0.1",
        "status.hostIP": "127.0.0.1",
        "status.hostIPs": "127.0.0.1",
    }
    if path in fields:
        return fields[path]
    for name, values in (("labels", request.labels), ("annotations", request.annotations)):
        if path == f"metadata.{name}":
            return "\n".join(f'{key}="{value}"' for key, value in sorted(values.items()))
        if path.startswith(f"metadata.{name}['") and path.endswith("']"):
            return values.get(path[len(f"metadata.{name}['") : -2], "")
    raise _config_error(f"fieldPath {path!r} is not supported by the process executor")


def _resource(selector: ResourceFieldSelector, container: AnyContainer) -> str:
    """`limits.cpu` and the like in units of the divisor, rounded up. Without a limit it is what the machine has."""
    kind, _, resource = selector.resource.partition(".")
    resources = container.resources or ResourceRequirements()
    amount = (resources.limits if kind == "limits" else resources.requests or resources.limits).get(resource)
    if amount is None:
        amount = 0 if kind == "requests" else _machine_has(resource)
    unit = _number(selector.divisor) if selector.divisor else Decimal(1)
    return str((_number(amount) / (unit or 1)).to_integral_value(ROUND_CEILING))


def _machine_has(resource: str) -> int:
    if resource == "cpu":
        return os.cpu_count() or 1
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if resource == "memory" else 0


def _number(quantity: str | float) -> Decimal:
    """A Kubernetes quantity as a number. Raises Unrunnable where it is none."""
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None:
        raise _config_error(f'"{quantity}" is not a quantity')
    return Decimal(match.group(1)) * _UNITS[match.group(2) or ""]


def _config_error(text: str) -> Unrunnable:
    return Unrunnable("Error", f"Pod failed before main container starts due to CreateContainerConfigError: {text}")
