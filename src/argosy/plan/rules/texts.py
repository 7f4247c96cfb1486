"""Plain data → the texts in it that have tags, and where they stand."""

from __future__ import annotations

from typing import Any, cast

from argosy.plan.rules.problems import Path
from argosy.plan.rules.shapes import is_dynamic

Text = tuple[Path, str]
"""Where a text stands, and the text."""


def texts_of(data: Any, path: Path = ()) -> list[Text]:
    """Every text in plain data that has a tag, keys too."""
    found: list[Text] = []
    waiting: list[tuple[Path, Any]] = [(path, data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            if is_dynamic(value):
                found.append((place, value))
        elif isinstance(value, dict):
            for key, item in cast(dict[str, Any], value).items():
                if is_dynamic(key):
                    found.append(((*place, key), key))
                waiting.append(((*place, key), item))
        elif isinstance(value, list):
            waiting += [((*place, index), item) for index, item in enumerate(cast(list[Any], value))]
    return found
