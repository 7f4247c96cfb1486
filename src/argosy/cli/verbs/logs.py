"""argosy logs"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

import click

from argosy.cli.command import NO_COLOR, SELECTOR, verb, workflows
from argosy.cli.console import colored
from argosy.cli.follow import follow_logs, now, print_line, target
from argosy.cli.printers.style import Style
from argosy.cli.session import Session
from argosy.cli.values import DURATION
from argosy.operations.logs import OPERATION, LogsRequest


@verb()
@workflows("name", nargs=1, metavar="WORKFLOW")
@click.argument("pod", default="", metavar="[POD]")
@click.option("-c", "--container", default="main", help="The container whose log it is.")
@click.option("-f", "--follow", is_flag=True, help="Go on until the workflow, or the pod, has ended.")
@click.option("-p", "--previous", is_flag=True, help="The log of the container's run before this one.")
@click.option("--since", type=DURATION, help="Only lines newer than this: 5s, 2m, 3h.")
@click.option("--since-time", default="", metavar="TIME", help="Only lines after this moment (RFC 3339).")
@click.option("--tail", type=int, default=-1, help="Only so many lines from the end of each log.")
@click.option("--timestamps", is_flag=True, help="Begin each line with its time.")
@click.option("--grep", default="", metavar="REGEX", help="Only lines that match.")
@SELECTOR
@NO_COLOR
@click.pass_obj
def command(session: Session, name: str, pod: str, no_color: bool, **options: Any) -> int:
    """Show the logs of a workflow, or of one of its pods.

    POD is the pod's name, or a node's name, display name or ID.
    """
    which = target(session, name)
    request = LogsRequest(
        namespace=which.namespace,
        name=which.name,
        pod_name=pod,
        since=_since(options.pop("since"), options.pop("since_time")),
        tail=tail if (tail := options.pop("tail")) >= 0 else None,
        **options,
    )
    style = Style(color=colored(sys.stdout, no_color=no_color))
    if request.follow:
        follow_logs(session, which, request, style)
    else:
        for entry in session.call(OPERATION, request):
            print_line(entry.pod_name, entry.content, style)
    return 0


def _since(span: timedelta | None, moment: str) -> datetime | None:
    if span is not None and moment:
        raise click.UsageError("--since-time and --since cannot be used together")
    if span is not None:
        return now() - span
    if not moment:
        return None
    try:
        time = datetime.fromisoformat(moment)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise click.UsageError(f"--since-time: {moment!r} is no time: write 2026-01-31T12:00:00Z")
    return time
