"""`when` with tags in it: what it becomes once they have values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from argosy.errors import ExpressionError
from argosy.language.govaluate import evaluate_when
from argosy.language.tags import CompiledText, compile_text
from argosy.plan.rules.advice.parts import note, own_calls
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Call, Walk

CANDIDATES = ("x", "1", "true", "2024-01-02")
"""Values that a tag may have: where none of them can be read, no value can."""
OUTPUT = re.compile(r"(steps|tasks)\..+\.outputs\..+")
EQUAL = re.compile(r"\s*(\{\{[^{}]*\}\}|[\w.-]+)\s*(==|!=)\s*(\{\{[^{}]*\}\}|[\w.-]+)\s*")
NUMBER = re.compile(r"[-+]?[\d.]+")
QUOTES = "put both sides in quotes: '{{...}}' == 'text'"


def check(walk: Walk) -> Iterator[Problem]:
    """The conditions of steps and tasks."""
    values = {
        f"workflow.parameters.{each.name}": each.value
        for each in walk.subject.arguments.parameters
        if each.value is not None and not is_dynamic(each.value)
    }
    for call in own_calls(walk):
        text = compile_text(call.holder.when)
        if text.tags and not text.unclosed:
            yield from _condition(call, text, values)


def _condition(call: Call, text: CompiledText, values: dict[str, str]) -> Iterator[Problem]:
    names = [tag.strip() for tag in text.tags]
    errors = (_error(text.literals, [values.get(name, candidate) for name in names]) for candidate in CANDIDATES)
    first = next(errors)
    if first and all(errors):
        yield note(call, ("when",), f"{call.label}.when cannot be read, whatever its tags become: {first}", QUOTES)
        return
    for name, quoted in zip(names, _quoted(text.literals), strict=True):
        if OUTPUT.fullmatch(name) and not quoted and not _with_number(text.text):
            message = (
                f"{call.label}.when has {{{{{name}}}}} without quotes: it cannot be read where the output is empty, "
                "or has blanks or signs in it"
            )
            yield note(call, ("when",), message, _with_quotes(text.text))
            return


def _error(literals: Sequence[str], values: Sequence[str]) -> str:
    text = "".join(part for pair in zip(literals, [*values, ""], strict=True) for part in pair)
    try:
        evaluate_when(text)
    except ExpressionError as error:
        return error.message.splitlines()[0]
    return ""


def _quoted(literals: Sequence[str]) -> Iterator[bool]:
    """For each tag, whether it stands in quotes; either kind closes the other."""
    quotes = 0
    for literal in literals[:-1]:
        quotes += len(re.findall(r"(?<!\\)['\"]", literal))
        yield quotes % 2 == 1


def _with_number(text: str) -> bool:
    """Whether something is compared with a number, or as one: text in quotes cannot be."""
    found = EQUAL.fullmatch(text)
    return bool(re.search(r"[<>]", text) or (found and any(map(NUMBER.fullmatch, (found[1], found[3])))))


def _with_quotes(text: str) -> str:
    found = EQUAL.fullmatch(text)
    return f"write '{found[1]}' {found[2]} '{found[3]}'" if found else QUOTES
