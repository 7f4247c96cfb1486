"""argosy suspend"""

from __future__ import annotations

import click

from argosy.cli.command import verb, workflows
from argosy.cli.follow import settle, target
from argosy.cli.session import Session
from argosy.model.requests import WorkflowSuspendRequest
from argosy.operations.suspend import OPERATION


@verb()
@workflows()
@click.pass_obj
def command(session: Session, names: tuple[str, ...]) -> int:
    """Start nothing new of a workflow until it is resumed. What runs goes on."""
    for name in names:
        which = target(session, name)
        session.call(OPERATION, WorkflowSuspendRequest(namespace=which.namespace, name=which.name))
        settle(session, which)
        click.echo(f"workflow {which.name} suspended")
    return 0
