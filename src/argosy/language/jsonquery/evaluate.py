"""The tokens of a path find values in a document (token.Apply)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from argosy.errors import ExpressionError, InvalidRequest
from argosy.language import gomath
from argosy.language.govalues import is_list, is_object
from argosy.language.jsonquery import scripts
from argosy.language.jsonquery.parser import (
    Computed,
    Filter,
    Index,
    InvalidExpression,
    InvalidToken,
    Key,
    Length,
    Range,
    Recursive,
    Script,
    Token,
    Union,
    Whole,
    Wildcard,
)

_MOST_VISITS = 1_000_000
Tokens = tuple[Token, ...]


class Query:
    """One query of one document. `visits` counts what `..` has looked at: several of them multiply."""

    def __init__(self, document: object) -> None:
        self.document = document
        self.visits = 0

    def apply(self, value: Any, tokens: Tokens) -> Any:
        """What the tokens find, starting at `value`; raises ExpressionError."""
        if not tokens:
            return value
        token, rest = tokens[0], tokens[1:]
        if isinstance(token, Computed):
            token = self._computed(token, value)
        if isinstance(token, Recursive):
            return list(self._recursive(value, rest))
        if isinstance(token, Wildcard):
            return [item for item in self._found(_contents("wildcard", value), rest) if not rest or item is not None]
        if isinstance(token, (Filter, Range, Union)):
            return self._each(self._selected(token, value), rest)
        return self.apply(self._single(token, value), rest)

    def _single(self, token: Whole | Key | Index | Length, value: Any) -> Any:
        if isinstance(token, Whole):
            return self.document if token.is_root else value
        if isinstance(token, Key):
            return _member(value, token.name)
        return _element(value, token.index) if isinstance(token, Index) else _length(value)

    def _selected(self, token: Filter | Range | Union, value: Any) -> list[Any]:
        if isinstance(token, Filter):
            return self._filtered(token, value)
        if isinstance(token, Range):
            return _slice(value, *self._bounds(token, value))
        return _chosen(value, self._identifiers(token, value))

    def _each(self, values: list[Any], rest: Tokens) -> Any:
        """The rest of the path for each of the values, without what finds nothing; an index is of the list itself."""
        if not rest:
            return values
        if isinstance(rest[0], Index):
            return self.apply(values, rest)
        return [item for item in self._found(values, rest) if item is not None]

    def _found(self, values: Iterable[Any], rest: Tokens) -> Iterator[Any]:
        """What the rest of the path finds in each value, None where it fails."""
        for value in values:
            try:
                yield self.apply(value, rest)
            except ExpressionError:
                yield None

    def _recursive(self, value: Any, rest: Tokens) -> Iterator[Any]:
        """What the rest of the path finds in the value and in all that it contains, lists taken apart."""
        waiting = [value]
        while waiting:
            value = waiting.pop()
            self.visits += 1
            if self.visits > _MOST_VISITS:
                raise InvalidRequest("the path looks at too many values")
            if value is None:
                continue
            (found,) = self._found([value], rest)
            if rest and is_list(found):
                yield from found
            elif found is not None:
                yield found
            waiting.extend(reversed(_children(value)))

    def _filtered(self, token: Filter, value: Any) -> list[Any]:
        if not token.script.text:
            raise InvalidExpression("invalid expression. is empty")
        return [item for item in _contents("filter", value) if self._is_included(token.script, item)]

    def _is_included(self, script: Script, item: Any) -> bool:
        """Whether an expression says yes to an item; one that fails does not."""
        try:
            result = self._evaluate(script, item)
        except ExpressionError:
            return False
        if isinstance(result, str):
            return scripts.unquoted(result) != ""
        return bool(result)

    def _evaluate(self, script: Script, value: Any) -> Any:
        return scripts.evaluate(script, self.document, value, lambda tokens: self.apply(value, tokens))

    def _computed(self, token: Computed, value: Any) -> Key | Index:
        result = self._expression(token.script, value)
        if result is None:
            raise ExpressionError("unexpected expression result. expected [int string] got [nil]")
        if isinstance(result, str):
            return Key(result)
        index = _whole_number(result)
        if index is None:
            raise ExpressionError(f"unexpected expression result. expected [int string] got [{kind(result)}]")
        return Index(index)

    def _expression(self, script: Script, value: Any) -> Any:
        try:
            return self._evaluate(script, value)
        except InvalidExpression:
            raise
        except ExpressionError as error:
            raise InvalidExpression(f"invalid expression. {error}") from None

    def _argument(self, name: str, argument: int | str | Script, value: Any) -> Any:
        """A part of a range or a union, with a script's errors as the token's own."""
        if not isinstance(argument, Script):
            return argument
        try:
            return self._expression(argument, value)
        except InvalidExpression as error:
            raise InvalidToken(f"{name}: invalid token {error}") from None

    def _bounds(self, token: Range, value: Any) -> tuple[int | None, int | None, int | None]:
        _check_kind("range", value, list)
        start, end, step = (self._bound(part, value) for part in (token.start, token.end, token.step))
        return start, end, step

    def _bound(self, argument: int | Script | None, value: Any) -> int | None:
        if argument is None:
            return None
        result = self._argument("range", argument, value)
        number = _whole_number(result)
        if number is None:
            problem = "unexpected expression result. expected [int]"
            raise InvalidToken(f"range: invalid token {problem} got [{kind(result)}]")
        return number

    def _identifiers(self, token: Union, value: Any) -> list[int] | list[str]:
        """The keys or the indexes of a union, which may not be mixed."""
        found: list[Any] = []
        for part in token.parts:
            result = self._argument("union", part, value)
            number = _whole_number(result)
            if not isinstance(result, str) and number is None:
                _refuse_argument("[int string]", kind(result))
            found.append(result if isinstance(result, str) else number)
            if isinstance(found[0], str) is not isinstance(found[-1], str):
                names = ("string", "int") if isinstance(found[-1], str) else ("int", "string")
                _refuse_argument(f"[{names[1]}]", names[0])
        return found


def kind(value: Any) -> str:
    """Go's name for the kind of a value."""
    if value is None:
        return "nil"
    if is_list(value) or is_object(value):
        return "slice" if is_list(value) else "map"
    kinds = {"bool": bool, "int64": int, "float64": float, "string": str}
    return next(name for name, each in kinds.items() if isinstance(value, each))


