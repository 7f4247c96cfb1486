"""A document of any kind → the Workflows and templates that stand in it.

kubectl's List, WorkflowList   the items
argo-events Sensor             what its triggers submit
OpenShift Template             its objects, with its parameters' values in the place of `${NAME}`
Katib Experiment               its trialSpec, with `${trialParameters.x}`
anything else                  wherever there is a mapping, or a text, with one of Argo's kinds
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from msgspec.structs import replace

from argosy.errors import ManifestError
from argosy.model.check import MAX_DEPTH
from argosy.model.codec import Document
from argosy.model.kinds import GROUP
from argosy.model.scalars import resolve

KINDS: Final = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})
PLACEHOLDER: Final = re.compile(r"\$\{([\w.-]+)\}")
NOT_TEXT: Final = re.compile(r"\$\{\{(\w+)\}\}")
OF_TRIALS: Final = "trialParameters."
KIND_LINE: Final = re.compile(r"^\s*kind:\s*\"?(" + "|".join(KINDS) + r")\"?\s*$", re.MULTILINE)
UNFILLED: Final = "1"
"""What stands in the place of a placeholder without a value: it is good for a name and for a number."""

Path = tuple[str | int, ...]


def embedded(document: Document) -> list[Document]:
    """The documents of Argo's kinds inside of one that is of another kind, in their order; they may be none."""
    if document.kind in KINDS:
        return []
    values = _values(document.data)
    found = _inside(document, document.data, (), document.kind)
    return [replace(each, data=_filled(each.data, values)) for each in found]


def _inside(document: Document, data: Any, path: Path, list_kind: str) -> Iterator[Document]:
    if len(path) > MAX_DEPTH:
        return
    if isinstance(data, dict):
        mapping = cast(dict[str, Any], data)
        if path and _is_ours(mapping):
            yield replace(document, data=mapping, base=path)
            return
        for key, value in mapping.items():
            yield from _inside(document, value, (*path, key), list_kind)
    elif isinstance(data, list):
        for index, value in enumerate(cast(list[Any], data)):
            item = _with_kind(value, list_kind) if path == ("items",) else value
            yield from _inside(document, item, (*path, index), list_kind)
    elif isinstance(data, str) and KIND_LINE.search(data):
        yield from _in_text(document, data, path)


def _with_kind(item: Any, list_kind: str) -> Any:
    """An item of a WorkflowList and the like need not say what it is."""
    kind = list_kind.removesuffix("List")
    return {"kind": kind} | cast(dict[str, Any], item) if kind in KINDS and isinstance(item, dict) else item


def _is_ours(mapping: Mapping[str, Any]) -> bool:
    version, kind = mapping.get("apiVersion", GROUP), mapping.get("kind")
    return isinstance(kind, str) and kind in KINDS and isinstance(version, str) and version.startswith(GROUP)


def _in_text(document: Document, text: str, path: Path) -> Iterator[Document]:
    """A manifest that is a text in another one."""
    from argosy.model.yaml import load, positions

    try:
        data = load(text)
    except ManifestError:
        return
    if not isinstance(data, dict) or not _is_ours(cast(dict[str, Any], data)):
        return
    lines = document.text.split("\n")
    start, _ = positions(document.text, [(*document.base, *path)])[*document.base, *path]
    first = text.split("\n")[0]
    for number in range(start, len(lines)):
        if first and lines[number].strip() == first.strip():
            indent = len(lines[number]) - len(lines[number].lstrip()) - (len(first) - len(first.lstrip()))
            inner = cast(dict[str, Any], data)
            yield replace(document, data=inner, text=text, line=document.line + number, base=(), indent=indent)
            return


def _values(data: Mapping[str, Any]) -> dict[str, str]:
    """The values of the placeholders that the document itself declares."""
    parameters: Any = data.get("parameters") if data.get("kind") == "Template" else None
    if not isinstance(parameters, list):
        return {}
    rows = [cast(dict[str, Any], row) for row in cast(list[Any], parameters) if isinstance(row, dict)]
    return {str(row.get("name")): str(row.get("value", UNFILLED)) for row in rows}


def _filled(data: Any, values: Mapping[str, str]) -> Any:
    if isinstance(data, str):
        return _filled_text(data, values) if "${" in data else data
    if isinstance(data, dict):
        return {key: _filled(value, values) for key, value in cast(dict[str, Any], data).items()}
    if isinstance(data, list):
        return [_filled(value, values) for value in cast(list[Any], data)]
    return data


def _filled_text(text: str, values: Mapping[str, str]) -> Any:
    """OpenShift's `${{NAME}}` is what its value is in YAML, if it is all of the text."""
    whole = NOT_TEXT.fullmatch(text)
    if whole and whole[1] in values:
        return resolve(values[whole[1]])
    return PLACEHOLDER.sub(lambda found: _value(found, values), text)


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = found[1]
    return UNFILLED if name.startswith(OF_TRIALS) else values.get(name, found[0])
