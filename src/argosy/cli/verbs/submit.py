"""argosy submit"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import click

from argosy.cli.command import NODE_SELECTOR, STATUS, output_option, verb
from argosy.cli.console import Told, complain, warn
from argosy.cli.files import decoded, documents, parameters, placed
from argosy.cli.follow import Target, follow_logs, wait, watch
from argosy.cli.session import Session
from argosy.cli.show import View, say_finished, show, text
from argosy.errors import InvalidRequest
from argosy.model.codec import Document
from argosy.model.kinds import SUCCEEDED
from argosy.model.meta import CreateOptions
from argosy.model.requests import SubmitOpts
from argosy.model.workflow import Workflow
from argosy.operations.logs import LogsRequest
from argosy.operations.placement import ON_CLUSTER, PLACEMENT
from argosy.operations.submit import OPERATION, SubmitRequest, Submitted
from argosy.operations.submit_from import OPERATION as FROM
from argosy.operations.submit_from import SubmitFromRequest

SCHEDULED_TIME = "workflows.argoproj.io/scheduled-time"
DRY = CreateOptions(dry_run=["All"])


class Job(NamedTuple):
    """What to submit: a workflow, and the document that it is from; or kind and name of what it is made from."""

    document: Document | None = None
    workflow: Workflow = Workflow()
    source: tuple[str, str] | None = None


@verb()
@click.argument("files", nargs=-1, type=click.Path(), metavar="[FILE|URL|-]...")
@click.option("-p", "--parameter", multiple=True, metavar="NAME=VALUE", help="Pass a parameter.")
@click.option(
    "-f",
    "--parameter-file",
    default="",
    type=click.Path(),
    metavar="FILE",
    help="Pass all parameters of a YAML or JSON file.",
)
@click.option("--name", default="", help="Override metadata.name.")
@click.option("--generate-name", default="", help="Override metadata.generateName.")
@click.option("--entrypoint", default="", help="Override spec.entrypoint.")
@click.option("--serviceaccount", default="", help="Override spec.serviceAccountName.")
@click.option("-l", "--labels", default="", metavar="A=B,...", help="Add labels.")
@click.option("--priority", type=int, default=None, help="Override spec.priority.")
@click.option("--from", "source", default="", metavar="KIND/NAME", help="Submit from a template or a cron workflow.")
@click.option("--scheduled-time", default="", metavar="TIME", help="What workflow.scheduledTime is to be (RFC 3339).")
@click.option("--dry-run", is_flag=True, help="Print the workflow without creating it.")
@click.option("--server-dry-run", is_flag=True, help="The same, with what would be set when it is created.")
@click.option("--strict", is_flag=True, help="Refuse a workflow with fields that have no effect on this machine.")
@click.option("--executor", type=click.Choice(["process", *ON_CLUSTER]), help="As what its steps run.")
@click.option("-w", "--wait", is_flag=True, help="Wait until it completes; exit code 1 if it failed.")
@click.option("--watch", is_flag=True, help="The same, with its tree on the screen.")
@click.option("--log", is_flag=True, help="The same, with its logs.")
@output_option("name", "json", "yaml", "wide")
@STATUS
@NODE_SELECTOR
@click.pass_obj
def command(session: Session, files: Sequence[str], **options: Any) -> int:
    """Run a workflow.

    \b
    argosy submit my.yaml                         start it, and print how to find it again
    argosy submit my.yaml --watch                 watch it until it completes
    argosy submit my.yaml -p message=hi --log     pass a parameter, and show the logs
    cat my.yaml | argosy submit - --wait -o name  from standard input, for scripts
    argosy submit --from workflowtemplate/mine    made from a template that is kept

    Ctrl-C leaves the workflow running.
    """
    _check_source(files, options)
    jobs = [job for file in files for job in _read(file, quiet=session.quiet)] or _made_from(options["source"])
    _check(jobs, options)
    if not jobs:
        raise InvalidRequest("no workflow found in given files")
    answers = _submit_all(session, jobs, options)
    if not session.quiet:
        _say_unhonoured(answers)
    return _follow(session, answers, options)


def _check_source(files: Sequence[str], options: dict[str, Any]) -> None:
    if options["source"] and files:
        raise click.UsageError("cannot combine --from with file arguments")
    if not options["source"] and not files:
        raise click.UsageError("name the files to submit, or - for standard input")


def _made_from(source: str) -> list[Job]:
    """The job of `--from`, if there is one."""
    kind, slash, name = source.partition("/")
    if source and not slash:
        raise InvalidRequest(
            f"resource identifier '{source}' is malformed. Should be `kind/name`, e.g. cronwf/hello-world-cwf"
        )
    return [Job(source=(kind, name))] if source else []


def _check(jobs: Sequence[Job], options: dict[str, Any]) -> None:
    """Refuse flags that contradict each other, in Argo's words."""
    dry, server_dry = options["dry_run"], options["server_dry_run"]
    if options["watch"] and len(jobs) > 1:
        raise click.UsageError("cannot watch more than one workflow")
    if options["watch"] and options["wait"]:
        raise click.UsageError("--wait cannot be combined with --watch")
    for waiting in ("watch", "wait", "log"):
        for flag, given in (("--dry-run", dry), ("--server-dry-run", server_dry)):
            if options[waiting] and given:
                raise click.UsageError(f"--{waiting} cannot be combined with {flag}")
    if dry and server_dry:
        raise click.UsageError("--dry-run cannot be combined with --server-dry-run")
    if (dry or server_dry) and not options["output"]:
        raise click.UsageError(f"--{'server-' * server_dry}dry-run should have an output option")


