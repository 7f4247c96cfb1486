"""script: one program, written in the manifest, in one pod."""

from __future__ import annotations

from argosy.model.kinds import PENDING, POD
from argosy.templates.base import Activity, TemplateHandler

HANDLER = TemplateHandler(POD, PENDING, Activity, runs_pod=True)
