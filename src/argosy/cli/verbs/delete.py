"""argosy delete"""

from __future__ import annotations

from typing import Any

import click

from argosy.cli.command import FIELD_SELECTOR, SELECTOR, verb, workflows
from argosy.cli.follow import Target, settle, target
from argosy.cli.select import listed
from argosy.cli.session import Session
from argosy.cli.values import AGE
from argosy.errors import NotFound
from argosy.operations.delete import OPERATION, DeleteRequest

FILTERS = (
    "all",
    "all_namespaces",
    "completed",
    "resubmitted",
    "prefix",
    "selector",
    "field_selector",
    "older",
    "status",
)


@verb()
@workflows()
@click.option("--all", is_flag=True, help="All workflows of the namespace.")
@click.option("-A", "--all-namespaces", is_flag=True, help="Workflows of all namespaces.")
@click.option("--completed", is_flag=True, help="Workflows that have finished.")
@click.option("--resubmitted", is_flag=True, help="Workflows that were resubmitted.")
@click.option("--prefix", default="", help="Workflows whose names begin so.")
@click.option("--older", type=AGE, help="Workflows that finished before that long: 10m, 3h, 1d.")
@click.option("--status", multiple=True, metavar="PHASES", help="Workflows in these phases (comma separated).")
@SELECTOR
@FIELD_SELECTOR
@click.option("--query-chunk-size", "chunk_size", type=int, default=0, help="How many to look up at once; 0 for all.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--force", is_flag=True, help="Accepted as Argo's flag; there are no finalizers to override here.")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], dry_run: bool, force: bool, **conditions: Any) -> int:
    """Remove workflows, with their logs. What runs is ended first."""
    filtered = any(conditions[name] for name in FILTERS)
    if not names and not filtered:
        raise click.UsageError("requires either a workflow or other argument")
    targets = [Target(session.namespace, name) for name in names]
    if filtered:
        targets += [Target(each.namespace, each.name) for each in listed(session, conditions)]
    if not targets:
        click.echo("No resources found")
    for which in dict.fromkeys(targets):
        click.echo(_delete(session, which, dry_run, force))
    return 0


def _delete(session: Session, which: Target, dry_run: bool, force: bool) -> str:
    """Delete one, and say what became of it."""
    if dry_run:
        return f"Workflow '{which.name}' deleted (dry-run)"
    try:
        if which.name.startswith("@"):
            which = target(session, which.name)
        session.call(OPERATION, DeleteRequest(namespace=which.namespace, name=which.name, force=force))
    except NotFound:
        return f"Workflow '{which.name}' not found"
    settle(session, which)
    return f"Workflow '{which.name}' deleted"
