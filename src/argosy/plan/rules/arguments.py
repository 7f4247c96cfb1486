"""Arguments: what a template needs is given, and what is given has a value."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.model.arguments import Artifact, Parameter
from argosy.plan.artifacts import has_location
from argosy.plan.rules.names import name_errors
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.subject import Subject
from argosy.plan.rules.walk import Call, Place, Walk


def check(walk: Walk) -> Iterator[Problem]:
    """The arguments of the workflow, of steps and of tasks, and the inputs that they are for."""
    yield from _of_workflow(walk)
    for call in walk.calls:
        yield from _of_call(call, walk.subject)
        yield from _unknown(call)
    for call in (*walk.roots, *walk.calls):
        yield from _supplied(call)


def _of_workflow(walk: Walk) -> Iterator[Problem]:
    """A value may still come when the workflow is submitted; a cron workflow is submitted as it is."""
    subject, label = walk.subject, "spec.arguments."
    place = Place(subject.own.path, subject.prefix, foreign=False)
    own = subject.spec.arguments
    for field, items in (("parameters", own.parameters), ("artifacts", own.artifacts)):
        for index, message in name_errors([item.name for item in items], of_parameters=True):
            yield place.problem(("arguments", field, index, "name"), f"{label}{field}{message}")
    needed = subject.submitting or subject.kind == "CronWorkflow"
    places: dict[int, Path] = {id(each): ("arguments", "parameters", n) for n, each in enumerate(own.parameters)}
    for parameter in subject.arguments.parameters:
        keys = places.get(id(parameter), ("workflowTemplateRef",))
        yield from _no_choice(place, keys, f"{label}{parameter.name}", subject)
        if parameter.value is not None or parameter.value_from is not None:
            for message, hint in _value_errors(label, parameter):
                yield place.problem(keys, message, hint)
        elif needed or not subject.is_template:
            hint = f"give it when you submit: -p {parameter.name}=VALUE"
            yield place.problem(keys, _no_value(label, parameter), hint, "error" if needed else "info")
    for index, artifact in enumerate(own.artifacts):
        for message in _artifact_errors(label, artifact):
            yield place.problem(("arguments", "artifacts", index), message)


def _of_call(call: Call, subject: Subject) -> Iterator[Problem]:
    label, given = f"{call.label}.arguments.", call.holder.arguments
    for field, items in (("parameters", given.parameters), ("artifacts", given.artifacts)):
        for index, message in name_errors([item.name for item in items], of_parameters=True, tags=True):
            yield call.problem(("arguments", field, index, "name"), f"{label}{field}{message}")
    for index, parameter in enumerate(given.parameters):
        keys = ("arguments", "parameters", index)
        yield from _no_choice(call, keys, f"{label}{parameter.name}", subject)
        if parameter.value is None and parameter.value_from is None:
            yield call.problem(keys, _no_value(label, parameter))
        for message, hint in _value_errors(label, parameter):
            yield call.problem(keys, message, hint)
    for index, artifact in enumerate(given.artifacts):
        for message in _artifact_errors(label, artifact):
            yield call.problem(("arguments", "artifacts", index), message)


def _no_choice(place: Place, keys: Path, name: str, subject: Subject) -> Iterator[Problem]:
    if not place.foreign and subject.is_written_empty(place.at(*keys, "enum")):
        yield place.problem((*keys, "enum"), f"{name}.enum should contain at least one value")


def _no_value(label: str, parameter: Parameter) -> str:
    name = f"{label}{parameter.name}"
    return f"{name}.value or {name}.valueFrom is required"


def _value_errors(label: str, parameter: Parameter) -> Iterator[tuple[str, str]]:
    """What is wrong with where the value comes from and with the value (validateArgumentsValues), and a hint."""
    name, source, value = f"{label}{parameter.name}", parameter.value_from, parameter.value
    if source is not None:
        known = source.config_map_key_ref or source.event or source.supplied is not None
        if not known or source.path or source.json_path or source.parameter or source.expression:
            hint = f"write value: {source.parameter!r}" if source.parameter else ""
            yield f"{name}.valueFrom only allows: default, configMapKeyRef and supplied", hint
    if parameter.enum and value is not None and value not in parameter.enum and not is_dynamic(value):
        hint = did_you_mean(value, parameter.enum) or f"there are: {', '.join(parameter.enum)}"
        yield f"{name}.value should be present in {name}.enum list", hint


def _artifact_errors(label: str, artifact: Artifact) -> Iterator[str]:
    if not artifact.from_ and not artifact.from_expression and not has_location(artifact):
        yield f"{label}{artifact.name}.from, artifact location, or key is required"
    if artifact.from_ and artifact.from_expression:
        yield f"{label}{artifact.name} shouldn't have both `from` and `fromExpression` in Artifact"


def _supplied(call: Call) -> Iterator[Problem]:
    """What the template needs and neither has itself nor is given (ProcessArgs)."""
    template, arguments = call.target.template, call.arguments
    if template is None or arguments is None:
        return
    keys: Path = ("arguments",) if call.caller and (arguments.parameters or arguments.artifacts) else ()
    chain = f"{call.label} templates.{template.name} inputs".lstrip()
    given = {parameter.name: parameter for parameter in arguments.parameters}
    for wanted in template.inputs.parameters:
        if call.caller and wanted.name in given:
            continue  # whether it has a value has been looked at
        if not _has_value(wanted, given.get(wanted.name)):
            hint = f"write it under arguments, or give inputs.parameters.{wanted.name} a default"
            yield call.problem(keys, f"{chain}.parameters.{wanted.name} was not supplied", hint)
    moved = {artifact.name for artifact in arguments.artifacts}
    for wanted in template.inputs.artifacts:
        if wanted.name not in moved and not wanted.optional and not has_location(wanted):
            yield call.problem(keys, f"{chain}.artifacts.{wanted.name} was not supplied")


def _has_value(wanted: Parameter, given: Parameter | None) -> bool:
    value, source = wanted.value if wanted.value is not None else wanted.default, wanted.value_from
    if given is not None:
        value, source = given.value, given.value_from
    return value is not None or (source is not None and source.config_map_key_ref is not None)


def _unknown(call: Call) -> Iterator[Problem]:
    """Arguments that the template has no input for: Argo drops them, and mostly the input has been renamed."""
    template = call.target.template
    if template is None:
        return
    given, inputs = call.holder.arguments, template.inputs
    for field, items, wanted in (
        ("parameters", given.parameters, {each.name for each in inputs.parameters}),
        ("artifacts", given.artifacts, {each.name for each in inputs.artifacts}),
    ):
        for index, item in enumerate(items):
            if item.name not in wanted and not is_dynamic(item.name):
                message = f"{call.label}.arguments.{field}.{item.name} is no input of template {template.name!r}"
                yield call.problem(("arguments", field, index), message, did_you_mean(item.name, wanted), "warning")
