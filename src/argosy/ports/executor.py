"""The port behind which leaves really run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from argosy.ports.pods import PodKey, PodReport, PodRequest

Deliver = Callable[[PodKey, PodReport], None]
"""Takes a report; called from any thread; never blocks; never raises."""


class LogQuery(Struct, frozen=True, kw_only=True):
    """Which lines of a log: `tail` the last so many, `since` not older, `follow` until the pod has ended."""

    container: str = "main"
    follow: bool = False
    tail: int | None = None
    since: datetime | None = None
    timestamps: bool = False
    previous: bool = False


class Executor(Protocol):
    """Runs pods. Everything here returns at once; what becomes of a pod comes through the `deliver` of `open`.

    The order is open, adopt, then start, stop and forget in any order, then close. `logs` needs none of them, so that
    a client that is not the engine can read.
    """

    name: str

    def open(self, deliver: Deliver) -> None:
        """Make ready to run. Raises ExecutorError where it can't.

        Every pod that runs already is reported as Running: one that nobody wants any more is then stopped.
        """
        ...

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for, whatever has become of them.

        Each gets reports: the real end of one that ended in the meantime; Running for one that still runs; a start
        for one that was never started; Error "pod deleted" for one of which nothing can be known any more.
        """
        ...

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key however often it is asked for."""
        ...

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod: SIGTERM, and SIGKILL after the grace. Unknown or ended: nothing happens."""
        ...

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these pods are committed: what was kept only to report them may go. Logs stay."""
        ...

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines without their newline. Raises NotFound where there is none."""
        ...

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove all that is kept of a workflow: logs, working folders. Safe to call twice."""
        ...

    def close(self) -> None:
        """Let go without ending anything: what runs goes on, to be adopted by the next engine."""
        ...
