"""A task that reads of one that it does not wait for, in places that Argo's validation does not look at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from argosy.errors import ExpressionError
from argosy.language.expr import compile_expression
from argosy.model.template import DAGTask
from argosy.plan.rules.advice.parts import expression_tags, name_tags, note, own_visits
from argosy.plan.rules.dependencies import is_behind
from argosy.plan.rules.problems import Path, Problem
from argosy.plan.rules.scope import Producers
from argosy.plan.rules.texts import texts_of
from argosy.plan.rules.walk import Call, Walk

AFTERWARDS = ("hooks", "onExit")
"""Fields that are read when the task itself has ended."""


def check(walk: Walk) -> Iterator[Problem]:
    """The tasks of every DAG."""
    for visit in own_visits(walk):
        if visit.types == ["dag"]:
            producers = Producers(visit)
            for call in visit.calls:
                yield from _task(call, producers)


def _task(call: Call, producers: Producers) -> Iterator[Problem]:
    assert isinstance(call.holder, DAGTask)
    for keys, text in texts_of(msgspec.to_builtins(call.holder)):
        if keys[0] in AFTERWARDS or "inline" in keys:
            continue
        for other in _tasks_read(text):
            if other not in producers.by_name or is_behind(producers.graph, call.holder.name, other):
                continue
            if not _is_told(keys, text, other):
                yield note(call, keys, *_problem(call, other))


def _problem(call: Call, other: str) -> tuple[str, str]:
    if other == call.holder.name:
        return f"{call.label} reads its own outputs, which are not there before it has run", ""
    message = f"{call.label} reads of task '{other}', which it does not wait for: the value may not be there"
    return message, f"add '{other}' to its depends or dependencies"


def _is_told(keys: Path, text: str, other: str) -> bool:
    """Whether the rule about arguments tells of it, as Argo does."""
    return keys[0] == "arguments" and text.startswith((f"{{{{tasks.{other}.", f"{{{{tasks.{other}}}}}"))


def _tasks_read(text: str) -> list[str]:
    names = [name.split(".")[1] for name in name_tags(text) if name.startswith("tasks.") and "{{" not in name]
    for expression in expression_tags(text):
        try:
            usage = compile_expression(expression).usage
        except ExpressionError:
            continue
        names += [path[1] for path in usage.paths if path[0] == "tasks" and len(path) > 1] if usage else []
    return [name for name in dict.fromkeys(names) if name != "name"]
