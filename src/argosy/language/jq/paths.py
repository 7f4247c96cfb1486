"""Values at paths: set, got and deleted. What is changed is copied; what was copied once is changed in place."""

from __future__ import annotations

from typing import Any

from argosy.language.govalues import is_list, is_object
from argosy.language.jq.encoding import described, is_number, preview, to_json, type_name
from argosy.language.jq.errors import JqError
from argosy.language.jq.nodes import Run
from argosy.language.jq.operators import bounds, clamp, index, not_a_number, to_int

_LONGEST = 0x20000000


class _Gone:
    """What stands where something is to be deleted."""


_GONE = _Gone()


class Change:
    """One change, of one or many paths."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._own: dict[int, Any] = {}

    def set(self, value: Any, path: Any, new: Any) -> Any:
        """`setpath(path; new)`."""
        if not is_list(path):
            raise JqError(f"setpath({preview(path)}) cannot be applied to: {described(value)}")
        try:
            return self._update(value, path, 0, new)
        except JqError as error:
            raise JqError(
                f"setpath({preview(path)}; {preview(new)}) cannot be applied to {preview(value)}: {error.message}"
            ) from None

    def delete(self, value: Any, paths: Any) -> Any:
        """`delpaths(paths)`."""
        if not is_list(paths):
            raise JqError(f"delpaths({preview(paths)}) cannot be applied to: {described(value)}")
        found = value
        try:
            for path in paths:
                if not is_list(path):
                    raise JqError(f"expected an array but got: {described(path)}")
                found = self._update(found, path, 0, _GONE)
        except JqError as error:
            raise JqError(
                f"delpaths({preview(paths)}) cannot be applied to {preview(value)}: {error.message}"
            ) from None
        return self._without_gone(found) if paths else value

    def _update(self, value: Any, path: list[Any], depth: int, new: Any) -> Any:
        if depth == len(path):
            return new
        if value is _GONE:
            return value
        key = path[depth]
        if isinstance(key, str):
            return self._update_object(value, path, depth, new)
        if is_number(key):
            return self._update_index(value, path, depth, new)
        if is_object(key):
            return self._update_slice(value, path, depth, new)
        if is_list(value):
            raise not_a_number(value, key)
        raise JqError(f"expected a string for object key but got: {described(key)}")

    def _update_object(self, value: Any, path: list[Any], depth: int, new: Any) -> Any:
        if value is not None and not is_object(value):
            raise JqError(f"expected an object but got: {described(value)}")
        key = path[depth]
        if new is _GONE and key not in (value or {}):
            return value
        changed = self._update((value or {}).get(key), path, depth + 1, new)
        copy = self._copy(value, {})
        copy[key] = changed
        return copy

    def _update_index(self, value: Any, path: list[Any], depth: int, new: Any) -> Any:
        if value is not None and not is_list(value):
            raise JqError(f"expected an array but got: {described(value)}")
        items: list[Any] = value or []
        wanted = to_int(path[depth])
        at = clamp(wanted, -1, len(items))
        if not 0 <= at < len(items):
            if new is _GONE:
                return value
            if at < 0:
                raise JqError(f"array index should not be negative: {preview(wanted)}")
            if wanted >= _LONGEST:
                raise JqError(f"array index too large: {preview(wanted)}")
            at = wanted
        changed = self._update(items[at] if at < len(items) else None, path, depth + 1, new)
        self.run.spend(max(at - len(items), 0))
        copy = self._copy(value, [])
        copy.extend([None] * (at + 1 - len(copy)))
        copy[at] = changed
        return copy

    def _update_slice(self, value: Any, path: list[Any], depth: int, new: Any) -> Any:
        key = path[depth]
        if value is not None and not is_list(value):
            raise JqError(f"expected an array but got: {described(value)}")
        if "start" not in key or "end" not in key:
            raise JqError(f'expected "start" and "end" for slicing but got: {described(key)}')
        items: list[Any] = value or []
        start, end = bounds(items, key["start"], key["end"])
        if start == end and new is _GONE:
            return value
        changed = self._update(items[start:end], path, depth + 1, new)
        if changed is _GONE:
            changed = [_GONE] * (end - start)
        if not is_list(changed):
            raise JqError(f"expected an array but got: {described(changed)}")
        copy = self._copy(value, [])
        copy[start:end] = changed
        return copy

    def _copy(self, value: Any, empty: Any) -> Any:
        """The value, if it is a copy of ours already, or a copy."""
        if id(value) in self._own:
            return value
        self.run.spend(1 + len(value or empty) // 8)
        copy = value.copy() if value else empty
        self._own[id(copy)] = copy
        return copy

    def _without_gone(self, value: Any) -> Any:
        if id(value) not in self._own:
            return None if value is _GONE else value
        if is_object(value):
            return {key: self._without_gone(item) for key, item in value.items() if item is not _GONE}
        return [self._without_gone(item) for item in value if item is not _GONE]


def get(value: Any, path: Any, run: Run) -> Any:
    """`getpath(path)`."""
    if not is_list(path):
        raise JqError(f"getpath({preview(path)}) cannot be applied to: {described(value)}")
    found = value
    for key in path:
        if type_name(found) not in ("null", "array", "object"):
            raise JqError(f"getpath({preview(path)}) cannot be applied to: {described(value)}")
        try:
            found = index(found, key, run)
        except JqError as error:
            raise JqError(f"getpath({preview(path)}) cannot be applied to {preview(value)}: {error.message}") from None
    return found


def thrown_text(value: Any, run: Run) -> str:
    """What an uncaught `error(value)` says."""
    return value if isinstance(value, str) else to_json(value, run)
