"""The language of `when`: govaluate, in which bare words are strings (`{{steps.flip.outputs.result}} == heads`).

Nothing is kept from one text to the next: the texts have their tags replaced, and hardly one comes twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from argosy.errors import ExpressionError
from argosy.language.govaluate.evaluate import evaluate_tree
from argosy.language.govaluate.lexer import Kind, Token, check_syntax, tokenize, with_patterns
from argosy.language.govaluate.parser import parse
from argosy.language.govalues import format_value

__all__ = ["evaluate", "evaluate_cron_when", "evaluate_when"]


def evaluate_when(text: str) -> bool:
    """Whether a step or task whose `when` is `text` runs; an empty text says yes (shouldExecute in steps.go).

    Raises ExpressionError, `Invalid 'when' expression ...`, `Failed to evaluate 'when' expresion ...` (sic) or
    `Expected boolean evaluation for ...`.
    """
    if not text:
        return True
    try:
        tokens = _read(text)
    except ExpressionError as error:
        hint = ' (hint: try wrapping the affected expression in quotes ("))' if "Invalid token" in error.message else ""
        raise ExpressionError(f"Invalid 'when' expression '{text}': {error}{hint}") from None
    try:
        words = [Token(Kind.STRING, token.value) if token.kind is Kind.VARIABLE else token for token in tokens]
        check_syntax(words)
        tree = parse(with_patterns(words))
    except ExpressionError as error:
        raise ExpressionError(f"Failed to parse 'when' expression '{text}': {error}") from None
    try:
        result = evaluate_tree(tree, {})
    except ExpressionError as error:
        raise ExpressionError(f"Failed to evaluate 'when' expresion '{text}': {error}") from None
    return _as_bool(text, result)


def evaluate_cron_when(text: str, parameters: Mapping[str, object] | None = None) -> bool:
    """Whether a cron workflow whose `when` is `text` fires; here a bare word is a parameter (cron/operator.go).

    Raises ExpressionError, such as `No parameter 'foo' found.`; Argo gives no parameters.
    """
    return not text or _as_bool(text, evaluate(text, parameters))


def evaluate(text: str, parameters: Mapping[str, object] | None = None) -> object:
    """The value of an expression: a float, str, bool, list or None. Raises ExpressionError in govaluate's words."""
    return evaluate_tree(parse(_read(text)), parameters or {})


def _read(text: str) -> list[Token]:
    tokens = tokenize(text)
    check_syntax(tokens)
    tokens = with_patterns(tokens)
    parse(tokens)
    return tokens


def _as_bool(text: str, result: object) -> bool:
    if not isinstance(result, bool):
        raise ExpressionError(f"Expected boolean evaluation for '{text}'. Got {format_value(result)}")
    return result
