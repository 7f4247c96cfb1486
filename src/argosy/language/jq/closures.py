"""The functions whose arguments are filters: `recurse(f)`, `first(f)`, `limit(n; f)`, `path(f)`, ...

Loops keep what is still to do in a list, so that they go as deep as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from argosy.language.jq.encoding import described, is_number
from argosy.language.jq.errors import JqError, Thrown
from argosy.language.jq.functions import refused
from argosy.language.jq.nodes import Run, Spot, Trail
from argosy.language.jq.operators import add, compare, is_true

Filter = Callable[[Spot], Iterator[Spot]]
"""An argument, ready to run."""
Closure = Callable[..., Iterator[Spot]]
"""The run, the spot, and the filters that are the arguments."""


def plain(spot: Spot) -> Spot:
    """The same value, without a trail: what is looked at only."""
    return Spot(spot.value)


def intact(spot: Spot) -> bool:
    """Whether a value is still the one at the end of its trail."""
    assert spot.trail is not None
    value, there = spot.value, spot.trail.value
    if isinstance(value, (list, dict)):
        return value is there
    return type(value) is type(there) and (value == there or value != value)


def path_of(spot: Spot) -> list[Any]:
    """The path of a value. Raises JqError where it is none of the input's."""
    if not intact(spot):
        raise JqError(f"invalid path against: {described(spot.value)}")
    assert spot.trail is not None
    return spot.trail.path()


def paths(spot: Spot, wanted: Filter) -> Iterator[list[Any]]:
    """The paths that a filter goes to."""
    for found in wanted(Spot(spot.value, Trail(spot.value))):
        yield path_of(found)


def _path(_: Run, spot: Spot, wanted: Filter) -> Iterator[Spot]:
    for path in paths(spot, wanted):
        yield spot.with_value(path)


def _empty(_: Run, __: Spot) -> Iterator[Spot]:
    return iter(())


def _grown(run: Run, spot: Spot, grow: Callable[[Spot], Iterator[tuple[bool, Spot]]]) -> Iterator[Spot]:
    """What grows from a spot: pairs say whether a spot is a result, or is to grow on."""
    pending = [grow(spot)]
    while pending:
        run.spend(1)
        step = next(pending[-1], None)
        if step is None:
            pending.pop()
        elif step[0]:
            yield step[1]
        else:
            pending.append(grow(step[1]))


def _recurse(run: Run, spot: Spot, step: Filter) -> Iterator[Spot]:
    def grow(spot: Spot) -> Iterator[tuple[bool, Spot]]:
        yield True, spot
        for each in step(spot):
            yield False, each

    return _grown(run, spot, grow)


def _while(run: Run, spot: Spot, condition: Filter, step: Filter) -> Iterator[Spot]:
    def grow(spot: Spot) -> Iterator[tuple[bool, Spot]]:
        for holds in condition(plain(spot)):
            if is_true(holds.value):
                yield True, spot
                for each in step(spot):
                    yield False, each

    return _grown(run, spot, grow)


def _until(run: Run, spot: Spot, condition: Filter, step: Filter) -> Iterator[Spot]:
    def grow(spot: Spot) -> Iterator[tuple[bool, Spot]]:
        for holds in condition(plain(spot)):
            if is_true(holds.value):
                yield True, spot
            else:
                for each in step(spot):
                    yield False, each

    return _grown(run, spot, grow)


def _repeat(run: Run, spot: Spot, step: Filter) -> Iterator[Spot]:
    while True:
        run.spend(1)
        yield from step(spot)


def _first(_: Run, spot: Spot, source: Filter) -> Iterator[Spot]:
    for found in source(spot):
        yield found
        return


def _last(_: Run, spot: Spot, source: Filter) -> Iterator[Spot]:
    last = None
    for found in source(spot):
        last = found
    if last is not None:
        yield spot.with_value(last.value)


def _limit(run: Run, spot: Spot, count: Filter, source: Filter) -> Iterator[Spot]:
    for number in count(plain(spot)):
        left = number.value
        if compare(left, 0, run) < 0:
            raise _negative("limit doesn't support negative count")
        if compare(left, 0, run) == 0:
            continue
        for found in source(spot):
            left = _less(left)
            yield found
            if compare(left, 0, run) <= 0:
                break


def _skip(run: Run, spot: Spot, count: Filter, source: Filter) -> Iterator[Spot]:
    for number in count(plain(spot)):
        left = number.value
        if compare(left, 0, run) < 0:
            raise _negative("skip doesn't support negative count")
        for found in source(spot):
            if compare(left, 0, run) <= 0:
                yield found
            else:
                left = _less(left)


def _less(count: Any) -> Any:
    if not is_number(count):
        raise JqError(f"cannot subtract: {described(count)} and number (1)")
    return count - 1


def _negative(text: str) -> Thrown:
    return Thrown(text, text)


def _range(run: Run, spot: Spot, *limits: Filter) -> Iterator[Spot]:
    for start in limits[0](plain(spot)):
        for end in limits[1](plain(spot)):
            for step in limits[2](plain(spot)):
                for value in _numbers(run, start.value, end.value, step.value):
                    yield spot.with_value(value)


def _numbers(run: Run, start: Any, end: Any, step: Any) -> Iterator[Any]:
    for limit in (start, end, step):
        if not is_number(limit):
            raise refused("range", limit)
    while compare(step, 0, run) * compare(start, end, run) < 0:
        run.spend(1)
        yield start
        start = add(start, step, run)


def _is_empty(_: Run, spot: Spot, source: Filter) -> Iterator[Spot]:
    for _found in source(plain(spot)):
        yield spot.with_value(False)
        return
    yield spot.with_value(True)


def _any_or_all(wanted: bool) -> Closure:
    """`any` looks for one that is true, `all` for one that is not."""

    def function(_: Run, spot: Spot, source: Filter, condition: Filter) -> Iterator[Spot]:
        for found in source(plain(spot)):
            for holds in condition(found):
                if is_true(holds.value) is wanted:
                    yield spot.with_value(wanted)
                    return
        yield spot.with_value(not wanted)

    return function


CLOSURES: dict[str, Closure] = {
    "all/2": _any_or_all(False),
    "any/2": _any_or_all(True),
    "empty/0": _empty,
    "first/1": _first,
    "isempty/1": _is_empty,
    "last/1": _last,
    "limit/2": _limit,
    "path/1": _path,
    "range/3": _range,
    "recurse/1": _recurse,
    "repeat/1": _repeat,
    "skip/2": _skip,
    "until/2": _until,
    "while/2": _while,
}
