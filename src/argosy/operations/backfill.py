"""A CronWorkflow and a time that has passed → workflows that run what it would have run (cron/backfill.go in Argo).

A workflow creates them, one for each scheduled time, and waits for each: so they can be watched and stopped as a whole.
They run one after the other, unless they may run at once.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from argosy.engine.cron.timetable import Timetable
from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.times import format_time, from_datetime
from argosy.model.arguments import Arguments, Inputs, Parameter
from argosy.model.codec import decode_lenient, encode_json, encode_yaml
from argosy.model.cron import CronWorkflow
from argosy.model.kinds import GROUP_VERSION
from argosy.model.meta import ObjectMeta
from argosy.model.policies import Mutex, Synchronization
from argosy.model.spec import WorkflowSpec
from argosy.model.template import ResourceTemplate, Template, WorkflowStep
from argosy.model.workflow import Workflow
from argosy.operations import submit
from argosy.operations.cron import KIND
from argosy.operations.templates import TemplateRequest
from argosy.plan.cron import manual_run
from argosy.ports.operation import Operation, Services

BACKFILL_LABEL: Final = "workflows.argoproj.io/backfill"
FIRST: Final = 2**31 - 1
"""The priority of what is caught up on, where it runs one after the other."""


class BackfillRequest(Struct, frozen=True, kw_only=True):
    """`cron` is the CronWorkflow, `name` that of the backfill. Each run has its time in the argument `argument`.

    At most `limit` runs are created by one workflow; there are as many of these as it takes.
    """

    namespace: str
    cron: str
    name: str
    start: datetime
    end: datetime
    parallel: bool = False
    argument: str = "cronScheduleTime"
    limit: int = 1000


class Backfill(Struct, frozen=True, kw_only=True):
    """The workflows that create the runs, and how many runs that are."""

    workflows: list[str]
    count: int


def run(services: Services, request: BackfillRequest) -> Backfill:
    """Create the workflows. Raises NotFound, InvalidRequest."""
    if request.limit < 1:
        raise InvalidRequest("at least one workflow has to be allowed")
    found = services.store.objects.get(KIND.key(TemplateRequest(namespace=request.namespace, name=request.cron)))
    cron = decode_lenient(found, CronWorkflow)
    if b"{{" in encode_json(cron.spec.workflow_spec):  # the tags would be read as those of the workflow that creates it
        hint = "put its templates into a WorkflowTemplate, and refer to that with workflowTemplateRef"
        raise InvalidRequest(f"{request.cron} has tags ({{{{...}}}}), so it can't be backfilled", hint=hint)
    times = _times(cron, request)
    manifest = encode_yaml(_child(cron, request, services.clock.now()))
    parts = [times[first : first + request.limit] for first in range(0, len(times), request.limit)]
    made = [submit.run(services, submit.SubmitRequest(workflow=_parent(request, manifest, part))) for part in parts]
    return Backfill(workflows=[each.workflow.metadata.name for each in made], count=len(times))


def _times(cron: CronWorkflow, request: BackfillRequest) -> list[str]:
    """The scheduled times after the start and up to the end, as Go writes them."""
    try:
        table = Timetable(cron.spec)
    except ExpressionError as error:
        raise InvalidRequest(error.message) from None
    found: list[str] = []
    at = table.next(request.start, request.start)
    while at is not None and at <= request.end:
        found.append(format_time(from_datetime(at), "2006-01-02 15:04:05 -0700 MST"))
        at = table.next(at, request.start)
    return found


def _child(cron: CronWorkflow, request: BackfillRequest, now: datetime) -> Workflow:
    """What each of the runs is made from."""
    workflow = manual_run(cron, now.astimezone(UTC))
    spec, meta = workflow.spec, workflow.metadata
    given = [each for each in spec.arguments.parameters if each.name != request.argument]
    own = Parameter(name=request.argument, value="{{inputs.parameters.backfillscheduletime}}")
    spec = replace(spec, arguments=replace(spec.arguments, parameters=[*given, own]))
    if not request.parallel:
        one = Synchronization(mutexes=[Mutex(name=request.name)])
        spec = replace(spec, priority=FIRST, synchronization=one)
    prefix = f"{request.cron}-backfill-{request.name.lower()}-"
    return replace(workflow, metadata=replace(meta, generate_name=prefix), spec=spec)


def _parent(request: BackfillRequest, manifest: str, times: list[str]) -> Workflow:
    create = "create-workflow"
    step = WorkflowStep(
        name=create,
        template=create,
        arguments=Arguments(parameters=[Parameter(name="backfillscheduletime", value="{{item}}")]),
        with_param=json.dumps(times),
    )
    templates = [
        Template(name="main", steps=[[step]]),
        Template(
            name=create,
            inputs=Inputs(parameters=[Parameter(name="backfillscheduletime")]),
            resource=ResourceTemplate(
                action="create", success_condition="status.phase == Succeeded", manifest=manifest
            ),
        ),
    ]
    meta = ObjectMeta(generate_name="backfill-wf-", namespace=request.namespace, labels={BACKFILL_LABEL: request.cron})
    spec = WorkflowSpec(entrypoint="main", templates=templates)
    return Workflow(api_version=GROUP_VERSION, kind="Workflow", metadata=meta, spec=spec)


OPERATION = Operation(
    name="backfill-cron-workflow",
    summary="run what a cron workflow would have run",
    method="POST",
    path="/api/v1/cron-workflows/{namespace}/{cron}/backfill",
    request=BackfillRequest,
    run=run,
)
