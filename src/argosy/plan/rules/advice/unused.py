"""What nobody uses: parameters of the workflow, templates, and outputs. Mostly something has been renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from argosy.model.spec import WorkflowSpec
from argosy.plan.rules.advice.parts import note, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Place, Visit, Walk

NAMED = r"\.([\w-]+)|\[\s*\\?['\"]([^'\"\\]+)\\?['\"]\s*\]"
PARAMETER = re.compile(rf"workflow\.parameters(?:{NAMED}|)")
OUTPUT = re.compile(rf"outputs\.parameters(?:{NAMED}|)")
ALL = frozenset({"", "json"})
"""What stands for all parameters at once."""


def check(walk: Walk) -> Iterator[Problem]:
    """A workflow's parameters, templates and outputs; who uses those of a library is not known."""
    subject = walk.subject
    if subject.is_template or subject.base is not None or subject.spec.workflow_template_ref is not None:
        return
    if any(call.target.template is None for call in walk.calls):
        return  # what is not known may use anything
    text = "\n".join(_text(spec) for spec in _specs(walk))
    place = Place(subject.own.path, subject.prefix, foreign=False)
    yield from _parameters(walk, place, text)
    yield from _templates(walk, place, text)
    yield from _outputs(walk, _names(OUTPUT, text))


def _specs(walk: Walk) -> list[WorkflowSpec]:
    owners = {id(visit.owner): visit.owner for visit in walk.visits}
    return [walk.subject.spec, *(owner.spec for owner in owners.values() if owner.foreign)]


def _text(spec: WorkflowSpec) -> str:
    return msgspec.json.encode(spec).decode()


def _names(pattern: re.Pattern[str], text: str) -> set[str]:
    return {dotted or quoted for dotted, quoted in pattern.findall(text)}


def _parameters(walk: Walk, place: Place, text: str) -> Iterator[Problem]:
    spec = walk.subject.spec
    used = _names(PARAMETER, text)
    if used & ALL:
        return
    roots = [root.target.template for root in walk.roots if root.field != "templates"]
    used |= {each.name for template in roots if template for each in template.inputs.parameters}
    for index, parameter in enumerate(spec.arguments.parameters):
        if parameter.name not in used:
            message = f"parameter {parameter.name!r} is not used"
            yield note(place, ("arguments", "parameters", index), message, "remove it, or read it")


def _templates(walk: Walk, place: Place, text: str) -> Iterator[Problem]:
    used = {call.target.template.name for call in walk.calls if call.target.template and not call.target.owner.foreign}
    used |= {root.target.template.name for root in walk.roots if root.target.template and root.field != "templates"}
    for name in re.findall(r'"(?:template|onExit)":"([^"]*)"', text):
        if is_dynamic(name):
            return
        used.add(name)
    for index, template in enumerate(walk.subject.spec.templates):
        if template.name and template.name not in used:
            message = f"template {template.name!r} is not used"
            yield note(place, ("templates", index), message, "remove it, or call it")


def _outputs(walk: Walk, used: set[str]) -> Iterator[Problem]:
    """Outputs of templates that steps and tasks call; those of the entrypoint are the workflow's result."""
    if "" in used:
        return
    roots = {id(root.target.template) for root in walk.roots if root.field != "templates"}
    called = {id(call.target.template) for call in walk.calls}
    for visit in own_visits(walk):
        if id(visit.template) in called - roots:
            yield from _outputs_of(visit, used)


def _outputs_of(visit: Visit, used: set[str]) -> Iterator[Problem]:
    for index, output in enumerate(visit.template.outputs.parameters):
        if output.name not in used and not output.global_name and not is_dynamic(output.name):
            message = f"{visit.label}.outputs.parameters.{output.name} is not used"
            hint = "remove it, or read it where the template is called"
            yield note(visit, ("outputs", "parameters", index), message, hint)
