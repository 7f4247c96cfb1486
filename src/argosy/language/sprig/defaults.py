"""sprig's functions on what is empty, on JSON and on types."""

from __future__ import annotations

from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.expr.comparisons import identical
from argosy.language.expr.errors import Panic
from argosy.language.expr.text import to_json as encode
from argosy.language.expr.values import AnyMap, kind_name, type_name


def empty(value: Any) -> bool:
    """Whether a value is the zero value of its type: 0, false, nil, or without items; a time never is."""
    if isinstance(value, (str, list, bytes, dict, AnyMap)):
        return len(value) == 0  # pyright: ignore[reportUnknownArgumentType]
    return value is None or (isinstance(value, (bool, int, float)) and not value)


def default_to(default: Any, *given: Any) -> Any:
    """What is given, unless that is empty."""
    return default if not given or empty(given[0]) else given[0]


def coalesce(*values: Any) -> Any:
    """The first value that is not empty."""
    return next((value for value in values if not empty(value)), None)


def all_set(*values: Any) -> bool:
    """Whether no value is empty."""
    return not any(map(empty, values))


def any_set(*values: Any) -> bool:
    """Whether some value is not empty."""
    return not all(map(empty, values))


def must_from_json(text: str) -> Any:
    """The value of a JSON text."""
    return gojson.decode(text)


def from_json(text: str) -> Any:
    """The value of a JSON text, nil where it is none."""
    try:
        return gojson.decode(text)
    except ExpressionError:
        return None


def must_to_json(value: Any) -> str:
    """JSON."""
    return encode(value)


def must_to_pretty_json(value: Any) -> str:
    """JSON on many lines."""
    return encode(value, indent="  ")


def to_raw_json(value: Any) -> str:
    """JSON in which `<`, `>` and `&` stay."""
    return encode(value, html=False)


def to_json(value: Any) -> str:
    """JSON; nothing for what has none."""
    try:
        return encode(value)
    except Panic:
        return ""


def to_pretty_json(value: Any) -> str:
    """JSON on many lines; nothing for what has none."""
    try:
        return encode(value, indent="  ")
    except Panic:
        return ""


def ternary(yes: Any, no: Any, condition: bool) -> Any:
    """The one or the other."""
    return yes if condition else no


def type_of_value(value: Any) -> str:
    """Go's name of the type."""
    return type_name(value)


def type_is(name: str, value: Any) -> bool:
    """Whether the type has that name."""
    return name == type_name(value)


def type_is_like(name: str, value: Any) -> bool:
    """Whether the type has that name, or is a pointer to one that has."""
    return type_name(value) in (name, f"*{name}")


def kind_of(value: Any) -> str:
    """Go's kind of the type."""
    return kind_name(value)


def kind_is(kind: str, value: Any) -> bool:
    """Whether the type is of that kind."""
    return kind == kind_name(value)


def deep_equal(left: Any, right: Any) -> bool:
    """Whether two values are the same, types included."""
    return identical(left, right)
