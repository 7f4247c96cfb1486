"""`argosy template` and `argosy cluster-template`: the same verbs for two kinds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from argosy.cli.command import GLOBAL_OPTIONS, NAMES, NO_COLOR, SELECTOR, output_option, verb
from argosy.cli.console import Told, complain, warn
from argosy.cli.files import decoded, documents, manifests_below, placed
from argosy.cli.follow import now
from argosy.cli.linting import KINDS
from argosy.cli.printers.lint import PRINTERS
from argosy.cli.printers.table import columns
from argosy.cli.printers.times import stamp
from argosy.cli.session import Session
from argosy.errors import InvalidRequest
from argosy.operations.templates import TemplateListRequest, TemplatePutRequest, TemplateRequest
from argosy.ports.operation import Operation

AnyOperation = Operation[Any, Any]
FILES = click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="FILE|FOLDER|URL|-...")
STRICT = click.option("--strict/--no-strict", default=True, help="Whether unknown fields are errors.")
FORM = output_option("name", "json", "yaml", "wide")


def group(
    kind: str,
    words: str,
    *,
    create: AnyOperation,
    get: AnyOperation,
    list_: AnyOperation,
    update: AnyOperation,
    delete: AnyOperation,
) -> click.Group:
    """The verbs for the templates of a kind, which users call `words`."""

    @click.group(
        params=GLOBAL_OPTIONS(),
        context_settings={"help_option_names": NAMES},
        invoke_without_command=True,
        help=f"Keep and show {words}s, for workflows to use.",
    )
    @click.pass_context
    def command(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            click.echo(context.get_help())

    command.add_command(_writer("create", f"Keep new {words}s.", kind, words, create))
    command.add_command(_getter(words, get))
    command.add_command(_lister(kind, words, list_))
    command.add_command(_writer("update", f"Put {words}s in the place of those of their names.", kind, words, update))
    command.add_command(deleter(kind, words, list_, delete))
    command.add_command(linter(kind, words))
    return command


def _writer(name: str, help_: str, kind: str, words: str, operation: AnyOperation) -> click.Command:
    @verb(name=name, help=help_)
    @FILES
    @STRICT
    @FORM
    @click.pass_obj
    def command(session: Session, paths: Sequence[str], strict: bool, output: str) -> int:
        found = list(read(paths, kind, strict=strict))
        if not found:
            raise InvalidRequest(f"No {words} found in given files")
        for document, template in found:
            try:
                kept = session.call(operation, TemplatePutRequest(namespace=session.namespace, template=template))
            except InvalidRequest as error:
                for each in placed(document, error):
                    complain(each)
                raise Told from error
            _show(kept, output)
        return 0

    return command


def _getter(words: str, operation: AnyOperation) -> click.Command:
    @verb(name="get", help=f"Show {words}s.")
    @click.argument("names", nargs=-1, required=True, metavar="NAME...")
    @FORM
    @click.pass_obj
    def command(session: Session, names: Sequence[str], output: str) -> int:
        for name in names:
            _show(session.call(operation, TemplateRequest(namespace=session.namespace, name=name)), output)
        return 0

    return command


def _lister(kind: str, words: str, operation: AnyOperation) -> click.Command:
    @click.pass_obj
    def command(session: Session, output: str, selector: str = "", all_namespaces: bool = False) -> int:
        namespace = "" if all_namespaces else session.namespace
        request = TemplateListRequest(namespace=namespace, label_selector=selector)
        metas = [each.metadata for each in session.call(operation, request).items]
        if output == "name":
            rows = [[meta.name] for meta in metas]
        elif all_namespaces:
            rows = [["NAMESPACE", "NAME"], *([meta.namespace, meta.name] for meta in metas)]
        else:
            rows = [["NAME"], *([meta.name] for meta in metas)]
        sys.stdout.write(columns(rows, 3))
        return 0

    decorated: Callable[..., int | None] = output_option("wide", "name")(SELECTOR(command))
    if kind == "WorkflowTemplate":
        decorated = click.option("-A", "--all-namespaces", is_flag=True, help="Those of all namespaces.")(decorated)
    return verb(name="list", help=f"List {words}s.")(decorated)


def deleter(
    kind: str, words: str, list_: AnyOperation, delete: AnyOperation, fate: str = "What runs is not touched."
) -> click.Command:
    """`delete`."""

    @verb(name="delete", help=f"Remove {words}s. {fate}")
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @click.option("--all", "everything", is_flag=True, help="All of them.")
    @click.pass_obj
    def command(session: Session, names: Sequence[str], everything: bool) -> int:
        if everything:
            request = TemplateListRequest(namespace=session.namespace)
            names = [each.metadata.name for each in session.call(list_, request).items]
        elif not names:
            raise click.UsageError(f"name the {words}s, or give --all")
        for name in names:
            session.call(delete, TemplateRequest(namespace=session.namespace, name=name))
            click.echo(f"{kind} '{name}' deleted")
        return 0

    return command


def linter(kind: str, words: str) -> click.Command:
    """`lint`."""

    @verb(name="lint", help=f"Check {words}s: files, and those in folders.")
    @FILES
    @STRICT
    @click.option("-o", "--output", type=click.Choice(list(PRINTERS)), default="pretty", help="Output format.")
    @NO_COLOR
    @click.pass_context
    def command(context: click.Context, **options: Any) -> int:
        from argosy.cli.verbs.lint import command as lint

        return context.invoke(lint, kinds=[KINDS[kind][0]], offline=False, **options)

    return command


def read(paths: Sequence[str], kind: str, *, strict: bool) -> Iterator[tuple[Any, Any]]:
    """The documents of this kind with what they describe; others are left out, with a warning."""
    for path in manifests_below(paths):
        for document in documents(path, strict=strict):
            if document.kind == kind:
                yield document, decoded(document, strict=strict)
            else:
                name = (document.data.get("metadata") or {}).get("name", "")
                warn(f"{path}: {document.kind or 'an object'} {name} is not of kind {kind} and left out")


def _show(template: Any, form: str) -> None:
    meta = template.metadata
    if form == "name":
        click.echo(meta.name)
    elif form in ("json", "yaml"):
        from argosy.cli.printers.encode import json_text, yaml_text

        sys.stdout.write(json_text(template, 4) if form == "json" else yaml_text(template))
    else:
        facts = [("Name:", meta.name), ("Namespace:", meta.namespace)]
        if meta.creation_timestamp:
            facts.append(("Created:", stamp(meta.creation_timestamp, now())))
        click.echo("\n".join(f"{name:<20} {value}" for name, value in facts if value))
