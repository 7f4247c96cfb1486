"""jq, as `valueFrom.jqFilter` takes it: a filter and an object become lines of text, by gojq's rules and messages.

A filter may take 300,000 steps and be as deep as 200 calls; more is an error. Nothing outside is to be had:
no modules, no `input`, an empty environment, and `now` is an argument.
"""

from __future__ import annotations

from functools import lru_cache

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.gotext import trim_space
from argosy.language.jq.compiler import compile_query
from argosy.language.jq.encoding import output_text
from argosy.language.jq.errors import JqError
from argosy.language.jq.nodes import Code, Run, Spot
from argosy.language.jq.parser import parse

__all__ = ["filter_json"]


def filter_json(text: str, query: str, now: float = 0.0) -> str:
    """What a filter makes of a JSON text, one result a line, strings as they are. Raises ExpressionError."""
    value = gojson.decode(text)
    run = Run(now)
    try:
        code = _compiled(query)
        lines = [output_text(spot.value, run) for spot in code({}, Spot(value), run)]
    except JqError as error:
        raise ExpressionError(error.message) from None
    except RecursionError:
        raise ExpressionError("the filter goes too deep") from None
    return trim_space("".join(f"{line}\n" for line in lines))


@lru_cache(maxsize=128)
def _compiled(query: str) -> Code:
    return compile_query(parse(query))
