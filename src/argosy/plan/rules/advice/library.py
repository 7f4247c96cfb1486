"""What others have to give: the values and the entrypoint of a template that is a library, and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from argosy.plan.artifacts import has_location
from argosy.plan.rules.advice.parts import note
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.texts import texts_of
from argosy.plan.rules.walk import Place, Walk

PARAMETER = re.compile(r"workflow\.parameters\.([\w-]+)|workflow\.parameters\[\\?['\"]([^'\"\\]+)\\?['\"]\]")


def check(walk: Walk) -> Iterator[Problem]:
    """Templates that are submitted with what others give, and workflows that can be submitted once."""
    subject, own = walk.subject, walk.subject.own
    place = Place(own.path, subject.prefix, foreign=False)
    if subject.is_template:
        yield from _parameters(walk, place)
        yield from _entrypoint(walk, place)
    elif subject.kind == "Workflow" and own.name and not own.metadata.generate_name:
        message = f"workflow {own.name!r} can be submitted once, until it is deleted"
        hint = f"write generateName: {own.name}- instead of name"
        yield Problem("info", ("metadata", "name"), message, hint)


def _parameters(walk: Walk, place: Place) -> Iterator[Problem]:
    declared = {each.name for each in walk.subject.arguments.parameters}
    told: set[str] = set()
    for keys, text in texts_of(msgspec.to_builtins(walk.subject.spec)):
        for dotted, quoted in PARAMETER.findall(text):
            name = dotted or quoted
            if name not in declared | told and name != "json":
                told.add(name)
                message = f"workflow.parameters.{name} is not declared: who submits this without it gets an error"
                hint = f"write it under {'.'.join(map(str, place.path))}.arguments.parameters"
                yield note(place, keys, message, hint)


def _entrypoint(walk: Walk, place: Place) -> Iterator[Problem]:
    spec, own = walk.subject.spec, walk.subject.own
    if not spec.entrypoint:
        yield note(place, (), "there is no entrypoint: this is a library, for templateRef", level="info")
        return
    index = own.templates.get(spec.entrypoint)
    if index is None:
        return
    given = walk.subject.arguments
    inputs = spec.templates[index].inputs
    names = {each.name for each in (*given.parameters, *given.artifacts)}
    for field, needed in (
        ("parameters", [each.name for each in inputs.parameters if each.value is None and each.default is None]),
        ("artifacts", [each.name for each in inputs.artifacts if not each.optional and not has_location(each)]),
    ):
        for name in needed:
            if name not in names:
                message = f"entrypoint {spec.entrypoint!r} needs {field}.{name}, which only a caller can give"
                yield note(place, ("entrypoint",), message, level="info")
