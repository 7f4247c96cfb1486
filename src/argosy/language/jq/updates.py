"""The operators between two filters: arithmetic, `and`, `//`, and those that change what is at a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from argosy.language.jq import nodes
from argosy.language.jq.closures import paths, plain
from argosy.language.jq.nodes import Code, Compilers, Constant, Env, Identity, Node, Run, Spot
from argosy.language.jq.operators import OPERATORS, Operator, is_true
from argosy.language.jq.paths import Change, get
from argosy.language.jq.scopes import Scope

_UPDATES = ("=", "|=", "+=", "-=", "*=", "/=", "%=", "//=")


def _binary(node: nodes.Binary, scope: Scope) -> Code:
    if node.operator in ("and", "or"):
        return _logic(node, scope)
    if node.operator == "//":
        return _alternative(node, scope)
    if node.operator in _UPDATES:
        return _update(node, scope)
    right, left = scope.compile(node.right), scope.compile(node.left)
    function = OPERATORS[node.operator]

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for other in right(env, spot, run):
            for one in left(env, Spot(spot.value, other.trail), run):
                run.spend(1)
                yield one.with_value(function(one.value, other.value, run))

    return run_


def _logic(node: nodes.Binary, scope: Scope) -> Code:
    left, right = scope.compile(node.left), scope.compile(node.right)
    decides = node.operator == "or"

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for one in left(env, plain(spot), run):
            if is_true(one.value) is decides:
                yield spot.with_value(decides)
                continue
            for other in right(env, plain(spot), run):
                yield spot.with_value(is_true(other.value))

    return run_


def _alternative(node: nodes.Binary, scope: Scope) -> Code:
    left, right = scope.compile(node.left), scope.compile(node.right)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        has_found = False
        for one in left(env, spot, run):
            if is_true(one.value):
                has_found = True
                yield one
        if not has_found:
            yield from right(env, spot, run)

    return run_


def _update(node: nodes.Binary, scope: Scope) -> Code:
    right, place = scope.compile(node.right), scope.compile(node.left)
    static = _static_path(node.left)
    function = OPERATORS.get(node.operator[:-1], OPERATORS["//"])

    def places(env: Env, spot: Spot, run: Run) -> Iterator[list[Any]]:
        return paths(spot, lambda found: place(env, found, run))

    def assign(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for new in right(env, plain(spot), run):
            change, value = Change(run), spot.value
            for path in places(env, spot, run) if static is None else [static]:
                value = change.set(value, path, new.value)
            yield spot.with_value(value)

    def modify(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        yield _modified(run, spot, places(env, spot, run), lambda value: right(env, Spot(value), run))

    def calculate(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for new in right(env, plain(spot), run):
            yield _modified(run, spot, places(env, spot, run), _one_result(function, new.value, run))

    return {"=": assign, "|=": modify}.get(node.operator, calculate)


def _one_result(function: Operator, right: Any, run: Run) -> Callable[[Any], Iterator[Spot]]:
    return lambda left: iter((Spot(function(left, right, run)),))


def _static_path(node: Node) -> list[Any] | None:
    """The path of a filter such as `.a[0]`, which needs no value to be known."""
    if isinstance(node, nodes.Pipe):
        return _static_path(node.right) if isinstance(node.left, Identity) else None
    if isinstance(node, Identity):
        return []
    if isinstance(node, nodes.Index) and isinstance(node.key, Constant):
        key = node.key.value
    elif isinstance(node, nodes.Slice) and isinstance(node.start, Constant) and isinstance(node.end, Constant):
        key = {"start": node.start.value, "end": node.end.value}
    else:
        return None
    base = None if key is None or isinstance(key, bool) else _static_path(node.base)
    return None if base is None else [*base, key]


def _modified(run: Run, spot: Spot, places: Iterator[list[Any]], update: Callable[[Any], Iterator[Spot]]) -> Spot:
    """A value with the first result of `update` at each place; without one, what is there is deleted in the end."""
    change, value, gone = Change(run), spot.value, list[Any]()
    for path in places:
        new = next(update(get(value, path, run)), None)
        if new is None:
            gone.append(path)
        else:
            value = change.set(value, path, new.value)
    return spot.with_value(change.delete(value, gone))


COMPILERS: Compilers = {nodes.Binary: _binary}
"""By the class of the node."""
