"""What to do about a field that a type does not have: its new name, or where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from argosy.model.fields import fields
from argosy.model.removed import REMOVED

SHOWN: Final = 12
"""At most this many fields are listed where none is near the unknown one."""
PLACES: Final[Mapping[str, str]] = {
    "Metadata": "metadata",
    "ObjectMeta": "metadata",
    "WorkflowSpec": "spec",
    "Arguments": "arguments",
    "Template": "a template",
    "WorkflowStep": "a step",
    "DAGTask": "a task",
    "Inputs": "inputs",
    "Outputs": "outputs",
    "Container": "a container",
    "ScriptTemplate": "a script",
    "Parameter": "a parameter",
    "ValueFrom": "valueFrom",
}
"""The types in which people look for a field, and what to call them."""


def unknown_field_hint(name: str, key: str) -> str:
    """The hint for a field that the type of this name does not have, or ""."""
    if (name, key) in REMOVED:
        return REMOVED[name, key].hint
    known = fields(name)
    places = list(dict.fromkeys(place for kind, place in PLACES.items() if kind != name and key in fields(kind)))
    if places and key != "name" and len(places) <= 4:
        return f"it belongs into {' or '.join(places)}"
    return f"{name} has: {', '.join(known)}" if known and len(known) <= SHOWN else ""
