"""argosy stop"""

from __future__ import annotations

import click

from argosy.cli.command import FIELD_SELECTOR, SELECTOR, verb, workflows
from argosy.cli.follow import settle
from argosy.cli.select import chosen
from argosy.cli.session import Session
from argosy.model.requests import WorkflowStopRequest
from argosy.operations.stop import OPERATION


@verb()
@workflows()
@click.option("--message", default="", help="The message of the nodes that are failed with --node-field-selector.")
@click.option(
    "--node-field-selector",
    default="",
    metavar="SELECTOR",
    help="Fail only suspend nodes like this: displayName=approve",
)
@SELECTOR
@FIELD_SELECTOR
@click.option("--dry-run", is_flag=True, help="Only say what would be stopped.")
@click.pass_obj
def command(
    session: Session, names: tuple[str, ...], message: str, node_field_selector: str, dry_run: bool, **selectors: str
) -> int:
    """End a workflow: what runs is stopped, exit handlers run."""
    for which in chosen(session, names, selectors):
        if not dry_run:
            request = WorkflowStopRequest(
                namespace=which.namespace,
                name=which.name,
                node_field_selector=node_field_selector,
                message=message,
            )
            session.call(OPERATION, request)
            settle(session, which)
        click.echo(f"workflow {which.name} stopped{' (dry-run)' if dry_run else ''}")
    return 0
