"""CronWorkflows: which workflows are to be begun, ended and removed, and when. It decides, and does nothing else."""

from __future__ import annotations

from argosy.engine.cron.machine import Cron
from argosy.engine.cron.orders import Child, Create, Skipped

__all__ = ["Child", "Create", "Cron", "Skipped"]
