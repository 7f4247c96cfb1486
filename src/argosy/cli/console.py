"""What is said beside the output: errors, warnings, bugs; and whether there may be colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from argosy.errors import ArgosyError, ManifestError

READ: dict[str, str] = {}
"""The texts that were read, by what errors call their files: to show the line that an error is about."""
LONGEST_LINE = 200

RED, YELLOW = 31, 33


class Told(Exception):
    """Something went wrong, and the user has been told what: the command ends with exit code 1."""


def colored(stream: TextIO, *, no_color: bool = False) -> bool:
    """Whether what is written there may have colours."""
    if no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def paint(text: str, code: int, on: bool) -> str:
    """The text in a colour, if colours are on."""
    return f"\x1b[{code}m{text}\x1b[0m" if on else text


def note(text: str) -> None:
    """Say something beside the output."""
    sys.stdout.flush()
    print(text, file=sys.stderr)


def warn(text: str) -> None:
    """Say that something may not be as it was meant."""
    note(f"argosy: {paint('warning:', YELLOW, colored(sys.stderr))} {text}")


def complain(error: ArgosyError, level: str = "error") -> None:
    """Say what is wrong, where, and what to do about it; as a "warning" where things go on all the same."""
    head = paint(f"{level}:", RED if level == "error" else YELLOW, colored(sys.stderr))
    lines = [f"argosy: {head} {error}"]
    if isinstance(error, ManifestError):
        lines += _excerpt(error)
    if error.hint:
        lines.append(f"hint: {error.hint}")
    note("\n".join(lines))


def complain_of_usage(error: click.ClickException) -> int:
    """The same for a line that is wrong; gives the exit code."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "argosy"
    message = error.format_message().rstrip(".")
    note(f"argosy: {paint('error:', RED, colored(sys.stderr))} {message[:1].lower()}{message[1:]}")
    note(f"hint: see {path} --help")
    return 2


def _excerpt(error: ManifestError) -> list[str]:
    """The line that the error is about, with a mark under the place."""
    lines = READ.get(error.file, "").split("\n")
    if error.file not in READ or not 0 < error.line <= len(lines):
        return []
    text = lines[error.line - 1].rstrip("\r")
    if len(text) > LONGEST_LINE or not text.isprintable():
        return []
    number = f"{error.line:5} | "
    mark = [" " * (len(number) + error.column - 1) + "^"] if 0 < error.column <= len(text) + 1 else []
    return [number + text, *mark]


def report_bug(error: Exception, words: Sequence[str], home: Path | None) -> int:
    """Say that there is a bug, and keep what is needed to find it; gives the exit code."""
    import traceback

    summary = traceback.format_exception_only(error)[-1].strip().split("\n")[0]
    where = ""
    with suppress(OSError):
        where = f"; a report is in {_write_report(error, words, home)}"
    note(f"argosy: {paint('bug:', RED, colored(sys.stderr))} {summary}{where}")
    note("hint: please tell us; ARGOSY_DEBUG=1 shows more")
    return 1


def _write_report(error: Exception, words: Sequence[str], home: Path | None) -> Path:
    import tempfile
    import time
    import traceback

    from argosy import __version__

    folder = (home or Path(tempfile.gettempdir())) / "crash"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{time.strftime('%Y-%m-%dT%H-%M-%S')}-{os.getpid()}.txt"
    head = f"argosy {__version__}, Python {sys.version}\n{words}\n\n"
    path.write_text(head + "".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    return path
