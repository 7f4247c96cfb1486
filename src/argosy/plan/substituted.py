"""Text in which tags were substituted → what it describes."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from argosy.errors import InvalidRequest

T = TypeVar("T")


def decode(decoder: msgspec.json.Decoder[T], text: str) -> T:
    """What the JSON text describes. Raises InvalidRequest where the values put in do not fit."""
    try:
        return decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"what came of the substitution does not fit: {error}") from None
