"""A workflow is printed in the form that `-o` and the other flags ask for."""

from __future__ import annotations

import sys
from typing import NamedTuple

import click

from argosy.cli.console import colored, note
from argosy.cli.follow import now
from argosy.cli.printers.style import Style
from argosy.model.kinds import SUCCEEDED
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.operations.state import State
from argosy.operations.target import selected


class View(NamedTuple):
    """How to print a workflow: the form, the style, and which nodes."""

    form: str = ""
    style: Style = Style()
    selector: str = ""

    @classmethod
    def of(
        cls,
        form: str,
        *,
        no_color: bool = False,
        no_utf8: bool = False,
        status: str = "",
        node_field_selector: str = "",
    ) -> View:
        """From the flags. Raises UsageError for two that contradict each other."""
        if status and node_field_selector:
            raise click.UsageError("cannot use both --status and --node-field-selector")
        style = Style(color=colored(sys.stdout, no_color=no_color), utf8=not no_utf8)
        return cls(form, style, f"phase={status}" if status else node_field_selector)

    def shows(self, node: NodeStatus) -> bool:
        """Whether a node is one of those to print."""
        return not self.selector or bool(selected([node], self.selector))


def text(workflow: Workflow, view: View) -> str:
    """The workflow in the form that is wanted."""
    if view.form == "name":
        return f"{workflow.metadata.name or workflow.metadata.generate_name}\n"
    if view.form in ("json", "yaml"):
        from argosy.cli.printers.encode import json_text, yaml_text

        return json_text(workflow, 4) if view.form == "json" else yaml_text(workflow)
    from argosy.cli.printers.workflow import describe

    return describe(workflow, view.style, now(), form=view.form, shown=view.shows)


def show(workflow: Workflow, view: View) -> None:
    """Print it."""
    sys.stdout.write(text(workflow, view))
    sys.stdout.flush()


def say_finished(state: State) -> None:
    """Print that a workflow has finished, and when."""
    summary = state.summary
    end = f"{summary.finished_at.astimezone():%Y-%m-%d %H:%M:%S %z %Z}" if summary.finished_at else "an unknown time"
    click.echo(f"{summary.name} {summary.phase} at {end}")
    if summary.message and summary.phase != SUCCEEDED:
        note(f"argosy: {summary.name}: {summary.message}\nhint: argosy why {summary.name}")
