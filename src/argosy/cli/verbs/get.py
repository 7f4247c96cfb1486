"""argosy get"""

from __future__ import annotations

from typing import Any

import click

from argosy.cli.command import NO_COLOR, NO_UTF8, NODE_SELECTOR, STATUS, output_option, verb, workflows
from argosy.cli.session import Session
from argosy.cli.show import View, show
from argosy.operations.get import OPERATION, GetRequest


@verb()
@workflows(required=True, metavar="WORKFLOW...")
@output_option("name", "json", "yaml", "short", "wide")
@NO_COLOR
@NO_UTF8
@STATUS
@NODE_SELECTOR
@click.pass_obj
def command(session: Session, names: tuple[str, ...], output: str, **view: Any) -> int:
    """Show a workflow, with its tree of nodes.

    @latest is the newest workflow.
    """
    drawn = View.of(output, **view)
    for name in names:
        show(session.call(OPERATION, GetRequest(namespace=session.namespace, name=name)), drawn)
    return 0
