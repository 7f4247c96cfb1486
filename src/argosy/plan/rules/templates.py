"""Templates: one type each, with the fields that go with the type."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.model.kubernetes import ResourceRequirements
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import JSON_NAMES, LEAVES, PODS, TYPE_NAMES, is_dynamic
from argosy.plan.rules.walk import Place, Visit, Walk

CHOICES = "container, containerSet, steps, script, resource, dag, suspend, template, template ref"
TYPES_HINT = "give it one of: container, script, steps, dag, suspend, resource, containerSet, data, http, plugin"
RETRY_POLICIES = ("Always", "OnFailure", "OnError", "OnTransientError")
POD_RESOURCES = ("cpu", "memory")


def check(walk: Walk) -> Iterator[Problem]:
    """The type of every template, and the fields that only some types have."""
    own = walk.subject.own
    place = Place(own.path, walk.subject.prefix, foreign=False)
    yield from pod_resources(place, ("podResources",), "spec.podResources", own.spec.pod_resources)
    for visit in walk.visits:
        kinds, label = visit.types, visit.label
        if not kinds:
            yield visit.problem((), f"template '{visit.template.name}' type is unknown", TYPES_HINT)
        elif len(kinds) > 1:
            names = " and ".join(JSON_NAMES.get(kind, kind) for kind in kinds)
            message = f"{label} multiple template types specified. choose one of: {CHOICES}"
            yield visit.problem((), message, f"it has {names}")
        else:
            yield from _retries(visit)
            yield from _times(visit, kinds[0])
            yield from _pods(visit, kinds[0])
            if kinds[0] == "dag" and visit.template.dag and not visit.template.dag.tasks:
                yield visit.problem(("dag",), f"{label} must have at least one task")


def _retries(visit: Visit) -> Iterator[Problem]:
    strategy = visit.template.retry_strategy
    policy = strategy.retry_policy if strategy else ""
    if policy and not is_dynamic(policy) and policy not in RETRY_POLICIES:
        hint = did_you_mean(policy, RETRY_POLICIES) or f"there are: {', '.join(RETRY_POLICIES)}"
        yield visit.problem(("retryStrategy", "retryPolicy"), f"{policy} is not a valid RetryPolicy", hint)


def _times(visit: Visit, kind: str) -> Iterator[Problem]:
    """Deadlines, and how much may run at once."""
    template, label = visit.template, visit.label
    inner = kind in ("steps", "dag")
    deadline = template.active_deadline_seconds
    if deadline is not None and inner:
        message = f"{label}.activeDeadlineSeconds is only valid for leaf templates"
        yield visit.problem(("activeDeadlineSeconds",), message, "spec.activeDeadlineSeconds is for the whole workflow")
    elif deadline is not None and not _is_count(deadline):
        message = f"{label}.activeDeadlineSeconds must be a positive integer > 0 or an argo variable"
        yield visit.problem(("activeDeadlineSeconds",), message)
    if template.timeout and kind not in LEAVES:
        message = f"{TYPE_NAMES[kind]} template doesn't support timeout field"
        yield visit.problem(("timeout",), message)
    elif template.timeout.lstrip("+-").isdecimal():
        message = f"{template.name} has invalid duration format in timeout"
        yield visit.problem(("timeout",), message, f"write the unit: {template.timeout}s")
    if template.pending_timeout and kind not in LEAVES:
        message = f"{TYPE_NAMES[kind]} template doesn't support pendingTimeout field"
        yield visit.problem(("pendingTimeout",), message)
    if template.parallelism is not None and not inner:
        yield visit.problem(("parallelism",), f"{label}.parallelism is only valid for steps and dag templates")


def _is_count(value: int | str) -> bool:
    """Whether it is a number that is not negative, or will be one (IsValidIntOrArgoVariable)."""
    if isinstance(value, int):
        return value >= 0
    return is_dynamic(value) or value.removeprefix("+").isdecimal()


def _pods(visit: Visit, kind: str) -> Iterator[Problem]:
    """What can be asked for a pod needs a template that has one."""
    template, name = visit.template, TYPE_NAMES[kind]
    if template.pod_resources is not None and kind in ("http", "plugin"):
        message = f"{visit.label}.podResources is not supported for {name} templates"
        yield visit.problem(("podResources",), message)
    else:
        label = f"{visit.label}.podResources"
        yield from pod_resources(visit, ("podResources",), label, template.pod_resources)
    if template.resource_claims and kind not in PODS:
        message = f"{visit.label}.resourceClaims is not supported for {name} templates, which do not create a pod"
        yield visit.problem(("resourceClaims",), message)


def pod_resources(place: Place, keys: Path, label: str, wanted: ResourceRequirements | None) -> Iterator[Problem]:
    """What Kubernetes lets one ask for a whole pod."""
    if wanted is None:
        return
    if wanted.claims:
        yield place.problem((*keys, "claims"), f"{label}.claims is not supported for pod-level resources")
    for side, amounts in (("limits", wanted.limits), ("requests", wanted.requests)):
        for name in amounts:
            if name not in POD_RESOURCES and not name.startswith("hugepages-"):
                message = (
                    f'{label}: "{name}" is not a valid pod-level resource, '
                    "only cpu, memory and hugepages-* are supported"
                )
                yield place.problem((*keys, side, name), message)
