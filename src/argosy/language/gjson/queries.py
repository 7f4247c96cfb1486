"""Is a value of a list the one that is meant? `#(age>=47)`, `#(name%"J*")`, `#(active==~true)`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from argosy.language.gjson.steps import Query
from argosy.language.gjson.texts import is_true, kind_of, number_of, text_of

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_PATTERN_PART = re.compile(r"\\.|\*+|.", re.DOTALL)


def matches(query: Query, value: str) -> bool:
    """Whether what a query's path found in an element is what it asks for. Lists, objects and null are like nothing."""
    wanted = query.value
    if wanted.startswith("~"):
        value, wanted = _as_boolean(value, wanted[1:]), "true"
    if not value or not query.operator:
        return bool(value)
    match kind_of(value):
        case "string":
            return _compare_strings(text_of(value), query.operator, wanted)
        case "number":
            compare = _ORDER.get(query.operator)
            return compare is not None and compare(number_of(value), number_of(wanted))
        case "true" | "false" as word:
            return _compare_booleans(word, query.operator, wanted)
        case _:
            return False


def _as_boolean(value: str, wanted: str) -> str:
    """Whether a value is like `true`, `false`, `null` or, `*`, anything at all; "" where asked for something else."""
    kind, text = kind_of(value), text_of(value).lower()
    likeness = {
        "*": bool(value),
        "null": kind == "null",
        "true": is_true(value),
        "false": kind in ("null", "false")
        or (kind == "string" and text in ("0", "f", "false"))
        or (kind == "number" and number_of(value) == 0),
    }
    return ("true" if likeness[wanted] else "false") if wanted in likeness else ""


def _compare_strings(text: str, sign: str, wanted: str) -> bool:
    if sign in ("%", "!%"):
        return is_like(text, wanted) is (sign == "%")
    return sign in _ORDER and _ORDER[sign](text, wanted)


def _compare_booleans(word: str, sign: str, wanted: str) -> bool:
    """`false` is less than `true`; nothing else is ordered, but either is as much as anything is on its own side."""
    opposite, strict = ("false", ">") if word == "true" else ("true", "<")
    results = {"=": wanted == word, "!=": wanted != word, strict: wanted == opposite, f"{strict}=": True}
    return results.get(sign, False)


def is_like(text: str, pattern: str) -> bool:
    """Whether a text is like a pattern with `*`, any characters, and `?`, any one (github.com/tidwall/match)."""
    regexp = "".join(
        {"*": ".*", "?": "."}.get(part[0][0], re.escape(part[0][-1])) for part in _PATTERN_PART.finditer(pattern)
    )
    return re.fullmatch(regexp, text, re.DOTALL) is not None
