"""Loops: a JSON list or a sequence becomes items, and an item becomes its variables and its part of a node's name.

An item is kept as the JSON that the user wrote, so that `1.50` stays `1.50`. Rules: item.go, processItem and
expandSequence of Argo.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.govalues import parse_int
from argosy.language.sprintf import sprintf

_STRING_OR_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)
_SPACES = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^"{}\[\]:, \t\r\n]+', re.DOTALL)


@dataclass(frozen=True)
class Item:
    """One element of a loop; `raw` is its JSON, valid and without space around it."""

    raw: str

    @cached_property
    def kind(self) -> str:
        """Argo's word for its type: Number, String, Bool, Map or List (null is a List, 1e400 a String)."""
        first = self.raw[0]
        if first in "{[n":
            return "Map" if first == "{" else "List"
        if first in "tf":
            return "Bool"
        return "Number" if first != '"' and _is_finite(self.raw) else "String"

    @cached_property
    def text(self) -> str:
        """The item in a message or a name: compact JSON, a string without its quotes but with its escapes."""
        compact = _STRING_OR_SPACE.sub(r"\1", self.raw)
        if compact[0] == '"':
            compact = compact[1:-1]
        compact = compact.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return compact.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")

    @property
    def name_text(self) -> str:
        """The item as part of a child's name: `k:v` pairs sorted for a map, `[a b]` for a list."""
        if self.kind == "Map":
            return ",".join(sorted(f"{key}:{item.text}" for key, item in self.members().items()))
        if self.kind == "List":
            return f"[{' '.join(item.text for item in self.elements())}]"
        return self.text

    def variables(self) -> dict[str, str]:
        """What `{{item}}` and `{{item.key}}` stand for: `{"item": ..., "item.key": ...}`."""
        if self.kind == "Map":
            members = self.members()
            whole = ",".join(f"{gojson.encode_string(key)}:{members[key].html_escaped()}" for key in sorted(members))
            return {"item": f"{{{whole}}}", **{f"item.{key}": member.text for key, member in members.items()}}
        if self.kind == "List":
            whole = ",".join(element.html_escaped() for element in self.elements())
            return {"item": "null" if self.raw == "null" else f"[{whole}]"}
        if self.kind == "String":
            return {"item": _decode_string(self.raw) if self.raw[0] == '"' else ""}
        return {"item": self.text}

    def members(self) -> dict[str, Item]:
        """A map's values by key, in the order written."""
        return dict(_members(self.raw))

    def elements(self) -> list[Item]:
        """A list's items."""
        return [] if self.raw == "null" else [Item(raw) for raw in _elements(self.raw)]

    def html_escaped(self) -> str:
        """The item's compact JSON as Go's encoder puts it inside a larger value: `<`, `>` and `&` as escapes."""
        return gojson.escape_html(_STRING_OR_SPACE.sub(r"\1", self.raw))


def parse_item(raw: str) -> Item:
    """One JSON value as an item; raises ExpressionError in Go's words where it is not JSON."""
    gojson.check(raw)
    return Item(raw.strip(_SPACES))


def parse_items(text: str) -> list[Item]:
    """The items of a JSON list, as in `withParam`; `null` is an empty list.

    Raises ExpressionError with what follows `withParam value could not be parsed as a JSON list: ...: `.
    """
    gojson.check(text)
    text = text.strip(_SPACES)
    if text == "null":
        return []
    if text[0] != "[":
        kind = {"{": "object", '"': "string", "t": "bool", "f": "bool"}.get(text[0], "number")
        raise ExpressionError(f"json: cannot unmarshal {kind} into Go value of type []v1alpha1.Item")
    return [Item(raw) for raw in _elements(text)]


def sequence(
    *, start: str | None = None, end: str | None = None, count: str | None = None, template: str = ""
) -> Iterator[Item]:
    """The items of a `withSequence`, lazily and always strings; `end` wins over `count`, `template` is its `format`.

    Raises ExpressionError where a bound is no integer, or where the formatted text breaks a JSON string.
    """
    first = parse_int(start) if start is not None else 0
    if end is not None:
        last = parse_int(end)
    elif count is None:
        raise ExpressionError("neither end nor count was specified in withSequence")
    elif (number := parse_int(count)) == 0:
        return iter(())
    else:
        last = first + number - 1
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return (parse_item(f'"{sprintf(template or "%d", number)}"') for number in numbers)


def _is_finite(number: str) -> bool:
    return math.isfinite(float(number))


def _elements(text: str) -> Iterator[str]:
    """The raw elements of a valid JSON list."""
    position = _skip_space(text, 1)
    while text[position] != "]":
        end = _end_of_value(text, position)
        yield text[position:end]
        position = _skip_space(text, end)
        if text[position] == ",":
            position = _skip_space(text, position + 1)


def _members(text: str) -> Iterator[tuple[str, Item]]:
    """The keys and raw values of a valid JSON object."""
    position = _skip_space(text, 1)
    while text[position] != "}":
        end = _end_of_value(text, position)
        key = _decode_string(text[position:end])
        position = _skip_space(text, _skip_space(text, end) + 1)
        end = _end_of_value(text, position)
        yield key, Item(text[position:end])
        position = _skip_space(text, end)
        if text[position] == ",":
            position = _skip_space(text, position + 1)


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _end_of_value(text: str, position: int) -> int:
    """Where the valid JSON value at `position` ends: at depth 0, outside strings."""
    tokens = _TOKEN.finditer(text, position)
    depth = 0
    while True:
        token = next(tokens)
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()


def _decode_string(raw: str) -> str:
    """A JSON string's value; half a surrogate pair is the replacement character, as in Go."""
    decoded: str = json.loads(raw)
    return decoded.encode("utf-8", "replace").decode() if "\\u" in raw else decoded
