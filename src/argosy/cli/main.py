"""The entry point of `argosy`: a line of words becomes an exit code, and whatever goes wrong a message.

0: done. 1: it could not be done, or a workflow that was waited for failed. 2: the line is wrong. 130: Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from argosy import __version__
from argosy.cli.command import GLOBAL_OPTIONS, NAMES
from argosy.cli.console import Told, complain, complain_of_usage, report_bug
from argosy.cli.session import Session
from argosy.cli.verbs import NOT_BUILT, VERBS
from argosy.errors import ArgosyError, NotSupported
from argosy.registry import Table

TABLE: Table[click.Command] = Table("verb", {name: verb.target for name, verb in VERBS.items()})
INTERRUPTED = 130
BROKEN_PIPE = 141


class Root(click.Group):
    """`argosy` itself. Verbs are imported when they are used; their one-line help is in the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs that help shows."""
        return [name for name, verb in VERBS.items() if not verb.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb of this name."""
        return TABLE[cmd_name] if cmd_name in TABLE else None  # noqa: SIM401

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the words name; `help VERB` is `VERB --help`."""
        name, *rest = args
        if name == "help":
            if not rest or rest[0] not in TABLE:
                click.echo(ctx.get_help())
                ctx.exit()
            name, rest = rest[0], ["--help"]
        if name in NOT_BUILT:
            raise NotSupported(f"not supported yet: argosy {name}")
        if name not in TABLE:
            raise click.UsageError(f"there is no verb {name!r}{_near(name)}", ctx)
        return name, TABLE[name], rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs and what they do."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items() if not verb.hidden])


def _near(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, TABLE, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


@click.group(
    cls=Root, params=GLOBAL_OPTIONS(), context_settings={"help_option_names": NAMES}, invoke_without_command=True
)
@click.version_option(__version__, message="argosy: v%(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Run Argo Workflows manifests on this machine.

    A workflow goes on when its terminal is closed, and after a crash. What it leaves behind is in $ARGOSY_HOME.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the command line of this process, and end the process."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str], session: Session | None = None) -> int:
    """Run one command; gives the exit code."""
    if "_ARGOSY_COMPLETE" in os.environ:
        root.main(list(words), prog_name="argosy")
    session = session or Session()
    try:
        code = _invoke(list(words), session)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.ClickException as error:
        return complain_of_usage(error)
    except Told:
        return 1
    except ArgosyError as error:
        complain(error)
        return error.exit_code
    except Exception as error:
        if session.verbose or os.environ.get("ARGOSY_DEBUG"):
            raise
        return report_bug(error, words, session.home)
    return code


def _invoke(words: list[str], session: Session) -> int:
    try:
        with root.make_context("argosy", words, obj=session) as context:
            return root.invoke(context) or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    finally:
        session.close()


def _silence() -> None:
    """Nobody reads what we write: keep the interpreter from complaining of that at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
