"""argosy resume"""

from __future__ import annotations

import click

from argosy.cli.command import verb, workflows
from argosy.cli.follow import Target, attend_for, get, settle, state, target
from argosy.cli.session import Session
from argosy.model.requests import WorkflowResumeRequest
from argosy.operations.resume import OPERATION

PATIENCE = 5.0
"""Seconds that a workflow which is on its way to a suspend node has to get there."""


@verb()
@workflows()
@click.option(
    "--node-field-selector", default="", metavar="SELECTOR", help="Resume only nodes like this: displayName=approve"
)
@click.pass_obj
def command(session: Session, names: tuple[str, ...], node_field_selector: str) -> int:
    """Go on with a suspended workflow.

    One that has a suspend step and has not come to it yet gets five seconds to do so.
    """
    if not names and not node_field_selector:
        raise click.UsageError("requires either node field selector or workflow")
    for name in names:
        which = target(session, name)
        _let_it_come(session, which)
        request = WorkflowResumeRequest(
            namespace=which.namespace, name=which.name, node_field_selector=node_field_selector
        )
        session.call(OPERATION, request)
        settle(session, which)
        click.echo(f"workflow {which.name} resumed")
    return 0


def _let_it_come(session: Session, which: Target) -> None:
    """`submit` and `resume` in one line: the resume must not come too early to have an effect."""

    def ready() -> bool:
        now = state(session, which)
        return now.finished or now.summary.suspended

    if not ready() and any(template.suspend is not None for template in get(session, which).spec.templates):
        attend_for(session, PATIENCE, ready)
