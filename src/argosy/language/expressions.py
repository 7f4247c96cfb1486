"""Expressions where Argo has them: `{{=...}}` tags, and conditions that are true or false.

What a tag becomes is decided in this order (Argo's util/template, expression_template.go):

1. A variable that has to be resolved and is missing is an error that may be gone later (UnresolvedTag).
2. Where something may stay unresolved, the tag stays if a late variable is missing, or the expression fails, or is nil.
   That is so with no `must_resolve`, if any variable is missing, or if a value in scope is Argo's placeholder.
3. A failure is an error, and so is nil. Anything else is written as JSON, a string without its quotation marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.environment import Environment, environment_of, has_variable
from argosy.language.expr import ExprError, Program, World, compile_expression
from argosy.language.expr.errors import Panic
from argosy.language.expr.text import format_string, to_json
from argosy.language.gotext import escape, quote, trim_space
from argosy.language.scopes import MapScope, Scope
from argosy.language.tags import EvaluateExpression, MustResolve, UnresolvedTag

LATE_VARIABLES = (
    "item",
    "retries",
    "lastRetry.exitCode",
    "lastRetry.status",
    "lastRetry.duration",
    "lastRetry.message",
    "workflow.status",
    "workflow.failures",
)
"""Variables that do not exist yet when a template is substituted for the first time."""

_PLACEHOLDER = "__argo__internal__placeholder-"
_FAILED = "failed to evaluate expression"


def expression_evaluator(scope: Scope, world: World | None = None) -> EvaluateExpression:
    """What `tags.replace` takes as `evaluate_expression`."""
    return lambda expression, must_resolve: evaluate_tag(expression, scope, must_resolve, world)


def evaluate_tag(
    expression: str, scope: Scope, must_resolve: MustResolve | None, world: World | None = None
) -> str | None:
    """The text that takes the place of `{{=expression}}`, escaped for JSON; None where the tag stays.

    The expression comes with JSON's escapes. Raises UnresolvedTag for a variable that must be resolved and is missing,
    ExpressionError for what will never work.
    """
    try:
        text = _unescaped(expression)
    except ExpressionError as error:
        raise ExpressionError(f"failed to unmarshall JSON expression: {error.message}") from None
    try:
        program = compile_expression(text)
    except ExpressionError as error:
        if _has_placeholder(scope):
            return None
        raise _failure(f"{_FAILED}: {error.message}") from None
    environment = environment_of(scope, program.usage)
    if program.usage is None:
        return _substitute(expression, program, environment, scope, world, allow_unresolved=False)
    missing = [name for name in program.usage.identifiers if not has_variable(environment, name)]
    if must_resolve is not None:
        for name in missing:
            if must_resolve(name):
                raise UnresolvedTag(f"{_FAILED}: {name} is missing")
    allow_unresolved = bool(missing) or must_resolve is None
    if allow_unresolved and any(name in LATE_VARIABLES for name in missing):
        return None
    return _substitute(expression, program, environment, scope, world, allow_unresolved=allow_unresolved)


def evaluate_bool(text: str, variables: Scope | Mapping[str, object], world: World | None = None) -> bool:
    """A condition, such as a hook's or `retryStrategy.expression` (argoexpr.EvalBool). Raises ExpressionError."""
    try:
        result = evaluate_value(text, variables, world)
    except ExprError as error:
        if error.stage == "compile":
            raise
        raise ExpressionError(f"unable to evaluate expression '{text}': {error.message}") from None
    if not isinstance(result, bool):
        raise ExpressionError(f"unable to cast expression result '{format_string(result)}' to bool")
    return result


def evaluate_value(text: str, variables: Scope | Mapping[str, object], world: World | None = None) -> Any:
    """The value of an expression over variables with dotted names, with Argo's functions. Raises ExprError."""
    scope = MapScope(variables) if isinstance(variables, Mapping) else variables
    program = compile_expression(text)
    return program.evaluate(environment_of(scope, program.usage), world)


def resolve_expression(reference: str, variables: Mapping[str, object], world: World | None = None) -> Any:
    """The value of a text that is one tag, `{{=...}}`, over names that are not expanded (ResolveVar).

    Raises ExpressionError, `Unable to compile: "1+"` and the like.
    """
    tag = trim_space(reference.removeprefix("{{").removesuffix("}}"))
    expression = tag.removeprefix("=")
    try:
        result = compile_expression(expression).evaluate(variables, world)
    except ExpressionError as error:
        is_run = isinstance(error, ExprError) and error.stage == "run"
        raise ExpressionError(
            f"{'Invalid expression' if is_run else 'Unable to compile'}: {quote(expression)}"
        ) from None
    if result is None:
        raise ExpressionError(f"Unable to resolve: {quote(tag)}")
    return result


@lru_cache(maxsize=4096)
def _unescaped(expression: str) -> str:
    return gojson.decode(f'"{expression}"')


def _substitute(
    expression: str,
    program: Program,
    environment: Environment,
    scope: Scope,
    world: World | None,
    *,
    allow_unresolved: bool,
) -> str | None:
    """Argo's expressionReplaceCore."""
    try:
        result = program.evaluate(environment, world)
    except ExpressionError as error:
        if allow_unresolved or _has_placeholder(scope):
            return None
        raise _failure(f"{_FAILED}: {error.message}") from None
    if result is None:
        if allow_unresolved or _has_placeholder(scope):
            return None
        raise _failure(f"{_FAILED} {quote(expression)}")
    try:
        encoded = to_json(result)
    except Panic as panic:
        if allow_unresolved:
            return None
        raise _failure(f"failed to marshal evaluated expression: {panic.message}") from None
    if len(encoded) > 1 and encoded[0] == encoded[-1] == '"':
        return encoded[1:-1]
    return escape(encoded)


def _failure(message: str) -> ExpressionError:
    """Argo takes any error that says something is missing for one that may be gone later."""
    is_unresolved = " is missing" in message or "failed to resolve {{" in message or "variable not in env" in message
    return (UnresolvedTag if is_unresolved else ExpressionError)(message)


def _has_placeholder(scope: Scope) -> bool:
    """Whether any value in scope is one of Argo's placeholders, of which something else will become later."""
    return any(_is_placeholder(scope.lookup(name)) for name in scope.names(""))


def _is_placeholder(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith(_PLACEHOLDER)
    if isinstance(value, dict):
        return any(map(_is_placeholder, value.values()))  # pyright: ignore[reportUnknownArgumentType]
    return isinstance(value, list) and any(map(_is_placeholder, value))  # pyright: ignore[reportUnknownArgumentType]
