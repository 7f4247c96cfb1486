"""Files become documents to check, and what is found in them becomes complaints with places."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from argosy.cli.console import READ
from argosy.cli.files import documents
from argosy.cli.printers.lint import Complaint, Report
from argosy.errors import ManifestError
from argosy.model.codec import Document, decode, problems
from argosy.model.embedded import embedded
from argosy.model.removed import modern

KINDS = {
    "Workflow": ("workflows", "wf"),
    "WorkflowTemplate": ("workflowtemplates", "wftmpl"),
    "CronWorkflow": ("cronworkflows", "cwf", "cronwf"),
    "ClusterWorkflowTemplate": ("clusterworkflowtemplates", "clusterwftmpl", "cwft"),
}
TAG = re.compile(r"\{\{.*?\}\}")
OURS = ("templates", "entrypoint", "workflowSpec", "workflowTemplateRef")
"""Fields by which a document without a kind is known to be meant for Argo."""


class Subject(NamedTuple):
    """A document to check; `manifest` is None where it cannot be read, for the `complaints` that there are already."""

    document: Document
    manifest: Any
    complaints: list[Complaint]


def read(path: str, *, strict: bool, wanted: Collection[str], named: bool) -> tuple[Report, list[Subject]]:
    """The documents of a file that are to be checked, those inside of others too.

    Kinds that nobody asked for are left out, as in Argo; what has no kind and was not `named` is somebody else's.
    """
    report = Report(path, linted=False, complaints=[])
    try:
        found = documents(path, strict=strict)
    except ManifestError as error:
        if named or error.line != 1 or not error.message.startswith("expected a mapping"):
            report.complaints.append(of_error(error, "", path))
            report.linted = True
        return report, []
    inner = [each for document in found for each in (embedded(document) or [document])]
    chosen = [each for each in inner if each.kind in wanted or (not each.kind and (named or _is_meant(each)))]
    subjects = [_subject(document, strict) for document in chosen]
    report.linted = bool(subjects)
    return report, subjects


def _is_meant(document: Document) -> bool:
    spec = document.data.get("spec")
    return isinstance(spec, dict) and any(field in spec for field in OURS)


def _subject(document: Document, strict: bool) -> Subject:
    """Where nothing worse is wrong than unknown fields, types that can be converted, or no kind, the rules hold too."""
    found = [of_error(error, title(document), document.file) for error in problems(document, strict=strict)]
    kind = document.kind or "Workflow"
    today = replace(document, data=modern(document.data, kind)) if strict and kind in KINDS else document
    try:
        return Subject(document, decode(today, strict=False, convert=True, kind="Workflow"), found)
    except ManifestError as error:
        return Subject(document, None, found or [of_error(error, title(document), document.file)])


def place(document: Document, finding: Any) -> Complaint:
    """What an operation found, with its line and column: those of the tag that it is about, where there is one."""
    where = document.error(tuple(finding.path), finding.message)
    line, column = _of_tag(document, finding.message, where.line, where.column)
    source = source_line(document.file, line)
    name = title(document)
    return Complaint(finding.level, line, column, name, finding.message, finding.hint, finding.rule, source)


def _of_tag(document: Document, message: str, line: int, column: int) -> tuple[int, int]:
    """Where the first tag of a message stands, in the value that begins at this place."""
    found = TAG.search(message)
    lines = READ.get(document.file, "").split("\n")
    if found is None or not 0 < line <= len(lines):
        return line, column
    begins = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for number in range(line - 1, len(lines)):
        text = lines[number]
        if number >= line and text.strip() and len(text) - len(text.lstrip()) <= min(begins, column - 1):
            break
        at = text.find(found[0], column - 1 if number == line - 1 else 0)
        if at >= 0:
            return number + 1, at + 1
    return line, column


def of_error(error: ManifestError, name: str, file: str) -> Complaint:
    """An error about a manifest as a complaint."""
    text = f"{error.path}: {error.message}" if error.path else error.message
    line = source_line(file, error.line)
    return Complaint("error", error.line, error.column, name, text, error.hint, "manifest", line)


def source_line(file: str, line: int) -> str:
    """A line of a file that was read, "" where it is not known."""
    lines = READ.get(file, "").split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""


def title(document: Document) -> str:
    """What a document is called: `"hello-" (Workflow)`."""
    meta = document.data.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name = meta.get("name") or meta.get("generateName") or f"object #{document.index + 1}"
    return f'"{name}" ({document.kind or "no kind"})'


def templates_beside(files: Sequence[tuple[Report, list[Subject]]]) -> list[Any]:
    """The templates among all that was read, which any manifest may refer to."""
    return [each.manifest for _, subjects in files for each in subjects if each.manifest is not None]
