"""YAML text becomes plain data, by the rules of the Go library that Argo reads manifests with; and the way back.

The library is sigs.k8s.io/yaml: go-yaml v2, and then JSON. Its rules, where they differ from PyYAML's:

1. Plain scalars: `y`, `n`, `on`, `off` and the like are booleans; `010`, `0o10`, `0x8` and `0b1000` are eight; `1e3`,
   `.5` and `5.` are numbers; nothing is sexagesimal or a timestamp: `12:30` and `2024-01-01` are strings.
2. As in the JSON that Go makes of it, a float without a fraction is an integer, infinities are errors, and a mapping's
   keys are strings: `1: a` has the key "1" and `y: a` the key "true".
3. A key that comes twice is an error, also if a merge (`<<`) brings it. Without `strict` the last one counts.
4. Aliases are copies. How many there may be is limited, so that a small text cannot become a huge document.
5. Only the first document of a text is read: `argosy.model.codec` splits files as Argo does.

The text is read as a stream of events, by libyaml where PyYAML has it, into a stack of open containers. So nothing is
recursive here, and there is no tree of nodes in between.
"""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import yaml

from argosy.errors import ManifestError
from argosy.model.scalars import go_float, go_word, key_text, number, resolve, resolve_tagged
from argosy.model.scalars import kind as scalar_kind

Path = tuple[str | int, ...]

MAX_DEPTH: Final = 200
"""How deep containers may be nested: real manifests stay below 40, and what reads them later is recursive."""

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
SCALAR: Final[Any] = yaml.ScalarEvent
ALIAS: Final[Any] = yaml.AliasEvent
MAPPING: Final[Any] = yaml.MappingStartEvent
SEQUENCE: Final[Any] = yaml.SequenceStartEvent
LOOKS_LIKE_TIME: Final = re.compile(
    r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]|$)"
)
HALF_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
FENCE: Final = re.compile(r"^```", re.MULTILINE)
UNUSUAL_BREAK: Final = re.compile("[\x85\u2028\u2029]")
MERGE_TAG: Final = "tag:yaml.org,2002:merge"
NOTHING: Final[Any] = object()  # no key is pending; no such anchor; not in the cache
MERGE: Final[Any] = object()  # the pending key is `<<`
OPEN: Final[Any] = object()  # the anchor's container is not complete yet


def load(text: str, *, file: str = "", line: int = 1, strict: bool = True) -> Any:
    """The first document of a YAML text, as dicts, lists, strings, ints, floats, bools and None.

    None where there is no document. `line` is the number of the text's first line in the file. Raises ManifestError,
    with the position, for what is not YAML, for keys that come twice (if `strict`), for values that JSON cannot hold,
    and for documents that are nested too deeply or have too many copies.
    """
    with paused_garbage_collection():
        return _Reader(text, file=file, line=line, strict=strict).read()


