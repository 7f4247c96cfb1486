"""The filters that go into a value or build one: `.a[0]`, `.[]`, `[...]`, `{...}`, `if`, `try`, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argosy.language.govalues import is_list, is_object
from argosy.language.jq import nodes
from argosy.language.jq.closures import intact, plain
from argosy.language.jq.encoding import described, type_name
from argosy.language.jq.errors import Fatal, JqError
from argosy.language.jq.formats import FORMATS
from argosy.language.jq.nodes import Code, Compilers, Constant, Env, Identity, Run, Spot, Trail
from argosy.language.jq.operators import cut, index, is_true, signed
from argosy.language.jq.scopes import Scope, identity


def _constant(node: Constant, _: Scope) -> Code:
    def run_(_: Env, spot: Spot, __: Run) -> Iterator[Spot]:
        yield spot.with_value(node.value)

    return run_


def _text(node: nodes.Text, scope: Scope) -> Code:
    name = node.format[1:] or "text"
    if name not in FORMATS:
        raise JqError(f"format not defined: @{name}")
    write = FORMATS[name]
    codes = [part if isinstance(part, str) else scope.compile(part) for part in node.parts]

    def combine(env: Env, spot: Spot, run: Run, count: int) -> Iterator[str]:
        if count == 0:
            yield ""
            return
        part = codes[count - 1]
        ends = [part] if isinstance(part, str) else (write(run, each.value) for each in part(env, plain(spot), run))
        for end in ends:
            for begin in combine(env, spot, run, count - 1):
                run.spend(1 + (len(begin) + len(end)) // 16)
                yield begin + end

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for text in combine(env, spot, run, len(codes)):
            yield spot.with_value(text)

    return run_


def follow(spot: Spot, key: Any, value: Any) -> Spot:
    """The spot of a part of a value."""
    if spot.trail is None:
        return Spot(value)
    if not intact(spot):
        raise JqError(f"invalid path against: {described(spot.value)}")
    return Spot(value, Trail(value, spot.trail, key))


def _index(node: nodes.Index, scope: Scope) -> Code:
    key = scope.compile(node.key)
    base = scope.compile(node.base)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for wanted in key(env, plain(spot), run):
            for found in base(env, spot, run):
                run.spend(1)
                yield follow(found, wanted.value, index(found.value, wanted.value, run))

    return run_


def _slice(node: nodes.Slice, scope: Scope) -> Code:
    start = scope.compile(node.start)
    end = scope.compile(node.end)
    base = scope.compile(node.base)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for first in start(env, plain(spot), run):
            for last in end(env, plain(spot), run):
                for found in base(env, spot, run):
                    value = cut(found.value, first.value, last.value)
                    run.spend(1 + len(value or "") // 16)
                    yield follow(found, {"start": first.value, "end": last.value}, value)

    return run_


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    if is_list(value):
        yield from enumerate(value)
    elif is_object(value):
        for key in sorted(value):
            yield key, value[key]
    else:
        raise JqError(f"cannot iterate over: {described(value)}")


def _each(node: nodes.Each, scope: Scope) -> Code:
    base = scope.compile(node.base)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for found in base(env, spot, run):
            value = found.value
            if type_name(value) in ("array", "object") and found.trail is not None and not intact(found):
                raise JqError(f"invalid path on iterating against: {described(value)}")
            for key, item in _parts(value):
                run.spend(1)
                yield follow(found, key, item)

    return run_


def _pipe(node: nodes.Pipe, scope: Scope) -> Code:
    left = scope.compile(node.left)
    right = scope.compile(node.right)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for found in left(env, spot, run):
            yield from right(env, found, run)

    return run_


def _comma(node: nodes.Comma, scope: Scope) -> Code:
    left, right = scope.compile(node.left), scope.compile(node.right)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        yield from left(env, spot, run)
        yield from right(env, spot, run)

    return run_


def _unary(node: nodes.Unary, scope: Scope) -> Code:
    operand = scope.compile(node.operand)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for found in operand(env, spot, run):
            yield found.with_value(signed(node.operator, found.value))

    return run_


def _array(node: nodes.Array, scope: Scope) -> Code:
    items = scope.compile(node.items) if node.items is not None else None

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        yield spot.with_value([found.value for found in items(env, spot, run)] if items else [])

    return run_


def _object(node: nodes.Object, scope: Scope) -> Code:
    entries = [(scope.compile(key), value and scope.compile(value)) for key, value in node.entries]

    def combine(env: Env, spot: Spot, run: Run, at: int) -> Iterator[dict[str, Any]]:
        if at == len(entries):
            yield {}
            return
        key, value = entries[at]
        for name in key(env, plain(spot), run):
            found = value(env, plain(spot), run) if value else iter((Spot(index(spot.value, name.value, run)),))
            for each in found:
                for rest in combine(env, spot, run, at + 1):
                    run.spend(1)
                    if not isinstance(name.value, str):
                        raise JqError(f"expected a string for object key but got: {described(name.value)}")
                    yield {name.value: each.value, **rest}

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for found in combine(env, spot, run, 0):
            yield spot.with_value(found)

    return run_


def _if(node: nodes.If, scope: Scope) -> Code:
    condition = scope.compile(node.condition)
    then, otherwise = scope.compile(node.then), scope.compile(node.otherwise)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for holds in condition(env, plain(spot), run):
            yield from (then if is_true(holds.value) else otherwise)(env, spot, run)

    return run_


def _try(node: nodes.Try, scope: Scope) -> Code:
    body = scope.compile(node.body)
    handler = scope.compile(node.handler) if node.handler is not None else None

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        try:
            yield from body(env, spot, run)
        except Fatal:
            raise
        except JqError as error:
            caught = error.value
        else:
            return
        if handler is not None:
            yield from handler(env, spot.with_value(caught), run)

    return run_


COMPILERS: Compilers = {
    Identity: lambda _, __: identity,
    Constant: _constant,
    nodes.Text: _text,
    nodes.Index: _index,
    nodes.Slice: _slice,
    nodes.Each: _each,
    nodes.Pipe: _pipe,
    nodes.Comma: _comma,
    nodes.Unary: _unary,
    nodes.Array: _array,
    nodes.Object: _object,
    nodes.If: _if,
    nodes.Try: _try,
}
"""By the class of the node."""
