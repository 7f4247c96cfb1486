"""Objects become JSON or YAML: the machine-readable forms of `-o`.

Times are whole seconds there, as in Argo: programs that read them with a fixed format could not read fractions.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from argosy.model.codec import encode_json, encode_yaml

FRACTION = re.compile(rb'("(?:\w+At|\w+Timestamp|\w+Time)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+(Z|[-+]\d\d:\d\d)"')
"""A time under a name that the API has for times; what users write has other names, or its quotes are escaped."""


def json_text(item: Any, indent: int) -> str:
    """JSON over several lines."""
    return msgspec.json.format(_encoded(item), indent=indent).decode() + "\n"


def yaml_text(item: Any) -> str:
    """YAML in block style."""
    return encode_yaml(msgspec.json.decode(_encoded(item)))


def _encoded(item: Any) -> bytes:
    return FRACTION.sub(rb'\1\2"', encode_json(item))
