"""Flags of `list`, `delete`, `stop` and `terminate` become the workflows that are meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from argosy.cli.follow import Target, now, target
from argosy.cli.session import Session
from argosy.model.kinds import ERROR, FAILED, PENDING, RUNNING, SUCCEEDED
from argosy.operations.list import OPERATION, ListRequest
from argosy.ports.store import WorkflowSummary

PHASES = (PENDING, RUNNING, SUCCEEDED, FAILED, ERROR)
RESUBMITTED = "workflows.argoproj.io/resubmitted-from-workflow"


def listed(session: Session, conditions: Mapping[str, Any]) -> list[WorkflowSummary]:
    """The workflows that meet the conditions: the flags of `argosy list`, by their names."""
    labels = [text for text in (conditions.get("selector"), RESUBMITTED * bool(conditions.get("resubmitted"))) if text]
    phases = _phases(conditions)
    if phases == []:
        return []
    request = {
        "namespace": "" if conditions.get("all_namespaces") else session.namespace,
        "label_selector": ",".join(labels),
        "field_selector": conditions.get("field_selector", ""),
        "phases": phases or (),
        "name_prefix": conditions.get("prefix", ""),
        "created_after": now() - since if (since := conditions.get("since")) else None,
        "finished_before": now() - older if (older := conditions.get("older")) else None,
        "limit": conditions.get("chunk_size", 0),
    }
    found: list[WorkflowSummary] = []
    token = ""
    while True:
        page = session.call(OPERATION, ListRequest(**request, continue_=token))
        found += page.items
        token = page.continue_
        if not token:
            return found


def chosen(session: Session, names: Sequence[str], selectors: Mapping[str, str]) -> list[Target]:
    """The workflows of these names, and those that the selectors match, each once. Raises UsageError, NotFound."""
    if not names and not any(selectors.values()):
        raise click.UsageError("requires either selector or workflow")
    found = listed(session, selectors) if any(selectors.values()) else []
    targets = [Target(each.namespace, each.name) for each in found]
    return list(dict.fromkeys([*targets, *(target(session, name) for name in names)]))


def _phases(conditions: Mapping[str, Any]) -> list[str] | None:
    """The phases that are wanted: None for any, an empty list where no phase can be. "" is one that has not begun."""
    if conditions.get("completed") and conditions.get("running"):
        raise click.UsageError("--completed and --running cannot be used together")
    wanted = [phase for text in conditions.get("status") or () for phase in text.split(",") if phase]
    for phase in wanted:
        if phase not in PHASES:
            raise click.UsageError(f"--status: there is no phase {phase!r}; there are {', '.join(PHASES)}")
    if conditions.get("completed"):
        allowed: Sequence[str] = (SUCCEEDED, FAILED, ERROR)
    elif conditions.get("running"):
        allowed = (PENDING, RUNNING)
    elif not wanted:
        return None
    else:
        allowed = PHASES
    phases = [phase for phase in allowed if not wanted or phase in wanted]
    return ["", *phases] if PENDING in phases else phases
