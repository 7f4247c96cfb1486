"""The part of jq that reads something out of an object: paths, pipes and a few functions.

    .spec.name   ."odd name"   .items[0]   .items[-1]   .items[]   .["key"]   .a?   .a | fromjson | .b   .a, .b

Everything else is refused by name. Several results are lines; texts are printed as they are, all else as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from argosy.errors import ExpressionError, NotSupported
from argosy.language.gojson import escape_html

TOKEN = re.compile(r'\s*(?:(\.\.)|(\.)|(\[)|(\])|(\|)|(,)|(\?)|("(?:[^"\\]|\\.)*")|(-?[0-9]+)|([A-Za-z_]\w*)|(\S))')
NAMES = ("..", ".", "[", "]", "|", ",", "?", "string", "number", "word", "other")

Token = tuple[str, str]
Filter = Callable[[Any], Iterator[Any]]


def jq(text: str, data: Any) -> str:
    """What the filter makes of the data. Raises ExpressionError, and NotSupported for what is not built."""
    results = [value if isinstance(value, str) else _json(value) for value in _Parser(text).parse()(data)]
    return "\n".join(results).strip()


def _json(value: Any) -> str:
    encoded = msgspec.json.encode(value, order="deterministic").decode()
    return escape_html(encoded)


class _Parser:
    """Reads a filter from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = [match for match in TOKEN.finditer(text) if match.lastindex]
        self.tokens: list[Token] = [(NAMES[(match.lastindex or 0) - 1], match[match.lastindex or 0]) for match in found]
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, name: str) -> str:
        if self.next[0] != name:
            raise self.refusal()
        self.place += 1
        return self.tokens[self.place - 1][1]

    def skip(self, name: str) -> bool:
        found = self.next[0] == name
        self.place += found
        return found

    def refusal(self) -> NotSupported:
        return NotSupported(f"not supported yet: {self.next[1] or 'the end'!r} in the jqFilter {self.text!r}")

    def parse(self) -> Filter:
        found = self.pipe()
        if self.next[0] != "end":
            raise self.refusal()
        return found

    def pipe(self) -> Filter:
        left = self.comma()
        return _chain(left, self.pipe()) if self.skip("|") else left

    def comma(self) -> Filter:
        parts = [self.term()]
        while self.skip(","):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else lambda data: (value for part in parts for value in part(data))

    def term(self) -> Filter:
        if self.next[0] == "word":
            name = self.take("word")
            if name not in FUNCTIONS:
                self.place -= 1
                raise self.refusal()
            return lambda data: iter((FUNCTIONS[name](data),))
        self.take(".")
        found: Filter = _same
        if self.next[0] in ("word", "string"):
            found = self.guarded(_field(self.name()))
        while True:
            if self.skip("["):
                found = _chain(found, self.guarded(self.index()))
            elif self.skip("."):
                if self.next[0] != "[":
                    found = _chain(found, self.guarded(_field(self.name())))
            else:
                return found

    def name(self) -> str:
        return json.loads(self.take("string")) if self.next[0] == "string" else self.take("word")

    def index(self) -> Filter:
        found: Filter = _each
        if self.next[0] == "number":
            found = _element(int(self.take("number")))
        elif self.next[0] == "string":
            found = _field(self.name())
        self.take("]")
        return found

    def guarded(self, part: Filter) -> Filter:
        return _quiet(part) if self.skip("?") else part


def _same(data: Any) -> Iterator[Any]:
    yield data


def _chain(left: Filter, right: Filter) -> Filter:
    return lambda data: (value for between in left(data) for value in right(between))


def _quiet(part: Filter) -> Filter:
    def guarded(data: Any) -> Iterator[Any]:
        try:
            yield from part(data)
        except ExpressionError:
            return

    return guarded


def _field(name: str) -> Filter:
    def field(data: Any) -> Iterator[Any]:
        if data is not None and not isinstance(data, dict):
            raise ExpressionError(f"expected an object but got: {_described(data)}")
        yield None if data is None else data.get(name)

    return field


def _element(place: int) -> Filter:
    def element(data: Any) -> Iterator[Any]:
        if data is not None and not isinstance(data, list):
            raise ExpressionError(f"expected an array but got: {_described(data)}")
        yield data[place] if data and -len(data) <= place < len(data) else None

    return element


def _each(data: Any) -> Iterator[Any]:
    if not isinstance(data, dict | list):
        raise ExpressionError(f"cannot iterate over: {_described(data)}")
    yield from data.values() if isinstance(data, dict) else data


def _from_json(data: Any) -> Any:
    try:
        return json.loads(data)
    except (TypeError, ValueError):
        raise ExpressionError(f"fromjson cannot be applied to: {_described(data)}") from None


def _length(data: Any) -> Any:
    if isinstance(data, bool):
        raise ExpressionError(f"length cannot be applied to: {_described(data)}")
    return 0 if data is None else abs(data) if isinstance(data, int | float) else len(data)


def _keys(data: Any) -> Any:
    if not isinstance(data, dict | list):
        raise ExpressionError(f"keys cannot be applied to: {_described(data)}")
    return sorted(data) if isinstance(data, dict) else list(range(len(data)))


def _described(data: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return f"{names.get(type(data), 'number')} ({_json(data)})"


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "fromjson": _from_json,
    "keys": _keys,
    "length": _length,
    "not": lambda data: data is None or data is False,
    "tojson": _json,
    "tostring": lambda data: data if isinstance(data, str) else _json(data),
}
