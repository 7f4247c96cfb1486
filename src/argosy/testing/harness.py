"""One workflow on the machine, with pods that do what the test says.

    run = Harness('''
    spec:
      entrypoint: main
      ...
    ''')
    run.start()
    assert run.running == ["A"]
    run.pod("A").succeed(result="tails")
    run.pod("B").fail(exit_code=2)
    assert run.phase == "Failed"

After every step the slow walk has to agree (argosy.engine.invariants.check), and the state is stored, loaded and asked
for its next commands beside the one that lives on: any prefix of a run survives a restart.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from argosy.engine.execution import Execution
from argosy.engine.invariants import check
from argosy.engine.locks import LockTable
from argosy.engine.memoization import Caches
from argosy.engine.rate import StartRate
from argosy.errors import NotFound
from argosy.model.codec import decode, read_documents
from argosy.model.locations import S3Artifact
from argosy.model.requests import SubmitOpts
from argosy.model.status import NodeStatus
from argosy.model.workflow import Workflow
from argosy.operations.options import with_options
from argosy.plan.resolve import resolve
from argosy.plan.snapshot import Shelf, take_snapshot
from argosy.ports.commands import Command, Remember, StartPod, StopPod
from argosy.ports.configmaps import CACHE, TYPE_LABEL, ConfigMap
from argosy.ports.events import (
    AnyEvent,
    PodReported,
    ResumeRequested,
    StopRequested,
    SuspendRequested,
    TerminateRequested,
)
from argosy.ports.pods import PodReport, PodRequest
from argosy.testing.clock import VirtualClock

HEAD = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}


class Pod:
    """A pod that the workflow has asked for."""

    def __init__(self, harness: Harness, request: PodRequest) -> None:
        self._harness, self.request = harness, request

    def start(self) -> None:
        """It runs now."""
        self._report(PodReport(phase="Running"))

    def succeed(
        self,
        *,
        result: str | None = None,
        parameters: dict[str, str] | None = None,
        artifacts: dict[str, str] | None = None,
    ) -> None:
        """It ends well, with this standard output (where anybody reads it), these output parameters, and those of its
        output artifacts that are named, kept under these keys.
        """
        kept = result if self.request.wants_result else None
        declared = {each.name: each for each in self.request.template.outputs.artifacts}
        given = [
            msgspec.structs.replace(declared[name], s3=S3Artifact(key=key)) for name, key in (artifacts or {}).items()
        ]
        self._report(
            PodReport(phase="Succeeded", exit_code="0", result=kept, parameters=parameters or {}, artifacts=given)
        )

    def fail(self, *, exit_code: int = 1, message: str = "", result: str | None = None) -> None:
        """The program ends with this exit code."""
        text = message or f"main: Error (exit code {exit_code})"
        kept = result if self.request.wants_result else None
        self._report(PodReport(phase="Failed", exit_code=str(exit_code), message=text, result=kept))

    def error(self, message: str = "pod deleted") -> None:
        """The machine fails it, not its program."""
        self._report(PodReport(phase="Error", message=message))

    def _report(self, report: PodReport) -> None:
        self._harness.tell(PodReported(node_id=self.request.key.node_id, report=report))


class Harness:
    """A workflow from YAML (the head may be left out), named `name`, on a clock that the test moves.

    Further documents of the text are WorkflowTemplates and ClusterWorkflowTemplates that it may refer to; `defaults`
    are the setting workflowDefaults. `config_maps` are the data of the ConfigMaps that there are, in any namespace:
    limits of semaphores, and, as their label `config_map_type` says, caches or parameters. `rate` is how fast pods may
    begin; several workflows may have it in common.
    """

    def __init__(
        self,
        text: str,
        *,
        name: str = "wf",
        parameters: dict[str, str] | None = None,
        defaults: dict[str, Any] | None = None,
        config_maps: dict[str, dict[str, str]] | None = None,
        config_map_type: str = CACHE,
        rate: StartRate | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.commands: list[Command] = []
        self.config_map_type = config_map_type
        self.config_maps = config_maps if config_maps is not None else {}
        workflow, *templates = _documents(text)
        workflow = self._named(workflow, name, parameters or {})
        workflow = take_snapshot(workflow, Shelf(templates), defaults or {})
        locks, caches = LockTable(self._config_map), Caches(self._config_map)
        self.execution = Execution(resolve(workflow, self._config_map), workflow, locks=locks, caches=caches, rate=rate)

    def _config_map(self, namespace: str, name: str) -> ConfigMap | None:  # noqa: ARG002
        data = self.config_maps.get(name)
        return None if data is None else ConfigMap({TYPE_LABEL: self.config_map_type}, data)

    def _named(self, workflow: Workflow, name: str, parameters: dict[str, str]) -> Workflow:
        workflow.metadata.name = name
        workflow.metadata.namespace = workflow.metadata.namespace or "default"
        workflow.metadata.uid = f"uid-of-{name}"
        workflow.metadata.creation_timestamp = self.clock.now()
        given = [f"{key}={value}" for key, value in parameters.items()]
        return with_options(workflow, SubmitOpts(parameters=given))

    def start(self) -> list[Command]:
        """Begin."""
        return self.tell()

    def tell(self, *events: AnyEvent) -> list[Command]:
        """Tell the machine these facts; gives its commands, after checking that a restart would give the same."""
        restarted = self._restart()
        commands = self.execution.handle(*events, now=self.clock.now())
        same = restarted.handle(*events, now=self.clock.now())
        assert commands == same, f"after a restart: {same}, without one: {commands}"
        assert _dump(restarted.workflow) == _dump(self.execution.workflow), "after a restart the state is another one"
        self.execution.take_change()
        self._remember(commands)
        check(self.execution)
        self.commands = commands
        return commands

    def _remember(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, Remember):
                self.config_maps.setdefault(command.cache, {})[command.key] = command.entry
        self.execution.caches.written()

    def _restart(self) -> Execution:
        copy = msgspec.json.decode(_dump(self.execution.workflow), type=Workflow)
        locks = self.execution.locks.copy()
        locks.forget(self.execution.state.resolved.uid)
        caches, rate = Caches(self._config_map), self.execution.state.rate.copy()
        restarted = Execution(resolve(copy, self._config_map), copy, locks=locks, caches=caches, rate=rate)
        before = {request.key: request for request in self.execution.outstanding}
        assert {request.key: request for request in restarted.outstanding} == before
        return restarted

    def advance(self, seconds: float) -> list[Command]:
        """Let time pass, waking the machine whenever it asked for that."""
        until, commands = self.clock.now() + timedelta(seconds=seconds), list[Command]()
        while (wake_at := self.execution.wake_at) is not None and wake_at <= until:
            self.clock.advance(max(0.0, (wake_at - self.clock.now()).total_seconds()))
            commands += self.tell()
        self.clock.advance((until - self.clock.now()).total_seconds())
        return commands + self.tell()

    def suspend(self) -> None:
        """`argo suspend`."""
        self.tell(SuspendRequested())

    def resume(self, node_field_selector: str = "") -> None:
        """`argo resume`."""
        self.tell(ResumeRequested(node_field_selector=node_field_selector))

    def stop(self, node_field_selector: str = "", message: str = "") -> None:
        """`argo stop`."""
        self.tell(StopRequested(node_field_selector=node_field_selector, message=message))

    def terminate(self) -> None:
        """`argo terminate`."""
        self.tell(TerminateRequested())

    def pod(self, name: str) -> Pod:
        """The pod of the node with this display name, or full name, that has not ended. Raises NotFound."""
        for request in self.execution.outstanding:
            if name in (request.node_name, self.execution.state.nodes.get(request.key.node_id).display_name):
                return Pod(self, request)
        raise NotFound(f"no pod {name!r} runs; there are {self.running}")

    def run_all(self, **outcomes: str) -> str:
        """Let every pod succeed, with the result that `outcomes` has for its name; gives the workflow's phase."""
        while self.running:
            name = self.running[0]
            self.pod(name).succeed(result=outcomes.get(name))
        return self.phase

    @property
    def phase(self) -> str:
        """The workflow's phase."""
        return self.execution.state.status.phase

    @property
    def message(self) -> str:
        """The workflow's message."""
        return self.execution.state.status.message

    @property
    def nodes(self) -> dict[str, NodeStatus]:
        """The nodes by their full name, in the order of their making."""
        return {node.name: node for node in self.execution.state.status.nodes.values()}

    def node(self, name: str) -> NodeStatus:
        """The node of that full name, else the last one of that display name. Raises NotFound."""
        found = [node for node in self.nodes.values() if name in (node.name, node.display_name)]
        if not found:
            raise NotFound(f"no node {name!r}; there are {list(self.nodes)}")
        return next((node for node in found if node.name == name), found[-1])

    @property
    def phases(self) -> dict[str, str]:
        """Each node's phase by its display name."""
        return {node.display_name: node.phase for node in self.nodes.values()}

    @property
    def running(self) -> list[str]:
        """The display names of the pods that have not ended, in the order in which they were asked for."""
        return [self.execution.state.nodes.get(each.key.node_id).display_name for each in self.execution.outstanding]

    @property
    def started(self) -> list[str]:
        """The pods that the last step asked for."""
        requests = [command.request for command in self.commands if isinstance(command, StartPod)]
        return [self.execution.state.nodes.get(request.key.node_id).display_name for request in requests]

    @property
    def stopped(self) -> list[str]:
        """The pods that the last step wanted to end."""
        keys = [command.key for command in self.commands if isinstance(command, StopPod)]
        return [self.execution.state.nodes.get(key.node_id).display_name for key in keys]


def _dump(workflow: Workflow) -> bytes:
    return msgspec.json.encode(workflow)


def _documents(text: str) -> list[Any]:
    first, *others = read_documents(text, "workflow.yaml")
    first = msgspec.structs.replace(first, data=HEAD | first.data)
    found = [decode(document) for document in (first, *others)]
    assert isinstance(found[0], Workflow)
    return found
