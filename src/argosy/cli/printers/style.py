"""How text is drawn: with or without colours, with or without symbols."""

from __future__ import annotations

from typing import NamedTuple

from argosy.model.kinds import RUNNING, SUSPEND
from argosy.model.status import NodeStatus

GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, RED, DEFAULT = 32, 33, 34, 35, 36, 37, 31, 39

PHASES = {
    "Pending": ("◷", YELLOW),
    "Running": ("●", CYAN),
    "Succeeded": ("✔", GREEN),
    "Skipped": ("○", DEFAULT),
    "Failed": ("✖", RED),
    "Error": ("⚠", RED),
}
SUSPENDED = ("ǁ", CYAN)
CONDITIONS = {"MetricsError": ("✖", "Error", RED), "SpecWarning": ("⚠", "Warning", YELLOW)}
OF_PODS = (GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE)


class Style(NamedTuple):
    """How to draw."""

    color: bool = False
    utf8: bool = True

    def paint(self, text: str, code: int) -> str:
        """The text in a colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text

    def node(self, node: NodeStatus) -> str:
        """What stands before a node's name: its phase."""
        if node.type == SUSPEND and node.phase == RUNNING:
            symbol, code = SUSPENDED
            return self.paint(symbol if self.utf8 else "Suspend", code)
        if node.phase not in PHASES:
            return ""
        symbol, code = PHASES[node.phase]
        return self.paint(symbol if self.utf8 else node.phase, code)

    def condition(self, kind: str) -> str:
        """What stands before a condition."""
        if kind not in CONDITIONS:
            return ""
        symbol, word, code = CONDITIONS[kind]
        return self.paint(symbol if self.utf8 else word, code)

    def pod(self, name: str) -> str:
        """The name of a pod, before a line of its log."""
        return self.paint(name, OF_PODS[sum(map(ord, name)) % len(OF_PODS)]) if self.color else name
