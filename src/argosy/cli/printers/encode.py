"""Objects become JSON, YAML or a name: the machine-readable forms of `-o`."""

from __future__ import annotations

from typing import Any

from argosy.model.codec import encode_json, encode_yaml


def json_text(item: Any, indent: int) -> str:
    """JSON over several lines."""
    import msgspec

    return msgspec.json.format(encode_json(item), indent=indent).decode() + "\n"


def yaml_text(item: Any) -> str:
    """YAML in block style."""
    return encode_yaml(item)
