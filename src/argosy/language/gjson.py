"""A dotted path into an object, as conditions on resources use it: `status.conditions.0.status`.

These are the paths of the gjson library that can be written as the key of a label, which is where Argo reads them from
(workflow/executor/resource.go): names and the numbers of list elements, but no wildcards, queries or modifiers.
"""

from __future__ import annotations

import json
import math
from typing import Any

from argosy.language.govalues import format_decimal, format_float, is_list, is_object


def lookup(document: object, path: str) -> str | None:
    """The text of the value at `path`, None where there is none; `null` is "", a list or an object is its JSON."""
    value: Any = document
    for part in path.split("."):
        if is_object(value) and part in value:
            value = value[part]
        elif is_list(value) and part.isascii() and part.isdigit() and int(part[:18]) < len(value):
            value = value[int(part)]
        else:
            return None
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_decimal(value) if math.isfinite(value) else format_float(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
