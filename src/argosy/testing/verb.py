"""argosy test"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from argosy.cli.command import verb
from argosy.errors import ArgosyError
from argosy.testing.suite import FileResult, run_file

FAILED = 1


@verb()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> int:
    """Play workflows as test files say, without running anything, on a clock that waits for nobody."""
    failed = total = 0
    for path in paths:
        try:
            result = run_file(path)
        except ArgosyError as error:
            click.echo(f"{error}" + (f"\nhint: {error.hint}" if error.hint else ""))
            failed += 1
            continue
        total += len(result.cases)
        failed += sum(bool(case.wrong) for case in result.cases)
        for line in lines(result):
            click.echo(line)
    click.echo(f"{total} tests, {failed} failed")
    return FAILED if failed else 0


def lines(result: FileResult) -> Iterator[str]:
    """What came of a file: a line for each case, what is wrong with it, and the branches that no case took."""
    yield f"{result.path}:"
    for case in result.cases:
        yield f"  {'✖' if case.wrong else '✔'} {case.name} ({case.seconds:g} s)"
        yield from (f"      {text}" for text in case.wrong)
    if result.branches:
        yield f"  {result.branches - len(result.untaken)} of {result.branches} branches taken"
        yield from (f"      never: {branch}" for branch in result.untaken)
