"""Variables: what a tag names is there when the tag is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from argosy.language.tags import compile_text
from argosy.model.template import DAGTask
from argosy.plan.rules.problems import Level, Problem, did_you_mean_tag
from argosy.plan.rules.scope import Context, carried, contexts_of, is_looked_at
from argosy.plan.rules.texts import Text, texts_of
from argosy.plan.rules.walk import Call, Place, Visit, Walk

SET_BY_OTHERS = ("workflow.labels.", "workflow.annotations.")


def check(walk: Walk) -> Iterator[Problem]:
    """The tags of every template."""
    for context in contexts_of(walk):
        if len(context.visit.types) == 1:
            yield from _template(context, context.visit)


def _template(context: Context, visit: Visit) -> Iterator[Problem]:
    kind, label = visit.types[0], visit.label
    if kind not in ("steps", "dag"):
        texts = texts_of(_leaf(visit))
        yield from _unresolved(context, visit, f"{label}:", texts, visit.opened)
        return
    if kind == "dag":
        target = visit.template.dag.target if visit.template.dag else ""
        yield from _unresolved(context, visit, f"{label}.targets", [(("dag", "target"), target)], visit.closed)
    for call in visit.calls:
        texts = texts_of(msgspec.to_builtins(call.holder)) if _has_tags(call.holder) else []
        words, moment = (f"{label}.steps", call.moment) if kind == "steps" else (call.label, visit.closed)
        yield from _unresolved(context, call, words, texts, moment)
        if kind == "dag":
            yield from _missing_dependencies(context, call)
    outputs = texts_of(msgspec.to_builtins(visit.template.outputs), ("outputs",))
    yield from _unresolved(context, visit, f"{label}.outputs", outputs, visit.closed)


def _unresolved(context: Context, place: Place, words: str, texts: list[Text], moment: int) -> Iterator[Problem]:
    reader = place if isinstance(place, Call) else None
    for keys, text in texts:
        for tag in compile_text(text).tags if "{{" in text else ():
            name = tag.strip(" ")
            if is_looked_at(name) and not context.knows(name, reader, moment):
                level, hint = _by_others(context, name)
                hint = hint or _hint(context, name, moment)
                yield place.problem(keys, f"{words} failed to resolve {{{{{tag}}}}}", hint, level)


def _by_others(context: Context, name: str) -> tuple[Level, str]:
    """How bad it is that a variable is not known, and why.

    A label that a WorkflowTemplate counts on may come from the workflow that uses it or from the settings. But what the
    WorkflowTemplate has itself is not passed on to a workflow that has it not: that is sure to be a mistake.
    """
    owner, subject = context.visit.owner, context.globals.walk.subject
    if not name.startswith(SET_BY_OTHERS) or not (owner.foreign or subject.is_template):
        return "error", ""
    if owner.foreign and name.removeprefix("workflow.") in carried(owner.metadata, owner.spec):
        return "error", f"{owner.kind} {owner.name!r} has it, but does not pass it on: give it to the workflow"
    return "warning", ""


def _hint(context: Context, name: str, moment: int) -> str:
    prefix, mine = name.partition(".")[0] + ".", context.producers.prefix
    if prefix != mine and prefix in ("steps.", "tasks.") and context.producers.by_name:
        kind = "a DAG" if mine == "tasks." else "a steps template"
        return f"in {kind} it is {{{{{mine}{name.removeprefix(prefix)}}}}}"
    return did_you_mean_tag(name, context.near(moment))


def _missing_dependencies(context: Context, call: Call) -> Iterator[Problem]:
    """A value that begins with an output of a task needs that task to be waited for."""
    given, producers = call.holder.arguments, context.producers
    for field, word, items in (
        ("parameters", "parameter", [(each.name, each.value or "") for each in given.parameters]),
        ("artifacts", "artifact", [(each.name, each.from_) for each in given.artifacts]),
    ):
        for index, (name, text) in enumerate(items):
            if not text.startswith("{{tasks."):
                continue
            other = text.split(".")[1].removesuffix("}}")
            if producers.knows(text[2:].partition("}}")[0], call) and not producers.is_ancestor(call, other):
                message = f"{call.label} missing dependency '{other}' for {word} '{name}'"
                yield call.problem(("arguments", field, index), message, _wait_for(call, other))


def _wait_for(call: Call, other: str) -> str:
    """How to wait for the other task as well, written as the task writes what it waits for."""
    task = call.holder
    depends = task.depends if isinstance(task, DAGTask) else ""
    if depends:
        return f"write depends: {depends} && {other}"
    names = task.dependencies if isinstance(task, DAGTask) else []
    return f"write dependencies: [{', '.join([*names, other])}]"


def _leaf(visit: Visit) -> dict[str, Any]:
    """The template's text as it is when its inputs have been given: what they were before does not count.

    Argo's validation thinks of any input that a step or task could give as given.
    """
    data: dict[str, Any] = msgspec.to_builtins(visit.template)
    arguments, inputs = None if visit.call.caller else visit.call.arguments, data.get("inputs")
    if not inputs:
        return data
    for field, known in (
        ("parameters", None if arguments is None else {each.name for each in arguments.parameters}),
        ("artifacts", None if arguments is None else {each.name for each in arguments.artifacts}),
    ):
        kept = ("name", "default", "path", "mode")
        items: list[dict[str, Any]] = inputs.get(field, [])
        inputs[field] = [
            {
                key: value
                for key, value in item.items()
                if key in kept or not (known is None or item.get("name") in known)
            }
            for item in items
        ]
    return data


def _has_tags(item: msgspec.Struct) -> bool:
    return b"{{" in msgspec.json.encode(item)
