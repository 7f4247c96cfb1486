"""Types are worked out from the environment's values, and what cannot work is refused before the run (expr's checker).

Only what expr checks is checked: the type of a value inside a map is not known, and neither are the arguments of a
function that comes out of a map, as sprig's do; those are not even visited.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from argosy.errors import ExpressionError
from argosy.language.expr import nodes
from argosy.language.expr.errors import ExprError
from argosy.language.expr.loop_checks import check_loop
from argosy.language.expr.methods import method_type
from argosy.language.expr.nodes import Node
from argosy.language.expr.operands import check_binary, check_unary
from argosy.language.expr.rules import RULES
from argosy.language.expr.signatures import BUILTINS, PREDICATES, type_of_builtin
from argosy.language.expr.types import (
    ANY,
    LIST,
    MAP,
    NIL,
    UNKNOWN,
    Nature,
    Type,
    go_type,
    nature_of,
)
from argosy.language.expr.values import TYPES

EnvironmentNatures = Callable[[str], "Nature | None"]
"""Name -> the nature of the variable, None where there is no such variable."""

_LITERALS = {kind: nature_of(TYPES[kind]) for kind in (bool, int, float, str, bytes)}
_ENVIRONMENT = "$env"


def check(root: Node, text: str, environment: EnvironmentNatures) -> None:
    """Leave every node of a tree with its nature; raises ExprError for what cannot work."""
    _Checker(text, environment).visit(root)


class _Checker:
    def __init__(self, text: str, environment: EnvironmentNatures) -> None:
        self.text, self.environment = text, environment
        self.variables: list[tuple[str, Nature]] = []
        self.scopes: list[tuple[Nature, dict[str, Nature]]] = []
        """For each loop around: the nature of what is looped over, and of `#index` and `#acc` where it has them."""

    def fail(self, node: Node, problem: str) -> NoReturn:
        """Refuse a node."""
        raise ExprError(problem, self.text, node.at, "compile")

    def visit(self, node: Node) -> Nature:
        """The nature of a node."""
        if type(node) is nodes.Binary:
            return self.binaries(node)
        node.nature = _VISITORS[type(node)](self, node)
        return node.nature

    def binaries(self, node: nodes.Binary) -> Nature:
        """A chain of operators such as `a + b + c`, from the left."""
        spine: list[nodes.Binary] = []
        left: Node = node
        while type(left) is nodes.Binary:
            spine.append(left)
            left = left.left
        self.visit(left)
        for part in reversed(spine):
            right = self.visit(part.right)
            try:
                part.nature = check_binary(part, part.left.nature.deref(), right.deref())
            except ExpressionError as error:
                self.fail(part, error.message)
        return node.nature

    def unary(self, node: nodes.Unary) -> Nature:
        operand = self.visit(node.operand).deref()
        try:
            return check_unary(node.operator, operand)
        except ExpressionError as error:
            self.fail(node, error.message)

    def identifier(self, node: nodes.Identifier) -> Nature:
        for name, nature in reversed(self.variables):
            if name == node.name:
                return nature
        return UNKNOWN if node.name == _ENVIRONMENT else self.name(node, node.name)

    def name(self, node: Node, name: str, *, optional: bool = False, builtins: bool = True) -> Nature:
        """The nature of a variable of the environment, or of a built-in function."""
        nature = self.environment(name)
        if nature is not None:
            return nature
        if builtins and name in BUILTINS:
            return Nature(go_type(type_of_builtin(name)), function=name)
        if optional:
            return UNKNOWN
        return self.fail(node, f"unknown name {name}")

    def member(self, node: nodes.Member) -> Nature:
        name = _string_literal(node.prop)
        if isinstance(node.node, nodes.Identifier) and node.node.name == _ENVIRONMENT:
            if name is None:
                return UNKNOWN
            return self.name(node, name, optional=node.optional, builtins=False)
        base, prop = self.visit(node.node), self.visit(node.prop)
        if base.is_unknown:
            return UNKNOWN
        if name is not None:
            if base.nil:
                self.fail(node, f"type nil has no field {name}")
            if base.type is not None and (method := method_type(base.type, name)) is not None:
                return Nature(method, is_method=True)
        return self.element(node, base.deref(), prop, name)

    def element(self, node: nodes.Member, base: Nature, prop: Nature, name: str | None) -> Nature:
        """What `base[prop]` is; `name` is the text of a property that is written out."""
        if base.kind == "map":
            key = nature_of(base.type.key if base.type else None)
            if not prop.assignable_to(key) and not prop.is_unknown:
                self.fail(node.prop, f"cannot use {prop} to get an element from {base}")
            return base.elem()
        if base.is_array:
            if not prop.is_integer and not prop.is_unknown:
                self.fail(node.prop, f"array elements can only be selected using an integer (got {prop})")
            return base.elem()
        if name is not None:
            self.fail(node, f"type {base} has no {'method' if node.is_method else 'field'} {name}")
        return self.fail(node, f"type {base}[{prop}] is undefined")

    def slice(self, node: nodes.Slice) -> Nature:
        nature = self.visit(node.node)
        if nature.is_unknown:
            return UNKNOWN
        if nature.kind not in ("string", "slice", "array"):
            self.fail(node, f"cannot slice {nature}")
        for bound in (node.low, node.high):
            if bound is not None:
                found = self.visit(bound).deref()
                if not found.is_integer and not found.is_unknown:
                    self.fail(bound, f"non-integer slice index {found}")
        return nature

    def call(self, node: nodes.Call) -> Nature:
        callee = node.callee
        if isinstance(callee, nodes.Identifier) and callee.name == _ENVIRONMENT:
            self.fail(node, f"{MAP} is not callable")
        nature = self.visit(callee)
        if nature.is_unknown:
            return UNKNOWN
        if nature.function:
            return self.builtin_call(nature.function, node, node.arguments)
        name = _string_literal(callee.prop) if isinstance(callee, nodes.Member) else None
        name = callee.name if isinstance(callee, nodes.Identifier) else name or "function"
        if nature.type is None:
            self.fail(node, f"{name} is nil; cannot call nil as function")
        if nature.kind != "func":
            self.fail(node, f"{nature} is not callable")
        try:
            return self.arguments(name, nature.type, node.arguments, node, skipped=nature.is_method)
        except _Mismatch as mismatch:
            self.fail(mismatch.node, mismatch.problem)

    def builtin(self, node: nodes.Builtin) -> Nature:
        if node.name in PREDICATES:
            nature = check_loop(self, node)
            if nature is not None:
                return nature
        if node.name == "get":
            return self.get(node)
        return self.builtin_call(node.name, node, node.arguments)

    def builtin_call(self, name: str, node: Node, arguments: list[Node]) -> Nature:
        """A call of a function that is no loop (checkFunction)."""
        rule = RULES.get(name)
        if rule is not None:
            natures = [self.visit(argument) for argument in arguments]
            try:
                return nature_of(rule([ANY if nature.is_unknown else nature.type for nature in natures]))
            except ExpressionError as error:
                self.fail(node, error.message)
        last: _Mismatch | None = None
        for signature in BUILTINS[name]:
            try:
                return self.arguments(name, go_type(signature), arguments, node)
            except _Mismatch as mismatch:
                last = mismatch
        if last is None:  # only `get` has neither rule nor signature, and only as a variable's value
            return UNKNOWN
        return self.fail(last.node, last.problem)

    def arguments(
        self, name: str, function: Type, arguments: list[Node], node: Node, *, skipped: bool = False
    ) -> Nature:
        """The result of a call whose arguments fit the type (checkArguments). `skipped`: there is a receiver."""
        params = function.params[1:] if skipped else function.params
        if len(function.results) != 1 and len(function.results) != 2:
            raise _Mismatch(node, f"func {name} {'returns more then two values' if function.results else _NO_VALUE}")
        least = len(params) - function.variadic
        if len(arguments) < least or (len(arguments) > least and not function.variadic):
            for argument in arguments:
                self.visit(argument)
            raise _Mismatch(node, f"{'not enough' if len(arguments) < least else 'too many'} arguments to call {name}")
        for index, argument in enumerate(arguments):
            param = params[-1].elem if function.variadic and index >= least else params[index]
            self.argument(name, argument, nature_of(param))
        return nature_of(function.results[0])

    def argument(self, name: str, argument: Node, wanted: Nature) -> None:
        given = self.visit(argument)
        if given.is_integer and (wanted.is_integer or wanted.is_float):
            return
        if given.nil:
            if wanted.kind in ("ptr", "interface"):
                return
            raise _Mismatch(argument, f"cannot use nil as argument (type {wanted}) to call {name}")
        if given.assignable_to(wanted) or given.deref().assignable_to(wanted) or given.is_unknown:
            return
        raise _Mismatch(argument, f"cannot use {given} as argument (type {wanted}) to call {name} ")

    def get(self, node: nodes.Builtin) -> Nature:
        if len(node.arguments) != 2:
            self.fail(node, f"invalid number of arguments (expected 2, got {len(node.arguments)})")
        source, index = node.arguments
        base, prop = self.visit(source), self.visit(index).deref()
        if isinstance(source, nodes.Identifier) and source.name == _ENVIRONMENT:
            name = _string_literal(index)
            return (self.environment(name) if name is not None else None) or UNKNOWN
        if base.is_unknown:
            return UNKNOWN
        if base.is_array:
            if not prop.is_integer and not prop.is_unknown:
                self.fail(index, f"non-integer slice index {prop}")
            return base.elem()
        if base.kind == "map":
            if not prop.assignable_to(nature_of(base.type.key if base.type else None)) and not prop.is_unknown:
                self.fail(index, f"cannot use {prop} to get an element from {base}")
            return base.elem()
        return self.fail(source, f"type {base} does not support indexing")

    def predicate(self, node: nodes.Predicate) -> Nature:
        nature = self.visit(node.node)
        result = "" if nature.nil else "interface {}" if nature.type is None else nature.type.name
        return Nature(go_type(f"func(interface {{}}) {result}".rstrip()), ref=nature)

    def pointer(self, node: nodes.Pointer) -> Nature:
        if not self.scopes:
            self.fail(node, "cannot use pointer accessor outside predicate")
        collection, variables = self.scopes[-1]
        if not node.name:
            return UNKNOWN if collection.is_unknown else collection.elem()
        if node.name not in variables:
            self.fail(node, f"unknown pointer #{node.name}")
        return variables[node.name]

    def let(self, node: nodes.Let) -> Nature:
        if self.environment(node.name) is not None:
            self.fail(node, f"cannot redeclare {node.name}")
        if node.name in BUILTINS:
            self.fail(node, f"cannot redeclare builtin {node.name}")
        if any(name == node.name for name, _ in self.variables):
            self.fail(node, f"cannot redeclare variable {node.name}")
        self.variables.append((node.name, self.visit(node.value)))
        nature = self.visit(node.body)
        self.variables.pop()
        return nature

    def conditional(self, node: nodes.Conditional) -> Nature:
        condition = self.visit(node.condition).deref()
        if condition.kind != "bool" and not condition.is_unknown:
            self.fail(node.condition, f"non-bool expression (type {condition}) used as condition")
        then, otherwise = self.visit(node.then), self.visit(node.otherwise)
        if then.nil or otherwise.nil:
            return otherwise if then.nil else then
        if not then.assignable_to(otherwise):
            return UNKNOWN
        if then.is_array and otherwise.is_array:
            one, other = then.elem(), otherwise.elem()
            if not one.assignable_to(other) or not other.assignable_to(one):
                return nature_of(LIST)
        return then

    def array(self, node: nodes.Array) -> Nature:
        previous: Nature | None = None
        alike = True
        for item in node.nodes:
            nature = self.visit(item)
            alike = alike and (previous is None or previous.kind == nature.kind)
            previous = nature
        return (previous or UNKNOWN).list_of() if alike else nature_of(LIST)

    def map(self, node: nodes.Map) -> Nature:
        for pair in node.pairs:
            self.visit(pair)
        return nature_of(MAP)

    def pair(self, node: nodes.Pair) -> Nature:
        self.visit(node.key)
        self.visit(node.value)
        return NIL

    def sequence(self, node: nodes.Sequence) -> Nature:
        return [self.visit(part) for part in node.nodes][-1]

    def chain(self, node: nodes.Chain) -> Nature:
        return self.visit(node.node)

    def literal(self, node: nodes.Literal) -> Nature:
        return _LITERALS[type(node.value)]


_NO_VALUE = "doesn't return value"


class _Mismatch(Exception):
    """Arguments that do not fit; another signature may."""

    def __init__(self, node: Node, problem: str) -> None:
        super().__init__(problem)
        self.node, self.problem = node, problem


def _string_literal(node: Node) -> str | None:
    return node.value if isinstance(node, nodes.Literal) and isinstance(node.value, str) else None


_VISITORS: dict[type[Node], Callable[[_Checker, Any], Nature]] = {
    nodes.Nil: lambda _, __: NIL,
    nodes.Literal: _Checker.literal,
    nodes.Identifier: _Checker.identifier,
    nodes.Unary: _Checker.unary,
    nodes.Chain: _Checker.chain,
    nodes.Member: _Checker.member,
    nodes.Slice: _Checker.slice,
    nodes.Call: _Checker.call,
    nodes.Builtin: _Checker.builtin,
    nodes.Predicate: _Checker.predicate,
    nodes.Pointer: _Checker.pointer,
    nodes.Let: _Checker.let,
    nodes.Sequence: _Checker.sequence,
    nodes.Conditional: _Checker.conditional,
    nodes.Array: _Checker.array,
    nodes.Map: _Checker.map,
    nodes.Pair: _Checker.pair,
}
