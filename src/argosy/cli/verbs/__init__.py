"""The verbs: one file each, and one row each here. A file is imported when its verb is used."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """Where a verb is, and what `argosy --help` says of it."""

    target: str
    help: str
    hidden: bool = False


VERBS = {
    "submit": Verb("argosy.cli.verbs.submit:command", "run a workflow"),
    "list": Verb("argosy.cli.verbs.list:command", "list workflows"),
    "get": Verb("argosy.cli.verbs.get:command", "show a workflow"),
    "watch": Verb("argosy.cli.verbs.watch:command", "watch a workflow until it completes"),
    "wait": Verb("argosy.cli.verbs.wait:command", "wait for workflows to complete"),
    "logs": Verb("argosy.cli.verbs.logs:command", "show the logs of a workflow or of one of its pods"),
    "why": Verb("argosy.cli.verbs.why:command", "say why a workflow or a node is as it is"),
    "suspend": Verb("argosy.cli.verbs.suspend:command", "start nothing new of a workflow"),
    "resume": Verb("argosy.cli.verbs.resume:command", "go on with a suspended workflow"),
    "stop": Verb("argosy.cli.verbs.stop:command", "end a workflow, running its exit handlers"),
    "terminate": Verb("argosy.cli.verbs.terminate:command", "end a workflow at once"),
    "delete": Verb("argosy.cli.verbs.delete:command", "remove workflows"),
    "template": Verb("argosy.cli.verbs.template:command", "keep and show workflow templates"),
    "cluster-template": Verb("argosy.cli.verbs.cluster_template:command", "keep and show templates for all namespaces"),
    **dict.fromkeys(
        ("cwftmpl", "cwft"), Verb("argosy.cli.verbs.cluster_template:command", "cluster-template", hidden=True)
    ),
    "cron": Verb("argosy.cli.verbs.cron:command", "keep and show workflows that are begun by the clock"),
    "sync": Verb("argosy.cli.verbs.sync:command", "set the limits of semaphores, show who holds locks"),
    "lint": Verb("argosy.cli.verbs.lint:command", "check manifests"),
    "convert": Verb("argosy.cli.verbs.convert:command", "rewrite manifests for older versions of Argo"),
    "eval": Verb("argosy.cli.verbs.eval:command", "show what an expression or a text with tags is"),
    "test": Verb("argosy.testing.verb:command", "play workflows as test files say, without running anything"),
    "apply": Verb(
        "argosy.cli.verbs.apply:command", "keep templates, ConfigMaps and other objects for workflows to use"
    ),
    "install": Verb("argosy.cli.verbs.install:command", "show the manifests of what a cluster needs to run workflows"),
    "version": Verb("argosy.cli.verbs.version:command", "show the version"),
    "completion": Verb("argosy.cli.verbs.completion:command", "show the code that lets a shell complete arguments"),
    "controller": Verb("argosy.cli.engine:command", "be the engine until interrupted"),
}
NOT_BUILT = frozenset(
    (
        *("archive", "auth", "cp", "executor-plugin", "node", "resubmit"),
        *("retry", "server"),
    )
)
"""Verbs of Argo's that this version does not have yet."""
