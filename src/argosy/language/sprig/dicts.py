"""sprig's functions on maps. `set`, `unset` and `merge` change the map that they are given, as sprig's do."""

from __future__ import annotations

from typing import Any

from argosy.language.expr.errors import fail
from argosy.language.expr.values import (
    AnyMap,
    NilMap,
    Strings,
    as_string,
    bad_conversion,
    is_list,
    is_map,
    measure,
    type_name,
)
from argosy.language.gotext import utf8
from argosy.language.sprig.defaults import empty
from argosy.language.sprig.strings import to_string

_Dict = dict[str, Any]


def make_dict(*values: Any) -> _Dict:
    """A map of keys and values; the value of a last key alone is the empty string."""
    return {
        to_string(key): values[index + 1] if index + 1 < len(values) else ""
        for index, key in enumerate(values)
        if index % 2 == 0
    }


def get(source: _Dict, key: str) -> Any:
    """The value of a key, or the empty string."""
    return source.get(key, "")


def put(target: _Dict, key: str, value: Any) -> _Dict:
    """The map with a value put in."""
    if type(target) is NilMap:
        fail("assignment to entry in nil map")
    target[key] = value
    return target


def unset(target: _Dict, key: str) -> _Dict:
    """The map without a key."""
    target.pop(key, None)
    return target


def has_key(source: _Dict, key: str) -> bool:
    """Whether the key is there."""
    return key in source


def pluck(key: str, *sources: _Dict) -> list[Any]:
    """The values that the maps have for a key."""
    return [source[key] for source in sources if key in source]


def keys(*sources: _Dict) -> Strings:
    """The keys of all maps, each map's in order."""
    return Strings(key for source in sources for key in _sorted(source))


def values(source: _Dict) -> list[Any]:
    """The values, in the order of their keys."""
    return [source[key] for key in _sorted(source)]


def _sorted(source: _Dict) -> list[str]:
    return sorted(source, key=utf8)


def pick(source: _Dict, *names: str) -> _Dict:
    """Only certain keys."""
    return {name: source[name] for name in names if name in source}


def omit(source: _Dict, *names: str) -> _Dict:
    """All but certain keys."""
    return {name: value for name, value in source.items() if name not in names}


def merge(target: _Dict, *sources: _Dict) -> _Dict:
    """What the map does not have, from the others."""
    return _merge_all(target, sources, overwrite=False)


def merge_overwrite(target: _Dict, *sources: _Dict) -> _Dict:
    """What the others have, into the map."""
    return _merge_all(target, sources, overwrite=True)


def _merge_all(target: _Dict, sources: tuple[_Dict, ...], *, overwrite: bool) -> _Dict:
    for source in sources:
        if type(target) is NilMap and type(source) is not NilMap:
            target = {}
        _merge(target, source, overwrite=overwrite)
    return target


def _merge(target: _Dict, source: _Dict, *, overwrite: bool) -> None:
    """mergo's rules: maps are merged inside; a value goes where nothing or something empty is, or everywhere."""
    for key, value in source.items():
        there = key in target
        present = target.get(key)
        if value is None:
            if overwrite:
                target[key] = None
            continue
        if is_map(value) and is_map(present):
            _merge(present, value, overwrite=overwrite)
            if present:
                continue
        if isinstance(value, list) and there and not empty(present):
            target[key] = value if overwrite else present
        elif overwrite or not there or empty(present):
            target[key] = value


def deep_copy(value: Any) -> Any:
    """A copy that shares nothing."""
    if value is None:
        fail("reflect: call of reflect.Value.Type on zero Value")
    measure(value)
    return _copy(value)


def _copy(value: Any) -> Any:
    if is_list(value):
        return type(value)(map(_copy, value))
    if is_map(value):
        return type(value)((key, _copy(item)) for key, item in value.items())
    if isinstance(value, AnyMap):
        copied = AnyMap(is_groups=value.is_groups)
        for key, item in value.items():
            copied.set(key, _copy(item))
        return copied
    return value


def dig(*arguments: Any) -> Any:
    """The value at a path of keys, or what comes before the map."""
    if len(arguments) < 3:
        fail("dig needs at least three arguments")
    *path, default, found = arguments
    inside = _plain_map(found)
    for index, key in enumerate(list(map(as_string, path))):
        if key not in inside:
            return default
        found = inside[key]
        if index + 1 < len(path):
            inside = _plain_map(found)
    return found


def _plain_map(value: Any) -> _Dict:
    if not is_map(value) or type_name(value) != "map[string]interface {}":
        raise bad_conversion(value, "map[string]interface {}")
    return value
