"""Waking: when a workflow has to be looked at though nothing happens to it."""

from __future__ import annotations

from datetime import datetime

from argosy.engine.agenda import Agenda
from argosy.engine.deadlines import workflow_deadline
from argosy.engine.gates import Gates
from argosy.engine.roster import Roster
from argosy.engine.state import State


def next_wake(state: State, agenda: Agenda, roster: Roster, gates: Gates) -> datetime | None:
    """When time changes something next, for a node that waits, the next pod or all; None where it never does."""
    if state.finished:
        return None
    wakes = [] if state.suspended else [agenda.next_wake(roster.activities), _next_start(state, agenda, roster, gates)]
    deadline = workflow_deadline(state)
    if deadline is not None and deadline > state.now:
        wakes.append(deadline)
    return min((wake for wake in wakes if wake is not None), default=None)


def _next_start(state: State, agenda: Agenda, roster: Roster, gates: Gates) -> datetime | None:
    """When the next pod may begin, where something may wait for that."""
    start = state.rate.next_start(state.now)
    waits = state.root is None or gates.locks.is_waiting or agenda.is_blocked(roster.contexts)
    return start if start > state.now and waits else None
