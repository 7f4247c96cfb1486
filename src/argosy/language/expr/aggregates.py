"""`max`, `min`, `mean` and `median` over numbers and lists of numbers, nested or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from argosy.language.expr.arithmetic import is_number
from argosy.language.expr.comparisons import less, more
from argosy.language.expr.contents import items_of
from argosy.language.expr.errors import Panic
from argosy.language.expr.values import measure, type_name


def _extreme(name: str, is_better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def extreme(*arguments: Any) -> Any:
        measure(list(arguments))
        found: Any = None
        for argument in arguments:
            is_scalar = isinstance(argument, (int, float)) and not isinstance(argument, bool)
            if not is_scalar and not isinstance(argument, (list, bytes)):
                if len(arguments) == 1:
                    return argument
                raise _invalid(name, argument)
            values: Iterable[Any] = [argument] if is_scalar else _numbers(name, argument)
            for value in values:
                if found is None or is_better(found, value):
                    found = value
        return found

    return extreme


def _numbers(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, (list, bytes)):
        for item in items_of(value):
            yield from _numbers(name, item)
    elif is_number(value):
        yield value
    else:
        raise _invalid(name, value)


def _invalid(name: str, value: Any) -> Panic:
    return Panic(f"invalid argument for {name} (type {type_name(value)})")


largest = _extreme("max", less)
smallest = _extreme("min", more)


def mean(*arguments: Any) -> float:
    """The average, 0 of nothing."""
    measure(list(arguments))
    count, total = _total("mean", arguments)
    return total / count if count else 0.0


def _total(name: str, values: Any) -> tuple[int, float]:
    """How many numbers, and their sum, the inner lists added up first."""
    count, total = 0, 0.0
    for value in values:
        if isinstance(value, (list, bytes)):
            more_values, subtotal = _total(name, items_of(value))
            count, total = count + more_values, total + subtotal
        else:
            count, total = count + 1, total + _to_float(name, value)
    return count, total


def _to_float(name: str, value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise _invalid(name, value)


def median(*arguments: Any) -> float:
    """The one in the middle, or the average of the two; 0 of nothing."""
    measure(list(arguments))
    values = sorted(_floats("median", arguments))
    if not values:
        return 0.0
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _floats(name: str, values: Any) -> Iterator[float]:
    for value in values:
        if isinstance(value, (list, bytes)):
            yield from _floats(name, items_of(value))
        else:
            yield _to_float(name, value)
