"""resource: one action on one object of a cluster or of the store, and the wait for what becomes of it."""

from __future__ import annotations

from argosy.model.kinds import PENDING, POD
from argosy.templates.base import Activity, TemplateHandler

HANDLER = TemplateHandler(POD, PENDING, Activity, runs_pod=True)
