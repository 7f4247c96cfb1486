"""argosy why"""

from __future__ import annotations

from collections.abc import Iterator

import click

from argosy.cli.command import verb
from argosy.cli.session import Session
from argosy.operations.why import OPERATION, WhyRequest
from argosy.ports.why import Why

MOST = 10
"""So many causes of one thing are shown."""


@verb()
@click.argument("name")
@click.argument("node", required=False, default="")
@click.pass_obj
def command(session: Session, name: str, node: str) -> int:
    """Say why a workflow, or one of its nodes, is as it is: a sentence, and below it what it follows from."""
    request = WhyRequest(namespace=session.namespace, name=name, node=node)
    for line in lines(session.call(OPERATION, request)):
        click.echo(line)
    return 0


def lines(why: Why, depth: int = 0) -> Iterator[str]:
    """The explanation as indented lines."""
    head = f"{why.what} {why.phase}".strip() if why.phase else why.what
    separator = ": " if why.phase and why.text else " "
    yield f"{'  ' * depth}{head}{separator}{why.text}".rstrip()
    for cause in why.causes[:MOST]:
        yield from lines(cause, depth + 1)
    if len(why.causes) > MOST:
        yield f"{'  ' * (depth + 1)}and {len(why.causes) - MOST} more"
