"""Plays a workflow to its end on a virtual clock, with pods that do what their stubs say."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping

from argosy.engine.execution import Execution
from argosy.engine.invariants import check
from argosy.engine.why import Explainer
from argosy.language.durations import parse_duration
from argosy.model.kinds import RUNNING, SUSPEND
from argosy.ports.commands import Command, StartPod
from argosy.ports.events import AnyEvent, PodReported, ResumeRequested
from argosy.ports.pods import PodReport, PodRequest
from argosy.ports.why import Why
from argosy.testing.clock import VirtualClock
from argosy.testing.harness import Harness
from argosy.testing.stubs import Case, Script, Stub

MOST_STEPS = 100_000
EXPIRED = "Pod was active on the node longer than the specified deadline"


class Player:
    """One run as a script wants it. The clock may be that of several, as long as it never passes by what is `due`.

    `took` is how many seconds it ran, once it has ended.
    """

    def __init__(self, execution: Execution, clock: VirtualClock, script: Script) -> None:
        self.script, self.clock, self.execution = script, clock, execution
        self.begun = self.clock.now()
        self.order: list[str] = []
        self._numbers = itertools.count()
        self._tries: dict[str, int] = {}
        self._due: list[tuple[float, int, AnyEvent]] = []
        self._resumed: set[str] = set()
        self.took: float | None = None

    @classmethod
    def of(cls, manifest: str, case: Case) -> Player:
        """A run of the first document of `manifest`; others are templates."""
        run = Harness(manifest, name="wf", parameters=case.parameters)
        return cls(run.execution, run.clock, case)

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return (self.clock.now() - self.begun).total_seconds()

    @property
    def due(self) -> float | None:
        """After how many seconds of the run something happens next; None where nothing will by itself."""
        wake_at = self.execution.wake_at
        moments = [(wake_at - self.begun).total_seconds()] if wake_at else []
        return min([*moments, *(at for at, _, _ in self._due[:1])], default=None)

    def play(self) -> Why | None:
        """Play until it has ended; gives why it has not, where nothing is left to happen."""
        self.tell()
        for _ in range(MOST_STEPS):
            if self.execution.finished:
                return None
            if self.due is None:
                break
            self.step()
        return Explainer(self.execution).workflow()

    def step(self) -> None:
        """Let the time of what is due come, and that happen."""
        at = self.due
        if at is None:
            return
        events: list[AnyEvent] = []
        if self._due and self._due[0][0] <= at:
            events.append(heapq.heappop(self._due)[2])
        self._pass(at)
        self.tell(*events)

    def tell(self, *events: AnyEvent) -> None:
        """Tell the machine these facts, and plan what its pods do."""
        commands = self.execution.handle(*events, now=self.clock.now())
        check(self.execution)
        if self.execution.finished and self.took is None:
            self.took = self.seconds
        for command in commands:
            self._note(command)
        self._plan_resumes()

    def _pass(self, at: float) -> None:
        self.clock.advance(max(0.0, at - self.seconds))

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
        found = next((name for name in names if name in self.script.pods), "")
        stubs = self.script.pods.get(found, Stub())
        if isinstance(stubs, Stub):
            return stubs
        number = self._tries[found] = self._tries.get(found, 0) + 1
        return stubs[min(number, len(stubs)) - 1] if stubs else Stub()

    def _plan_resumes(self) -> None:
        for node in self.execution.state.status.nodes.values():
            after = self.script.resume.get(node.display_name)
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