def _read(file: str, *, quiet: bool) -> list[Job]:
    """The workflows of a file; other kinds are left out, with a warning."""
    jobs: list[Job] = []
    for document in documents(file):
        if document.kind in ("Workflow", ""):
            jobs.append(Job(document, decoded(document)))
        elif not quiet:
            name = (document.data.get("metadata") or {}).get("name", "")
            warn(f"{file}: {document.kind} {name} is not of kind Workflow and left out (argosy apply keeps it)")
    return jobs


def _options(options: dict[str, Any]) -> SubmitOpts:
    given = list(options["parameter"])
    for each in given:
        if "=" not in each:
            raise click.UsageError(f"expected parameter of the form: NAME=VALUE. Received: {each}")
    names = {each.partition("=")[0] for each in given}
    if options["parameter_file"]:
        given += [each for each in parameters(options["parameter_file"]) if each.partition("=")[0] not in names]
    annotations = {SCHEDULED_TIME: options["scheduled_time"], PLACEMENT: options["executor"]}
    return SubmitOpts(
        name=options["name"],
        generate_name=options["generate_name"],
        entry_point=options["entrypoint"],
        service_account=options["serviceaccount"],
        labels=options["labels"],
        annotations=",".join(f"{name}={value}" for name, value in annotations.items() if value),
        priority=options["priority"],
        parameters=given,
    )


def _submit_all(session: Session, jobs: Sequence[Job], options: dict[str, Any]) -> list[Submitted]:
    """Create all of them, or none."""
    wanted = _options(options)
    rehearsals = [DRY] if options["dry_run"] else [None] if len(jobs) == 1 else [DRY, None]
    answers: list[Submitted] = []
    for create_options in rehearsals:
        answers = [_submit(session, job, wanted, create_options, options) for job in jobs]
    return answers


def _submit(
    session: Session, job: Job, wanted: SubmitOpts, create_options: CreateOptions | None, options: dict[str, Any]
) -> Submitted:
    more = {
        "namespace": session.namespace,
        "submit_options": wanted,
        "create_options": create_options,
        "server_dry_run": options["server_dry_run"],
        "strict": options["strict"],
    }
    try:
        if job.source is None:
            return session.call(OPERATION, SubmitRequest(workflow=job.workflow, **more))
        kind, name = job.source
        return session.call(FROM, SubmitFromRequest(resource_kind=kind, resource_name=name, **more))
    except InvalidRequest as error:
        problems = getattr(error, "problems", [error])
        for each in placed(job.document, error) if job.document else problems:
            complain(InvalidRequest(each.message, hint=each.hint) if job.document is None else each)
        raise Told from error


def _say_unhonoured(answers: Sequence[Submitted]) -> None:
    """Say once what has no effect on this machine."""
    lines = dict.fromkeys(line for answer in answers for line in answer.unhonoured.splitlines())
    if lines:
        warn("\n  ".join(["without effect on this machine (--strict makes it an error):", *lines]))


def _follow(session: Session, answers: Sequence[Submitted], options: dict[str, Any]) -> int:
    """Print what was created and do what is to be done then; gives the exit code."""
    selected = {name: options[name] for name in ("status", "node_field_selector")}
    form = options["output"]
    live = options["watch"] and not options["log"] and not form and sys.stdout.isatty()
    for answer in answers if not live else ():
        show(answer.workflow, View.of(form, **selected))
    if options["dry_run"] or options["server_dry_run"]:
        return 0
    metas = [answer.workflow.metadata for answer in answers]
    targets = [Target(meta.namespace, meta.name, meta.uid) for meta in metas]
    good = True
    if options["log"]:
        good = all(list(map(partial(_log, session), targets)))
    if options["wait"]:
        good = wait(session, targets, say_finished if form in ("", "wide") else lambda _: None)
    elif options["watch"]:
        view = View.of("wide" if form == "wide" else "", **selected)
        good = watch(session, targets[0], lambda workflow: text(workflow, view)).status.phase == SUCCEEDED
    return 0 if good else 1


def _log(session: Session, which: Target) -> bool:
    request = LogsRequest(namespace=which.namespace, name=which.name, follow=True)
    return follow_logs(session, which, request, View.of("").style) == SUCCEEDED
