"""argosy controller: be the engine of a home. Whoever needs one in the background starts it so."""

from __future__ import annotations

import click

from argosy.cli.command import verb
from argosy.cli.session import Session


@verb()
@click.option("--leave-when-idle", is_flag=True, help="End when there is nothing left to do.")
@click.pass_obj
def command(session: Session, leave_when_idle: bool) -> int:
    """Be the engine of this home, until interrupted."""
    from argosy.bootstrap import run_controller

    return 0 if run_controller(session.settings, leave_when_idle=leave_when_idle) else 1
