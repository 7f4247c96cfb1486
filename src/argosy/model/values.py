"""The scalars that Argo or Kubernetes read in their own way, as the types that the model holds them in.

AnyString     a string that may be written as a number or a boolean; always held as `str`
IntOrString   a number, or a string that holds one, a percentage or a template tag
Quantity      an amount of CPU, memory or the like: "500m", "1Gi", 2
Amount        any JSON number
Time          a moment, with its time zone; Argo writes whole seconds in UTC
Item          any JSON: an element of `withItems`
Object        a JSON object that the model does not look into
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

AnyString: TypeAlias = str
IntOrString: TypeAlias = int | str
Quantity: TypeAlias = str | int | float
Amount: TypeAlias = int | float
Time: TypeAlias = Annotated[datetime, Meta(tz=True)]
Item: TypeAlias = Any
Object: TypeAlias = dict[str, Any]

EXACT = 2**53
LARGEST = 10**308


class Model(Struct, gc=False, omit_defaults=True, kw_only=True, repr_omit_defaults=True):
    """A type of the API: plain data. Fields that have their default are left out of JSON and of `repr`.

    The garbage collector does not look at these (`gc=False`), which makes large workflows several times faster to read.
    So they must not refer to each other in circles.
    """


def any_string(value: object) -> str:
    """The string that Argo makes of JSON: numbers without an exponent, `true` and `false`.

    A number passes through a float, as in Go, so whole numbers beyond 2**53 are rounded. Null, lists and objects become
    the empty string, without an error (anystring.go).
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -EXACT <= value <= EXACT:
        return str(value)
    if isinstance(value, int) and abs(value) > LARGEST:
        return str(value)
    if isinstance(value, int | float):
        text = format(Decimal(repr(float(value))), "f")
        return text.removesuffix(".0")
    return ""
