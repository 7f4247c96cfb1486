"""What the tests of executors share: an engine that only listens, and leaves that do what a test needs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from argosy.executors.process.client import connect
from argosy.executors.process.executor import ProcessExecutor
from argosy.model.kubernetes import Container
from argosy.model.template import ScriptTemplate, Template
from argosy.ports.executor import Executor
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest

PATIENCE = 30.0


def request(node_id: str, template: Template, *, uid: str = "uid-1", **more) -> PodRequest:
    return PodRequest(
        key=PodKey(uid, node_id),
        namespace="default",
        workflow_name="wf",
        pod_name=f"pod-{node_id}",
        node_name=f"wf.{node_id}",
        template=template,
        **more,
    )


def shell(text: str, *arguments: str, **more) -> Template:
    """A leaf that runs this in a shell."""
    return Template(name="shell", container=Container(image="i", command=["sh", "-c", text, "sh", *arguments], **more))


def script(source: str, command: Sequence[str] = ("sh",), **more) -> Template:
    return Template(name="script", script=ScriptTemplate(image="i", command=list(command), source=source, **more))


class Listener:
    """Remembers every report."""

    def __init__(self) -> None:
        self.reports: dict[PodKey, list[PodReport]] = {}
        self.changed = threading.Condition()

    def __call__(self, key: PodKey, report: PodReport) -> None:
        with self.changed:
            self.reports.setdefault(key, []).append(report)
            self.changed.notify_all()

    def wait(self, condition: Callable[[], bool], what: str = "") -> None:
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE), f"{what}: {self.reports}"

    def phases(self, key: PodKey) -> list[str]:
        with self.changed:
            return [report.phase for report in self.reports.get(key, [])]

    def end(self, key: PodKey) -> PodReport:
        """The final report, once it is there."""
        self.wait(lambda: any(each.phase in FINAL_POD_PHASES for each in self.reports.get(key, [])), f"end of {key}")
        return self.reports[key][-1]

    def ends(self, keys: Iterable[PodKey]) -> list[PodReport]:
        return [self.end(key) for key in keys]

    def wait_for_phase(self, key: PodKey, phase: str) -> None:
        self.wait(lambda: any(each.phase == phase for each in self.reports.get(key, [])), f"{phase} of {key}")


def run(executor: Executor, *requests: PodRequest) -> list[PodReport]:
    """Run these on a closed executor and wait for their ends."""
    listener = Listener()
    executor.open(listener)
    try:
        for each in requests:
            executor.start(each)
        return listener.ends(each.key for each in requests)
    finally:
        executor.close()


def supervisor_pid(home: Path) -> int:
    """The pid of the supervisor of this home; 0 where there is none."""
    connection = connect(home / "run")
    if connection is None:
        return 0
    connection.close()
    return int((home / "run" / "lock").read_text())


def clean_up(home: Path) -> None:
    """End whatever still runs for this home."""
    pid = supervisor_pid(home)
    if pid:
        shutil.rmtree(home, ignore_errors=True)
        kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.01)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def alive(pid: int) -> bool:
    """Whether the process is there, and more than a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.01)


def process_executor(home: Path, **more) -> ProcessExecutor:
    return ProcessExecutor(home, **{"linger_seconds": 5.0, **more})
