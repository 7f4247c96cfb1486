"""Two states of plain data → the JSON merge patch (RFC 7386) from one to the other, and its application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = dict[str, Any]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Object:
    """The patch that makes `new` of `old`; empty where nothing differs. A null is as good as no field."""
    patch: Object = {name: None for name, value in old.items() if value is not None and new.get(name) is None}
    for name, value in new.items():
        before = old.get(name)
        if value is None or value is before:
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            if below := diff(before, value):
                patch[name] = below
        elif before is None or value != before:
            patch[name] = _bare(value)
    return patch


def merge(target: Mapping[str, Any], patch: Mapping[str, Any]) -> Object:
    """What the patch makes of `target`, which stays as it is: unchanged parts are shared."""
    result = dict(target)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            before = result.get(name)
            result[name] = merge(before if isinstance(before, dict) else {}, value)
        else:
            result[name] = value
    return result


def reduced(patch: Mapping[str, Any], target: Mapping[str, Any]) -> Object:
    """The patch without what is so in `target` already."""
    result: Object = {}
    for name, value in patch.items():
        before = target.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            if below := reduced(value, before):
                result[name] = below
        elif value != before:
            result[name] = value
    return result


def _bare(value: Any) -> Any:
    """A new value, without the nulls that a patch would take for removals."""
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if each is not None}
    return value
