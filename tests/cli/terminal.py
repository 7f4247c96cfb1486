"""The command line on an engine that runs no processes: what is typed, what is printed, and how pods end."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from argosy.cli.main import run
from argosy.cli.session import Session
from argosy.controller.loop import Controller
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.model.workflow import Workflow
from argosy.ports.operation import Services
from argosy.ports.store import WorkflowQuery, WorkflowSummary
from argosy.stores import STORES

HELLO = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: hello
spec:
  entrypoint: main
  arguments:
    parameters:
    - name: message
      value: hi
  templates:
  - name: main
    container:
      image: alpine
      command: [echo, "{{workflow.parameters.message}}"]
"""
WAITING = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: waiting
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: approve
        template: approve
  - name: approve
    suspend: {}
"""


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Client:
    """Operations on a store in memory; whoever waits turns the loop, and lets time pass for the pods."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def call(self, operation: Any, request: Any) -> Any:
        return operation.run(self.terminal.services, request)

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        terminal = self.terminal
        for _ in range(1000):
            if done():
                return
            if terminal.interrupt:
                raise KeyboardInterrupt
            if terminal.controller.step(0.001):
                changed()
            elif terminal.executor.next_end is not None:
                terminal.executor.advance(terminal.executor.next_end)
        raise AssertionError("it waits for ever")


class Printed(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal:
    """One user at one home. `outcomes` says how the pods of each template end; the others succeed at once."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capture, self._monkeypatch = home, capture, monkeypatch
        self.store = STORES["memory"]("")
        self.outcomes: dict[str, Any] = {}
        self.executor = FakeExecutor(self.outcomes)
        self.executor.outcomes = self.outcomes
        self.controller = Controller(self.store, self.executor, SystemClock())
        self.controller.open()
        self.interrupt = False
        self.defaults: dict[str, Any] = {}
        self.left: list[str] = []
        counter = itertools.count(1)
        self._uid = lambda: f"uid-{next(counter)}"
        self._suffix = lambda: f"{next(counter):05}"

    @property
    def services(self) -> Services:
        return Services(
            store=self.store,
            logs=self.executor,
            clock=SystemClock(),
            new_uid=self._uid,
            new_suffix=self._suffix,
            wake=self.controller.wake,
            defaults=self.defaults,
            delete_leftovers=self.left.append,
            honoured=frozenset({"image"}),
        )

    def argosy(self, *words: str, stdin: str = "") -> Printed:
        """Run a command."""
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self._capture.readouterr()
        code = run(["--home", str(self.home), *words], Session(Client(self)))
        out, err = self._capture.readouterr()
        return Printed(code, str(out), str(err))

    def file(self, text: str, name: str = "workflow.yaml") -> str:
        """Write a file, and give its path."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def submit(self, text: str = HELLO, *words: str) -> None:
        """Submit a manifest, and let its pods run as far as they do by themselves."""
        printed = self.argosy("submit", "-", "-q", *words, stdin=text)
        assert printed.code == 0, printed.err
        self.settle()

    def settle(self) -> None:
        """Turn the loop until nothing happens: what an engine in the background would do."""
        while any(self.controller.step(0.001) for _ in range(3)):
            pass

    def workflows(self) -> list[WorkflowSummary]:
        """The workflows in the store."""
        return self.store.list(WorkflowQuery()).items

    def workflow(self, name: str = "hello") -> Workflow:
        """A workflow as it is in the store."""
        return self.store.get("default", name)


SLOW = Outcome(seconds=10)
FAILS = Outcome(exit_code=3)
