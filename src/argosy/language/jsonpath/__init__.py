"""kubectl's JSONPath templates: `{.metadata.name}: {range .items[*]}{.name} {end}` and an object become text.

This is what `kubectl get -o jsonpath=...` and the `valueFrom.jsonPath` of a resource template's outputs speak
(client-go, util/jsonpath): what is outside braces is text, a missing key is nothing, an index out of range is an error.
"""

from __future__ import annotations

from functools import lru_cache

from argosy.errors import ExpressionError
from argosy.language.jsonpath.evaluate import Evaluation
from argosy.language.jsonpath.parser import Node, parse

__all__ = ["evaluate_jsonpath"]


def evaluate_jsonpath(template: str, document: object) -> str:
    """The text that `template` makes of an object decoded from JSON.

    Ranges may be nested 50 deep. Where Go takes a map's values in any order (`*`, `..`), they come in the order of
    their keys. Raises ExpressionError, `error parsing jsonpath ...` or what went wrong in the object.
    """
    return Evaluation(_parsed(template)).text(document)


@lru_cache(maxsize=256)
def _parsed(template: str) -> tuple[Node, ...]:
    try:
        return parse(template)
    except ExpressionError as error:
        raise ExpressionError(f"error parsing jsonpath {template}, {error}\n") from None
