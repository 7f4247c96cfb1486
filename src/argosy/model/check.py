"""Plain data is compared with a type of the API: findings come out, and the data as a typed decoder wants it.

The decoder is in some ways stricter than Go and in others looser. So that both agree, this does what Go does:

1. `null` is the same as nothing: in a mapping the key is dropped, in a list the element becomes the zero value.
2. A scalar is never converted, except for an AnyString, which becomes a string.
3. In `withItems` and the like anything goes. What comes from YAML has its keys in order there, as in the JSON that Go
   makes of it: the names of nodes are made from it.
4. An unknown field is a finding of its own kind, since only those who write manifests must hear of it. Where it is no
   matter, not `strict`, names may also be written in the wrong case: `Entrypoint`.
5. With `convert`, numbers and booleans are good for strings, as when Go reads YAML straight into a type. Argo's command
   line does not do that, its tests and many tools do.

Findings come in the order of the data. The data that is given is never changed, and what needs no change is not copied.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from argosy.model.fields import describe, fields
from argosy.model.hints import unknown_field_hint
from argosy.model.removed import REMOVED
from argosy.model.values import any_string

Path = tuple[str | int, ...]

MAX_DEPTH: Final = 200
MAX_INT: Final = 2**63 - 1
MAX_SMALL_INT: Final = 2**31 - 1
QUANTITY: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([numkMGTPE]?|[KMGTPE]i|[eE][-+]?[0-9]+)")
TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})")
MAX_FINDINGS: Final = 1000
"""No more than this is found: nobody reads on, and each costs time."""
MAX_WORD: Final = 64
"""Longer words are near nothing."""


class Finding(NamedTuple):
    """Something that the type does not allow. `path` is where; `unknown` says that it is a field no one knows."""

    path: Path
    message: str
    hint: str = ""
    unknown: bool = False


def check(
    data: Any, code: str, *, strict: bool = True, convert: bool = False, from_yaml: bool = False
) -> tuple[Any, list[Finding]]:
    """The data without nulls and with strings for AnyStrings, and what is wrong with it as the type of this code.

    What comes back is good for a typed decoder if no finding but unknown fields is there.
    """
    checker = _Checker(strict=strict, convert=convert, from_yaml=from_yaml)
    return checker.value(data, code), checker.findings


class _Checker:
    def __init__(self, *, strict: bool, convert: bool, from_yaml: bool) -> None:
        self.strict, self.convert, self.from_yaml = strict, convert, from_yaml
        self.path: list[str | int] = []
        self.findings: list[Finding] = []

    def value(self, item: Any, code: str) -> Any:
        scalar = SCALARS.get(code)
        if scalar is not None:
            return scalar(self, item)
        if len(self.path) > MAX_DEPTH:
            return self.report(f"nested more than {MAX_DEPTH} levels deep", item)
        if code[0] == "[":
            return self.elements(item, code)
        if item.__class__ is not dict:
            return self.wrong(item, code)
        return self.entries(item, code[1:]) if code[0] == "{" else self.object(item, code)

    def object(self, item: dict[str, Any], name: str) -> dict[str, Any]:
        """A mapping with the fields of a type."""
        known = fields(name)
        if not self.strict and not known.keys() >= item.keys():
            item = _in_known_case(item, known)
        changed: dict[str, Any] | None = None
        for key, before in item.items():
            code = known.get(key)
            if code == "s" and before.__class__ is str:  # most fields
                continue
            if code is None:
                self.unknown(key, known, name)
                continue
            after = None
            if before is not None:
                self.path.append(key)
                after = self.value(before, code)
                self.path.pop()
                if after is before:
                    continue
            if changed is None:
                changed = dict(item)
            if after is None:
                del changed[key]
            else:
                changed[key] = after
        return item if changed is None else changed

    def entries(self, item: dict[str, Any], code: str) -> dict[str, Any]:
        """A mapping from any key to values of one type."""
        result = {key: self.entry(key, value, code) for key, value in item.items()}
        return item if all(result[key] is item[key] for key in item) else result

    def elements(self, item: Any, code: str) -> Any:
        """A list."""
        if item.__class__ is not list:
            return self.wrong(item, code)
        result = [self.entry(index, value, code[1:]) for index, value in enumerate(item)]
        return item if all(map(_same, result, item)) else result

    def entry(self, key: str | int, item: Any, code: str) -> Any:
        if code == "s" and item.__class__ is str:
            return item
        if item is None and code != "?":
            return ZEROS.get(code[0], {})
        self.path.append(key)
        result = self.value(item, code)
        self.path.pop()
        return result

    def string(self, item: Any) -> Any:
        if item.__class__ is str:
            return item
        if self.convert and isinstance(item, bool | int | float):
            return any_string(item)
        return self.wrong(item, "s")

    def boolean(self, item: Any) -> Any:
        return item if item.__class__ is bool else self.wrong(item, "b")

    def integer(self, item: Any) -> Any:
        return item if item.__class__ is int and -MAX_INT - 1 <= item <= MAX_INT else self.wrong(item, "i")

    def number(self, item: Any) -> Any:
        return item if item.__class__ in (int, float) else self.wrong(item, "n")

    def int_or_string(self, item: Any) -> Any:
        if item.__class__ is int and abs(item) <= MAX_SMALL_INT:
            return item
        return item if item.__class__ is str else self.wrong(item, "x")

    def quantity(self, item: Any) -> Any:
        if item.__class__ in (int, float) or (item.__class__ is str and QUANTITY.fullmatch(item)):
            return item
        return self.wrong(item, "q")

    def time(self, item: Any) -> Any:
        return item if item.__class__ is str and TIME.fullmatch(item) else self.wrong(item, "t")

    def mapping(self, item: Any) -> Any:
        return item if item.__class__ is dict else self.wrong(item, "o")

    def plugin(self, item: Any) -> Any:
        return item if item.__class__ is dict and len(item) == 1 else self.wrong(item, "p")

    def any_string(self, item: Any) -> Any:
        return item if item.__class__ is str else any_string(item)

    def anything(self, item: Any) -> Any:
        return in_order(item) if self.from_yaml else item

    def unknown(self, key: str, known: Mapping[str, str], name: str) -> None:
        """Note a field that the type does not have."""
        if not self.strict or len(self.findings) >= MAX_FINDINGS:
            return
        message, hint = f'unknown field "{key}"', unknown_field_hint(name, key)
        removed = REMOVED.get((name, key))
        if near := removed.becomes if removed else nearest(key, known):
            message, hint = f'{message}; did you mean "{near}"?', hint if removed else ""
        self.findings.append(Finding((*self.path, key), message, hint, unknown=True))

    def wrong(self, item: Any, code: str) -> Any:
        """Note a value of the wrong type."""
        return self.report(f"expected {describe(code)}, found {found(item)}", item, advice(item, code))

    def report(self, message: str, item: Any, hint: str = "") -> Any:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(tuple(self.path), message, hint))
        return item


SCALARS: Final[dict[str, Callable[[_Checker, Any], Any]]] = {
    "s": _Checker.string,
    "i": _Checker.integer,
    "b": _Checker.boolean,
    "n": _Checker.number,
    "x": _Checker.int_or_string,
    "q": _Checker.quantity,
    "t": _Checker.time,
    "a": _Checker.any_string,
    "o": _Checker.mapping,
    "p": _Checker.plugin,
    "?": _Checker.anything,
}
ZEROS: Final[dict[str, Any]] = {"s": "", "a": "", "i": 0, "n": 0, "x": 0, "q": 0, "b": False, "[": []}


def _same(one: Any, other: Any) -> bool:
    return one is other


def _in_known_case(item: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with the known names for keys that differ from them in case only, as encoding/json takes them."""
    names = {name.lower(): name for name in known}
    return {key if key in known else names.get(key.lower(), key): value for key, value in item.items()}


