"""Files become documents, documents become objects of the model, and objects become JSON and YAML again.

    text, file ──read_documents──> Document ──decode──> Workflow, WorkflowTemplate, … or a dict for kinds not of Argo
                                            └─problems─> every ManifestError in it, with file, line and column
    bytes or data ──decode_lenient(type)──> an object: for what comes from a cluster, a store or the API
    object ──encode_json──> bytes        object ──encode_yaml──> text        object ──to_builtins──> dicts and lists

Argo's rules are those of its workflow/common/parse.go: files are split at lines that begin with `---`, whatever is
after or around it; `kind` alone says what a document is; unknown fields and keys that come twice are errors, unless one
asks for less strictness.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from argosy.errors import ManifestError
from argosy.model.check import Finding, Path, check, nearest
from argosy.model.kinds import GROUP, GROUP_VERSION
from argosy.model.template import Template
from argosy.registry import Table

T = TypeVar("T", bound=Struct)

ENCODER: Final = msgspec.json.Encoder()
TEMPLATE_DECODER: Final = msgspec.json.Decoder(Template)

KINDS: Final[Table[type[Struct]]] = Table(
    "kind",
    {
        "Workflow": "argosy.model.workflow:Workflow",
        "WorkflowTemplate": "argosy.model.workflow:WorkflowTemplate",
        "ClusterWorkflowTemplate": "argosy.model.workflow:ClusterWorkflowTemplate",
        "CronWorkflow": "argosy.model.cron:CronWorkflow",
        "WorkflowEventBinding": "argosy.model.events:WorkflowEventBinding",
        "WorkflowTaskSet": "argosy.model.tasks:WorkflowTaskSet",
        "WorkflowTaskResult": "argosy.model.tasks:WorkflowTaskResult",
        "WorkflowArtifactGCTask": "argosy.model.tasks:WorkflowArtifactGCTask",
        "WorkflowList": "argosy.model.workflow:WorkflowList",
        "WorkflowTemplateList": "argosy.model.workflow:WorkflowTemplateList",
        "ClusterWorkflowTemplateList": "argosy.model.workflow:ClusterWorkflowTemplateList",
        "CronWorkflowList": "argosy.model.cron:CronWorkflowList",
        "WorkflowEventBindingList": "argosy.model.events:WorkflowEventBindingList",
    },
)
"""Argo's kinds and their types."""

SEPARATOR: Final = "\n---"
HALF_PAIR: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
PATH_PART: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


class Document(Struct, frozen=True, kw_only=True):
    """One document of a file.

    `index` counts a file's documents from 0; `text` is the document's own text and `line` the number of its first line
    in the file, from 1; `is_json` says that the file was JSON. What stands inside another document has its text, with
    the path to it as `base`; a text in a text is indented there by `indent` characters.
    """

    data: dict[str, Any]
    text: str
    file: str = ""
    index: int = 0
    line: int = 1
    is_json: bool = False
    base: Path = ()
    indent: int = 0

    @property
    def kind(self) -> str:
        """The kind that it says it is, or "" if it does not say."""
        kind = self.data.get("kind")
        return kind if isinstance(kind, str) else ""

    def error(self, path: Path, message: str, *, hint: str = "") -> ManifestError:
        """An error about this path of the document, at the line and the column of it."""
        return self.errors([Finding(path, message, hint)])[0]

    def errors(self, findings: Iterable[Finding]) -> list[ManifestError]:
        """The findings as errors with positions, in the order of the text."""
        from argosy.model.yaml import positions

        found = [finding._replace(path=(*self.base, *finding.path)) for finding in findings]
        places = positions(self.text, [finding.path for finding in found]) if found else {}
        result: list[ManifestError] = []
        for path, message, hint, _ in found:
            line, column = places[path]
            line, column = line + self.line - 1, column + self.indent
            where = path_text(path)
            result.append(ManifestError(message, file=self.file, line=line, column=column, path=where, hint=hint))
        return sorted(result, key=lambda error: (error.line, error.column))


