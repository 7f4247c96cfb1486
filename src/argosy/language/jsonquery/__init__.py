"""The JSONPath of the expression function `jsonpath(json, path)`: `$.store.book[?(@.price < 10)].title`.

Not kubectl's dialect (that is `argosy.language.jsonpath`) but that of github.com/evilmonkeyinc/jsonpath, with its odd
corners: a missing key is an error, a filter that cannot be evaluated matches nothing, `.length` is a whole number.
"""

from __future__ import annotations

from functools import lru_cache

from argosy.errors import ExpressionError
from argosy.language.jsonquery.evaluate import Query
from argosy.language.jsonquery.parser import Token, parse

__all__ = ["query_json"]


def query_json(document: object, path: str) -> object:
    """What `path` finds in a document whose numbers are floats (`gojson.decode`): a value, or a list of values.

    Raises ExpressionError, `invalid JSONPath selector ...`, `key: invalid token key 'x' not found` and the like, and
    InvalidRequest for a remainder by zero or a path that looks at more than a million values.
    """
    try:
        return Query(document).apply(document, _parsed(path))
    except RecursionError:
        raise ExpressionError("the path or the document is nested too deeply") from None


@lru_cache(maxsize=256)
def _parsed(path: str) -> tuple[Token, ...]:
    return parse(path)
