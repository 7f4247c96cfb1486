"""Variables: `as` with its patterns, `reduce` and `foreach`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from argosy.language.govalues import is_list
from argosy.language.jq import nodes
from argosy.language.jq.closures import plain
from argosy.language.jq.encoding import described
from argosy.language.jq.errors import Fatal, JqError
from argosy.language.jq.nodes import Code, Compilers, Constant, Env, Pattern, Run, Spot
from argosy.language.jq.operators import index
from argosy.language.jq.scopes import Scope, identity


def _names_of(pattern: Pattern) -> Iterator[str]:
    if pattern.name:
        yield pattern.name
    if pattern.both is not None:
        yield from _names_of(pattern.both)
    for each in (*pattern.items, *(entry for _, entry in pattern.entries)):
        yield from _names_of(each)


Binder = Callable[[Env, Any, Run], Iterator[Env]]


def _binder(pattern: Pattern, scope: Scope, keys: dict[str, object]) -> tuple[Binder, Scope]:
    """What binds the variables of a pattern, and the scope that has them."""
    if pattern.name:
        key = keys[pattern.name]
        scope = scope.with_names(**{pattern.name: key})
        bind: Binder = lambda env, value, _: iter(({**env, key: value},))  # noqa: E731
        if pattern.both is None:
            return bind, scope
        rest, scope = _binder(pattern.both, scope, keys)
        return (lambda env, value, run: rest({**env, key: value}, value, run)), scope
    steps: list[tuple[Code, Binder]] = []
    for key_node, each in pattern.entries or tuple((Constant(at), each) for at, each in enumerate(pattern.items)):
        code = scope.compile(key_node)
        step, scope = _binder(each, scope, keys)
        steps.append((code, step))
    return _bind_parts(steps, is_array=bool(pattern.items)), scope


def _bind_parts(steps: list[tuple[Code, Binder]], *, is_array: bool) -> Binder:
    def bind(env: Env, value: Any, run: Run, at: int = 0) -> Iterator[Env]:
        if at == len(steps):
            yield env
            return
        if is_array and value is not None and not is_list(value):
            raise JqError(f"expected an array but got: {described(value)}")
        code, step = steps[at]
        for key in code(env, Spot(value), run):
            for bound in step(env, index(value, key.value, run), run):
                yield from bind(bound, value, run, at + 1)

    return bind


def _bind(node: nodes.Bind, scope: Scope) -> Code:
    source = scope.compile(node.source)
    names = [name for pattern in node.patterns for name in _names_of(pattern)]
    keys: dict[str, object] = {name: object() for name in names}
    binders: list[Binder] = []
    inner = scope
    for pattern in node.patterns:
        binder, inner = _binder(pattern, inner, keys)
        binders.append(binder)
    body = inner.compile(node.body)
    nothing = dict.fromkeys(keys.values()) if len(binders) > 1 else {}

    def attempt(env: Env, value: Any, spot: Spot, run: Run, at: int = 0) -> Iterator[Spot]:
        try:
            for bound in binders[at](env, value, run):
                yield from body(bound, spot, run)
        except Fatal:
            raise
        except JqError:
            if at + 1 == len(binders):
                raise
        else:
            return
        yield from attempt(env, value, spot, run, at + 1)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for found in source(env, plain(spot), run):
            yield from attempt({**env, **nothing}, found.value, spot, run)

    return run_


def _fold(node: nodes.Fold, scope: Scope) -> Code:
    start = scope.compile(node.start)
    source = scope.compile(node.source)
    keys: dict[str, object] = {name: object() for name in _names_of(node.pattern)}
    binder, inner = _binder(node.pattern, scope, keys)
    update = inner.compile(node.update)
    extract = inner.compile(node.extract) if node.extract is not None else identity

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for begin in start(env, spot, run):
            state = begin
            for found in source(env, plain(spot), run):
                for bound in binder(env, found.value, run):
                    run.spend(1)
                    for new in update(bound, state, run):
                        state = new
                        if node.word == "foreach":
                            yield from extract(bound, state, run)
            if node.word == "reduce":
                yield begin.with_value(state.value)

    return run_


COMPILERS: Compilers = {nodes.Bind: _bind, nodes.Fold: _fold}
"""By the class of the node."""
