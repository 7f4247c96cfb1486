"""Plays a workflow to its end on a virtual clock, with pods that do what their stubs say."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping

from argosy.engine.invariants import check
from argosy.engine.why import Explainer
from argosy.language.durations import parse_duration
from argosy.model.kinds import RUNNING, SUSPEND
from argosy.ports.commands import Command, StartPod
from argosy.ports.events import AnyEvent, PodReported, ResumeRequested
from argosy.ports.pods import PodReport, PodRequest
from argosy.ports.why import Why
from argosy.testing.harness import Harness
from argosy.testing.stubs import Case, Stub

MOST_STEPS = 100_000
EXPIRED = "Pod was active on the node longer than the specified deadline"


class Player:
    """One run as a test case wants it. The first document of `manifest` is the workflow, others are templates."""

    def __init__(self, manifest: str, case: Case) -> None:
        run = Harness(manifest, name="wf", parameters=case.parameters)
        self.case, self.clock, self.execution = case, run.clock, run.execution
        self.begun = self.clock.now()
        self.order: list[str] = []
        self._numbers = itertools.count()
        self._tries: dict[str, int] = {}
        self._due: list[tuple[float, int, AnyEvent]] = []
        self._resumed: set[str] = set()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return (self.clock.now() - self.begun).total_seconds()

    def play(self) -> Why | None:
        """Play until it has ended; gives why it has not, where nothing is left to happen."""
        self._tell()
        for _ in range(MOST_STEPS):
            if self.execution.finished:
                return None
            wake_at = self.execution.wake_at
            wake = (wake_at - self.begun).total_seconds() if wake_at else None
            if self._due and (wake is None or self._due[0][0] <= wake):
                at, _, event = heapq.heappop(self._due)
                self._pass(at)
                self._tell(event)
            elif wake is not None:
                self._pass(wake)
                self._tell()
            else:
                break
        return Explainer(self.execution).workflow()

    def _pass(self, at: float) -> None:
        self.clock.advance(max(0.0, at - self.seconds))

    def _tell(self, *events: AnyEvent) -> None:
        commands = self.execution.handle(*events, now=self.clock.now())
        check(self.execution)
        for command in commands:
            self._note(command)
        self._plan_resumes()

    def _note(self, command: Command) -> None:
        if not isinstance(command, StartPod):
            return
        request = command.request
        self.order.append(self.execution.state.nodes.get(request.key.node_id).display_name)
        stub = self._stub(request)
        runs, fails = stub.seconds, bool(stub.exit_code or stub.error)
        self._report(request, stub.pending, PodReport(phase="Running", ready=runs > 0 or not fails))
        if request.template.daemon and not (runs or fails):
            return  # it serves until it is ended
        if request.deadline_seconds is not None and runs > request.deadline_seconds:
            self._report(request, stub.pending + request.deadline_seconds, PodReport(phase="Failed", message=EXPIRED))
        else:
            self._report(request, stub.pending + runs, _end(stub, request))

    def _report(self, request: PodRequest, after: float, report: PodReport) -> None:
        self._plan(after, PodReported(node_id=request.key.node_id, report=report))

    def _plan(self, after: float, event: AnyEvent) -> None:
        heapq.heappush(self._due, (self.seconds + after, next(self._numbers), event))

    def _stub(self, request: PodRequest) -> Stub:
        """The stub for a pod: by its node's names, without the number of the try too, else by its template's."""
        node = self.execution.state.nodes.get(request.key.node_id)
        names = [node.name, node.display_name, *_without_marks(node.display_name), request.template.name]
        found = next((name for name in names if name in self.case.pods), "")
        stubs = self.case.pods.get(found, Stub())
        if isinstance(stubs, Stub):
            return stubs
        number = self._tries[found] = self._tries.get(found, 0) + 1
        return stubs[min(number, len(stubs)) - 1] if stubs else Stub()

    def _plan_resumes(self) -> None:
        for node in self.execution.state.status.nodes.values():
            after = self.case.resume.get(node.display_name)
            if node.type == SUSPEND and node.phase == RUNNING and after is not None and node.id not in self._resumed:
                self._resumed.add(node.id)
                self._plan(parse_duration(after), ResumeRequested(node_field_selector=f"id={node.id}"))


def _without_marks(name: str) -> list[str]:
    """`fan(1:b)(0)` → `fan(1:b)`, `fan`."""
    found: list[str] = []
    while name.endswith(")") and "(" in name:
        name = name.rpartition("(")[0]
        found.append(name)
    return found


def _end(stub: Stub, request: PodRequest) -> PodReport:
    result = stub.result if request.wants_result else None
    outputs: Mapping[str, str] = stub.outputs
    if stub.error:
        return PodReport(phase="Error", message=stub.error)
    if stub.exit_code:
        message = stub.message or f"main: Error (exit code {stub.exit_code})"
        return PodReport(
            phase="Failed", exit_code=str(stub.exit_code), message=message, result=result, parameters=dict(outputs)
        )
    return PodReport(phase="Succeeded", exit_code="0", result=result, parameters=dict(outputs))
