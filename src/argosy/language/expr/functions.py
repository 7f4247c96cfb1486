"""What Argo adds to the environment of an expression: `asInt`, `asFloat`, `toJson`, `jsonpath` and `sprig`."""

from __future__ import annotations

from typing import Any

from argosy.language import gojson, jsonquery
from argosy.language.expr.builtins import to_integer, to_number
from argosy.language.expr.text import to_json
from argosy.language.expr.types import go_type
from argosy.language.expr.values import Function, Int64


def _jsonpath(document: str, path: str) -> Any:
    found = jsonquery.query_json(gojson.decode(document), path)
    return Int64(found) if type(found) is int else found


_ANY_TO_ANY = go_type("func(interface {}) interface {}")
ARGO_FUNCTIONS: dict[str, Function] = {
    "asInt": Function("asInt", _ANY_TO_ANY, to_integer),
    "asFloat": Function("asFloat", _ANY_TO_ANY, to_number),
    "toJson": Function("toJson", go_type("func(interface {}) string"), to_json),
    "jsonpath": Function("jsonpath", go_type("func(string, string) interface {}"), _jsonpath),
}


def function_of(name: str) -> Any:
    """What Argo puts into the environment under a name; None where it is nothing."""
    if name == "sprig":
        from argosy.language.sprig.table import functions

        return functions()
    return ARGO_FUNCTIONS.get(name)


FUNCTION_NAMES = (*ARGO_FUNCTIONS, "sprig")