def read_documents(text: str, file: str = "", *, strict: bool = True) -> list[Document]:
    """The documents of a YAML or JSON file. `file` is what errors call it.

    Without `strict`, a key may come twice, and the last one counts. Raises ManifestError where the text is neither YAML
    nor JSON, has no document, or has one that is not a mapping.
    """
    if text.lstrip()[:1] in ("{", "[") and (document := _read_json(text, file, strict=strict)):
        return [document]
    from argosy.model.yaml import load

    documents: list[Document] = []
    line = 1
    for chunk in text.split(SEPARATOR):
        if _has_content(chunk):
            data = load(chunk, file=file, line=line, strict=strict)
            if data is not None:
                _expect_mapping(data, file, line)
                documents.append(Document(data=data, text=chunk, file=file, index=len(documents), line=line))
        line += chunk.count("\n") + 1
    if not documents:
        hint = f"a manifest begins with `apiVersion: {GROUP_VERSION}` and `kind: Workflow`"
        raise ManifestError("the file is empty" if not text.strip() else "no document is in it", file=file, hint=hint)
    return documents


def _has_content(text: str) -> bool:
    """Whether a document has more than comments, directives and marks."""
    return any(
        line[:1] not in ("", "#", "%") and line not in ("---", "...") for line in map(str.strip, text.split("\n"))
    )


def _read_json(text: str, file: str, *, strict: bool) -> Document | None:
    """The one document of a JSON file, or None where the text is not JSON: a YAML file may begin with a brace too."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(items)
        if strict and len(data) < len(items):
            raise ValueError("YAML's reader finds the place of the key that comes twice")
        return data

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    if HALF_PAIR.search(text):  # Go has the replacement character for half of a surrogate pair
        whole = json.dumps(data, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        data = json.loads(whole)
    _expect_mapping(data, file, 1)
    return Document(data=data, text=text, file=file, is_json=True)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number in JSON")
    return value


def _expect_mapping(data: Any, file: str, line: int) -> None:
    if not isinstance(data, dict):
        noun = {list: "a list", str: "a string"}.get(data.__class__, "a single value")
        hint = f"a manifest begins with `apiVersion: {GROUP_VERSION}` and `kind: Workflow`"
        raise ManifestError(f"expected a mapping, found {noun}", file=file, line=line, column=1, hint=hint)


def decode(document: Document, *, strict: bool = True, convert: bool = False, kind: str = "") -> Any:
    """The object that a document describes: a Struct for Argo's kinds, else the document's plain data.

    Without `strict`, unknown fields are left out, and the case of names does not matter. With `convert`, numbers and
    booleans are good where strings belong. `kind` is the kind of a document that does not say what it is. Raises the
    first of the document's `problems`.
    """
    name, clean, errors = _examine(document, strict=strict, convert=convert, kind=kind)
    if errors:
        raise errors[0]
    if name not in KINDS:
        return document.data
    try:
        decoded: Any = msgspec.convert(clean, KINDS[name])
    except (msgspec.ValidationError, RecursionError) as error:
        raise document.error(error_path(str(error)), _plain_words(str(error))) from None
    decoded.kind, decoded.api_version = name, decoded.api_version or GROUP_VERSION
    return decoded


def problems(document: Document, *, strict: bool = True, convert: bool = False, kind: str = "") -> list[ManifestError]:
    """Everything in a document that `decode` refuses, in the order of the text. Empty where it refuses nothing."""
    return _examine(document, strict=strict, convert=convert, kind=kind)[2]


def _examine(
    document: Document, *, strict: bool, convert: bool, kind: str
) -> tuple[str, dict[str, Any], list[ManifestError]]:
    """The kind of a document, its data as a typed decoder wants it, and what is wrong with it."""
    name = document.kind or kind
    if error := _kind_error(document, name):
        return name, document.data, [error]
    if name not in KINDS:
        return name, document.data, []
    try:
        clean, findings = check(document.data, name, strict=strict, convert=convert, from_yaml=not document.is_json)
    except RecursionError:
        return name, document.data, [document.error((), "nested too deeply")]
    return name, clean, document.errors(findings)


def _kind_error(document: Document, kind: str) -> ManifestError | None:
    """What is wrong with what the document says that it is."""
    data = document.data
    if not kind:
        written = nearest("kind", data)
        if "kind" in data:
            return document.error(("kind",), '"kind" must be a string')
        message = 'there is no "kind"' + (f', but a "{written}"' if written else "")
        hint = f"a manifest begins with `apiVersion: {GROUP_VERSION}` and `kind: Workflow`"
        return document.error((written,) if written else (), message, hint=hint)
    group = str(data.get("apiVersion") or GROUP).partition("/")[0]
    if kind not in KINDS and group == GROUP and (near := nearest(kind, KINDS.rows)):
        return document.error(("kind",), f'unknown kind "{kind}"; did you mean "{near}"?')
    return None


def decode_lenient(source: bytes | str | dict[str, Any], kind: type[T]) -> T:
    """An object of this type from JSON, or from plain data, of which unknown fields are left out.

    This is for what comes from a cluster, a store or the API: JSON that fits is decoded at once. What does not fit at
    first, since it has nulls or a parameter's value is a number, takes the longer way. Raises ManifestError, without a
    position, for wrong types and for what is no JSON.
    """
    try:
        if isinstance(source, dict):
            return msgspec.convert(source, kind)
        return decoder(kind).decode(source)
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, RecursionError) as error:
        raise ManifestError(f"not valid JSON: {error}") from None
    data = source if isinstance(source, dict) else msgspec.json.decode(source)
    clean, findings = check(data, kind.__name__, strict=False)
    if findings:
        path, message, hint, _ = findings[0]
        raise ManifestError(message, path=path_text(path), hint=hint)
    try:
        return msgspec.convert(clean, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ManifestError(_plain_words(str(error)), path=path_text(error_path(str(error)))) from None


def decoder(kind: type[T], _made: dict[type, Any] = {}) -> msgspec.json.Decoder[T]:  # noqa: B006
    """The JSON decoder of a type, made once. Its errors are msgspec's: `decode_lenient` has friendlier ones."""
    if kind not in _made:
        _made[kind] = msgspec.json.Decoder(kind)
    return _made[kind]


