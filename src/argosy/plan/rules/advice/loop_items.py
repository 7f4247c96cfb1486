"""Items of loops: those that are read without a loop, and loops whose items nobody reads. Names of odd form."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from argosy.plan.rules.advice.parts import expression_tags, name_tags, note, own_calls, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.scope import is_looked_at
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.texts import Text, texts_of
from argosy.plan.rules.walk import Call, Place, Walk

ITEM = re.compile(r"\bitem\b")
LIKE_AN_EXPRESSION = re.compile(r"(inputs|steps|tasks|workflow|item|sprig|asInt|asFloat|toJson|jsonpath)\s*[\[(].*")


def check(walk: Walk) -> Iterator[Problem]:
    """Steps and tasks, then the texts of templates."""
    for call in own_calls(walk):
        texts = texts_of(msgspec.to_builtins(call.holder))
        yield from _items(call, texts)
        yield from _odd_tags(call, texts)
        if is_dynamic(call.holder.name):
            yield _odd_name(call, ("name",), call.label)
    for visit in own_visits(walk):
        if visit.types[0] not in ("steps", "dag"):
            yield from _odd_tags(visit, texts_of(msgspec.to_builtins(visit.template)))
        for index, artifact in enumerate(visit.template.outputs.artifacts):
            if is_dynamic(artifact.name):
                yield _odd_name(visit, ("outputs", "artifacts", index, "name"), visit.label)


def _items(call: Call, texts: list[Text]) -> Iterator[Problem]:
    holder = call.holder
    loops = bool(holder.with_items or holder.with_param or holder.with_sequence is not None)
    reads = [
        keys
        for keys, text in texts
        if "item" in name_tags(text) or any(map(ITEM.search, (*name_tags(text), *expression_tags(text))))
    ]
    if loops and not reads and holder.inline is None:
        yield note(call, (), f"{call.label}: nothing in the loop reads {{{{item}}}}", level="info")
    for keys, text in texts:
        if not loops and "item" in name_tags(text) and "inline" not in keys:
            message = f"{call.label}: {{{{item}}}} stays as it is, there is no loop"
            yield note(call, keys, message, "add withItems or withParam")


def _odd_tags(place: Place, texts: list[Text]) -> Iterator[Problem]:
    for keys, text in texts:
        for name in name_tags(text):
            if LIKE_AN_EXPRESSION.fullmatch(name) and not is_looked_at(name):
                message = f"{{{{{name}}}}} is an expression, but the tag has no ="
                yield note(place, keys, message, f"write {{{{={name}}}}}")


def _odd_name(place: Place, keys: tuple[str | int, ...], label: str) -> Problem:
    message = f"{label}: a variable in a name: Argo fills it in, tools that only read the manifest do not"
    return note(place, keys, message, level="info")
