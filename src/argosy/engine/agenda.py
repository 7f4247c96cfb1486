"""Whom to ask next: nodes that something has happened to, nodes that wait for a time, and nodes that wait for room."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime

from argosy.model.status import NodeStatus

HOOKS = ""
"""In the place of a node's id: a hook waits for room."""


class Agenda:
    """Nodes by id. The innermost are asked first, those as deep as each other in the order of their making (`order`).

    So what has begun goes on before what waits; and whether a node is asked because something happened to it, because
    there is room now, or because the machine was restarted, makes no difference. `levels` is how deep a node is;
    `blocked` are those that wait for room, and why there was none.
    """

    def __init__(self, order: Mapping[str, int], levels: Mapping[str, int]) -> None:
        self._order, self._levels = order, levels
        self._ended: dict[str, list[NodeStatus]] = {}
        self._queue: list[tuple[int, int, str]] = []
        self._wakes: list[tuple[datetime, str]] = []
        self.blocked: dict[str, str] = {}

    def put(self, node_id: str) -> list[NodeStatus]:
        """Have a node asked; gives the list of its children that have ended since it last was."""
        if node_id not in self._ended:
            self._ended[node_id] = []
            heapq.heappush(self._queue, (-self._levels.get(node_id, 0), self._order[node_id], node_id))
        return self._ended[node_id]

    def take(self) -> tuple[str, list[NodeStatus]] | None:
        """The first node to ask, and its children that have ended, in their order; None where nobody is left."""
        if not self._queue:
            return None
        node_id = heapq.heappop(self._queue)[2]
        return node_id, sorted(self._ended.pop(node_id), key=lambda node: self._order[node.id])

    def wake(self, moment: datetime, node_id: str) -> None:
        """Have a node asked at a time."""
        heapq.heappush(self._wakes, (moment, node_id))

    def next_wake(self, at_work: Mapping[str, object]) -> datetime | None:
        """The first time at which a node that is still at work has to be asked."""
        while self._wakes and self._wakes[0][1] not in at_work:
            heapq.heappop(self._wakes)
        return self._wakes[0][0] if self._wakes else None

    def put_due(self, now: datetime) -> None:
        """Have the nodes asked whose time has come."""
        while self._wakes and self._wakes[0][0] <= now:
            _, node_id = heapq.heappop(self._wakes)
            if node_id in self._order:
                self.put(node_id)

    def is_blocked(self, at_work: Mapping[str, object]) -> bool:
        """Whether a node that is still at work waits for room, or a hook does."""
        return any(node_id == HOOKS or node_id in at_work for node_id in self.blocked)

    def first_blocked(self, has_room: Callable[[str], bool]) -> str | None:
        """The first of those that wait for room for whom there is some, None where there is none."""
        found = (node_id for node_id in self.blocked if node_id != HOOKS and has_room(node_id))
        return min(found, key=lambda node_id: (-self._levels.get(node_id, 0), self._order[node_id]), default=None)
