"""What a CronWorkflow is told, and what it says: its runs as they are, in; the next run, or why there is none, out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from argosy.model.meta import ObjectReference
from argosy.model.workflow import Workflow


class Child(NamedTuple):
    """A workflow with the label of the CronWorkflow, in its namespace."""

    uid: str
    name: str
    phase: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Create:
    """End the workflows of `terminate` at once, then create this one; and say what came of it."""

    at: datetime
    workflow: Workflow
    terminate: tuple[ObjectReference, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing runs at this scheduled time, and why."""

    at: datetime
    why: str
