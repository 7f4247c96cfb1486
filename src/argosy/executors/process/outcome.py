"""What the supervisor says → PodReport."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from argosy.executors.process.containers import containers_of, is_crew, main_of, name_of
from argosy.executors.process.home import Home
from argosy.executors.process.outputs import read_parameters
from argosy.executors.process.readiness import ADDRESS
from argosy.executors.process.staging import Staging, takes_out
from argosy.executors.process.unrunnable import Unrunnable, no_program
from argosy.executors.process.volumes import host_path, inside_folder, volume_mounts
from argosy.model.arguments import Artifact
from argosy.ports.pods import ContainerEnd, PodReport, PodRequest

OVERDUE = "Pod was active on the node longer than the specified deadline"
LOST = "pod deleted"
STOPPED_EARLY = "stopped before it was started"


class Hello(Struct, array_like=True, tag="hello", frozen=True):
    """The supervisor is there."""

    version: int
    pid: int


class Waiting(Struct, array_like=True, tag="waiting", frozen=True):
    """The pod waits for a slot."""

    key: str
    slots: int


class Running(Struct, array_like=True, tag="running", frozen=True):
    """The pod runs."""

    key: str
    started: float


class Ended(Struct, array_like=True, tag="ended", frozen=True):
    """The pod has ended."""

    key: str
    code: int | None
    reason: str
    detail: str
    started: float
    finished: float
    result: str | None
    result_in_file: bool


class Unknown(Struct, array_like=True, tag="unknown", frozen=True):
    """These were never started."""

    keys: list[str]


class Gone(Struct, array_like=True, tag="gone", frozen=True):
    """The pod that was watched does not run any more."""

    key: str


Message = Hello | Waiting | Running | Ended | Unknown | Gone


def waiting(message: Waiting) -> PodReport:
    """It waits for a slot."""
    return PodReport(phase="Pending", message=f"waiting for one of {message.slots} process slots")


def running(message: Running, request: PodRequest | None) -> PodReport:
    """It runs. Where a daemon is, others want to know: on this machine, as they are."""
    address = ADDRESS if request is not None and request.template.daemon else ""
    return PodReport(phase="Running", started_at=_time(message.started), host_node_name=HOST, pod_ip=address)


def ended(message: Ended, request: PodRequest | None, home: Home, staging: Staging) -> PodReport:
    """How it ended. Without its request, nothing is known of its outputs."""
    if message.reason == "unstarted":
        return _unstarted(message, request).report
    if message.reason == "lost":
        return PodReport(phase="Error", message=LOST, finished_at=_time(message.finished))
    if message.code is None:
        return PodReport(phase="Failed", message=STOPPED_EARLY, finished_at=_time(message.finished))
    text = OVERDUE if message.reason == "deadline" else ""
    containers = _containers(request, home) if request and is_crew(request.template) else {"main": None}
    if message.code and not text:
        is_set = request is not None and request.template.container_set is not None
        text = f"{_culprit(containers, is_set=is_set)}: Error (exit code {message.code})"
    values, problem, result = {}, "", message.result
    if request and request.template.outputs.parameters:
        values, problem = _parameters(request, home)
    artifacts: list[Artifact] = []
    if request and takes_out(request):
        artifacts, trouble = staging.take_out(request, _cwd(request, home))
        problem = problem or trouble
    if request and message.result_in_file:
        result = _result(request, home)
    return PodReport(
        phase="Failed" if text else "Error" if problem else "Succeeded",
        message=text or problem,
        exit_code=_exit_code(containers, message.code),
        result=result,
        parameters=values,
        artifacts=artifacts,
        containers={name: end for name, end in containers.items() if end},
        started_at=_time(message.started),
        finished_at=_time(message.finished),
        host_node_name=HOST,
    )


def _unstarted(message: Ended, request: PodRequest | None) -> Unrunnable:
    container = main_of(request.template) if request else None
    program = container.command[0] if container and container.command else ""
    number = getattr(errno, message.detail, 0)
    why = os.strerror(number).lower() if number else message.detail
    if number in (errno.EACCES, errno.ENOEXEC):
        return no_program(program, why, 126)
    if number in (errno.ENOENT, errno.ENOTDIR):
        return no_program(program, why, 127)
    return Unrunnable("Error", f"the process could not be started: {why}")


def _containers(request: PodRequest, home: Home) -> dict[str, ContainerEnd | None]:
    """How those of a set ended; nothing where the whole of it was killed."""
    names = [name_of(each) for each in containers_of(request.template)]
    try:
        text = Path(home.folders(request.key.workflow_uid).ends(request.pod_name)).read_bytes()
    except OSError:
        return dict.fromkeys(names)
    ends = msgspec.json.decode(text, type=dict[str, tuple[int, float, float]])
    return {name: ContainerEnd(code, _time(start), _time(end)) for name, (code, start, end) in ends.items()}


def _culprit(containers: Mapping[str, ContainerEnd | None], *, is_set: bool) -> str:
    """The container that the pod failed of: main, if it did, else the first. One killed at the end has not failed."""
    failed = [name for name, end in containers.items() if end is None or end.exit_code not in (0, 137, 143)]
    failed = failed or [name for name, end in containers.items() if end and end.exit_code]
    return "main" if (is_set and "main" in failed) or not failed else failed[0]


def _exit_code(containers: Mapping[str, ContainerEnd | None], of_pod: int) -> str | None:
    """Main's, where there is a main."""
    end = containers.get("main")
    return str(end.exit_code if end else of_pod) if "main" in containers else None


def _parameters(request: PodRequest, home: Home) -> tuple[dict[str, str], str]:
    folders = home.folders(request.key.workflow_uid)
    mounts = volume_mounts(request, home)
    root = folders.view(request.pod_name)
    return read_parameters(request.template, lambda path: host_path(path, root, mounts), _cwd(request, home))


def _cwd(request: PodRequest, home: Home) -> str:
    container = main_of(request.template)
    folders, mounts = home.folders(request.key.workflow_uid), volume_mounts(request, home)
    inside = inside_folder(request, mounts)
    if inside:
        return host_path(inside, folders.view(request.pod_name), mounts)
    return str(Path(folders.work, container.working_dir if container else ""))


def _result(request: PodRequest, home: Home) -> str:
    try:
        return (
            Path(home.folders(request.key.workflow_uid).result(request.pod_name))
            .read_bytes()
            .decode("utf-8", "replace")
        )
    except OSError:
        return ""


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


HOST = os.uname().nodename
