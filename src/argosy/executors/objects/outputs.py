"""An object becomes the output parameters of a resource template."""

from __future__ import annotations

from collections.abc import Iterable

from argosy.errors import InvalidRequest
from argosy.executors.objects.failures import Failure
from argosy.executors.objects.resources import Object
from argosy.language import gojson
from argosy.language.jq import filter_json
from argosy.language.jsonpath import evaluate_jsonpath
from argosy.model.arguments import Parameter


def read(data: Object, parameters: Iterable[Parameter]) -> dict[str, str]:
    """The parameters that are read from the object, by name. Raises Failure."""
    found: dict[str, str] = {}
    for parameter in parameters:
        source = parameter.value_from
        try:
            if source is not None and source.json_path:
                found[parameter.name] = evaluate_jsonpath(source.json_path, data)
            elif source is not None and source.jq_filter:
                found[parameter.name] = filter_json(gojson.encode(data), source.jq_filter)
        except InvalidRequest as error:
            raise Failure(f"error: {error}") from None
    return found


def nothing(parameters: Iterable[Parameter]) -> dict[str, str]:
    """The parameters where there is no object: their defaults, else the empty text."""
    return {
        parameter.name: parameter.value_from.default or ""
        for parameter in parameters
        if parameter.value_from is not None
    }
