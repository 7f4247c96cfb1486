"""The scalars that Argo or Kubernetes read in their own way, as types that msgspec decodes.

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
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from msgspec import Meta

IntOrString: TypeAlias = int | str
Quantity: TypeAlias = str | int | float
Amount: TypeAlias = int | float
Time: TypeAlias = Annotated[datetime, Meta(tz=True)]
Item: TypeAlias = Any
Object: TypeAlias = dict[str, Any]

EXACT = 2**53


def any_string(value: object) -> str:
    """The string that Argo makes of a JSON scalar: numbers without an exponent, `true` and `false`.

    A number passes through a float, as in Go, so whole numbers beyond 2**53 are rounded (anystring.go). Raises
    TypeError for null, a list and an object.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -EXACT <= value <= EXACT:
        return str(value)
    if isinstance(value, int | float):
        text = format(Decimal(repr(float(value))), "f")
        return text.removesuffix(".0")
    raise TypeError("expected a string, number or boolean")


if TYPE_CHECKING:
    AnyString: TypeAlias = str
else:

    class _LooksLikeStr(type):
        """Lets msgspec accept a plain `str` where an AnyString is declared."""

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, str)

    class AnyString(metaclass=_LooksLikeStr):
        """A string that may be written as a number or a boolean. Attributes of this type hold a plain `str`."""


def dec_hook(wanted: type, value: object) -> object:
    """The hook that a msgspec decoder of the model needs."""
    if wanted is AnyString:
        return any_string(value)
    raise NotImplementedError(wanted)
