"""A CronWorkflow and a time → the Workflow that runs then (workflow/common/convert.go in Argo)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from argosy.model.cron import CronWorkflow
from argosy.model.kinds import GROUP_VERSION
from argosy.model.meta import ObjectMeta, OwnerReference
from argosy.model.workflow import Workflow
from argosy.plan.globals import SCHEDULED_TIME

CRON_LABEL: Final = "workflows.argoproj.io/cron-workflow"
"""The label of its runs; the value is the name of the CronWorkflow."""
COMPLETED_LABEL: Final = "cronworkflows.argoproj.io/completed"
LAST_SCHEDULE: Final = "cronworkflows.argoproj.io/last-used-schedule"
PROPAGATED: Final = (
    "workflows.argoproj.io/creator",
    "workflows.argoproj.io/creator-email",
    "workflows.argoproj.io/creator-preferred-username",
)
INSTANCE: Final = "workflows.argoproj.io/controller-instanceid"
_UNIX = re.compile(r"[0-9]{9,11}")


def scheduled_run(cron: CronWorkflow, at: datetime) -> Workflow:
    """The run of a scheduled time: its name says which, so there cannot be two of one."""
    creators = {name: value for name, value in cron.metadata.labels.items() if name in PROPAGATED}
    return _run(cron, at, ObjectMeta(name=f"{cron.metadata.name}-{int(at.timestamp())}", labels=creators))


def manual_run(cron: CronWorkflow, now: datetime) -> Workflow:
    """A run beside the schedule, as `submit --from` wants it."""
    return _run(cron, now, ObjectMeta(generate_name=f"{cron.metadata.name}-"))


def scheduled_time(cron_name: str, run_name: str) -> datetime | None:
    """The scheduled time that a run's name says, None for a run beside the schedule."""
    suffix = run_name.removeprefix(f"{cron_name}-")
    return datetime.fromtimestamp(int(suffix), UTC) if _UNIX.fullmatch(suffix) else None


def schedules_with_zone(cron: CronWorkflow) -> str:
    """All its schedules as one text, which is kept to see whether they have changed since the last run."""
    zone = f"CRON_TZ={cron.spec.timezone} " if cron.spec.timezone else ""
    return ",".join(zone + schedule for schedule in cron.spec.schedules)


def _run(cron: CronWorkflow, at: datetime, meta: ObjectMeta) -> Workflow:
    own, given = cron.metadata, cron.spec.workflow_metadata or ObjectMeta()
    instance = {name: value for name, value in own.labels.items() if name == INSTANCE}
    owner = OwnerReference(
        api_version=GROUP_VERSION,
        kind="CronWorkflow",
        name=own.name,
        uid=own.uid,
        controller=True,
        block_owner_deletion=True,
    )
    metadata = ObjectMeta(
        name=meta.name,
        generate_name=meta.generate_name,
        namespace=own.namespace,
        labels=meta.labels | instance | {CRON_LABEL: own.name} | given.labels,
        annotations={SCHEDULED_TIME: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} | given.annotations,
        finalizers=given.finalizers,
        owner_references=[owner],
    )
    return Workflow(api_version=GROUP_VERSION, kind="Workflow", metadata=metadata, spec=cron.spec.workflow_spec)
