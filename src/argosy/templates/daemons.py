"""Daemons after a restart: steps and tasks that are done, and still run for those that come after them."""

from __future__ import annotations

from collections.abc import Iterable

from argosy.plan.calls import Call
from argosy.templates.base import NodeContext


def take_up_daemons(context: NodeContext, calls: Iterable[Call], prefix: str) -> None:
    """Take up those of the calls whose nodes are daemons that run; their names begin with the prefix."""
    for call in calls:
        name = prefix + call.holder.name
        node = context.find(name)
        if node is not None and node.daemoned:
            context.execute(name, call.holder)