@contextmanager
def paused_garbage_collection() -> Generator[None]:
    """No garbage collection inside: it would look through the growing document over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Frame:
    """A container that is still open; in a mapping, with the key whose value comes next."""

    __slots__ = ("container", "key", "odd", "start")

    def __init__(self, container: Any, start: Any) -> None:
        self.container, self.start = container, start
        self.key: Any = NOTHING
        self.odd: dict[str, Any] | None = None  # keys that are no strings in the YAML, by what they became


class _Reader:
    """Builds one document from its events."""

    def __init__(self, text: str, *, file: str, line: int, strict: bool) -> None:
        self.text, self.file, self.line, self.strict = text, file, line, strict
        self.stack: list[_Frame] = []
        self.anchors: dict[str, Any] = {}
        self.plain: dict[str, Any] = {}  # what plain scalars are: most come many times
        self.event: Any = None
        self.result: Any = None
        self.decoded = self.copied = 0

    def read(self) -> Any:
        try:
            parser = LOADER(self.text)
            parser.get_event()
            if parser.check_event(yaml.DocumentStartEvent):
                self.event = parser.get_event()
                if self.event.version not in (None, (1, 1)):
                    raise self.error("this is YAML of another version than 1.1", hint="remove the %YAML line")
                self.take(parser.get_event)
                parser.get_event()  # the document's end: what stands before it belongs to the value
        except (yaml.YAMLError, UnicodeEncodeError) as error:
            raise syntax_error(error, self.text, file=self.file, line=self.line) from None
        return self.result

    def take(self, get_event: Any) -> None:
        """Take events until the document's value is complete."""
        stack, plain = self.stack, self.plain
        while True:
            self.event = event = get_event()
            kind = event.__class__
            if kind is SCALAR:
                if event.tag is None and event.anchor is None:  # nearly all are so
                    value = event.value
                    if event.implicit[0]:
                        found = plain.get(value, NOTHING)
                        value = self.resolve(value) if found is NOTHING else found
                    self.add(value)
                else:
                    self.special(event)
            elif kind is MAPPING:
                self.open({})
            elif kind is SEQUENCE:
                self.open([])
            elif kind is ALIAS:
                self.alias(event.anchor)
            else:
                self.close()
            if not stack:
                return

    def resolve(self, text: str) -> Any:
        """The value of a plain scalar that has not come before."""
        if text == "<<":
            return MERGE
        value = self.plain[text] = resolve(text)
        return value

    def special(self, event: Any) -> None:
        """Take a scalar that has a tag or an anchor."""
        if event.tag is None:
            value = resolve(event.value) if event.implicit[0] else event.value
        else:
            try:
                value = resolve_tagged(event.value, event.tag)
            except ValueError as error:
                raise self.error(str(error)) from None
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        self.add(MERGE if event.value == "<<" and (event.implicit[0] or event.tag == MERGE_TAG) else value)

    def add(self, value: Any) -> None:
        """Put a value where it belongs."""
        self.decoded += 1
        if not self.stack:
            self.result = self.finished(value)
            return
        frame = self.stack[-1]
        container, key = frame.container, frame.key
        if container.__class__ is list:
            container.append(self.finished(value))
        elif key is NOTHING:
            self.set_key(frame, value)
        else:
            frame.key = NOTHING
            if key is MERGE:
                self.merge(container, value)
            else:
                container[key] = self.finished(value)

    def finished(self, value: Any) -> Any:
        """The value as JSON has it."""
        if value.__class__ is float:
            try:
                return number(value)
            except ValueError as error:
                raise self.error(str(error)) from None
        return "<<" if value is MERGE else value

    def set_key(self, frame: _Frame, value: Any) -> None:
        """Keep the key for the value that follows. To Go, `1` and `"1"` are two keys, until they become JSON."""
        key = value
        if value.__class__ is not str and value is not MERGE:
            try:
                key = key_text(value)
            except TypeError as error:
                hint = 'put a tag in quotes: "{{…}}"' if value.__class__ is dict else ""
                raise self.error(str(error), hint=hint) from None
            frame.odd = frame.odd or {}
        if self.strict and key in frame.container:
            before = frame.odd.get(key, key) if frame.odd else key
            if before.__class__ is value.__class__ and before == value:
                raise self.error(f"the key {key!r} comes twice in this mapping")
        if frame.odd is not None and value.__class__ is not str:
            frame.odd[key] = value
        frame.key = key

    def merge(self, container: dict[str, Any], value: Any) -> None:
        """Copy the keys of the mapping, or of a list's mappings, of which earlier ones count more."""
        sources: list[Any] = value[::-1] if value.__class__ is list else [value]
        for source in sources:
            if source.__class__ is not dict:
                raise self.error("`<<` must be followed by a mapping or a list of mappings")
            twice = [key for key in source if key in container] if self.strict else []
            if twice:
                raise self.error(f"`<<` sets {twice[0]!r}, which this mapping has already")
            container.update(source)

    def open(self, container: Any) -> None:
        """Start a container."""
        anchor = self.event.anchor
        if len(self.stack) >= MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep")
        if anchor is not None:
            self.anchors[anchor] = OPEN
        self.stack.append(_Frame(container, self.event))

    def close(self) -> None:
        """Finish the innermost container and put it where it belongs."""
        frame = self.stack.pop()
        self.event = frame.start
        if frame.start.anchor is not None:
            self.anchors[frame.start.anchor] = frame.container
        self.add(frame.container)

    def alias(self, anchor: str) -> None:
        """Take a copy of what an anchor stands for."""
        value = self.anchors.get(anchor, NOTHING)
        if value is NOTHING:
            raise self.error(f"there is no anchor {anchor!r} above")
        if value is OPEN:
            raise self.error(f"the value of the anchor {anchor!r} contains itself")
        self.add(self.copy(value, len(self.stack)))

    def copy(self, value: Any, depth: int) -> Any:
        """A deep copy, counted. Raises ManifestError where the document is mostly copies, by go-yaml's measure."""
        self.copied += 1
        self.decoded += 1
        if depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep")
        if self.copied > 100 and self.decoded > 1000 and self.copied / self.decoded > allowed_copies(self.decoded):
            raise self.error("aliases make too many copies")
        if value.__class__ is dict:
            return {key: self.copy(item, depth + 1) for key, item in value.items()}
        if value.__class__ is list:
            return [self.copy(item, depth + 1) for item in value]
        return value

    def error(self, message: str, *, hint: str = "") -> ManifestError:
        """An error at the value that was read last."""
        mark = self.event.start_mark
        line, column = self.line + mark.line, mark.column + 1
        return ManifestError(message, file=self.file, line=line, column=column, hint=hint)


