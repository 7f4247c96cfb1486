"""What an executor knows of one leaf, and what of it is news."""

from __future__ import annotations

from typing import Any, Literal

from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest

Object = dict[str, Any]


class Leaf:
    """One leaf. `request` is None where this engine has not asked for it, or not yet: an engine before it has.

    `pod` and `job` are their last states, as far as they were seen, and `gone` says that they are no more. `grace` is
    set once it is to be stopped. `over`: its end is told, or being read; `forgotten`: its end is committed; `looked`:
    whether its pod was looked for, since nobody had seen one.
    """

    __slots__ = ("forgotten", "gone", "grace", "job", "key", "looked", "over", "pod", "request", "stop_sent", "told")

    def __init__(self, key: PodKey) -> None:
        self.key = key
        self.request: PodRequest | None = None
        self.pod: Object | None = None
        self.job: Object | None = None
        self.told: PodReport | None = None
        self.grace: float | None = None
        self.stop_sent = self.over = self.forgotten = self.gone = False
        self.looked: Literal["", "looking", "done"] = ""

    @property
    def wanted(self) -> bool:
        """Whether its end may be told: somebody has asked for it, or for its end."""
        return self.request is not None or self.grace is not None

    @property
    def seen(self) -> bool:
        """Whether anything of it was seen on the cluster."""
        return self.pod is not None or self.job is not None

    def is_news(self, report: PodReport) -> bool:
        """Whether this is worth telling. One that waits for no known reason is as when it was asked for."""
        if self.over or report == self.told or report.phase in FINAL_POD_PHASES:
            return False
        plain = report.phase == "Pending" and not report.message
        return not (plain and self.told is None and self.request is not None)
