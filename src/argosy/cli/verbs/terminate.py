"""argosy terminate"""

from __future__ import annotations

import click

from argosy.cli.command import FIELD_SELECTOR, SELECTOR, verb, workflows
from argosy.cli.follow import settle
from argosy.cli.select import chosen
from argosy.cli.session import Session
from argosy.model.requests import WorkflowTerminateRequest
from argosy.operations.terminate import OPERATION


@verb()
@workflows()
@SELECTOR
@FIELD_SELECTOR
@click.option("--dry-run", is_flag=True, help="Only say what would be terminated.")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], dry_run: bool, **selectors: str) -> int:
    """End a workflow at once, without its exit handlers."""
    for which in chosen(session, names, selectors):
        if not dry_run:
            session.call(OPERATION, WorkflowTerminateRequest(namespace=which.namespace, name=which.name))
            settle(session, which)
        click.echo(f"workflow {which.name} terminated{' (dry-run)' if dry_run else ''}")
    return 0