def in_order(item: Any) -> Any:
    """The value with the keys of all mappings in it sorted."""
    if item.__class__ is dict:
        return {key: in_order(item[key]) for key in sorted(item)}
    if item.__class__ is list:
        return [in_order(element) for element in item]
    return item


def nearest(word: str, words: Mapping[str, object]) -> str:
    """The word that was meant, or "" where none is near."""
    if len(word) > MAX_WORD:
        return ""
    same = [other for other in words if other.lower() == word.lower()]
    near = same or difflib.get_close_matches(word, words, 1, 0.7)
    return near[0] if near else ""


def found(item: Any) -> str:
    """A value in a user's words, with its text where that is short."""
    if item is None:
        return "nothing"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int | float):
        return f"the number {item}"
    if isinstance(item, str):
        return f'the string "{item}"' if len(item) <= 30 and "\n" not in item else "a string"
    return "a list" if isinstance(item, list) else "a mapping"


def advice(item: Any, code: str) -> str:
    """What to do about a value of the wrong type, where that is likely."""
    if code == "s" and isinstance(item, bool):
        return "put it in quotes: to YAML, words such as y, n, yes, no, on and off are true or false"
    if code == "s" and isinstance(item, int | float):
        return "put it in quotes"
    if code == "[s" and isinstance(item, str):
        return "write it as a list"
    if code == "[[WorkflowStep" or (code == "[WorkflowStep" and isinstance(item, dict)):
        return 'steps are a list of groups, and each group is a list: "- - name: …"'
    if code in ("i", "b") and isinstance(item, str):
        return "a template tag is not possible here" if "{{" in item else "remove the quotes"
    return ""
