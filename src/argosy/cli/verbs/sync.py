"""argosy sync"""

from __future__ import annotations

import sys
from typing import Any

import click

from argosy.cli.command import GLOBAL_OPTIONS, NAMES, output_option, verb
from argosy.cli.printers import locks
from argosy.cli.session import Session
from argosy.operations.locks import OPERATION, LocksRequest
from argosy.operations.sync import CREATE, DELETE, GET, UPDATE, SyncRequest
from argosy.ports.operation import Operation

TYPES = click.Choice(["database", "configmap"], case_sensitive=False)


@click.group(params=GLOBAL_OPTIONS(), context_settings={"help_option_names": NAMES}, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Set and show the limits of semaphores; show who holds locks, and who waits for them."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _add(name: str, help_: str, operation: Operation[Any, Any], *, with_limit: bool, done: str) -> None:
    @verb(name=name, help=help_)
    @click.argument("key")
    @click.option("--type", "kind", type=TYPES, required=True, help="Where the limit is kept.")
    @click.option("--cm-name", default="", help="The ConfigMap, for the type configmap.")
    @click.option("--limit", type=int, default=0, required=with_limit, hidden=not with_limit, help="How many at once.")
    @click.pass_obj
    def change(session: Session, key: str, kind: str, cm_name: str, limit: int) -> int:
        if kind == "configmap" and not cm_name:
            raise click.UsageError("--cm-name is required when type is configmap")
        name = cm_name if kind == "configmap" else ""
        request = SyncRequest(namespace=session.namespace, key=key, config_map=name, limit=limit)
        found = session.call(operation, request)
        if done:
            click.echo(f"Sync limit {done}")
        where = f"ConfigMap Name: {name}\n" if name else ""
        click.echo(f"Key: {key}\nType: {kind}\n{where}Namespace: {session.namespace}\nLimit: {found.limit}")
        return 0

    command.add_command(change)


_add("create", "Set a limit that is new.", CREATE, with_limit=True, done="created")
_add("get", "Show a limit.", GET, with_limit=False, done="")
_add("update", "Change a limit.", UPDATE, with_limit=True, done="updated")
_add("delete", "Remove a limit.", DELETE, with_limit=False, done="deleted")


@verb(name="holders")
@click.option("-A", "--all-namespaces", is_flag=True, help="Locks of all namespaces.")
@click.option("--no-headers", is_flag=True, help="Without the line of column names.")
@output_option("json", "yaml")
@click.pass_obj
def holders(session: Session, all_namespaces: bool, no_headers: bool, output: str) -> int:
    """Show who holds locks, and who waits for them, the next one first."""
    namespace = "" if all_namespaces else session.namespace
    items = session.call(OPERATION, LocksRequest(namespace=namespace)).items
    if output:
        from argosy.cli.printers.encode import json_text, yaml_text

        sys.stdout.write(json_text(items, 2) if output == "json" else yaml_text(items))
    elif not items:
        click.echo("No locks are held")
    else:
        sys.stdout.write(locks.table(items, headers=not no_headers))
    return 0


command.add_command(holders)
