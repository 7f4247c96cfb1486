"""Expressions: names that are not there, and what cannot be done with the values that they have.

Argo reads expressions when they run, and knows little of types even then. Here variables are known to be texts: that
`lastRetry.exitCode > 1` cannot work, and `lastRetry.exitCode == 1` is never true, is told before.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec

from argosy.errors import ExpressionError
from argosy.language.expr import ExprError, nodes
from argosy.language.expr.checker import check as check_types
from argosy.language.expr.functions import FUNCTION_NAMES, function_of
from argosy.language.expr.operands import check_binary
from argosy.language.expr.parser import parse
from argosy.language.expr.types import MAP, STRING, UNKNOWN, Nature, nature_of
from argosy.language.expr.usage import plain_path, usage_of
from argosy.language.expr.values import type_of
from argosy.language.variables import find_variable, roots
from argosy.plan.rules.advice.parts import entries, expression_tags, note
from argosy.plan.rules.problems import Path, Problem, did_you_mean, did_you_mean_tag
from argosy.plan.rules.scope import Context, contexts_of
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Call, Place, Visit, Walk

FIELDS: Final = ("expression", "fromExpression")
"""The fields that are an expression."""
COMPARES: Final = ("==", "!=", "<", "<=", ">", ">=")
WORKS_ON_TYPES: Final = (*COMPARES, "+", "-", "*", "/", "%", "**")
DECLARED: Final = ("inputs.parameters.", "inputs.artifacts.", "steps.", "tasks.", "workflow.parameters.")
"""What a manifest declares, so that it can be known whether it is there."""
OF_DATA: Final = "data"
TEXTS = "variables are texts: write asInt(...) around it, or compare it with a text in quotes"


def check(walk: Walk) -> Iterator[Problem]:
    """The expressions of the workflow, then those of each template."""
    spec = msgspec.structs.replace(walk.subject.spec, templates=[], template_defaults=None)
    own = Place(walk.subject.own.path, walk.subject.prefix, foreign=False)
    for keys, text in _expressions(msgspec.to_builtins(spec)):
        yield from _problems(own, keys, text)
    for context in contexts_of(walk):
        visit = context.visit
        if visit.foreign or len(visit.types) != 1:
            continue
        for keys, text in _expressions(_without_calls(msgspec.to_builtins(visit.template))):
            yield from _problems(visit, keys, text, context)
        for call in visit.calls:
            for keys, text in _expressions(msgspec.to_builtins(call.holder)):
                if "inline" not in keys:
                    yield from _problems(call, keys, text, context)


def _without_calls(template: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in template.items() if key not in ("steps", "dag")}


def _expressions(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The expressions in plain data: whole fields, and tags."""
    if isinstance(data, str):
        is_expression = path[-1] in FIELDS or path[-2:] == ("http", "successCondition")
        if is_expression and not is_dynamic(data):
            yield path, data
        for expression in expression_tags(data):
            yield path, expression
    for key, value in entries(data):
        yield from _expressions(value, (*path, key))


def _problems(place: Place, keys: Path, text: str, context: Context | None = None) -> Iterator[Problem]:
    chain = f"{place.label}: " if isinstance(place, Call | Visit) else ""
    try:
        tree = parse(text)
        check_types(tree, text, lambda name: UNKNOWN if name == OF_DATA else _natures().get(name))
    except ExprError as error:
        name = error.problem.removeprefix("unknown name ")
        hint = did_you_mean(name, _natures()) if name != error.problem else ""
        yield note(place, keys, f"{chain}expression {text!r}: {error.problem}, at {error.column}", hint)
        return
    except ExpressionError as error:
        yield note(place, keys, f"{chain}expression {text!r}: {error.message}")
        return
    yield from _of_types(place, keys, chain, tree)
    if context is not None:
        yield from _of_names(place, keys, chain, tree, context)


@cache
def _natures() -> dict[str, Nature]:
    """What is known of the value of each first name."""
    known = {root: find_variable(root) for root in roots()}
    of_maps, of_texts = nature_of(MAP), nature_of(STRING)
    found = {
        root: of_maps if row is None else of_texts if row.value == "text" else UNKNOWN for root, row in known.items()
    }
    return found | {name: nature_of(type_of(function_of(name))) for name in FUNCTION_NAMES}


def _of_types(place: Place, keys: Path, chain: str, tree: nodes.Node) -> Iterator[Problem]:
    """Operators that do not work on texts."""
    for node in nodes.walk(tree):
        if isinstance(node, nodes.Binary) and node.operator in WORKS_ON_TYPES:
            try:
                check_binary(node, _nature(node.left), _nature(node.right))
            except ExpressionError as error:
                never = " (never true)" if node.operator == "==" else ""
                yield note(place, keys, f"{chain}{error.message}{never}", TEXTS)


def _nature(node: nodes.Node) -> Nature:
    row = find_variable(".".join(plain_path(node)))
    return nature_of(STRING) if row is not None and row.value in ("text", "json") else node.nature


def _of_names(place: Place, keys: Path, chain: str, tree: nodes.Node, context: Context) -> Iterator[Problem]:
    """Variables that nothing declares."""
    reader = place if isinstance(place, Call) else None
    moment = context.visit.closed
    names = [name for name in usage_of(tree).identifiers if name.startswith(DECLARED)]
    unknown = [name for name in names if not _is_known(name, reader, moment, context)]
    for name in unknown:
        if not any(other.startswith(f"{name}.") for other in unknown):
            hint = did_you_mean_tag(name, context.near(moment)).replace("{{", "").replace("}}", "")
            yield note(place, keys, f"{chain}there is no {name}", hint)


def _is_known(name: str, reader: Call | None, moment: int, context: Context) -> bool:
    known = context.knows(name, reader, moment) or context.knows(name, None, moment)
    return known or any(near.startswith(f"{name}.") for near in context.near(moment))
