"""A path is taken apart, a step at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from argosy.language import gojson
from argosy.language.gjson.texts import SPACE, enclosed, unescape

_OPERATOR = re.compile(r"!=|!%|<=|>=|==?|[<>%]|!$|")
_SEPARATOR = re.compile(r"[.|]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.?|.', re.DOTALL)
_NOT_ESCAPED = re.compile(r"(?<!\\)[.|]")
_UNUSUAL = re.compile(r"[\[\]{}()#|!\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Step:
    """A member's name or an element's number, and the path after it; `separator` is ".", "|" or, at the end, ""."""

    name: str
    separator: str = ""
    rest: str = ""
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`#(path operator value)`, the first such element, or `#(...)#`, all of them; what is not written is ""."""

    path: str = ""
    operator: str = ""
    value: str = ""
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class Selector:
    """One path of `[path, ...]` or `{"name": path, ...}`; `name` is as it was written, "" for none."""

    name: str
    path: str

    def key(self) -> str:
        """The name as JSON: that of a path which was given none is its last step, or `_`."""
        if self.name.startswith('"') and gojson.is_valid(self.name):
            return self.name
        last = _NOT_ESCAPED.split(self.path)[-1]
        return gojson.encode_string(self.name or ("_" if _UNUSUAL.search(last) else last))


def name_step(path: str) -> Step:
    """The first step of a path into an object."""
    name: list[str] = []
    is_pattern = False
    characters = iter(enumerate(path))
    for index, character in characters:
        if character in ".|":
            return Step("".join(name), character, path[index + 1 :], is_pattern)
        is_pattern = is_pattern or character in "*?"
        name.append(next(characters, (0, ""))[1] if character == "\\" else character)
    return Step("".join(name), is_pattern=is_pattern)


def number_step(path: str) -> tuple[Step, Query | None]:
    """The first step of a path into a list. A query that does not end takes the whole path, and asks for nothing."""
    query, start = _query(path) if path[:2] in ("#(", "#[") else (None, 0)
    if found := _SEPARATOR.search(path, start):
        return Step(path[: found.start()], found[0], path[found.end() :]), query
    return Step(path), query


def _query(path: str) -> tuple[Query, int]:
    """The query that a path begins with, and where it ends."""
    depth, operator, has_escape = 1, 0, False
    for token in _TOKEN.finditer(path, 2):
        has_escape = has_escape or (token[0][0] == '"' and "\\" in token[0])
        if depth == 1 and not operator and token[0] in "!=<>%":
            operator = token.start()
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token[0], 0)
        if not depth:
            operator = operator or token.start()
            text, end = path[operator : token.start()].strip(SPACE), token.end()
            found = _OPERATOR.match(text)
            sign = found[0] if found else ""
            value = _query_value(text[len(sign) :].strip(SPACE), has_escape=has_escape)
            is_all = path[end : end + 1] == "#"
            return Query(path[2:operator].strip(SPACE), sign.replace("==", "="), value, is_all), end
    return Query(), len(path)


def _query_value(text: str, *, has_escape: bool) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    return unescape(text[1:-1]) if has_escape else text[1:-1]


def split_pipe(path: str) -> tuple[str, str | None]:
    """A path after `#` and what its result goes through, None for nothing: the first `|` that is in no query."""
    if path.startswith("{"):
        end = 1 + len(enclosed(path[1:], start=int(path[1:2] != '"')))
        return (path[:end], path[end + 1 :]) if path[end : end + 1] == "|" else (path, None)
    index = 0
    while index < len(path) - 1:
        if path[index] == "|":
            return path[:index], path[index + 1 :]
        if path[index] == "\\":
            index += 1
        elif path[index : index + 3] in (".#(", ".#["):
            index += 1 + len(enclosed(path[index + 2 :]))
        elif path[index : index + 2] == ".#":
            index += 2
        index += 1
    return (path[:-1], "") if path[index:] == "|" else (path, None)


def selectors_of(path: str) -> tuple[list[Selector], str]:
    """The paths in the brackets that a path begins with, and what comes after them; nothing where they do not close."""
    found: list[Selector] = []
    depth, colon, start, in_modifier = 1, 0, 1, False
    for token in _TOKEN.finditer(path, 1):
        index, character = token.start(), token[0]
        if character == "@" and path[index - 1] in ".|":
            in_modifier = True
        elif character == ":" and depth == 1 and not (in_modifier or colon):
            colon = index
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if not depth or (character == "," and depth == 1):
            found.append(Selector(path[start:colon], path[colon + 1 if colon else start : index]))
            colon, start, in_modifier = 0, index + 1, False
        if not depth:
            return found, path[start:]
    return [], ""
