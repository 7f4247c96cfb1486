"""argosy lint"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from argosy.cli.command import NO_COLOR, verb
from argosy.cli.console import colored
from argosy.cli.files import manifests_below
from argosy.cli.linting import KINDS, Subject, place, read, templates_beside
from argosy.cli.printers.lint import LEVELS, PRINTERS, Complaint, Report
from argosy.cli.printers.style import Style
from argosy.cli.session import Session
from argosy.operations.lint import OPERATION, LintRequest, LintResponse


@verb()
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="FILE|FOLDER|URL|-...")
@click.option("--kinds", multiple=True, metavar="KINDS", help="Which kinds to check (comma separated): workflows, ...")
@click.option("--offline", is_flag=True, help="Look for templates in the files that are given only.")
@click.option("--strict/--no-strict", default=True, help="Whether unknown fields are errors.")
@click.option("--level", type=click.Choice(LEVELS), default="info", help="The least level that is told: else info.")
@click.option("-o", "--output", type=click.Choice(list(PRINTERS)), default="pretty", help="Output format.")
@NO_COLOR
@click.pass_obj
def command(session: Session, paths: Sequence[str], output: str, no_color: bool, **options: Any) -> int:
    """Check manifests: files, and those in folders. The exit code is 1 if there are errors, or nothing to check."""
    wanted, told = _kinds(options["kinds"]), LEVELS[: LEVELS.index(options["level"]) + 1]
    printer = PRINTERS[output](Style(color=colored(sys.stdout, no_color=no_color)))
    files = [
        read(path, strict=options["strict"], wanted=wanted, named=path in paths) for path in manifests_below(paths)
    ]
    others = templates_beside(files)
    reports: list[Report] = []
    for report, subjects in files:
        for subject in subjects:
            report.complaints += subject.complaints
            if subject.manifest is not None:
                found = _complaints(session, subject, others, options["offline"])
                report.complaints += [complaint for complaint in found if complaint.level in told]
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


def _complaints(session: Session, subject: Subject, others: Sequence[Any], offline: bool) -> Iterator[Complaint]:
    beside = [other for other in others if other is not subject.manifest]
    request = LintRequest(manifest=subject.manifest, others=beside, written=subject.document.data)
    answer = _offline(request) if offline else session.call(OPERATION, request)
    for finding in answer.findings:
        yield place(subject.document, finding)


def _offline(request: LintRequest) -> LintResponse:
    """Without a store."""
    from argosy.operations.lint import found_in

    return found_in(request)
