"""The checked tree becomes closures: one for each node, which gives its value in a state.

A closure that can go wrong adds its place to the error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.expr import arithmetic, contents, nodes
from argosy.language.expr.binary import compile_binary
from argosy.language.expr.builtins import BUILTIN_FUNCTIONS, GROWING
from argosy.language.expr.calls import call_function, typed_signature
from argosy.language.expr.contents import fetch
from argosy.language.expr.errors import ExprError, Panic, placed
from argosy.language.expr.invoke import applied, called, failing, guarded, spend_on
from argosy.language.expr.loops import LOOPS
from argosy.language.expr.nodes import Node
from argosy.language.expr.state import Code, State
from argosy.language.expr.values import NILS, Time, as_string, bad_conversion


class Short(Exception):
    """A `?.` has met nil: the rest of its chain is skipped."""


def compile_tree(root: Node) -> tuple[Code, int]:
    """The closure of a checked tree, and how many places for variables its state needs."""
    compiler = _Compiler()
    return compiler.compile(root), compiler.variables


class _Compiler:
    def __init__(self) -> None:
        self.variables = 0
        self.scope: list[tuple[str, int]] = []

    def compile(self, node: Node) -> Code:
        """The closure of a node."""
        return _COMPILERS[type(node)](self, node)

    def literal(self, node: nodes.Literal | nodes.Constant) -> Code:
        value = node.value
        return lambda _: value

    def identifier(self, node: nodes.Identifier) -> Code:
        name = node.name
        for known, index in reversed(self.scope):
            if known == name:
                return lambda state: state.variables[index]
        if name == "$env":
            return lambda state: state.env
        return lambda state: state.env.get(name)

    def unary(self, node: nodes.Unary) -> Code:
        operand, at = self.compile(node.operand), node.at
        if node.operator == "+":
            return operand
        if node.operator == "-":
            return applied(arithmetic.negate, operand, at)

        def invert(state: State) -> bool:
            value = operand(state)
            if value is True or value is False:
                return not value
            raise placed(bad_conversion(value, "bool"), at)

        return invert

    def chain(self, node: nodes.Chain) -> Code:
        inside = self.compile(node.node)

        def run(state: State) -> Any:
            try:
                value = inside(state)
            except Short:
                return None
            return None if type(value) in NILS else value

        return run

    def member(self, node: nodes.Member) -> Code:
        if isinstance(node.prop, nodes.Literal) and isinstance(node.prop.value, str) and not node.optional:
            return self.path(node)
        source, index, at = self.compile(node.node), self.compile(node.prop), node.at
        optional = node.optional

        def get(state: State) -> Any:
            base = source(state)
            if optional and type(base) in NILS:
                raise Short
            key = index(state)
            try:
                return fetch(base, key)
            except Panic as panic:
                raise placed(panic, at) from None

        return get

    def path(self, node: nodes.Member) -> Code:
        """`a.b.c`: names only."""
        names: list[tuple[str, int]] = []
        base: Node = node
        while isinstance(base, nodes.Member) and not base.optional:
            if not isinstance(base.prop, nodes.Literal) or not isinstance(base.prop.value, str):
                break
            names.append((base.prop.value, base.at))
            base = base.node
        names.reverse()
        source = self.compile(base)

        def get(state: State) -> Any:
            value = source(state)
            for name, at in names:
                kind = value.__class__
                if kind is dict:
                    value = value.get(name)
                    continue
                try:
                    value = fetch(value, name)
                except Panic as panic:
                    raise placed(panic, at) from None
            return value

        return get

    def slice(self, node: nodes.Slice) -> Code:
        source, at = self.compile(node.node), node.at
        low = self.compile(node.low) if node.low is not None else None
        high = self.compile(node.high) if node.high is not None else None

        def get(state: State) -> Any:
            base = source(state)
            try:
                end = high(state) if high is not None else contents.length(base)
                start = low(state) if low is not None else 0
                return contents.cut(base, start, end)
            except Panic as panic:
                raise placed(panic, at) from None

        return get

    def call(self, node: nodes.Call) -> Code:
        arguments = [self.compile(argument) for argument in node.arguments]
        callee, at = self.compile(node.callee), node.at
        typed = typed_signature(node.callee.nature)

        def run(state: State) -> Any:
            given = [argument(state) for argument in arguments]
            function = callee(state)
            try:
                spend_on(state, given)
                result = call_function(function, given, state, typed=typed)
                spend_on(state, [result])
                return result
            except (Panic, ExpressionError) as error:
                raise placed(error, at) from None

        return run

    def builtin(self, node: nodes.Builtin) -> Code:
        loop = LOOPS.get(node.name)
        arguments = [self.compile(argument) for argument in node.arguments]
        if loop is not None:
            mapped = self.compile(node.mapped) if node.mapped is not None else None
            return guarded(loop(node, arguments, mapped), node.at)
        if node.name == "now":
            return guarded(_now(arguments), node.at)
        function, least, most = BUILTIN_FUNCTIONS[node.name]
        if not least <= len(arguments) <= most:
            problem = f"invalid number of arguments for {node.name} (got {len(arguments)})"
            return failing(problem, node.at)  # among arguments that the checker does not look at
        if len(arguments) == 1 and node.name not in GROWING:
            return applied(function, arguments[0], node.at)
        return called(function, arguments, node.at, grows=node.name in GROWING)

    def pointer(self, node: nodes.Pointer) -> Code:
        if not node.name:
            return _item(node.at)
        if node.name not in _POINTERS:  # among arguments that the checker does not look at
            raise ExprError(f"unknown pointer {node.name}", "", 0, "compile")
        return _POINTERS[node.name]

    def let(self, node: nodes.Let) -> Code:
        value = self.compile(node.value)
        index = self.variables
        self.variables += 1
        self.scope.append((node.name, index))
        body = self.compile(node.body)
        self.scope.pop()

        def run(state: State) -> Any:
            state.variables[index] = value(state)
            return body(state)

        return run

    def sequence(self, node: nodes.Sequence) -> Code:
        *before, last = map(self.compile, node.nodes)

        def run(state: State) -> Any:
            for part in before:
                part(state)
            return last(state)

        return run

    def conditional(self, node: nodes.Conditional) -> Code:
        condition, at = self.compile(node.condition), node.at
        then, otherwise = self.compile(node.then), self.compile(node.otherwise)

        def run(state: State) -> Any:
            value = condition(state)
            if value is True:
                return then(state)
            if value is False:
                return otherwise(state)
            raise placed(bad_conversion(value, "bool"), at)

        return run

    def array(self, node: nodes.Array) -> Code:
        items, at = [self.compile(item) for item in node.nodes], node.at

        def build(state: State) -> list[Any]:
            array = [item(state) for item in items]
            try:
                state.grow(len(array))
            except Panic as panic:
                raise placed(panic, at) from None
            return array

        return build

    def map(self, node: nodes.Map) -> Code:
        pairs = [
            (self.compile(pair.key), self.compile(pair.value)) for pair in node.pairs if isinstance(pair, nodes.Pair)
        ]
        at = node.at

        def build(state: State) -> dict[str, Any]:
            found = [(key(state), value(state)) for key, value in pairs]
            try:
                state.grow(len(found))
                return {as_string(key): value for key, value in reversed(found)}
            except Panic as panic:
                raise placed(panic, at) from None

        return build


def _item(at: int) -> Code:
    def get(state: State) -> Any:
        item = state.item
        if item is contents.NO_ITEM:
            raise Panic("reflect: call of reflect.Value.Index on map Value", at)
        return item

    return get


def _now(arguments: list[Code]) -> Code:
    def now(state: State) -> Time:
        from argosy.language.expr.clock import now_in

        return now_in(state, [argument(state) for argument in arguments])

    return now


_POINTERS: dict[str, Code] = {
    "index": lambda state: state.index,
    "acc": lambda state: state.acc,
}
_COMPILERS: dict[type[Node], Callable[[_Compiler, Any], Code]] = {
    nodes.Nil: lambda _, __: lambda _: None,
    nodes.Literal: _Compiler.literal,
    nodes.Constant: _Compiler.literal,
    nodes.Identifier: _Compiler.identifier,
    nodes.Unary: _Compiler.unary,
    nodes.Binary: lambda compiler, node: compile_binary(node, compiler.compile),
    nodes.Chain: _Compiler.chain,
    nodes.Member: _Compiler.member,
    nodes.Slice: _Compiler.slice,
    nodes.Call: _Compiler.call,
    nodes.Builtin: _Compiler.builtin,
    nodes.Predicate: lambda compiler, node: compiler.compile(node.node),
    nodes.Pointer: _Compiler.pointer,
    nodes.Let: _Compiler.let,
    nodes.Sequence: _Compiler.sequence,
    nodes.Conditional: _Compiler.conditional,
    nodes.Array: _Compiler.array,
    nodes.Map: _Compiler.map,
}
