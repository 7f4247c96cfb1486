"""argosy apply"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from argosy.cli.command import verb
from argosy.cli.console import complain
from argosy.cli.files import decoded, documents, manifests_below, placed
from argosy.cli.session import Session
from argosy.errors import InvalidRequest
from argosy.model.codec import Document
from argosy.operations.apply import OPERATION, Applied, ApplyRequest


@verb()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[FILE|FOLDER|URL|-]...")
@click.option("-f", "--filename", multiple=True, type=click.Path(), metavar="FILE", help="The same.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.pass_obj
def command(session: Session, paths: Sequence[str], filename: Sequence[str], dry_run: bool) -> int:
    """Keep objects for workflows to use: templates, ConfigMaps, Secrets, any kind.

    An object takes the place of the one of its kind and name. A Workflow is run.
    """
    if not paths and not filename:
        raise click.UsageError("name the files to apply, or - for standard input")
    found = [document for path in manifests_below([*filename, *paths]) for document in documents(path)]
    for document in found:
        decoded(document)
    code = 0
    for document in found:
        for data in _objects(document):
            request = ApplyRequest(object=data, namespace=session.namespace, dry_run=dry_run)
            try:
                answer = session.call(OPERATION, request)
            except InvalidRequest as error:
                for each in placed(document, error):
                    complain(each)
                code = 1
            else:
                click.echo(_said(answer, dry_run))
    return code


def _objects(document: Document) -> Iterator[dict[str, Any]]:
    """The objects of a document: those in it where it is a list of them."""
    items = document.data.get("items")
    if document.kind.endswith("List") and isinstance(items, list):
        yield from items
    else:
        yield document.data


def _said(answer: Applied, dry_run: bool) -> str:
    """`workflowtemplate.argoproj.io/hello created`, as kubectl says it."""
    data = answer.object
    group, slash, _ = data["apiVersion"].partition("/")
    kind = f"{data['kind'].lower()}{'.' + group if slash else ''}"
    return f"{kind}/{data['metadata']['name']} {answer.outcome}{' (dry run)' if dry_run else ''}"
