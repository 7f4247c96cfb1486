"""argosy version"""

from __future__ import annotations

import os
import sys

import click

from argosy import __version__
from argosy.cli.command import verb


@verb()
@click.option("--short", is_flag=True, help="Print just the version number.")
def command(short: bool) -> int:
    """Show the version."""
    click.echo(f"argosy: v{__version__}")
    if not short:
        machine = os.uname()
        click.echo(f"  Python: {sys.version.split()[0]}")
        click.echo(f"  Platform: {machine.sysname.lower()}/{machine.machine}")
    return 0
