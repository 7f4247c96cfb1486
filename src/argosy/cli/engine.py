"""argosy controller: be the engine of a home, or of a cluster. Whoever needs one in the background starts it so."""

from __future__ import annotations

import click

from argosy.cli.command import verb
from argosy.cli.console import note
from argosy.cli.session import Session

STORES = ("sqlite", "kubernetes")
EXECUTORS = ("kubernetes", "kubernetes-jobs")


@verb()
@click.option("--leave-when-idle", is_flag=True, help="End when there is nothing left to do.")
@click.option("--store", type=click.Choice(STORES), default="sqlite", help="Where the workflows are.")
@click.option("--executor", type=click.Choice(EXECUTORS), help="On a cluster: as what leaves run.")
@click.option("--namespaced", is_flag=True, help="On a cluster: only workflows of the namespace.")
@click.option("--identity", default="", help="On a cluster: the name to be elected by, which no other one may have.")
@click.option("--health-port", type=int, help="On a cluster: answer /healthz and /readyz on this port.")
@click.pass_obj
def command(
    session: Session,
    leave_when_idle: bool,
    store: str,
    executor: str | None,
    namespaced: bool,
    identity: str,
    health_port: int | None,
) -> int:
    """Be the engine until interrupted.

    On a cluster (--store kubernetes), one of several controllers acts, and the others stand by.
    """
    if store != "kubernetes":
        if executor or namespaced or identity or health_port is not None:
            words = "--executor, --namespaced, --identity and --health-port"
            raise click.UsageError(f"{words} are for --store kubernetes")
        from argosy.bootstrap import run_controller

        if run_controller(session.settings, leave_when_idle=leave_when_idle):
            return 0
        if not leave_when_idle:
            note("argosy: another process is the engine of this home already")
        return 1
    if leave_when_idle:
        raise click.UsageError("--leave-when-idle and --store kubernetes cannot be used together")
    from argosy.bootstrap_cluster import ClusterOptions
    from argosy.bootstrap_cluster import run_controller as run_cluster_controller

    options = ClusterOptions(
        kubeconfig=session.given_kubeconfig,
        context=session.given_context,
        namespace=session.chosen_namespace,
        namespaced=namespaced,
        executor=executor or EXECUTORS[0],
        identity=identity,
        health_port=health_port,
    )
    run_cluster_controller(session.settings, options)
    return 0
