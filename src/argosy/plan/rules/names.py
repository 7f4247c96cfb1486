"""Names: those that must be there, be valid, and be unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Visit, Walk

TAG = re.compile(r"{{.*?}}")
FIELD_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
PARAMETER_NAME = re.compile(r"[-a-zA-Z0-9_]+")
MAX_LENGTH = 128
TOO_LONG = f"must be no more than {MAX_LENGTH} bytes"
FIELD_RULE = (
    "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric character "
    "(e.g. My-name1-2, 123-NAME)"
)
PARAMETER_RULE = (
    "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-' e.g. my_param_1, MY-PARAM-1"
)


def without_tags(name: str) -> str:
    """The name as it can look once its tags are replaced: Argo looks at some names only then."""
    return TAG.sub("x", name)


def field_name_error(name: str) -> str:
    """What is wrong with the name of a template, step or task, or ""."""
    long = [TOO_LONG] if len(name.encode(errors="replace")) > MAX_LENGTH else []
    return ";".join(long if FIELD_NAME.fullmatch(name) else [*long, FIELD_RULE])


def parameter_name_error(name: str) -> str:
    """What is wrong with the name of a parameter or artifact, or ""."""
    return "" if PARAMETER_NAME.fullmatch(name) else PARAMETER_RULE


def name_errors(names: Iterable[str], *, of_parameters: bool = False, tags: bool = False) -> Iterator[tuple[int, str]]:
    """The index of each name that is wrong, and what Argo's validateWorkflowFieldNames says of it.

    With `tags`, names may hold some.
    """
    seen: set[str] = set()
    for index, name in enumerate(names):
        plain = without_tags(name) if tags else name
        error = parameter_name_error(plain) if of_parameters else field_name_error(plain)
        if not name:
            yield index, f"[{index}].name is required"
        elif error:
            yield index, f"[{index}].name: '{name}' is invalid: {error}"
        elif name in seen:
            yield index, f"[{index}].name '{name}' is not unique"
        seen.add(name)


def check(walk: Walk) -> Iterator[Problem]:
    """The names of templates, inputs, outputs, steps and tasks."""
    own = walk.subject.own
    for index, message in name_errors(template.name for template in own.spec.templates):
        path = (*own.path, "templates", index, "name")
        yield Problem("error", path, f"{walk.subject.prefix}spec.templates{message}")
    for visit in walk.visits:
        yield from _inputs_and_outputs(visit)
        if visit.template.steps:
            yield from _steps(visit)
        if visit.template.dag:
            yield from _tasks(visit)


def _inputs_and_outputs(visit: Visit) -> Iterator[Problem]:
    for side, gap, group in (("inputs", "", visit.template.inputs), ("outputs", " ", visit.template.outputs)):
        for field, items in (("parameters", group.parameters), ("artifacts", group.artifacts)):
            names = [item.name for item in items]
            for index, message in name_errors(names, of_parameters=True, tags=side == "outputs"):
                yield visit.problem((side, field, index, "name"), f"{visit.label}.{side}.{field}{gap}{message}")


def _steps(visit: Visit) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, group in enumerate(visit.template.steps):
        for number, step in enumerate(group):
            name, error = step.name, field_name_error(without_tags(step.name))
            text = f"{visit.label}.steps[{index}].name"
            if not name:
                message = f"{text} is required"
            elif name in seen:
                message = f"{text} '{name}' is not unique"
            else:
                message = f"{text} '{name}' is invalid: {error}" if error else ""
            seen.add(name)
            if message:
                yield visit.problem(("steps", index, number, "name"), message)


def _tasks(visit: Visit) -> Iterator[Problem]:
    tasks = visit.template.dag.tasks if visit.template.dag else []
    for index, message in name_errors([task.name for task in tasks], tags=True):
        text = f"{visit.label}.tasks{message}"
        if message.endswith("is not unique"):
            text = f"{visit.label} sorting failed: duplicated nodeName {tasks[index].name}"
        yield visit.problem(("dag", "tasks", index, "name"), text)
