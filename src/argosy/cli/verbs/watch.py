"""argosy watch"""

from __future__ import annotations

from typing import Any

import click

from argosy.cli.command import NO_COLOR, NO_UTF8, NODE_SELECTOR, STATUS, verb, workflows
from argosy.cli.follow import target, watch
from argosy.cli.session import Session
from argosy.cli.show import View, text
from argosy.model.kinds import SUCCEEDED


@verb()
@workflows("name", nargs=1, metavar="WORKFLOW")
@NO_COLOR
@NO_UTF8
@STATUS
@NODE_SELECTOR
@click.pass_obj
def command(session: Session, name: str, **view: Any) -> int:
    """Watch a workflow until it completes.

    On a terminal the tree is drawn again after every change; elsewhere it is printed once, at the end. The exit code is
    1 if the workflow failed. Ctrl-C leaves the workflow running.
    """
    drawn = View.of("", **view)
    workflow = watch(session, target(session, name), lambda workflow: text(workflow, drawn))
    return int(workflow.status.phase != SUCCEEDED)
