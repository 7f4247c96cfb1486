"""An object and a patch become the patched object: the three kinds of patch that the API server takes, and `apply`.

    json        a list of operations (RFC 6902)
    merge       fields over fields, lists as a whole (RFC 7386)
    strategic   as merge, but lists of named things are merged by their names, as Kubernetes does for its own kinds
    apply       three ways: what was applied last, what is applied now, what is there

Nothing that is given is changed.
"""

from __future__ import annotations

import copy
from typing import Any

Object = dict[str, Any]

MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "conditions": ("type",),
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "ports": ("containerPort", "port"),
    "resourceClaims": ("name",),
    "secrets": ("name",),
    "topologySpreadConstraints": ("topologyKey",),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
"""List → the field that tells its elements apart."""
SETS = frozenset({"finalizers"})
"""Lists of strings that are merged as sets."""
DELETE_FROM = "$deleteFromPrimitiveList/"


class PatchError(ValueError):
    """The patch does not fit the object. Never leaves this package."""


# --- merge


def merge(target: Any, patch: Any) -> Any:
    """The merge patch: null removes a field."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


# --- strategic


def strategic(target: Any, patch: Object) -> Object:
    """The strategic merge patch, with its directives `$patch`, `$retainKeys` and `$deleteFromPrimitiveList/…`."""
    directive = patch.get("$patch", "merge")
    if directive not in ("merge", "replace", "delete"):
        raise PatchError(f"unrecognized patch type: {directive}")
    result: Object = dict(target) if isinstance(target, dict) and directive == "merge" else {}
    if directive == "delete":
        return result
    for key, value in patch.items():
        if key.startswith(DELETE_FROM):
            name = key.removeprefix(DELETE_FROM)
            result[name] = [item for item in result.get(name, []) if item not in value]
        elif key.startswith("$"):
            continue
        elif value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = strategic(result.get(key), value)
        else:
            result[key] = _list(key, result.get(key), value) if isinstance(value, list) else value
    retained = patch.get("$retainKeys")
    return result if retained is None else {key: value for key, value in result.items() if key in retained}


def _list(name: str, old: Any, new: list[Any]) -> list[Any]:
    before = list(old) if isinstance(old, list) else []
    if name in SETS:
        return before + [item for item in new if item not in before]
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in new):
        return [copy.deepcopy(item) for item in new if "$patch" not in item]
    key = _merge_key(name, new)
    if not key:
        return copy.deepcopy(new)
    for item in new:
        place = _place(before, key, item[key])
        if item.get("$patch") == "delete":
            del before[slice(place, place + 1) if place >= 0 else slice(0)]
        elif place < 0:
            before.append(strategic({}, item))
        else:
            before[place] = strategic(before[place], item)
    return before


def _merge_key(name: str, items: list[Any]) -> str:
    """The field that tells the elements of this list apart; empty where the list is taken as a whole."""
    for key in MERGE_KEYS.get(name, ()):
        if all(isinstance(item, dict) and key in item for item in items):
            return key
    return ""


def _place(items: list[Any], key: str, value: Any) -> int:
    for place, item in enumerate(items):
        if isinstance(item, dict) and item.get(key) == value:
            return place
    return -1


# --- apply


def apply(last: Object | None, new: Object, live: Object, *, by_name: bool) -> Object:
    """What is there without what was applied last and is not any more, and with what is applied now.

    `by_name`: lists of named things are merged by their names; else every list is taken as a whole.
    """
    pruned = _without_removed(live, last or {}, new, by_name=by_name)
    return strategic(pruned, new) if by_name else merge(pruned, new)


def _without_removed(live: Any, last: Any, new: Any, *, by_name: bool) -> Any:
    if not (isinstance(live, dict) and isinstance(last, dict) and isinstance(new, dict)):
        return live
    result = {key: value for key, value in live.items() if key in new or key not in last}
    for key in result.keys() & last.keys() & new.keys():
        merge_key = _merge_key(key, last[key]) if by_name and isinstance(last[key], list) else ""
        if merge_key and isinstance(result[key], list) and isinstance(new[key], list):
            gone = [item[merge_key] for item in last[key] if _place(new[key], merge_key, item[merge_key]) < 0]
            result[key] = [item for item in result[key] if item.get(merge_key) not in gone]
            result[key] = [_pruned_item(item, merge_key, last[key], new[key]) for item in result[key]]
        else:
            result[key] = _without_removed(result[key], last[key], new[key], by_name=by_name)
    return result


def _pruned_item(item: Object, key: str, last: list[Any], new: list[Any]) -> Any:
    before, now = _place(last, key, item.get(key)), _place(new, key, item.get(key))
    return item if before < 0 or now < 0 else _without_removed(item, last[before], new[now], by_name=True)


# --- json


def json_patch(target: Any, operations: Any) -> Any:
    """The operations one after the other. Raises PatchError; then none of them counts."""
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise PatchError("a JSON patch is a list of operations")
    root = {"": copy.deepcopy(target)}
    for each in operations:
        verb, path = each.get("op"), _path(each, "path")
        if verb == "test":
            if _look_up(root, path) != each.get("value"):
                raise PatchError(f"testing value {each['path']} failed")
        elif verb == "remove":
            _take(root, path)
        elif verb in ("add", "replace"):
            if "value" not in each:
                raise PatchError(f"{verb} operation without a value")
            _put(root, path, copy.deepcopy(each["value"]), replace=verb == "replace")
        elif verb in ("move", "copy"):
            source = _path(each, "from")
            value = _take(root, source) if verb == "move" else copy.deepcopy(_look_up(root, source))
            _put(root, path, value, replace=False)
        else:
            raise PatchError(f"unexpected operation {verb}")
    return root[""]


def _path(operation: Object, field: str) -> list[str]:
    """The parts of a JSON pointer, the first of which is the empty name of the whole."""
    pointer = operation.get(field)
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{operation.get('op')} operation without a {field} that begins with /")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]


def _look_up(root: Any, path: list[str]) -> Any:
    value = root
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list):
            value = value[_index(value, part, path)]
        else:
            raise _missing(path)
    return value


def _take(root: Any, path: list[str]) -> Any:
    value = _look_up(root, path)
    holder = _look_up(root, path[:-1])
    del holder[_index(holder, path[-1], path) if isinstance(holder, list) else path[-1]]
    return value


def _put(root: Any, path: list[str], value: Any, *, replace: bool) -> None:
    holder = _look_up(root, path[:-1]) if len(path) > 1 else root
    if replace:
        _look_up(root, path)
    if isinstance(holder, list) and not replace:
        holder.insert(len(holder) if path[-1] == "-" else _index(holder, path[-1], path, end=1), value)
    elif isinstance(holder, list):
        holder[_index(holder, path[-1], path)] = value
    elif isinstance(holder, dict):
        holder[path[-1]] = value
    else:
        raise _missing(path)


def _index(items: list[Any], part: str, path: list[str], end: int = 0) -> int:
    if not part.isdecimal() or int(part) >= len(items) + end:
        raise _missing(path)
    return int(part)


def _missing(path: list[str]) -> PatchError:
    return PatchError(f"doc is missing path: {'/'.join(path)}: missing value")
