"""What fields each type of the API has, and of what type each field is, for those who look at a manifest as plain data.

A type's code is a letter for a scalar, the name of a type with fields, or `[` or `{` and the code of the elements:

    s string         t moment (RFC 3339)            a AnyString: string, number or boolean
    i integer        q Quantity                     o any mapping
    b boolean        x IntOrString                  p a mapping with exactly one key (a plugin's name)
    n number         ? any value                    [[WorkflowStep  a list of lists of WorkflowSteps
"""

from __future__ import annotations

from functools import cache

from argosy.model.field_table import TABLE


@cache
def fields(name: str) -> dict[str, str]:
    """The fields of a type: JSON name to code. Raises KeyError where the API has no such type.

    >>> fields("ContinueOn")
    {'error': 'b', 'failed': 'b'}
    """
    pairs = (pair.partition(":") for pair in TABLE[name].split())
    return {field: code for field, _, code in pairs}


def describe(code: str) -> str:
    """A type's code in a user's words: `a list of strings`."""
    if code[0] == "[":
        return f"a list of {_plural(code[1:])}"
    if code[0] == "{":
        return f"a mapping to {_plural(code[1:])}"
    return _SINGULAR.get(code, f"a mapping ({code})")


def _plural(code: str) -> str:
    if code[0] == "[":
        return f"lists of {_plural(code[1:])}"
    return _PLURAL.get(code, f"{code} mappings")


_SINGULAR = {
    "s": "a string",
    "i": "a whole number",
    "b": "true or false",
    "n": "a number",
    "q": 'an amount, such as "500m" or "1Gi"',
    "x": "a whole number or a string",
    "t": "a time, such as 2026-01-31T12:00:00Z",
    "o": "a mapping",
    "p": "a mapping with exactly one key",
}
_PLURAL = {"s": "strings", "i": "whole numbers", "b": "booleans", "n": "numbers", "q": "amounts", "?": "values"}
