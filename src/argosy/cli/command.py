"""What all verbs have in common: options for all of them, and Go's way of writing flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from argosy.cli.session import Session

NAMES = ["-h", "--help"]
LEVELS = ("debug", "info", "warn", "error")
TRUE, FALSE = ("true", "True", "1"), ("false", "False", "0")


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep what a global option says, wherever on the line it stands: the last one counts."""
    if value:
        setattr(context.ensure_object(Session), f"given_{parameter.name}", value)


def GLOBAL_OPTIONS() -> list[click.Parameter]:  # noqa: N802
    """The options that can stand before and after the verb."""
    more = {"expose_value": False, "callback": _keep}
    return [
        click.Option(
            ["-n", "--namespace"], metavar="NAME", help="The namespace: else $ARGO_NAMESPACE, else default.", **more
        ),
        click.Option(["--home"], metavar="DIR", help="Where everything is kept: else $ARGOSY_HOME.", **more),
        click.Option(["--kubeconfig"], metavar="FILE", help="The workflows of the cluster of this kubeconfig.", **more),
        click.Option(["--context"], metavar="NAME", help="The workflows of this context's cluster.", **more),
        click.Option(["-q", "--quiet"], is_flag=True, help="No warnings.", **more),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say more of errors in Argosy itself.", **more),
        click.Option(
            ["--loglevel"],
            type=click.Choice(LEVELS),
            envvar="ARGO_LOGLEVEL",
            help="Argo's flag: error is like --quiet, debug like --verbose.",
            **more,
        ),
    ]


class Verb(click.Command):
    """A verb: it has the global options too, and takes `--flag=true` and `--flag=false`, as Go's command lines do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": NAMES})
        super().__init__(*args, **kwargs)
        self.params += GLOBAL_OPTIONS()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the arguments into the context."""
        return super().parse_args(ctx, list(self._go_flags(args)))

    def _go_flags(self, words: list[str]) -> Iterator[str]:
        options = [option for option in self.params if isinstance(option, click.Option) and option.is_flag]
        flags = {name: option for option in options for name in option.opts}
        rest = iter(words)
        for word in rest:
            name, equal, value = word.partition("=")
            if equal and name in flags and value in TRUE:
                yield name
            elif equal and name in flags and value in FALSE:
                yield from flags[name].secondary_opts[:1]
            else:
                yield word
            if word == "--":
                yield from rest


def verb(**attributes: Any) -> Callable[[Callable[..., int | None]], click.Command]:
    """Make a verb of a function, which gives the exit code."""
    return click.command(cls=Verb, **attributes)


def output_option(*forms: str) -> Callable[[Any], Any]:
    """`-o`, with these forms."""
    return click.option(
        "-o", "--output", type=click.Choice(forms), callback=lambda _, __, value: value or "", help="Output format."
    )


def workflow_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The names of workflows that begin so, for a shell to complete."""
    from argosy.operations.list import OPERATION, ListRequest

    session = context.obj if isinstance(context.obj, Session) else Session()
    request = ListRequest(namespace=session.namespace, name_prefix=incomplete)
    names = [each.name for each in session.call(OPERATION, request).items]
    return ["@latest", *names] if "@latest".startswith(incomplete) else names


def workflows(name: str = "names", *, metavar: str = "[WORKFLOW]...", **attributes: Any) -> Callable[[Any], Any]:
    """The argument that names workflows."""
    attributes.setdefault("nargs", -1)
    return click.argument(name, metavar=metavar, shell_complete=workflow_names, **attributes)


NO_COLOR = click.option("--no-color", is_flag=True, help="Disable colorized output.")
NO_UTF8 = click.option("--no-utf8", is_flag=True, help="Use plain 7-bits ascii characters.")
STATUS = click.option("--status", default="", metavar="PHASE", help="Show only nodes of this phase.")
NODE_SELECTOR = click.option(
    "--node-field-selector", default="", metavar="SELECTOR", help="Show only nodes like this: phase=Failed"
)
SELECTOR = click.option("-l", "--selector", default="", metavar="LABELS", help="Label selector: a=b,c!=d")
FIELD_SELECTOR = click.option("--field-selector", default="", metavar="FIELDS", help="Field selector: metadata.name=a")
