"""What `lint` finds becomes text: for people, and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from argosy.cli.printers.style import GREEN, RED, YELLOW, Style

INDENT = "   "


class Complaint(Struct, frozen=True):
    """Something that is wrong at a place; `title` names the document."""

    level: str
    line: int
    column: int
    title: str
    message: str
    hint: str = ""

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
            mark = self.style.paint("✖", RED) if each.level == "error" else self.style.paint("⚠", YELLOW)
            lines.append(f"{INDENT}{mark} {each.place + ' ' if each.place else ''}{each.text}")
            if each.hint:
                lines.append(f"{INDENT}  hint: {each.hint}")
        return "\n".join(lines) + "\n\n"

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


def _prefix(file: str, complaint: Complaint) -> str:
    place = f"{file}:{complaint.place}:" if complaint.place else f"{file}:"
    return place if complaint.level == "error" else f"{place} {complaint.level}:"


def _errors(reports: Sequence[Report]) -> int:
    return sum(complaint.level == "error" for report in reports for complaint in report.complaints)


PRINTERS = {"pretty": Pretty, "simple": Simple}
