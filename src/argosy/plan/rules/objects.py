"""The object itself: its name, its schedule, and what becomes of its pods."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.errors import ExpressionError
from argosy.model.cron import CronWorkflow
from argosy.model.meta import LabelSelector
from argosy.plan.rules.problems import Problem, did_you_mean
from argosy.plan.rules.walk import Place, Walk

NAMES = {
    "Workflow": ("workflow", 63),
    "WorkflowTemplate": ("workflow template", 63),
    "ClusterWorkflowTemplate": ("cluster workflow template", 63),
    "CronWorkflow": ("cron workflow", 52),
}
POLICIES = ("Allow", "Forbid", "Replace")
STRATEGIES = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
WITH_VALUES, WITHOUT_VALUES = ("In", "NotIn"), ("Exists", "DoesNotExist")


def check(walk: Walk) -> Iterator[Problem]:
    """What is said beside the templates."""
    subject = walk.subject
    name, (words, longest) = subject.manifest.metadata.name, NAMES[subject.kind]
    if len(name.encode(errors="replace")) > longest:
        length = len(name.encode(errors="replace"))
        message = f'{words} name "{name}" must not be more than {longest} characters long (currently {length})'
        yield Problem("error", ("metadata", "name"), message)
    if isinstance(subject.manifest, CronWorkflow):
        yield from _cron(subject.manifest)
    yield from _pod_gc(walk)


def _cron(cron: CronWorkflow) -> Iterator[Problem]:
    spec = cron.spec
    if not spec.schedules:
        hint = 'write schedules: ["0 * * * *"]'
        yield Problem("error", ("spec",), "cron workflow must have at least one schedule", hint)
    for index, schedule in enumerate(spec.schedules):
        error = _schedule_error(schedule)
        if error:
            yield Problem("error", ("spec", "schedules", index), f"cron schedule {schedule} is malformed: {error}")
    if spec.concurrency_policy and spec.concurrency_policy not in POLICIES:
        hint = did_you_mean(spec.concurrency_policy, POLICIES) or f"there are: {', '.join(POLICIES)}"
        message = f"'{spec.concurrency_policy}' is not a valid concurrencyPolicy"
        yield Problem("error", ("spec", "concurrencyPolicy"), message, hint)
    if spec.starting_deadline_seconds is not None and spec.starting_deadline_seconds < 0:
        yield Problem("error", ("spec", "startingDeadlineSeconds"), "startingDeadlineSeconds must be positive")


def _schedule_error(schedule: str) -> str:
    """What is wrong with a schedule, or ""."""
    from argosy.language.cron import parse_schedule  # only cron workflows need it

    try:
        parse_schedule(schedule)
    except ExpressionError as error:
        return error.message
    return ""


def _pod_gc(walk: Walk) -> Iterator[Problem]:
    own = walk.subject.own
    wanted = own.spec.pod_gc
    place = Place(own.path, walk.subject.prefix, foreign=False)
    if wanted is None:
        return
    if wanted.strategy and wanted.strategy not in STRATEGIES:
        hint = did_you_mean(wanted.strategy, STRATEGIES) or f"there are: {', '.join(STRATEGIES)}"
        yield place.problem(("podGC", "strategy"), f"podGC.strategy unknown strategy '{wanted.strategy}'", hint)
    error = _selector_error(wanted.label_selector) if wanted.label_selector else ""
    if error:
        yield place.problem(("podGC", "labelSelector"), f"podGC.labelSelector invalid: {error}")


def _selector_error(selector: LabelSelector) -> str:
    """What Kubernetes says of a label selector, or ""."""
    for wanted in selector.match_expressions:
        if wanted.operator not in WITH_VALUES + WITHOUT_VALUES:
            return f'"{wanted.operator}" is not a valid label selector operator'
        if wanted.operator in WITH_VALUES and not wanted.values:
            return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
        if wanted.operator in WITHOUT_VALUES and wanted.values:
            return "values: Invalid value: for 'exists', 'does not exist' operators, values set must be empty"
    return ""
