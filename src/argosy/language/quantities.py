"""Quantities of resources as Kubernetes writes them: `500m`, `1.5`, `100Mi`, `2e3` (apimachinery, api/resource)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from argosy.errors import ExpressionError

_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_FORM: Final = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]{1,3})|([numkMGTPE]|[KMGTPE]i)?)")


def parse_quantity(text: str) -> Fraction:
    """The number. Raises ExpressionError for what is none."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ExpressionError(f"{text!r} is no quantity", hint="such as 500m, 1.5 or 100Mi")
    number, exponent, suffix = match.groups()
    if suffix in _BINARY:
        return Fraction(number) * 2 ** _BINARY[suffix]
    return Fraction(number) * Fraction(10) ** (int(exponent) if exponent else _DECIMAL[suffix or ""])
