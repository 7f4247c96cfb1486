"""Where the leaves of a workflow are to run → what of it is refused there, and what has its effect there."""

from __future__ import annotations

from argosy.errors import InvalidRequest
from argosy.model.workflow import Workflow
from argosy.operations.checks import Refused, refuse
from argosy.plan.resolve import PLACEMENT
from argosy.ports.operation import Services

ON_CLUSTER = ("kubernetes", "kubernetes-jobs")
"""The executors that a workflow may name instead of the engine's own."""


def honoured(services: Services, workflow: Workflow) -> frozenset[str]:
    """The fields that have their effect where the workflow's leaves will run, once it is known that they can.

    Raises Refused where the workflow breaks a rule or asks for what is not built there, InvalidRequest for an executor
    that there is not.
    """
    placement = workflow.metadata.annotations.get(PLACEMENT, "")
    if placement in ("", "process"):
        refuse(services, workflow)
        return services.honoured
    if placement not in ON_CLUSTER:
        raise InvalidRequest(f"unknown executor {placement!r}", hint=f"there are: process, {', '.join(ON_CLUSTER)}")
    from argosy.executors.kubernetes.refusals import HONOURED, is_built_here, refusals

    problems = list(refusals(workflow, owned=False))
    try:
        refuse(services, workflow)
    except Refused as error:
        problems += [problem for problem in error.problems if not is_built_here(problem)]
    if problems:
        raise Refused(problems)
    return HONOURED
