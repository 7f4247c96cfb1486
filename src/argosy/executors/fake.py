"""An executor that runs nothing: it ends pods as it is told to, remembers what it was asked, and checks its caller."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from argosy.errors import ExecutorError, NotFound
from argosy.ports.clock import Clock
from argosy.ports.executor import Deliver, LogQuery
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodPhase, PodReport, PodRequest

OVERDUE = "Pod was active on the node longer than the specified deadline"
TERMINATED, KILLED = 143, 137


class Outcome(Struct, frozen=True, kw_only=True):
    """How a pod ends, `seconds` after its start. `error`: the machine fails it, with this message.

    `ignores_term`: asked to stop, it goes on until it is killed.
    """

    exit_code: int = 0
    result: str | None = None
    parameters: dict[str, str] = {}
    message: str = ""
    seconds: float = 0.0
    error: str = ""
    log: Sequence[str] = ()
    ignores_term: bool = False


Behaviour = Outcome | Callable[[PodRequest], Outcome]


class _Pod:
    def __init__(self, request: PodRequest, outcome: Outcome) -> None:
        self.request, self.outcome = request, outcome
        self.started_at: datetime | None = None
        self.report = PodReport(phase="Pending")
        self.lost = False

    @property
    def over(self) -> bool:
        return self.report.phase in FINAL_POD_PHASES


class FakeExecutor:
    """Ends pods as `outcomes` says: template name → Outcome, or a function of the request; the others succeed.

    Pods without `seconds` end while they are started. The others end when `advance` is told that their time has passed,
    or by themselves with `real_time`. What it holds outlives `close`, as the pods of a real executor do: open the same
    object again to be the next engine.

    `ran` are the requests that were really run, in order; `calls` all that was asked, as (verb, key); `complaints` what
    the caller did that no caller should.
    """

    name = "fake"

    def __init__(
        self, outcomes: Mapping[str, Behaviour] | None = None, *, clock: Clock | None = None, real_time: bool = False
    ) -> None:
        self.outcomes = dict(outcomes or {})
        self.ran: list[PodRequest] = []
        self.calls: list[tuple[str, PodKey]] = []
        self.complaints: list[str] = []
        self._elapsed = 0.0
        self._clock, self._real_time = clock, real_time
        self._pods: dict[PodKey, _Pod] = {}
        self._due: list[tuple[float, int, PodKey, Callable[[_Pod], PodReport]]] = []
        self._count = 0
        self._deliver: Deliver | None = None
        self._reports: deque[tuple[PodKey, PodReport]] = deque()
        self._changed = threading.Condition(threading.RLock())

    # --- the port

    def open(self, deliver: Deliver) -> None:
        """Make ready to run, and report what runs already."""
        if self._deliver is not None:
            self.complaints.append("opened twice")
        self._deliver = deliver
        for pod in list(self._pods.values()):
            if not pod.over and not pod.lost:
                self._tell(pod, pod.report)
        self._hand_over()
        if self._real_time:
            threading.Thread(target=self._let_time_pass, args=(deliver,), name="argosy-fake", daemon=True).start()

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Report what has become of these; start those that were never started."""
        for request in requests:
            self.calls.append(("adopt", request.key))
            pod = self._pods.get(request.key)
            if pod is None:
                self._begin(request)
            elif pod.lost:
                self._tell(pod, PodReport(phase="Error", message="pod deleted", finished_at=self._now()))
            else:
                self._tell(pod, pod.report)
        self._hand_over()

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key."""
        self.calls.append(("start", request.key))
        pod = self._pods.get(request.key)
        if pod is None:
            self._begin(request)
        elif pod.request != request:
            self.complaints.append(f"started {request.key.node_id} again with another request")
        self._hand_over()

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod."""
        self.calls.append(("stop", key))
        with self._changed:
            pod = self._pods.get(key)
            if pod is None:
                self.complaints.append(f"stopped {key.node_id}, which was never started")
            elif not pod.over and (grace_seconds <= 0 or pod.outcome.ignores_term):
                self._end_after(pod, grace_seconds, lambda pod: self._exit_report(pod, KILLED))
            elif not pod.over:
                self._end_after(pod, 0, lambda pod: self._exit_report(pod, TERMINATED))
        self._hand_over()

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these are committed."""
        for key in keys:
            self.calls.append(("forget", key))
            pod = self._pods.get(key)
            if pod is None or not pod.over:
                self.complaints.append(f"forgot {key.node_id}, which has not ended")

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """What the outcome says. Raises NotFound for a pod that was never started."""
        pod = self._pods.get(request_key)
        if pod is None:
            raise NotFound(f"pod {pod_name!r} has no log")
        written = pod.started_at is not None and (query.since is None or pod.started_at >= query.since)
        lines = list(pod.outcome.log) if written else []
        if query.tail is not None:
            lines = lines[max(len(lines) - query.tail, 0) :]
        return self._lines(pod, lines, query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove all that is kept of a workflow."""
        self._pods = {key: pod for key, pod in self._pods.items() if key.workflow_uid != workflow_uid}

    def close(self) -> None:
        """Let go; what runs goes on."""
        with self._changed:
            self._deliver = None
            self._changed.notify_all()

    # --- what tests tell it

    def advance(self, seconds: float) -> None:
        """Let time pass for the pods that run."""
        with self._changed:
            target = self._elapsed + seconds
            while self._due and self._due[0][0] <= target:
                self._elapsed, _, key, report = heapq.heappop(self._due)
                pod = self._pods.get(key)
                if pod is not None and not pod.over:
                    self._tell(pod, report(pod))
            self._elapsed = target
        self._hand_over()

    def lose(self, key: PodKey) -> None:
        """Let the pod vanish without an end: the next adoption can't know what became of it."""
        self._pods[key].lost = True

    @property
    def running(self) -> list[PodRequest]:
        """The requests of the pods that have not ended."""
        return [pod.request for pod in self._pods.values() if not pod.over]

    @property
    def next_end(self) -> float | None:
        """In how many seconds something ends; None where nothing runs."""
        return self._due[0][0] - self._seconds() if self._due else None

    # --- pods

    def _begin(self, request: PodRequest) -> None:
        if self._deliver is None:
            raise ExecutorError("the executor is not open")
        behaviour = self.outcomes.get(request.template.name, Outcome())
        outcome = behaviour if isinstance(behaviour, Outcome) else behaviour(request)
        with self._changed:
            pod = self._pods[request.key] = _Pod(request, outcome)
            self.ran.append(request)
            pod.started_at = self._now()
            serves = bool(request.template.daemon) and not (outcome.seconds or outcome.error or outcome.exit_code)
            if serves or (outcome.seconds > 0 and not outcome.error):
                self._tell(pod, PodReport(phase="Running", started_at=pod.started_at))
            if request.deadline_seconds is not None and request.deadline_seconds < outcome.seconds:
                self._end_after(pod, request.deadline_seconds, self._overdue_report)
            if not serves:
                self._end_after(pod, outcome.seconds, self._end_report)

    def _end_after(self, pod: _Pod, seconds: float, report: Callable[[_Pod], PodReport]) -> None:
        if seconds <= 0:
            self._tell(pod, report(pod))
            return
        self._count += 1
        heapq.heappush(self._due, (self._seconds() + seconds, self._count, pod.request.key, report))
        self._changed.notify_all()

    def _tell(self, pod: _Pod, report: PodReport) -> None:
        with self._changed:
            pod.report = report
            self._reports.append((pod.request.key, report))
            self._changed.notify_all()

    def _hand_over(self) -> None:
        """Deliver outside of whatever made the reports, in their order."""
        with self._changed:
            while self._reports and self._deliver is not None:
                self._deliver(*self._reports.popleft())

    def _end_report(self, pod: _Pod) -> PodReport:
        if pod.outcome.error:
            return PodReport(phase="Error", message=pod.outcome.error, finished_at=self._now())
        return self._exit_report(pod, pod.outcome.exit_code)

    def _exit_report(self, pod: _Pod, exit_code: int) -> PodReport:
        message = pod.outcome.message or f"main: Error (exit code {exit_code})"
        return self._final(pod, "Failed" if exit_code else "Succeeded", message if exit_code else "", exit_code)

    def _overdue_report(self, pod: _Pod) -> PodReport:
        return self._final(pod, "Failed", OVERDUE, TERMINATED)

    def _final(self, pod: _Pod, phase: PodPhase, message: str, exit_code: int) -> PodReport:
        return PodReport(
            phase=phase,
            message=message,
            exit_code=str(exit_code),
            result=(pod.outcome.result or "") if pod.request.wants_result else None,
            parameters=pod.outcome.parameters,
            started_at=pod.started_at,
            finished_at=self._now(),
        )

    def _now(self) -> datetime:
        return self._clock.now() if self._clock else datetime.now(UTC)

    def _lines(self, pod: _Pod, lines: list[str], query: LogQuery) -> Iterator[str]:
        stamp = f"{pod.started_at:%Y-%m-%dT%H:%M:%SZ} " if query.timestamps else ""
        for line in lines:
            yield stamp + line
        if query.follow and self._real_time:
            with self._changed:
                self._changed.wait_for(lambda: pod.over)

    def _let_time_pass(self, deliver: Deliver) -> None:
        while self._deliver is deliver:
            with self._changed:
                self._changed.wait(self.next_end)
                passed = self._seconds() - self._elapsed
            self.advance(passed)

    def _seconds(self) -> float:
        """How much time has passed for the pods."""
        return time.monotonic() if self._real_time else self._elapsed
