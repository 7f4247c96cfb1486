"""The text of a manifest for an older version of Argo → the same with today's fields, its comments and order kept.

Only the text of the fields that change is changed. What comes out is read again: where it is not what it should be, the
document is written anew, without its comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml

from argosy.errors import ManifestError
from argosy.model.codec import KINDS, SEPARATOR, Document, encode_json, path_text, read_documents
from argosy.model.embedded import embedded
from argosy.model.removed import Path, Removed, modern, removed_in
from argosy.model.yaml import LOADER, dump, load

OURS: Final = frozenset(KINDS.rows)


class Change(NamedTuple):
    """A field that was removed from Argo; `becomes` is "" where nothing takes its place. `by_hand`: a person has to."""

    line: int
    field: str
    becomes: str
    hint: str
    by_hand: bool


class Converted(NamedTuple):
    """The text, what was changed in it, and the lines of documents that lost their comments."""

    text: str
    changes: list[Change]
    rewritten: list[int]


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


class _Unusual(Exception):
    """The text is written in a way that is not changed piece by piece."""


def convert(text: str, file: str = "") -> Converted:
    """A file with today's fields. Raises ManifestError for what is no manifest."""
    chunks = text.split(SEPARATOR)
    starts = [1 + sum(chunk.count("\n") + 1 for chunk in chunks[:index]) for index in range(len(chunks))]
    changes: list[Change] = []
    rewritten: list[int] = []
    for document in read_documents(text, file, strict=False):
        found = list(_removed(document))
        changes += [_change(document, path, what) for path, what in found]
        wanted = [(path, what) for path, what in found if what.how]
        if wanted:
            index = starts.index(document.line)
            edited = _edited(document, wanted)
            if edited is None:
                rewritten.append(document.line)
            chunks[index] = _anew(document, index) if edited is None else edited
    return Converted(SEPARATOR.join(chunks), changes, rewritten)


def modern_documents(text: str, file: str = "") -> list[dict[str, Any]]:
    """The plain data of each document with today's fields. Raises ManifestError."""
    return [_modern(document) for document in read_documents(text, file, strict=False)]


def _removed(document: Document) -> Iterator[tuple[Path, Removed]]:
    """What is removed in the document and in those inside of it, by the path from its top."""
    for each in [document, *embedded(document)]:
        if each.kind in OURS and each.text is document.text:
            for path, what in removed_in(each.data, each.kind):
                yield (*each.base, *path), what


def _change(document: Document, path: Path, what: Removed) -> Change:
    place = document.error(path, "")
    return Change(place.line, path_text(path), what.becomes, what.hint, not what.how)


