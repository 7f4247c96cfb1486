"""argosy wait"""

from __future__ import annotations

import click

from argosy.cli.command import verb, workflows
from argosy.cli.follow import Target, target, wait
from argosy.cli.session import Session
from argosy.cli.show import say_finished
from argosy.errors import NotFound


@verb()
@workflows()
@click.option("--ignore-not-found", is_flag=True, help="A workflow that does not exist is nothing to wait for.")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], ignore_not_found: bool) -> int:
    """Wait for workflows to complete.

    The exit code is 1 if one of them failed. Ctrl-C leaves them running.
    """
    targets: list[Target] = []
    for name in names:
        try:
            targets.append(target(session, name))
        except NotFound:
            if not ignore_not_found:
                raise
    return 0 if not targets or wait(session, targets, say_finished) else 1