def decode_template(source: bytes | str) -> Template:
    """A template from JSON, as quickly as can be. Raises ManifestError where it is none."""
    try:
        return TEMPLATE_DECODER.decode(source)
    except (msgspec.DecodeError, RecursionError):
        return decode_lenient(source, Template)


def encode_json(item: Any) -> bytes:
    """An object of the model, or plain data, as JSON without white space. Fields that are zero are left out."""
    return ENCODER.encode(item)


def encode_yaml(item: Any) -> str:
    """An object of the model, or plain data, as YAML in block style: keys in order, as Argo prints it."""
    from argosy.model.yaml import dump

    return dump(to_builtins(item))


def to_builtins(item: Any) -> Any:
    """An object of the model as dicts, lists and scalars, under the JSON names; times are strings."""
    return msgspec.to_builtins(item)


def path_text(path: Path) -> str:
    """A path as people write it: `spec.templates[0].name`, `metadata.labels["a.b/c"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("-", "_").isidentifier():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def error_path(message: str) -> Path:
    """The path in a message of msgspec's: "… - at `$.spec.templates[7].container`"."""
    _, _, path = message.rstrip("`").rpartition("`$")
    return tuple(name or int(index) for name, index in PATH_PART.findall(path) if name or index)


def _plain_words(message: str) -> str:
    """A message of msgspec's without the path, in the words of the others."""
    return message.partition(" - at `")[0].replace("`", "").replace("Expected", "expected").replace("got", "found")
