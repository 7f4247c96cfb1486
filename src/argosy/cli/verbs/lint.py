"""argosy lint"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import click

from argosy.cli.command import NO_COLOR, verb
from argosy.cli.console import colored
from argosy.cli.files import documents, manifests_below
from argosy.cli.printers.lint import PRINTERS, Complaint, Report
from argosy.cli.printers.style import Style
from argosy.cli.session import Session
from argosy.errors import ManifestError
from argosy.model.codec import Document, decode, problems
from argosy.operations.lint import OPERATION, LintRequest, LintResponse

KINDS = {
    "Workflow": ("workflows", "wf"),
    "WorkflowTemplate": ("workflowtemplates", "wftmpl"),
    "CronWorkflow": ("cronworkflows", "cwf", "cronwf"),
    "ClusterWorkflowTemplate": ("clusterworkflowtemplates", "clusterwftmpl", "cwft"),
}


class Subject(NamedTuple):
    """A document to check; `manifest` is None where it cannot be read, for the `complaints` that there are already."""

    document: Document
    manifest: Any
    complaints: list[Complaint]


@verb()
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="FILE|FOLDER|URL|-...")
@click.option("--kinds", multiple=True, metavar="KINDS", help="Which kinds to check (comma separated): workflows, ...")
@click.option("--offline", is_flag=True, help="Look for templates in the files that are given only.")
@click.option("--strict/--no-strict", default=True, help="Whether unknown fields are errors.")
@click.option("-o", "--output", type=click.Choice(list(PRINTERS)), default="pretty", help="Output format.")
@NO_COLOR
@click.pass_obj
def command(session: Session, paths: Sequence[str], output: str, no_color: bool, **options: Any) -> int:
    """Check manifests: files, and those in folders. The exit code is 1 if there are errors, or nothing to check."""
    wanted = _kinds(options["kinds"])
    printer = PRINTERS[output](Style(color=colored(sys.stdout, no_color=no_color)))
    files = [_read(path, options["strict"], wanted) for path in manifests_below(paths)]
    others = [each.manifest for report, subjects in files for each in subjects]
    reports: list[Report] = []
    for report, subjects in files:
        for subject in subjects:
            report.complaints += subject.complaints
            if subject.manifest is not None:
                report.complaints += _complaints(session, subject, others, options["offline"])
        sys.stdout.write(printer.report(report))
        reports.append(report)
    sys.stdout.write(printer.summary(reports))
    bad = any(complaint.level == "error" for report in reports for complaint in report.complaints)
    return int(bad or not any(report.linted for report in reports))


def _kinds(texts: Sequence[str]) -> set[str]:
    names = {name for text in texts for name in text.split(",") if name}
    if not names or "all" in names:
        return set(KINDS)
    by_name = {name: kind for kind, known in KINDS.items() for name in (kind, *known)}
    for name in names:
        if name not in by_name:
            raise click.UsageError(f"unknown kind: {name}; there are {', '.join(known[0] for known in KINDS.values())}")
    return {by_name[name] for name in names}


def _read(path: str, strict: bool, wanted: set[str]) -> tuple[Report, list[Subject]]:
    """The documents of a file that are to be checked. Kinds that nobody asked for are left out, as in Argo."""
    report = Report(path, linted=False, complaints=[])
    try:
        found = documents(path, strict=strict)
    except ManifestError as error:
        report.complaints.append(_of_error(error, ""))
        report.linted = True
        return report, []
    subjects = [_subject(document, strict) for document in found if document.kind in wanted or not document.kind]
    report.linted = bool(subjects)
    return report, subjects


def _subject(document: Document, strict: bool) -> Subject:
    """Where nothing worse is wrong than types that can be converted, or a kind that is missing, the rules hold too."""
    complaints = [_of_error(error, _title(document)) for error in problems(document, strict=strict)]
    try:
        return Subject(document, decode(document, strict=strict, convert=True, kind="Workflow"), complaints)
    except ManifestError:
        return Subject(document, None, complaints)


def _complaints(session: Session, subject: Subject, others: Sequence[Any], offline: bool) -> Iterator[Complaint]:
    beside = [other for other in others if other is not None and other is not subject.manifest]
    request = LintRequest(manifest=subject.manifest, others=beside)
    answer = _offline(request) if offline else session.call(OPERATION, request)
    document = subject.document
    for finding in answer.findings:
        place = document.error(tuple(finding.path), finding.message)
        yield Complaint(finding.level, place.line, place.column, _title(document), finding.message, finding.hint)


def _offline(request: LintRequest) -> LintResponse:
    """Without a store."""
    from argosy.operations.lint import found_in

    return found_in(request.manifest, request.others)


def _of_error(error: ManifestError, title: str) -> Complaint:
    text = f"{error.path}: {error.message}" if error.path else error.message
    return Complaint("error", error.line, error.column, title, text, error.hint)


def _title(document: Document) -> str:
    """What a document is called: `"hello-" (Workflow)`."""
    meta = document.data.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name = meta.get("name") or meta.get("generateName") or f"object #{document.index + 1}"
    return f'"{name}" ({document.kind or "no kind"})'
