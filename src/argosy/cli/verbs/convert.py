"""argosy convert"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from argosy.cli.command import NO_COLOR, verb
from argosy.cli.console import colored, note, paint, warn
from argosy.cli.files import manifests_below, read_text
from argosy.cli.session import Session
from argosy.model.codec import encode_yaml
from argosy.model.conversion import Converted, convert, modern_documents

GREEN, RED = 32, 31


@verb()
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="FILE|FOLDER|URL|-...")
@click.option("-i", "--in-place", is_flag=True, help="Write the files instead of printing what becomes of them.")
@click.option("--diff", is_flag=True, help="Show what would be changed.")
@click.option("-o", "--output", type=click.Choice(["yaml", "json"]), help="Print the objects anew, without comments.")
@NO_COLOR
@click.pass_obj
def command(session: Session, paths: Sequence[str], output: str | None, no_color: bool, **options: bool) -> int:
    """Rewrite manifests for older versions of Argo with today's fields; comments and order stay as they are.

    What a person has to decide is told and left as it is.
    """
    if sum((bool(output), *options.values())) > 1:
        raise click.UsageError("only one of --in-place, --diff and --output can be given")
    shown: list[str] = []
    for path in manifests_below(paths):
        text = read_text(path)
        if output:
            shown += [
                json.dumps(each, indent=2) + "\n" if output == "json" else encode_yaml(each)
                for each in modern_documents(text, path)
            ]
            continue
        converted = convert(text, path)
        if options["diff"]:
            sys.stdout.writelines(_diff(path, text, converted.text, colored(sys.stdout, no_color=no_color)))
        elif options["in_place"]:
            _write(path, text, converted.text)
        else:
            shown.append(converted.text if converted.text.endswith("\n") else converted.text + "\n")
        if not session.quiet:
            _tell(path, converted, changed=options["in_place"])
    sys.stdout.write("---\n".join(shown))
    return 0


def _tell(path: str, converted: Converted, *, changed: bool) -> None:
    """What was changed, and what was not."""
    for change in converted.changes:
        if change.by_hand:
            warn(f"{path}:{change.line}: {change.field} is gone: {change.hint}")
        elif changed:
            note(f"{path}:{change.line}: {change.field} → {change.becomes or 'nothing'}")
    for line in converted.rewritten:
        warn(f"{path}:{line}: the document had to be written anew, without its comments")


def _write(path: str, before: str, after: str) -> None:
    """Write a file whose text has changed, with the ends of lines that it had."""
    if path == "-" or "://" in path:
        raise click.UsageError("only files can be changed in place")
    if after == before:
        return
    old = Path(path).read_bytes()
    text = after.replace("\n", "\r\n") if b"\r\n" in old else after
    Path(path).write_bytes((b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + text.encode())


def _diff(path: str, before: str, after: str, color: bool) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), path, path)
    for line in lines:
        end = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
        yield paint(end[:-1], GREEN if line[0] == "+" else RED, color) + "\n" if line[0] in "+-" else end
