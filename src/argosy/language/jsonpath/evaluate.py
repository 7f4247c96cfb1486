"""The nodes of a template and an object become text (client-go, util/jsonpath/jsonpath.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.govalues import format_value, is_list, is_object, narrow
from argosy.language.jsonpath.parser import Action, Every, Field, Filter, Node, Slice, Text, Union, Value, Word

_DEEPEST = 50


class Byte(int):
    """A byte of a string, which is what `*` finds in one."""


class Nothing:
    """What a range that is empty goes over."""

    def __str__(self) -> str:
        return "<invalid reflect.Value>"


class Evaluation:
    """One run of a template. `begun`, `inside` and `ended` count ranges; `last_end` is where the last one ended."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes
        self.begun = self.inside = self.ended = 0
        self.last_end = -1

    def text(self, document: object) -> str:
        """The text for an object; raises ExpressionError."""
        return "".join(" ".join(map(_printed, values)) for values in self._run(document, 0))

    def _run(self, document: object, start: int) -> list[list[Any]]:
        """The values of each node from `start` to the end of the range that we are in."""
        if self.inside > _DEEPEST:
            raise ExpressionError(f"ranges are nested more than {_DEEPEST} deep")
        found: list[list[Any]] = []
        index = start
        while index < len(self.nodes):
            values = self._walk([document], self.nodes[index])
            if 0 < self.ended <= self.inside:
                self.ended -= 1
                self.last_end = index
                break
            if self.begun:
                self.begun -= 1
                found += self._range(values, index + 1)
                index = max(index, self.last_end)
            else:
                found.append(values)
            index += 1
        return found

    def _range(self, values: list[Any], start: int) -> list[list[Any]]:
        """The values of what is in a range for each thing it goes over; over none, only its end is looked for."""
        self.inside += 1
        found = [each for value in values for each in self._run(value, start)]
        if not values:
            self._run(Nothing(), start)
        self.inside -= 1
        return found

    def _walk(self, values: list[Any], node: Node) -> list[Any]:
        if isinstance(node, Action):
            return self._walk_all(values, node.parts)
        if isinstance(node, Text):
            return [node.text]
        if isinstance(node, Value):
            return [node.value] * len(values)
        if isinstance(node, Field):
            return [value[node.name] for value in values if is_object(value) and node.name in value]
        if isinstance(node, Slice):
            return _sliced(values, node)
        if isinstance(node, Union):
            return [value for part in node.parts for value in self._walk_all(values, part)]
        if isinstance(node, Filter):
            return [item for value in values for item in self._filtered(value, node)]
        if isinstance(node, Every):
            return [item for value in values for item in (_deep(value) if node.is_deep else _children(value))]
        return self._word(values, node)

    def _walk_all(self, values: list[Any], nodes: tuple[Node, ...]) -> list[Any]:
        for node in nodes:
            values = self._walk(values, node)
        return values

    def _word(self, values: list[Any], node: Word) -> list[Any]:
        if node.word == "range":
            self.begun += 1
            return values
        if node.word != "end":
            raise ExpressionError(f"unrecognized identifier {node.word}")
        if not self.inside:
            raise ExpressionError("not in range, nothing to end")
        self.ended += 1
        return []

    def _filtered(self, value: Any, node: Filter) -> Iterator[Any]:
        if not is_list(value):
            raise ExpressionError(f"{format_value(value)} is not array or slice and cannot be filtered")
        for item in value:
            if node.operator == "exists":
                if self._exists(item, node.left):
                    yield item
                continue
            left = self._one(item, node.left)
            right = self._one(item, node.right) if left is not _NONE else _NONE
            if _NONE not in (left, right) and _compare(node.operator, left, right):
                yield item

    def _exists(self, item: Any, nodes: tuple[Node, ...]) -> bool:
        """An error on the way counts as something found, as it does in client-go."""
        try:
            return bool(self._walk_all([item], nodes))
        except ExpressionError:
            return True

    def _one(self, item: Any, nodes: tuple[Node, ...]) -> Any:
        values = self._walk_all([item], nodes)
        if len(values) > 1:
            raise ExpressionError("can only compare one element at a time")
        return values[0] if values else _NONE


_NONE = object()


def _printed(value: Any) -> str:
    if value is None:
        return "null"
    return gojson.encode(value) if is_object(value) or is_list(value) else format_value(value)


def _sliced(values: list[Any], node: Slice) -> list[Any]:
    result: list[Any] = []
    for value in values:
        if value is None:
            continue
        if not is_list(value):
            raise ExpressionError(f"{_type_name(value)} is not array or slice")
        length = len(value)
        start = node.start or 0
        start += length if start < 0 else 0
        end = start + 1 if node.is_index else length if node.end is None else node.end
        end += length if end < 0 else 0
        if start == end:
            return result
        if not 0 <= start < length:
            raise ExpressionError(f"array index out of bounds: index {start}, length {length}")
        if not 0 <= end <= length:
            raise ExpressionError(f"array index out of bounds: index {end - 1}, length {length}")
        if start > end:
            raise ExpressionError(f"starting index {start} is greater than ending index {end}")
        if node.step is not None and node.step <= 0:
            raise ExpressionError("step must be > 0")
        result += value[start : end : node.step or 1]
    return result


def _children(value: Any) -> list[Any]:
    if is_object(value):
        return [value[key] for key in sorted(value)]
    if is_list(value):
        return value
    return [Byte(byte) for byte in value.encode()] if isinstance(value, str) else []


def _deep(value: Any) -> Iterator[Any]:
    """The value and all that is in it, parents first; only what holds something is counted."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if children := _children(value):
            yield value
            waiting.extend(reversed(children))


def _compare(operator: str, left: Any, right: Any) -> bool:
    """A comparison of two values of one kind, by the rules of Go's templates."""
    if operator not in _COMPARISONS:
        raise ExpressionError(f"unrecognized filter operator {operator}")
    kind = _kind(left)
    if {kind, _kind(right)} - {int, Byte} and kind is not _kind(right):
        raise ExpressionError("incompatible types for comparison")
    if kind is bool and operator not in ("==", "!="):
        raise ExpressionError("invalid type for comparison")
    return _COMPARISONS[operator](left, right)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _kind(value: Any) -> type:
    if isinstance(value, (bool, Byte, float, str)):
        return type(value)
    if isinstance(value, int):
        return type(narrow(value))
    raise ExpressionError("invalid type for comparison")


def _type_name(value: Any) -> str:
    if isinstance(value, Nothing):
        raise ExpressionError("reflect: call of reflect.Value.Type on zero Value")
    if is_object(value):
        return "map[string]interface {}"
    return {int: "int64", float: "float64", Byte: "uint8", bool: "bool", str: "string"}[_kind(value)]