def _refuse_argument(expected: str, got: str) -> NoReturn:
    raise InvalidToken(f"union: invalid token argument. expected {expected} got [{got}]")


def _refuse_target(name: str, value: Any, expected: str) -> NoReturn:
    raise InvalidToken(f"{name}: invalid token target. expected [{expected}] got [{kind(value)}]")


def _check_kind(name: str, value: Any, wanted: type) -> None:
    if not isinstance(value, wanted):
        _refuse_target(name, value, "map" if wanted is dict else "array slice")


def _member(value: Any, name: str) -> Any:
    _check_kind("key", value, dict)
    if name not in value:
        raise InvalidToken(f"key: invalid token key '{name}' not found")
    return value[name]


def _element(value: Any, index: int) -> Any:
    _check_kind("index", value, list)
    if not -len(value) <= index < len(value):
        raise InvalidToken("index: invalid token out of range")
    return value[index]


def _length(value: Any) -> Any:
    if is_object(value) and "length" in value:
        return value["length"]
    if isinstance(value, str):
        return len(value.encode("utf-8", "replace"))
    if is_list(value) or is_object(value):
        return len(value)
    _refuse_target("length", value, "array map slice string")


def _children(value: Any) -> list[Any]:
    """A list's elements, or an object's values in the order of their keys."""
    if is_object(value):
        return [value[key] for key in sorted(value)]
    return value if is_list(value) else []


def _contents(name: str, value: Any) -> list[Any]:
    if not is_list(value) and not is_object(value):
        _refuse_target(name, value, "array map slice")
    return _children(value)


def _slice(value: list[Any], start: int | None, end: int | None, step: int | None) -> list[Any]:
    """The elements from `start` to `end`; with a negative step the same, from the back."""
    if step == 0:
        raise InvalidToken("range: invalid token out of range")
    low = _clamped(start or 0, len(value))
    high = len(value) if end is None else _clamped(end, len(value))
    if step is None or step > 0:
        return value[low:high:step]
    return [value[index] for index in range(high - 1, low - 1, step)]


def _clamped(index: int, length: int) -> int:
    return min(max(index + length if index < 0 else index, 0), length)


def _chosen(value: Any, identifiers: list[int] | list[str]) -> list[Any]:
    """The members or elements of a union that are there."""
    if identifiers and isinstance(identifiers[0], str):
        _check_kind("union", value, dict)
        return [value[name] for name in identifiers if name in value]
    _check_kind("union", value, list)
    return [value[index] for index in identifiers if isinstance(index, int) and -len(value) <= index < len(value)]


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float):
        return gomath.to_int64(value) if math.isinf(value) or value.is_integer() else None
    return value
