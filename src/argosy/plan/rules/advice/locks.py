"""A lock that is wanted by somebody below who holds it: it waits for itself, for ever."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.model.policies import Synchronization
from argosy.model.template import Template
from argosy.plan.rules.advice.parts import note, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Visit, Walk

Mutexes = dict[tuple[str, bool, str], int]
"""Namespace, whether it is of the database, and name of each; its place in the list."""

KEYS = ("synchronization", "mutexes")


def check(walk: Walk) -> Iterator[Problem]:
    """Every template that wants a mutex which a template around it, or the workflow, holds."""
    visits = {id(visit.template): visit for visit in walk.visits}
    whole = {key for spec in walk.subject.specs for key in _mutexes(spec.synchronization)}
    held: dict[int, dict[tuple[str, bool, str], str]] = {}
    for visit in own_visits(walk):
        for below in _below(visit, visits):
            holder = held.setdefault(id(below), {})
            holder.update(dict.fromkeys(_mutexes(visit.template.synchronization), visit.label))
    for visit in own_visits(walk):
        around = {**held.get(id(visit.template), {}), **dict.fromkeys(whole, "the workflow")}
        for key, place in _mutexes(visit.template.synchronization).items():
            if key in around:
                message = f"{visit.label} wants the mutex '{key[2]}' that {around[key]} holds around it"
                yield note(visit, (*KEYS, place), f"{message}: it waits for ever", "let only one of them want it")


def _below(visit: Visit, visits: dict[int, Visit]) -> list[Template]:
    """The templates that run inside of this one, itself too where it calls itself."""
    found: dict[int, Template] = {}
    todo = [visit] if visit.template.synchronization is not None else []
    while todo:
        for call in todo.pop().calls:
            template = call.target.template
            if template is not None and id(template) not in found:
                found[id(template)] = template
                todo += [visits[id(template)]] if id(template) in visits else []
    return list(found.values())


def _mutexes(wanted: Synchronization | None) -> Mutexes:
    """Those whose names are known; a semaphore may have room for both."""
    mutexes = wanted.mutexes if wanted is not None else []
    return {
        (each.namespace, each.database, each.name): place
        for place, each in enumerate(mutexes)
        if "{{" not in each.name + each.namespace
    }