def _modern(document: Document) -> dict[str, Any]:
    data: Any = modern(document.data, document.kind) if document.kind in OURS else document.data
    for each in embedded(document):
        if each.text is document.text:
            data = _put(data, each.base, modern(_at(data, each.base), each.kind))
    return data


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _put(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = _put(data[path[0]], path[1:], value)
    return copy


def _anew(document: Document, index: int) -> str:
    data = _modern(document)
    if document.is_json:
        return encode_json(data).decode() + "\n"
    return ("\n" if index else "") + dump(data).rstrip("\n") + ("\n" if document.text.endswith("\n") else "")


def _edited(document: Document, wanted: list[tuple[Path, Removed]]) -> str | None:
    """The text of one document with the fields changed in their places; None where that is not possible."""
    text, source = document.text, _Source(document.text)
    try:
        root: Any = yaml.compose(text, LOADER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        edits = [edit for path, what in wanted for edit in source.edits(root, path, what)]
        for edit in sorted(edits, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text if load(text, strict=False) == _modern(document) else None
    except (_Unusual, ManifestError, yaml.YAMLError):
        return None


class _Source:
    """A document's text; places in it are those of PyYAML's marks."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, text.split("\n")
        self.starts: list[int] = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offset(self, mark: Any) -> int:
        """The place of a mark in the text."""
        return min(self.starts[int(mark.line)] + int(mark.column), len(self.text))

    def edits(self, root: Any, path: Path, what: Removed) -> list[_Edit]:
        """The changes of the text for one field."""
        mapping, index = _find(root, path)
        key, value = mapping.value[index]
        names = [each.value for each, _ in mapping.value]
        if what.how == "drop" or value.tag == "tag:yaml.org,2002:null":
            return [self.without(mapping, index)]
        name = what.becomes.partition(".")[0]
        if name in names and not what.wins:
            raise _Unusual  # both are given, and both count
        replaced = [self.without(mapping, names.index(name))] if name in names else []
        return replaced + self.renamed(mapping, key, value, what)

    def renamed(self, mapping: Any, key: Any, value: Any, what: Removed) -> list[_Edit]:
        """The new name, and the value below it."""
        if mapping.flow_style:
            return self.in_flow(key, value, what)
        return self.in_block(key, value, what)

    def in_flow(self, key: Any, value: Any, what: Removed) -> list[_Edit]:
        """`{schedule: x}` becomes `{schedules: [x]}`."""
        name, _, inner = what.becomes.partition(".")
        name = f'"{name}"' if key.style == '"' else name
        opened, closed = ("{" + (f'"{inner}"' if key.style == '"' else inner) + ": ", "}") if inner else ("[", "]")
        start, end = self.offset(value.start_mark), self.offset(value.end_mark)
        renamed = _Edit(self.offset(key.start_mark), self.offset(key.end_mark), name)
        return [renamed, _Edit(start, start, opened), _Edit(end, end, closed)]

    def in_block(self, key: Any, value: Any, what: Removed) -> list[_Edit]:
        """A value becomes the first element of a list, or the value of a key below."""
        name, _, inner = what.becomes.partition(".")
        mark, spaces = f"{inner}: " if inner else "- ", " " * (key.start_mark.column + 2)
        renamed = _Edit(self.offset(key.start_mark), self.offset(key.end_mark), name)
        start, end = self.offset(value.start_mark), self.offset(value.end_mark)
        if isinstance(value, yaml.ScalarNode):
            written = str(value.value)
            text = dump(written).strip() if value.style else written
            if "\n" in text:
                raise _Unusual
            return [renamed, _Edit(self.offset(key.end_mark) + 1, end, f"\n{spaces}{mark}{text}")]
        if value.flow_style:
            return [renamed, _Edit(self.offset(key.end_mark) + 1, start, f"\n{spaces}{mark}")]
        if inner or value.start_mark.line == key.start_mark.line:
            raise _Unusual
        first, last = value.start_mark.line, self.last_line(value)
        shifted = [_Edit(self.starts[line], self.starts[line], "  ") for line in range(first + 1, last + 1)]
        return [renamed, _Edit(start, start, mark), *[edit for edit in shifted if self.text[edit.start] != "\n"]]

    def last_line(self, node: Any) -> int:
        """The last line of a block that is not blank or a comment."""
        line = node.end_mark.line - (node.end_mark.column == 0 or node.end_mark.column <= node.start_mark.column)
        while line > node.start_mark.line and self.lines[int(line)].strip()[:1] in ("", "#"):
            line -= 1
        return line

    def without(self, mapping: Any, index: int) -> _Edit:
        """A mapping without one of its keys."""
        key, value = mapping.value[index]
        if index + 1 < len(mapping.value):
            return _Edit(self.offset(key.start_mark), self.offset(mapping.value[index + 1][0].start_mark), "")
        if index == 0 or mapping.flow_style:
            raise _Unusual
        last = value.end_mark.line if isinstance(value, yaml.ScalarNode) or value.flow_style else self.last_line(value)
        start, end = self.starts[int(key.start_mark.line)], self.starts[int(last) + 1]
        return _Edit(start - (end > len(self.text)), min(end, len(self.text)), "")


def _find(node: Any, path: Path) -> tuple[Any, int]:
    """The mapping in which the path ends, and the index of its last key there."""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            node = node.value[part]
            continue
        found = [index for index, (key, _) in enumerate(node.value) if key.value == part]
        if not found:
            raise _Unusual  # a merge has brought it
        if depth == len(path) - 1:
            return node, found[-1]
        node = node.value[found[-1]][1]
    raise _Unusual
