"""The checked tree becomes closures: one for each node, which gives its value in a state.

A closure that can go wrong adds its place to the error. Chains of binary operators are one closure, however long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.expr import nodes, operators
from argosy.language.expr.builtins import BUILTIN_FUNCTIONS, GROWING
from argosy.language.expr.calls import call_function, typed_signature
from argosy.language.expr.errors import ExprError, Panic
from argosy.language.expr.loops import LOOPS
from argosy.language.expr.nodes import Binary, Node
from argosy.language.expr.operators import fetch
from argosy.language.expr.state import Code, State
from argosy.language.expr.types import INT, STRING
from argosy.language.expr.values import NILS, Ints, Time, as_string, bad_conversion
from argosy.language.regexp import compile_regexp

_APPLY: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operators.equal,
    "!=": lambda left, right: not operators.equal(left, right),
    "<": operators.less,
    ">": operators.more,
    "<=": operators.less_or_equal,
    ">=": operators.more_or_equal,
    "+": operators.add,
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "%": operators.modulo,
    "**": operators.power,
    "^": operators.power,
    "contains": operators.contains,
    "startsWith": operators.starts_with,
    "endsWith": operators.ends_with,
}
_HEAVY = 4096  # characters from which on text counts as work


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
            return _applied(operators.negate, operand, at)

        def invert(state: State) -> bool:
            value = operand(state)
            if value is True or value is False:
                return not value
            raise _at(bad_conversion(value, "bool"), at)

        return invert

    def binary(self, node: Binary) -> Code:
        if node.operator in ("or", "||"):
            return self.logic(node, ("or", "||"), True)
        if node.operator in ("and", "&&"):
            return self.logic(node, ("and", "&&"), False)
        if node.operator == "??":
            return self.coalesce(node)
        spine: list[Binary] = []
        left: Node = node
        while isinstance(left, Binary) and (left.operator in _APPLY or left.operator in _SPECIAL):
            spine.append(left)
            left = left.left
        first = self.compile(left)
        steps = [(self.apply(part), self.compile(part.right), part.at) for part in reversed(spine)]
        return _chained(first, steps) if len(steps) > 1 else _operation(first, *steps[0])

    def apply(self, node: Binary) -> Callable[[Any, Any, State], Any]:
        """What an operator does to its operands."""
        special = _SPECIAL.get(node.operator)
        if special is not None:
            return special(node)
        if node.operator in ("==", "!=") and node.left.nature.type is node.right.nature.type in (INT, STRING):
            return _typed_equality(int if node.left.nature.type is INT else str, node.operator == "==")
        function = _APPLY[node.operator]
        if node.operator == "+":
            return _add
        return lambda left, right, _: function(left, right)

    def logic(self, node: Binary, names: tuple[str, str], decisive: bool) -> Code:
        """`a || b || c`: all but the last have to be booleans."""
        spine: list[Binary] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator in names:
            spine.append(left)
            left = left.left
        first = self.compile(left)
        rest = [(self.compile(part.right), part.at) for part in reversed(spine)]

        def decide(state: State) -> Any:
            value = first(state)
            for operand, at in rest:
                if value is decisive:
                    return value
                if value is not True and value is not False:
                    raise _at(bad_conversion(value, "bool"), at)
                value = operand(state)
            return value

        return decide

    def coalesce(self, node: Binary) -> Code:
        spine: list[Binary] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator == "??":
            spine.append(left)
            left = left.left
        operands = [self.compile(left), *(self.compile(part.right) for part in reversed(spine))]
        first, others = operands[0], operands[1:]

        def pick(state: State) -> Any:
            value = first(state)
            for operand in others:
                if type(value) not in NILS:
                    return value
                value = operand(state)
            return value

        return pick

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
                raise _at(panic, at) from None

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
                    raise _at(panic, at) from None
            return value

        return get

    def slice(self, node: nodes.Slice) -> Code:
        source, at = self.compile(node.node), node.at
        low = self.compile(node.low) if node.low is not None else None
        high = self.compile(node.high) if node.high is not None else None

        def get(state: State) -> Any:
            base = source(state)
            try:
                end = high(state) if high is not None else operators.length(base)
                start = low(state) if low is not None else 0
                return operators.cut(base, start, end)
            except Panic as panic:
                raise _at(panic, at) from None

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
            except Panic as panic:
                raise _at(panic, at) from None
            except ExpressionError as error:
                raise Panic(error.message, at) from None

        return run

    def builtin(self, node: nodes.Builtin) -> Code:
        loop = LOOPS.get(node.name)
        arguments = [self.compile(argument) for argument in node.arguments]
        if loop is not None:
            mapped = self.compile(node.mapped) if node.mapped is not None else None
            return _guarded(loop(node, arguments, mapped), node.at)
        if node.name == "now":
            return _guarded(_now(arguments), node.at)
        function, least, most = BUILTIN_FUNCTIONS[node.name]
        if not least <= len(arguments) <= most:
            problem = f"invalid number of arguments for {node.name} (got {len(arguments)})"
            return _failing(problem, node.at)  # among arguments that the checker does not look at
        if len(arguments) == 1 and node.name not in GROWING:
            return _applied(function, arguments[0], node.at)
        return _called(function, arguments, node.at, grows=node.name in GROWING)

    def predicate(self, node: nodes.Predicate) -> Code:
        return self.compile(node.node)

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
            raise _at(bad_conversion(value, "bool"), at)

        return run

    def array(self, node: nodes.Array) -> Code:
        items, at = [self.compile(item) for item in node.nodes], node.at

        def build(state: State) -> list[Any]:
            array = [item(state) for item in items]
            try:
                state.grow(len(array))
            except Panic as panic:
                raise _at(panic, at) from None
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
                raise _at(panic, at) from None

        return build


def _item(at: int) -> Code:
    def get(state: State) -> Any:
        item = state.item
        if item is operators.NO_ITEM:
            raise Panic("reflect: call of reflect.Value.Index on map Value", at)
        return item

    return get


def _at(panic: Panic, at: int) -> Panic:
    """The error, with its place if it has none yet."""
    if panic.at is None:
        panic.at = at
    return panic


def _failing(problem: str, at: int) -> Code:
    def run(_: State) -> Any:
        raise Panic(problem, at)

    return run


def _guarded(code: Code, at: int) -> Code:
    def run(state: State) -> Any:
        try:
            return code(state)
        except Panic as panic:
            raise _at(panic, at) from None

    return run


def _applied(function: Callable[[Any], Any], argument: Code, at: int) -> Code:
    """A function of one argument."""

    def run(state: State) -> Any:
        value = argument(state)
        try:
            result = function(value)
            if type(result) is str and len(result) > _HEAVY:
                state.spend(len(result) // 4)
            return result
        except Panic as panic:
            raise _at(panic, at) from None
        except ExpressionError as error:
            raise Panic(error.message, at) from None

    return run


def _called(function: Callable[..., Any], arguments: list[Code], at: int, *, grows: bool) -> Code:
    def run(state: State) -> Any:
        given = [argument(state) for argument in arguments]
        try:
            spend_on(state, given)
            result = function(*given)
            if grows:
                state.grow(len(result))
            spend_on(state, [result])
            return result
        except Panic as panic:
            raise _at(panic, at) from None
        except ExpressionError as error:
            raise Panic(error.message, at) from None

    return run


def spend_on(state: State, values: list[Any]) -> None:
    """Account for the time that a function takes with long texts and lists."""
    for value in values:
        if isinstance(value, str):
            if len(value) > _HEAVY:
                state.spend(len(value) // 4)
        elif isinstance(value, list):
            state.spend(4 * len(value))  # pyright: ignore[reportUnknownArgumentType]


def _operation(left: Code, apply: Callable[[Any, Any, State], Any], right: Code, at: int) -> Code:
    def run(state: State) -> Any:
        one = left(state)
        other = right(state)
        try:
            return apply(one, other, state)
        except Panic as panic:
            raise _at(panic, at) from None

    return run


def _chained(first: Code, steps: list[tuple[Callable[[Any, Any, State], Any], Code, int]]) -> Code:
    def run(state: State) -> Any:
        value = first(state)
        for apply, operand, at in steps:
            other = operand(state)
            try:
                value = apply(value, other, state)
            except Panic as panic:
                raise _at(panic, at) from None
        return value

    return run


def _add(left: Any, right: Any, state: State) -> Any:
    result = operators.add(left, right)
    if type(result) is str and len(result) > _HEAVY:
        state.spend(len(result) // 4)
    return result


def _typed_equality(kind: type, wanted: bool) -> Callable[[Any, Any, State], bool]:
    """`==` of two values that the checker knows to be integers or strings, and that had better be (OpEqualInt)."""

    def compare(left: Any, right: Any, _: State) -> bool:
        for value in (left, right):
            if type(value) is not kind:
                raise bad_conversion(value, "int" if kind is int else "string")
        return (left == right) is wanted

    return compare


def _range(_: Binary) -> Callable[[Any, Any, State], Any]:
    def span(left: Any, right: Any, state: State) -> Ints:
        low, high = operators.to_int(left), operators.to_int(right)
        state.grow(max(high - low + 1, 0))
        return Ints(range(low, high + 1))

    return span


def _in(_: Binary) -> Callable[[Any, Any, State], Any]:
    def find(left: Any, right: Any, state: State) -> bool:
        if isinstance(right, list):
            state.spend(len(right))  # pyright: ignore[reportUnknownArgumentType]
        return operators.contained(left, right)

    return find


def _matches(node: Binary) -> Callable[[Any, Any, State], Any]:
    is_constant = isinstance(node.right, nodes.Literal) and isinstance(node.right.value, str)
    if isinstance(node.right, nodes.Literal) and isinstance(node.right.value, str):
        try:
            compile_regexp(node.right.value)
        except ExpressionError as error:
            raise ExprError(error.message, "", 0, "compile") from None

    def match(left: Any, right: Any, state: State) -> bool:
        if left is None or right is None:
            return False
        if not is_constant:
            as_string(right)
        if not isinstance(left, (str, bytes)):
            raise bad_conversion(left, "[]uint8")
        text = left.decode("utf-8", "surrogateescape") if isinstance(left, bytes) else left
        state.spend(len(text) * (len(right) + 16) // 16)
        try:
            return compile_regexp(right).search(text)
        except ExpressionError as error:
            raise Panic(error.message) from None

    return match


def _now(arguments: list[Code]) -> Code:
    def now(state: State) -> Time:
        from argosy.language.expr.clock import now_in

        return now_in(state, [argument(state) for argument in arguments])

    return now


_SPECIAL: dict[str, Callable[[Binary], Callable[[Any, Any, State], Any]]] = {
    "..": _range,
    "in": _in,
    "matches": _matches,
}
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
    nodes.Binary: _Compiler.binary,
    nodes.Chain: _Compiler.chain,
    nodes.Member: _Compiler.member,
    nodes.Slice: _Compiler.slice,
    nodes.Call: _Compiler.call,
    nodes.Builtin: _Compiler.builtin,
    nodes.Predicate: _Compiler.predicate,
    nodes.Pointer: _Compiler.pointer,
    nodes.Let: _Compiler.let,
    nodes.Sequence: _Compiler.sequence,
    nodes.Conditional: _Compiler.conditional,
    nodes.Array: _Compiler.array,
    nodes.Map: _Compiler.map,
}
