"""An object of the model → the fields that somebody has set, under Argo's names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, str, Any], ...]:
    """Attribute, Argo's name and default of each field."""
    return tuple(
        (
            field.name,
            field.encode_name,
            field.default if field.default_factory is NODEFAULT else field.default_factory(),
        )
        for field in msgspec.structs.fields(kind)
    )


def set_fields(item: Struct) -> Iterator[tuple[str, Any]]:
    """Name and value of each field that is not as it is by default: to write a default is to write nothing."""
    for attribute, name, default in _fields(type(item)):
        value = getattr(item, attribute)
        if value != default:
            yield name, value
