"""Functions: those of the filter, of the prelude, and those written in Python; labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from argosy.language.jq import arrays, dates, formats, functions, maths, nodes, texts
from argosy.language.jq.closures import CLOSURES, Filter, plain
from argosy.language.jq.errors import Break, Fatal, JqError
from argosy.language.jq.nodes import Code, Compilers, Env, Node, Run, Spot
from argosy.language.jq.operators import index
from argosy.language.jq.parser import parse
from argosy.language.jq.prelude import DEFINITIONS
from argosy.language.jq.scopes import Argument, Definition, Scope
from argosy.language.jq.steps import follow

_DEEPEST = 200
_DEPTH = "depth"
_FUNCTIONS = {
    **functions.FUNCTIONS,
    **arrays.FUNCTIONS,
    **formats.FUNCTIONS,
    **maths.FUNCTIONS,
    **dates.FUNCTIONS,
    **texts.FUNCTIONS,
}
_PRELUDE: dict[str, Definition] = {}


def _define(node: nodes.Define, scope: Scope) -> Code:
    definition = Definition(node.parameters)
    known = scope.with_names(**{f"{node.name}/{len(node.parameters)}": definition})
    definition.code = _function_body(node.parameters, node.body, definition, known)
    return known.compile(node.rest)


def _function_body(parameters: tuple[str, ...], body: Node, definition: Definition, scope: Scope) -> Code:
    inner = scope
    values: list[tuple[object, object]] = []
    for name, key in zip(parameters, definition.keys, strict=True):
        if name.startswith("$"):
            variable = object()
            values.append((key, variable))
            inner = inner.with_names(**{name: variable, f"{name[1:]}/0": Argument(key)})
        else:
            inner = inner.with_names(**{f"{name}/0": Argument(key)})
    code = inner.compile(body)

    def bind(env: Env, spot: Spot, run: Run, at: int) -> Iterator[Env]:
        if at == len(values):
            yield env
            return
        key, variable = values[at]
        argument, outer = env[key]
        for found in argument(outer, plain(spot), run):
            yield from bind({**env, variable: found.value}, spot, run, at + 1)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for bound in bind(env, spot, run, 0):
            yield from code(bound, spot, run)

    return run_ if values else code


def _call(node: nodes.Call, scope: Scope) -> Code:
    if node.name.startswith("$"):
        return _variable(node.name, scope)
    name = f"{node.name}/{len(node.arguments)}"
    known = scope.find(name)
    if isinstance(known, Argument):
        return _argument(known.key)
    if known is not None:
        return _call_defined(known, node, scope)
    if name in ("input/0", "inputs/0"):
        raise JqError("input(s)/0 is not allowed")
    if name in CLOSURES:
        return _call_closure(name, node, scope)
    if name in DEFINITIONS:
        return _call_defined(_prelude(name, scope), node, scope)
    if name in _FUNCTIONS:
        return _call_function(_FUNCTIONS[name], [scope.compile(each) for each in reversed(node.arguments)], name)
    raise JqError(f"function not defined: {name}")


def _variable(name: str, scope: Scope) -> Code:
    key = scope.find(name)
    if key is None and name != "$ENV":
        raise JqError(f"variable not defined: {name}")

    def run_(env: Env, spot: Spot, _: Run) -> Iterator[Spot]:
        yield spot.with_value({} if key is None else env[key])

    return run_


def _argument(key: object) -> Code:
    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        code, outer = env[key]
        return code(outer, spot, run)

    return run_


def _call_defined(definition: Definition, node: nodes.Call, scope: Scope) -> Code:
    arguments = [scope.compile(argument) for argument in node.arguments]

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        run.spend(1 + len(env) // 8)
        depth = env.get(_DEPTH, 0) + 1
        if depth > _DEEPEST:
            raise Fatal(f"functions call each other more than {_DEEPEST} deep")
        given = zip(definition.keys, arguments, strict=True)
        return definition.code({**env, _DEPTH: depth, **{key: (code, env) for key, code in given}}, spot, run)

    return run_


def _call_closure(name: str, node: nodes.Call, scope: Scope) -> Code:
    function = CLOSURES[name]
    arguments = [scope.compile(argument) for argument in node.arguments]

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        run.spend(1)
        return function(run, spot, *(_ready(code, env, run) for code in arguments))

    return run_


def _ready(code: Code, env: Env, run: Run) -> Filter:
    return lambda spot: code(env, spot, run)


def _call_function(function: functions.Function, arguments: list[Code], name: str) -> Code:
    """The last argument varies slowest; where paths are asked for, `getpath` goes to one."""

    def combine(env: Env, spot: Spot, run: Run, at: int) -> Iterator[list[Any]]:
        if at == len(arguments):
            yield []
            return
        for found in arguments[at](env, plain(spot), run):
            for rest in combine(env, spot, run, at + 1):
                yield [*rest, found.value]

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        for given in combine(env, spot, run, 0):
            run.spend(1)
            found = spot.with_value(function(run, spot.value, *given))
            if spot.trail is None or name != "getpath/1":
                yield found
                continue
            step = spot
            for key in given[0]:
                step = follow(step, key, index(step.value, key, run))
            yield step

    return run_


def _prelude(name: str, scope: Scope) -> Definition:
    """A function of the prelude, compiled once."""
    if name not in _PRELUDE:
        node = parse(f"{DEFINITIONS[name]} .")
        assert isinstance(node, nodes.Define)
        definition = Definition(node.parameters)
        known = scope.outermost().with_names(**{name: definition})
        definition.code = _function_body(node.parameters, node.body, definition, known)
        _PRELUDE[name] = definition
    return _PRELUDE[name]


def _label(node: nodes.Label, scope: Scope) -> Code:
    key = object()
    body = scope.with_names(**{f"label {node.name}": key}).compile(node.body)

    def run_(env: Env, spot: Spot, run: Run) -> Iterator[Spot]:
        label = object()
        try:
            yield from body({**env, key: label}, spot, run)
        except Break as left:
            if left.label is not label:
                raise

    return run_


def _leave(node: nodes.Leave, scope: Scope) -> Code:
    key = scope.find(f"label {node.name}")
    if key is None:
        raise JqError(f"label not defined: {node.name}")

    def run_(env: Env, _: Spot, __: Run) -> Iterator[Spot]:
        raise Break(env[key])

    return run_


COMPILERS: Compilers = {
    nodes.Call: _call,
    nodes.Define: _define,
    nodes.Label: _label,
    nodes.Leave: _leave,
}
"""By the class of the node."""
