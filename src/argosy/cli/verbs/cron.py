"""argosy cron"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from msgspec.structs import replace

from argosy.cli.command import GLOBAL_OPTIONS, NAMES, SELECTOR, output_option, verb
from argosy.cli.console import Told, complain, note
from argosy.cli.files import parameters, placed
from argosy.cli.follow import now
from argosy.cli.session import Session
from argosy.cli.show import View
from argosy.cli.templates import FILES, FORM, STRICT, AnyOperation, deleter, linter, read
from argosy.errors import ExpressionError, InvalidRequest
from argosy.model.cron import CronWorkflow
from argosy.model.requests import SubmitOpts
from argosy.model.workflow import Workflow
from argosy.operations import backfill, cron
from argosy.operations.options import with_options
from argosy.operations.templates import TemplateListRequest, TemplatePutRequest, TemplateRequest

RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST"
CRONS = click.argument("names", nargs=-1, required=True, metavar="CRON_WORKFLOW...")


@click.group(params=GLOBAL_OPTIONS(), context_settings={"help_option_names": NAMES}, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Keep and show workflows that are begun by the clock.

    An engine fires them: one in the background, which these verbs start where there is none, or argosy controller.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _writer(name: str, help_: str, operation: AnyOperation) -> None:
    @verb(name=name, help=help_)
    @FILES
    @click.option("-p", "--parameter", multiple=True, metavar="NAME=VALUE", help="Pass a parameter.")
    @click.option("-f", "--parameter-file", default="", type=click.Path(), metavar="FILE", help="Pass all of a file.")
    @click.option("--name", default="", help="Override metadata.name.")
    @click.option("--generate-name", default="", help="Override metadata.generateName.")
    @click.option("--entrypoint", default="", help="Override the entrypoint.")
    @click.option("--serviceaccount", default="", help="Override the service account.")
    @click.option("-l", "--labels", default="", metavar="A=B,...", help="Add labels to the cron workflow.")
    @click.option("--schedule", default="", help="Override the schedules.", hidden=name != "create")
    @STRICT
    @FORM
    @click.pass_obj
    def write(session: Session, paths: Sequence[str], strict: bool, output: str, **options: Any) -> int:
        found = list(read(paths, "CronWorkflow", strict=strict))
        if not found:
            raise InvalidRequest("No CronWorkflows found in given files")
        for document, manifest in found:
            request = TemplatePutRequest(namespace=session.namespace, template=_meant(manifest, options))
            try:
                kept = session.call(operation, request)
            except InvalidRequest as error:
                for each in placed(document, error):
                    complain(each)
                raise Told from error
            _show(kept, output)
        _say_who_fires(session)
        return 0

    command.add_command(write)


def _meant(manifest: CronWorkflow, options: dict[str, Any]) -> CronWorkflow:
    """The CronWorkflow with what the options say."""
    given = list(options["parameter"])
    names = {each.partition("=")[0] for each in given}
    if options["parameter_file"]:
        given += [each for each in parameters(options["parameter_file"]) if each.partition("=")[0] not in names]
    wanted = SubmitOpts(
        name=options["name"],
        generate_name=options["generate_name"],
        entry_point=options["entrypoint"],
        service_account=options["serviceaccount"],
        labels=options["labels"],
        parameters=given,
    )
    workflow = with_options(Workflow(metadata=manifest.metadata, spec=manifest.spec.workflow_spec), wanted)
    spec = replace(manifest.spec, workflow_spec=workflow.spec)
    if options["schedule"]:
        spec = replace(spec, schedules=[options["schedule"]])
    meta = replace(workflow.metadata, name="") if wanted.generate_name and not wanted.name else workflow.metadata
    return replace(manifest, metadata=meta, spec=spec)


def _changer(name: str, help_: str, operation: AnyOperation, done: str, then: Callable[[Session], None]) -> None:
    @verb(name=name, help=help_)
    @CRONS
    @click.pass_obj
    def change(session: Session, names: Sequence[str]) -> int:
        for each in names:
            session.call(operation, TemplateRequest(namespace=session.namespace, name=each))
            click.echo(f"CronWorkflow '{each}' {done}")
        then(session)
        return 0

    command.add_command(change)


@verb(name="get", help="Show cron workflows.")
@CRONS
@FORM
@click.pass_obj
def get(session: Session, names: Sequence[str], output: str) -> int:
    """Show cron workflows."""
    for each in names:
        _show(session.call(cron.GET, TemplateRequest(namespace=session.namespace, name=each)), output)
    _look_after(session)
    return 0


@verb(name="list", help="List cron workflows.")
@click.option("-A", "--all-namespaces", is_flag=True, help="Those of all namespaces.")
@SELECTOR
@output_option("wide", "name")
@click.pass_obj
def list_(session: Session, all_namespaces: bool, selector: str, output: str) -> int:
    """List cron workflows."""
    from argosy.cli.printers.cron import table

    namespace = "" if all_namespaces else session.namespace
    items = session.call(cron.LIST, TemplateListRequest(namespace=namespace, label_selector=selector)).items
    if output == "name":
        sys.stdout.write("".join(f"{each.metadata.name}\n" for each in items))
    else:
        sys.stdout.write(table(items, now(), namespaces=all_namespaces))
    _look_after(session)
    return 0


@verb(name="backfill", help="Run what a cron workflow would have run between two times.")
@click.argument("name", metavar="CRON_WORKFLOW")
@click.argument("more", metavar="", nargs=-1)
@click.option("--name", "backfill_name", default="", help="The name of the backfill.")
@click.option("--start", required=True, metavar="TIME", help="From when on: Wed, 21 Oct 2026 15:28:00 GMT")
@click.option("--end", default="", metavar="TIME", help="Until when; else until now.")
@click.option("--parallel", is_flag=True, help="Run all of them at once.")
@click.option("--argname", default="cronScheduleTime", help="The argument that has the scheduled time.")
@click.option("--format", "layout", default=RFC1123, help="How the times are written, as Go's layout.")
@click.option("--maxworkflowcount", default=1000, help="How many runs one workflow creates at most.")
@click.pass_obj
def fill(
    session: Session, name: str, more: Sequence[str], backfill_name: str, start: str, end: str, **options: Any
) -> int:
    """Run what a cron workflow would have run between two times."""
    import secrets

    if any(word != "true" for word in more):  # Argo's users write `--parallel true`
        raise click.UsageError("one cron workflow at a time")
    layout, backfill_name = options["layout"], backfill_name or secrets.token_hex(3)[:5]
    until = _moment(end, layout) if end else now()
    request = backfill.BackfillRequest(
        namespace=session.namespace,
        cron=name,
        name=backfill_name,
        start=_moment(start, layout),
        end=until,
        parallel=options["parallel"],
        argument=options["argname"],
        limit=options["maxworkflowcount"],
    )
    made = session.call(backfill.OPERATION, request)
    if not made.count:
        click.echo("There is no suitable scheduling time.")
        return 0
    rule = "=" * 50
    click.echo(f"Created {backfill_name} Backfill task for Cronworkflow {name}\n{rule}\nBackfill Period :")
    click.echo(f"Start Time : {start}\n  End Time : {end or until.strftime('%a, %d %b %Y %H:%M:%S UTC')}")
    click.echo(f"Total Backfill Schedule: {made.count}\n{rule}\nBackfill Workflows:\n   NAMESPACE\t WORKFLOW:")
    for number, workflow in enumerate(made.workflows, 1):
        click.echo(f"{number}. {session.namespace} \t {workflow}")
    return 0


def _moment(text: str, layout: str) -> datetime:
    from argosy.language.times import parse_time

    try:
        return datetime.fromtimestamp(parse_time(layout, text).seconds, UTC)
    except ExpressionError as error:
        raise InvalidRequest(
            error.message, hint="write it like the layout, or give another one with --format"
        ) from None


def _show(found: CronWorkflow, form: str) -> None:
    if form == "name":
        click.echo(found.metadata.name)
    elif form in ("json", "yaml"):
        from argosy.cli.printers.encode import json_text, yaml_text

        sys.stdout.write(json_text(found, 4) if form == "json" else yaml_text(found))
    else:
        from argosy.cli.printers.cron import describe

        sys.stdout.write(describe(found, View.of("").style, now()))


def _say_who_fires(session: Session) -> None:
    """Say what has to go on running for it."""
    if session.on_cluster:
        text = "the controller of the cluster fires it: argosy controller --store kubernetes, or Argo's"
    elif not session.call(cron.ENGINE, cron.CronEngineRequest()).wanted:
        return
    else:
        text = (
            "an engine in the background fires it as long as this machine is on; after a restart: argosy controller, "
            "or any argosy cron (docs/cron.md)"
        )
    if not session.quiet:
        note(f"argosy: {text}")


def _look_after(session: Session) -> None:
    """See to it that there is an engine, and say so where there was none: nothing has fired meanwhile."""
    if not session.on_cluster and not session.call(cron.ENGINE, cron.CronEngineRequest()).running and not session.quiet:
        note("argosy: no engine was running, so nothing has fired since the last one ended; one is started now")


_writer("create", "Keep new cron workflows.", cron.CREATE)
_writer("update", "Put cron workflows in the place of those of their names.", cron.UPDATE)
_changer("suspend", "Let nothing of cron workflows begin.", cron.SUSPEND, "suspended", _look_after)
_changer("resume", "Let cron workflows begin their runs again.", cron.RESUME, "resumed", _say_who_fires)
command.add_command(
    deleter("CronWorkflow", "cron workflow", cron.LIST, cron.DELETE, fate="Their runs go, too; active ones are ended.")
)
command.add_command(linter("CronWorkflow", "cron workflow"))
for each in (get, list_, fill):
    command.add_command(each)
