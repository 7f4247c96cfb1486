"""argosy list"""

from __future__ import annotations

import sys
from typing import Any

import click

from argosy.cli.command import FIELD_SELECTOR, SELECTOR, output_option, verb
from argosy.cli.follow import Target, get, now
from argosy.cli.printers.list import in_order, table
from argosy.cli.select import listed
from argosy.cli.session import Session
from argosy.cli.values import AGE
from argosy.ports.store import WorkflowSummary


@verb()
@click.option("-A", "--all-namespaces", is_flag=True, help="Workflows of all namespaces.")
@click.option("--prefix", default="", help="Only workflows whose names begin so.")
@click.option("--older", type=AGE, help="Only workflows that finished before that long: 10m, 3h, 1d.")
@click.option("--since", type=AGE, help="Only workflows created within that long: 10m, 3h, 1d.")
@click.option("--status", multiple=True, metavar="PHASES", help="Only workflows in these phases (comma separated).")
@click.option("--completed", is_flag=True, help="Only workflows that have finished.")
@click.option("--running", is_flag=True, help="Only workflows that have not finished.")
@click.option("--resubmitted", is_flag=True, help="Only workflows that were resubmitted.")
@SELECTOR
@FIELD_SELECTOR
@click.option("--chunk-size", type=int, default=0, help="How many to fetch at once; 0 for all.")
@click.option("--no-headers", is_flag=True, help="Without the line of column names.")
@output_option("name", "json", "yaml", "wide")
@click.pass_obj
def command(session: Session, output: str, no_headers: bool, **conditions: Any) -> int:
    """List workflows: those that run first."""
    found = in_order(listed(session, conditions))
    if output in ("json", "yaml"):
        sys.stdout.write(_encoded(session, found, output))
    elif not found:
        click.echo("No workflows found")
    elif output == "name":
        click.echo("\n".join(each.name for each in found))
    else:
        namespaces = conditions["all_namespaces"]
        text = table(found, now(), namespaces=namespaces, wide=output == "wide", headers=not no_headers)
        sys.stdout.write(text)
    return 0


def _encoded(session: Session, found: list[WorkflowSummary], form: str) -> str:
    from argosy.cli.printers.encode import json_text, yaml_text

    workflows = [get(session, Target(each.namespace, each.name)) for each in found]
    return json_text(workflows, 2) if form == "json" else yaml_text(workflows)
