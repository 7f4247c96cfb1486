"""What `lint` finds becomes text: for people, and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct

from argosy.cli.printers.style import BLUE, DEFAULT, GREEN, RED, YELLOW, Style

INDENT = "   "
LEVELS = ("error", "warning", "info", "style")
MARKS = {"error": ("✖", RED), "warning": ("⚠", YELLOW), "info": ("ℹ", BLUE), "style": ("·", DEFAULT)}
LONGEST_LINE = 160
ANNOTATIONS = {"error": "error", "warning": "warning"}
"""The levels of annotations in GitHub's workflows; everything else is a notice."""


class Complaint(Struct, frozen=True):
    """Something that is wrong at a place; `title` names the document, `source` is the line that it stands in."""

    level: str
    line: int
    column: int
    title: str
    message: str
    hint: str = ""
    rule: str = ""
    source: str = ""

    @property
    def place(self) -> str:
        """`12:3`, as far as it is known."""
        return ":".join(str(number) for number in (self.line, self.column) if number)

    @property
    def text(self) -> str:
        """What is wrong, with the document's name."""
        return f"in {self.title}: {self.message}" if self.title else self.message


class Report(Struct):
    """All that is wrong with a file. `linted`: there was something in it to check."""

    file: str
    linted: bool
    complaints: list[Complaint]


class Pretty:
    """For people."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def report(self, report: Report) -> str:
        """The complaints of one file below its name."""
        if not report.complaints:
            return ""
        lines = [f"{self.style.paint(report.file, 4)}:"]
        for each in report.complaints:
            mark = self.style.paint(*MARKS[each.level])
            place = f"{report.file}:{each.place} " if each.place else ""
            lines.append(f"{INDENT}{mark} {place}{each.text}")
            lines += self._excerpt(each) if each.level in ("error", "warning") else []
            if each.hint:
                lines.append(f"{INDENT}  hint: {each.hint}")
        return "\n".join(lines) + "\n\n"

    def _excerpt(self, complaint: Complaint) -> list[str]:
        """The line that it is about, with a caret under the place."""
        text, column = complaint.source.rstrip().replace("\t", " "), complaint.column
        if not text or len(text) > LONGEST_LINE or not text.isprintable() or not 0 < column <= len(text):
            return []
        number = f"{INDENT}{complaint.line:5} | "
        return [number + text, " " * (len(number) - 2) + "| " + " " * (column - 1) + self.style.paint("^", RED)]

    def summary(self, reports: Sequence[Report]) -> str:
        """The last line."""
        errors = _errors(reports)
        if errors:
            return self.style.paint(f"✖ {errors} linting errors found!", RED) + "\n"
        if not any(report.linted for report in reports):
            return self.style.paint("✖ found nothing to lint in the specified paths, failing...", RED) + "\n"
        return f"{self.style.paint('✔', GREEN)} no linting errors found!\n"


class Simple:
    """For programs: one line each, beginning with file, line and column."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def report(self, report: Report) -> str:
        """The complaints of one file."""
        return "".join(f"{_prefix(report.file, each)} {each.text}\n" for each in report.complaints)

    def summary(self, reports: Sequence[Report]) -> str:
        """The last line, where there are no errors."""
        if _errors(reports):
            return ""
        if not any(report.linted for report in reports):
            return "found nothing to lint in the specified paths, failing...\n"
        return "no linting errors found!\n"


class Json:
    """For programs: one list of everything, when all is known."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def report(self, report: Report) -> str:  # noqa: ARG002
        """Nothing yet."""
        return ""

    def summary(self, reports: Sequence[Report]) -> str:
        """The list."""
        rows = [
            {
                "file": report.file,
                "line": each.line,
                "column": each.column,
                "level": each.level,
                "rule": each.rule,
                "object": each.title,
                "message": each.message,
                "hint": each.hint,
            }
            for report in reports
            for each in report.complaints
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


class GitHub:
    """For a run of GitHub Actions, which shows them at the lines of a pull request."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def report(self, report: Report) -> str:
        """The complaints of one file as annotations."""
        return "".join(self._annotation(report.file, each) for each in report.complaints)

    def _annotation(self, file: str, complaint: Complaint) -> str:
        given = {"file": file, "line": complaint.line, "col": complaint.column, "title": f"argosy {complaint.rule}"}
        fields = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in given.items() if value)
        text = complaint.text + (f"\nhint: {complaint.hint}" if complaint.hint else "")
        return f"::{ANNOTATIONS.get(complaint.level, 'notice')} {fields}::{_escaped(text)}\n"

    def summary(self, reports: Sequence[Report]) -> str:
        """The last line, as in `simple`."""
        return Simple(self.style).summary(reports)


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{more}" else sign for sign in text)


def _prefix(file: str, complaint: Complaint) -> str:
    place = f"{file}:{complaint.place}:" if complaint.place else f"{file}:"
    return place if complaint.level == "error" else f"{place} {complaint.level}:"


def _errors(reports: Sequence[Report]) -> int:
    return sum(complaint.level == "error" for report in reports for complaint in report.complaints)


PRINTERS = {"pretty": Pretty, "simple": Simple, "json": Json, "github": GitHub}
