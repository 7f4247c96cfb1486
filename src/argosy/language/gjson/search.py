"""A path is followed from a value to the value that it leads to."""

from __future__ import annotations

import re

from argosy.language.gjson.modifiers import MODIFIERS, Modifier
from argosy.language.gjson.queries import is_like, matches
from argosy.language.gjson.steps import Query, Selector, Step, name_step, number_step, selectors_of, split_pipe
from argosy.language.gjson.texts import enclosed, first_value, kind_of, members, text_of, values_in

_NAME = re.compile(r"@([^.|:]*)")
_LITERAL = re.compile(r"!(true|false|null|nan|inf)(?=[.|]|$)", re.IGNORECASE)


def get(json: str, path: str) -> str:
    """The value at a path of valid JSON, "" where there is none."""
    if len(path) > 1:
        if (made := _modified(json, path) or _literal(path)) is not None:
            text, rest = made
            return get(text, rest[1:]) if rest[:1] in (".", "|") else first_value(text)
        if path[0] in "[{":
            selectors, rest = selectors_of(path)
            if selectors and rest[:1] in ("", ".", "|"):
                text = _selected(json, path[0], selectors)
                return get(text, rest[1:]) if rest else text
            path = rest
    search = _Search()
    if path.startswith(".."):
        search.find_in_list(f"[{json}]", path[2:])
    else:
        search.find(json, path)
    return search.value if search.pipe is None else get(search.value, search.pipe)


class _Search:
    """One walk down a path. `value` is what it has found, `pipe` the path to follow from there, None for none.

    Each method says whether the search is over: a pattern goes on to the next name that is like it.
    """

    def __init__(self) -> None:
        self.value = ""
        self.pipe: str | None = None

    def find(self, json: str, path: str) -> bool:
        """Follow a path into an object or a list; gjson goes into a string, too, that has a bracket in it."""
        value = first_value(json)
        match kind_of(value):
            case "object":
                return self._find_in_object(value, path)
            case "list":
                return self.find_in_list(value, path)
            case _:
                return False

    def _find_in_object(self, json: str, path: str) -> bool:
        step = name_step(path)
        goes_on = self._goes_on(step, _starts_anew(step.rest))
        for key, value in members(json):
            name = text_of(key)
            if is_like(name, step.name) if step.is_pattern else name == step.name:
                if not goes_on:
                    return self._found(value)
                if self.find(value, step.rest):
                    return True
        return False

    def find_in_list(self, json: str, path: str) -> bool:
        """Follow a path into a list: the number of an element, `#` or a query."""
        step, query = number_step(path)
        goes_on = self._goes_on(step, "#" not in step.name and _starts_anew(step.rest))
        values = list(values_in(json))
        if query:
            return self._ask(values, query, step.rest if goes_on else None)
        if step.name == "#":
            return self._found(f"[{','.join(self._each(values, step.rest))}]" if goes_on else str(len(values)))
        if not (step.name.isascii() and step.name.isdigit()) or (index := int(step.name) % (1 << 64)) >= len(values):
            return False
        return self.find(values[index], step.rest) if goes_on else self._found(values[index])

    def _goes_on(self, step: Step, starts_anew: bool) -> bool:
        """Whether the path goes on inside what a step finds; else what is left of it is a pipe."""
        if step.separator == "|" or starts_anew:
            self.pipe = step.rest
            return False
        return bool(step.separator)

    def _found(self, value: str) -> bool:
        self.value = value
        return True

    def _each(self, values: list[str], path: str) -> list[str]:
        """What a path leads to from each value that it leads anywhere from."""
        path = self._without_pipe(path)
        return [found for value in values if (found := get(value, path))]

    def _without_pipe(self, path: str) -> str:
        path, pipe = split_pipe(path)
        self.pipe = self.pipe if pipe is None else pipe
        return path

    def _ask(self, values: list[str], query: Query, rest: str | None) -> bool:
        """The elements that a query means, and what is at `rest` from there."""
        found: list[str] = []
        for value in values:
            if not _is_meant(query, value):
                continue
            result = value if rest is None else get(value, rest := self._without_pipe(rest))
            if not query.is_all:
                return self._found(result)
            found += [result] if result else []
        if query.is_all and not self.value:
            self.value = f"[{','.join(found)}]"
        return False


def _is_meant(query: Query, value: str) -> bool:
    if kind_of(value) in ("object", "list"):
        return matches(query, get(value, query.path))
    return not query.path and matches(query, value)


def _starts_anew(path: str) -> bool:
    name = _NAME.match(path)
    return path[:1] in ("[", "{") or (name is not None and name[1] in _MODIFIERS)


def _modified(json: str, path: str) -> tuple[str, str] | None:
    """What the modifier that a path begins with makes of JSON, and the rest of the path; None without one."""
    name = _NAME.match(path)
    if not name or name[1] not in _MODIFIERS:
        return None
    argument, rest = "", path[name.end() :]
    if rest.startswith(":"):
        argument = _argument(rest[1:])
        rest = rest[1 + len(argument) :]
    return _MODIFIERS[name[1]](json, argument), rest


def _argument(text: str) -> str:
    """JSON, or anything up to a `|` that is in no brackets."""
    if text[:1] in ("{", "[", '"'):
        return _bracketed(text)
    index = 0
    while index < len(text) and text[index] != "|":
        index += len(_bracketed(text[index:])) if text[index] in '{["(' else 1
    return text[:index]


def _bracketed(text: str) -> str:
    return enclosed(text, start=0 if text[0] == '"' else 1)


def _literal(path: str) -> tuple[str, str] | None:
    """The value that is written after `!`, and the rest of the path; None where there is none."""
    if path[:1] == "!" and path[1] in '{["+-0123456789':
        text = enclosed(path[1:])
        return text, path[1 + len(text) :]
    literal = _LITERAL.match(path)
    return (literal[1], path[literal.end() :]) if literal else None


def _selected(json: str, opener: str, selectors: list[Selector]) -> str:
    """The list or object that brackets make of what their paths lead to."""
    parts: list[str] = []
    for selector in selectors:
        if value := get(json, selector.path):
            parts.append(f"{selector.key()}:{value}" if opener == "{" else value)
    return f"{opener}{','.join(parts)}{'}' if opener == '{' else ']'}"


def _dig(json: str, path: str) -> str:
    """What a path leads to from a value and from all that is in it."""
    found: list[str] = []
    waiting = [first_value(json)]
    while waiting:
        value = waiting.pop()
        found.append(get(value, path))
        inside = [member for _, member in members(value)] if kind_of(value) == "object" else list(values_in(value))
        waiting += reversed(inside)
    return f"[{','.join(filter(None, found))}]"


_MODIFIERS: dict[str, Modifier] = {**MODIFIERS, "dig": _dig}