def allowed_copies(decoded: int) -> float:
    """Which part of this many values aliases may have made (go-yaml's decode.go)."""
    if decoded <= 400_000:
        return 0.99
    return max(0.10, 0.99 - 0.89 * (decoded - 400_000) / 3_600_000)


def syntax_error(error: Exception, text: str, *, file: str, line: int) -> ManifestError:
    """PyYAML's error about a text as one of ours. `line` is the number of the text's first line in the file."""
    if isinstance(error, UnicodeEncodeError):
        return _at(text[: error.start], "not valid YAML: this character is half of a pair", file=file, line=line)
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")
        return _at(before, f"not valid YAML: {error.reason}", file=file, line=line)
    problem, context = getattr(error, "problem", None) or str(error), getattr(error, "context", None)
    hint = "put the value in quotes" if "cannot start any token" in problem else ""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return ManifestError(f"not valid YAML: {problem}", file=file, hint=hint)
    if text.splitlines()[mark.line : mark.line + 1] and "\t" in text.splitlines()[mark.line][: mark.column + 1]:
        hint = "indent with spaces, not tabs"
    if FENCE.search(text):
        hint = "leave out the lines with ```, and the text around them"
    message = f"not valid YAML: {context}: {problem}" if context else f"not valid YAML: {problem}"
    return ManifestError(message, file=file, line=line + mark.line, column=mark.column + 1, hint=hint)


def _at(before: str, message: str, *, file: str, line: int) -> ManifestError:
    """An error at the end of this beginning of the text."""
    column = len(before) - (before.rfind("\n") + 1) + 1
    return ManifestError(message, file=file, line=line + before.count("\n"), column=column)


def positions(text: str, paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Where each path begins in a text, as line and column from 1: a mapping's key, a list's element.

    A path that the text does not have, as what a merge has brought, gets the place of the nearest one above it. For
    texts that `load` accepts, and for JSON: its pairs of escapes for one character are no YAML.
    """
    text = HALF_ESCAPE.sub(r"\\u0020", text)
    wanted = {path: path for path in paths}
    prefixes = {path[:length] for path in wanted for length in range(len(path) + 1)}
    found: dict[Path, tuple[int, int]] = {(): (1, 1)}
    for path, mark in _marks(text):
        if path in prefixes and path not in found:
            found[path] = (mark.line + 1, mark.column + 1)
    return {path: _nearest(path, found) for path in wanted}


def _nearest(path: Path, found: dict[Path, tuple[int, int]]) -> tuple[int, int]:
    while path not in found:
        path = path[:-1]
    return found[path]


def _marks(text: str) -> Iterator[tuple[Path, Any]]:
    """Every key and every element of the first document, with its path and its mark."""
    parser = LOADER(text)
    path: list[Any] = []  # for each open container: an index, or the key (NOTHING: the key comes next)
    while True:
        event = parser.get_event()
        kind = event.__class__
        opens = kind is MAPPING or kind is SEQUENCE
        if kind in (SCALAR, ALIAS) or opens:
            if path and path[-1] is NOTHING and kind is SCALAR:
                path[-1] = key_text(resolve(event.value)) if event.implicit[0] and event.value else event.value
                yield tuple(path), event.start_mark
                continue
            if path and isinstance(path[-1], int):
                path[-1] += 1
                yield tuple(path), event.start_mark
        if opens:
            path.append(NOTHING if kind is MAPPING else -1)
            continue
        if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            path.pop()
        elif kind in (yaml.DocumentEndEvent, yaml.StreamEndEvent):
            return
        if path and not isinstance(path[-1], int):
            path[-1] = NOTHING


class _Dumper(DUMPER):
    """Writes scalars as Go's library does, and no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag that a reader gives this scalar when it is plain: another one than it has, and it gets quotes."""
        if kind is yaml.ScalarNode and implicit[0]:
            return f"tag:yaml.org,2002:{scalar_kind(resolve(value))}"
        return str(super().resolve(kind, value, implicit))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _text(dumper: Any, text: str) -> Any:
    quoted = not isinstance(resolve(text), str) or LOOKS_LIKE_TIME.match(text) or UNUSUAL_BREAK.search(text)
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if quoted else "|" if "\n" in text else None
    )


def _number(dumper: Any, value: float) -> Any:
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return dumper.represent_scalar("tag:yaml.org,2002:int", str(value))
    if isinstance(value, int):
        text = go_float(Decimal(value))
    else:
        text = go_float(Decimal(repr(value))) if math.isfinite(value) else go_word(value)
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(int, _number)
_Dumper.add_representer(float, _number)


def dump(data: Any) -> str:
    """Plain data as a YAML document, in block style, with sorted keys and long lines, as Argo prints it."""
    with paused_garbage_collection():
        return yaml.dump(data, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=1 << 30)
