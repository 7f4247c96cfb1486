"""Text with tags in it → the text without them, and what it describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.scopes import Scope, World
from argosy.language.tags import compile_text

T = TypeVar("T")


def substitute(
    text: str,
    scope: Scope,
    world: World | None,
    *,
    allow_unresolved: bool = False,
    strict_prefixes: Sequence[str] | None = None,
    raw: bool = False,
) -> str:
    """The text with its tags, expressions too, replaced as `argosy.language.tags` says."""
    evaluate = None
    if "{{=" in text:
        from argosy.language.expressions import expression_evaluator  # few manifests need it, and it is large

        evaluate = expression_evaluator(scope, world)
    return compile_text(text).replace(
        scope.lookup,
        allow_unresolved=allow_unresolved,
        strict_prefixes=strict_prefixes,
        raw=raw,
        evaluate_expression=evaluate,
    )


def evaluate_value(expression: str, scope: Scope, world: World | None) -> object:
    """The value of an expression. Raises ExpressionError."""
    from argosy.language import expressions  # as above

    return expressions.evaluate_value(expression, scope, world)


def evaluate_bool(expression: str, scope: Scope, world: World | None) -> bool:
    """Whether a condition holds. Raises ExpressionError."""
    from argosy.language import expressions  # as above

    return expressions.evaluate_bool(expression, scope, world)


def decode(decoder: msgspec.json.Decoder[T], text: str) -> T:
    """What the JSON text describes. Raises InvalidRequest where the values put in do not fit."""
    try:
        return decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"what came of the substitution does not fit: {error}") from None
