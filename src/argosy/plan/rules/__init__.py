"""Rules for manifests: what Argo's validation refuses, in its words, and what would go wrong when it runs.

    manifest ──Walk──> templates and calls ──RULES──> problems

One file per family of rules; RULES is the table of them. A rule is a function that takes the Walk and yields Problems:
to add one, write it into the file of its family, or into a new file with a row here. What Argo accepts is never an
error here, since it runs there; at most it is a warning. What is only ever a warning, or less, is in ADVICE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from argosy.model.workflow import Workflow
from argosy.plan.rules.problems import Level, Path, Problem, in_order
from argosy.plan.rules.subject import Manifest, Subject
from argosy.plan.rules.walk import Walk
from argosy.registry import Table

__all__ = ["ADVICE", "RULES", "Level", "Manifest", "Path", "Problem", "Rule", "lint", "refusals"]

Rule = Callable[[Walk], Iterator[Problem]]

RULES: Table[Rule] = Table(
    "family of rules",
    {
        "objects": "argosy.plan.rules.objects:check",
        "names": "argosy.plan.rules.names:check",
        "references": "argosy.plan.rules.references:check",
        "templates": "argosy.plan.rules.templates:check",
        "containers": "argosy.plan.rules.containers:check",
        "resources": "argosy.plan.rules.resources:check",
        "dag": "argosy.plan.rules.dag:check",
        "loops": "argosy.plan.rules.loops:check",
        "arguments": "argosy.plan.rules.arguments:check",
        "outputs": "argosy.plan.rules.outputs:check",
        "metrics": "argosy.plan.rules.metrics:check",
        "variables": "argosy.plan.rules.variables:check",
        "values": "argosy.plan.rules.values:check",
        "unsupported": "argosy.plan.rules.unsupported:check",
    },
)

ADVICE: Table[Rule] = Table(
    "family of advice",
    {
        name: f"argosy.plan.rules.advice.{name}:check"
        for name in (
            *("conditions", "expressions", "waits", "loop_items", "injection", "scripts", "retries"),
            *("unused", "library", "cluster", "secrets", "schedules", "locks", "style"),
        )
    },
)
"""Families that find no errors: what Argo accepts, and what does something else than was meant."""


def lint(
    manifest: Manifest, *, others: Iterable[object] = (), submitting: bool = False, written: object = None
) -> list[Problem]:
    """Every problem of a manifest, each once, in order: templates as they stand, fields by name.

    `others` are the documents beside it and those of the store, for references to templates. With `submitting`, the
    workflow is about to run here as it is: values that are missing and what is not built yet are errors then. `written`
    is the document's plain data; without it, lists that are written and empty are not seen.
    """
    walk = Walk(Subject(manifest, others, submitting=submitting, written=written))
    return in_order([*_found(RULES, walk), *_found(ADVICE, walk)])


def refusals(workflow: Workflow, *, others: Iterable[object] = ()) -> list[Problem]:
    """Why the workflow cannot be run here; empty where it can."""
    walk = Walk(Subject(workflow, others, submitting=True))
    return in_order(problem for problem in _found(RULES, walk) if problem.level == "error")


def _found(table: Table[Rule], walk: Walk) -> Iterator[Problem]:
    return (replace(problem, rule=name) for name in table for problem in table[name](walk))
