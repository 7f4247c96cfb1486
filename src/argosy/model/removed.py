"""Fields of older versions of Argo, and what is written in their place today.

A manifest with such a field is refused like one with any unknown field; the table says what to write instead, to people
(`hint`) and to `argosy convert` (`becomes` and `how`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, cast

from argosy.model.fields import fields

Path = tuple[str | int, ...]


class Removed(NamedTuple):
    """What became of a field.

    `how`: "list" where its value is now one of a list, "inside" where it is now in a mapping (`a.b`), "drop" where
    nothing takes its place, "" where a person has to decide. `wins`: its value counts where both are given.
    """

    how: Literal["list", "inside", "drop", ""]
    becomes: str
    hint: str
    wins: bool = False


CONVERT: Final = "`argosy convert` does it"
CALLS: Final = "a template cannot call another: write steps, with one step that does"

REMOVED: Final[Mapping[tuple[str, str], Removed]] = {
    ("CronWorkflowSpec", "schedule"): Removed(
        "list", "schedules", f"write schedules, which is a list: {CONVERT}", wins=True
    ),
    ("Synchronization", "mutex"): Removed("list", "mutexes", f"write mutexes, which is a list: {CONVERT}"),
    ("Synchronization", "semaphore"): Removed("list", "semaphores", f"write semaphores, which is a list: {CONVERT}"),
    ("WorkflowSpec", "ttlSecondsAfterFinished"): Removed(
        "inside", "ttlStrategy.secondsAfterCompletion", f"write ttlStrategy.secondsAfterCompletion: {CONVERT}"
    ),
    ("Template", "resubmitPendingPods"): Removed(
        "drop", "", f"remove it, pods that the cluster has no room for wait without it: {CONVERT}"
    ),
    ("TemplateRef", "runtimeResolution"): Removed(
        "drop", "", f"remove it, templates are always looked for at run time: {CONVERT}"
    ),
    ("WorkflowSpec", "podPriority"): Removed("", "", "write podPriorityClassName, the name of a PriorityClass"),
    ("Template", "priority"): Removed("", "", "write priorityClassName, the name of a PriorityClass"),
    ("Template", "template"): Removed("", "", CALLS),
    ("Template", "templateRef"): Removed("", "", CALLS),
    ("Template", "arguments"): Removed("", "", CALLS),
}
"""Type and name of each field that is gone."""


def removed_in(data: Any, code: str, path: Path = ()) -> Iterator[tuple[Path, Removed]]:
    """The removed fields in plain data of the type of this code, with their paths, in the order of the data."""
    if code[0] in "[{":
        items = enumerate(cast(list[Any], data)) if isinstance(data, list) else _items(data)
        for key, item in items:
            yield from removed_in(item, code[1:], (*path, key))
        return
    if not code[0].isupper():
        return
    known = fields(code)
    for key, item in _items(data):
        found = REMOVED.get((code, key))
        if found is not None and key not in known:
            yield (*path, key), found
        elif key in known:
            yield from removed_in(item, known[key], (*path, key))


def modern(data: Any, code: str) -> Any:
    """The data with today's fields in the place of removed ones, as far as that needs no decision; else unchanged."""
    wanted = [(path, found) for path, found in removed_in(data, code) if found.how]
    for path, found in wanted:
        data = _changed(data, path, found)
    return data


def _items(data: Any) -> list[tuple[str, Any]]:
    return list(cast(dict[str, Any], data).items()) if isinstance(data, dict) else []


def _changed(data: Any, path: Path, found: Removed) -> Any:
    key, rest = path[0], path[1:]
    if rest:
        changed: Any = data.copy()
        changed[key] = _changed(data[key], rest, found)
        return changed
    result: dict[str, Any] = {}
    for name, value in data.items():
        if name != key:
            result.setdefault(name, value)
        elif found.how != "drop" and value is not None:
            _put(result, data, found, value)
    return result


def _put(result: dict[str, Any], data: Mapping[str, Any], found: Removed, value: Any) -> None:
    name, _, inner = found.becomes.partition(".")
    there = data.get(name)
    if found.how == "inside":
        result[name] = {inner: value} | (there or {})
    else:
        result[name] = [value] if found.wins else [*(there or []), value]
