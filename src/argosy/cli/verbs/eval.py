"""argosy eval"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import click
import msgspec

from argosy.cli.command import output_option, verb
from argosy.cli.console import complain
from argosy.cli.files import decoded, documents
from argosy.cli.session import Session
from argosy.errors import ExpressionError, ManifestError
from argosy.model.workflow import Workflow
from argosy.operations.evaluate import OPERATION, EvalRequest, EvalResponse, Traced


@verb()
@click.argument("text", metavar="EXPRESSION|TEXT")
@click.option("-w", "--workflow", "name", metavar="WORKFLOW", default="", help="In a workflow of the store; @latest.")
@click.option("-f", "--file", type=click.Path(), metavar="FILE", help="In the workflow of a file.")
@click.option("--node", default="", metavar="NODE", help="In a node of the workflow: its name, display name or id.")
@click.option("-p", "--parameter", multiple=True, metavar="NAME=VALUE", help="A parameter; or a variable, with a dot.")
@click.option("--when", is_flag=True, help="It is the condition of a step.")
@click.option("--explain", is_flag=True, help="Show each part of it.")
@output_option("json")
@click.pass_obj
def command(session: Session, text: str, output: str, explain: bool, **where: Any) -> int:
    """Show what an expression is, or a text with {{tags}} in it.

    `argosy eval 'asInt(inputs.parameters.n) + 1' -p inputs.parameters.n=2` is 3. The exit code is 1 where it has no
    value.
    """
    answer = _answer(session, text, **where)
    if output:
        click.echo(json.dumps(_data(answer), indent=2, ensure_ascii=False))
    else:
        for line in _lines(answer.parts) if explain else ():
            click.echo(line)
        if not answer.error:
            click.echo(answer.text)
    if answer.error and not output:
        complain(ExpressionError(answer.error, hint=answer.hint))
    return int(bool(answer.error))


def _answer(session: Session, text: str, *, name: str, file: str | None, **more: Any) -> EvalResponse:
    if name and file:
        raise click.UsageError("only one of --workflow and --file can be given")
    request = EvalRequest(
        text=text,
        namespace=session.namespace if name else "",
        name=name,
        node=more["node"],
        parameters=more["parameter"],
        when=more["when"],
    )
    if name:
        return session.call(OPERATION, request)
    return _by_itself(request, _workflow(file) if file else None)


def _workflow(file: str) -> Workflow:
    for document in documents(file):
        manifest = decoded(document)
        if isinstance(manifest, Workflow):
            return manifest
        if hasattr(manifest, "spec") and hasattr(manifest.spec, "templates"):
            return Workflow(metadata=manifest.metadata, spec=manifest.spec)
    raise ManifestError("there is no workflow in it", file=file)


def _by_itself(request: EvalRequest, workflow: Workflow | None) -> EvalResponse:
    """Without a store."""
    import uuid
    from datetime import UTC, datetime

    from argosy.operations.evaluate import evaluate

    return evaluate(request, workflow, datetime.now(UTC), str(uuid.uuid4()))


def _lines(parts: Sequence[Traced]) -> Iterator[str]:
    """One line for each part, below the whole that it is in."""
    for part in parts:
        text = f"{'  ' * part.depth}{part.text}"
        if part.error:
            yield f"{text}: {part.error}"
        elif part.type == "when":
            yield f"when: {part.text}"
        else:
            yield f"{text} = {part.value} ({part.type})"


def _data(answer: EvalResponse) -> dict[str, Any]:
    rows = [{name: getattr(part, name) for name in part.__struct_fields__} for part in answer.parts]
    value = None if answer.error else answer.text
    with suppress(msgspec.DecodeError):
        value = msgspec.json.decode(answer.json) if answer.json else value
    return {"value": value, "type": answer.type, "error": answer.error, "parts": rows}
