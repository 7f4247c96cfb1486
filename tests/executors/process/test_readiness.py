"""Daemons of this machine: where they are, and when they are ready."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from argosy.executors.process.executor import ProcessExecutor
from argosy.model.kubernetes import Container
from argosy.model.template import Template
from argosy.ports.pods import PodKey, PodReport
from tests.executors.process.support import Listener, request

Make = Callable[..., ProcessExecutor]
SERVER = """
import http.server, pathlib, socketserver, sys, time
while not pathlib.Path(sys.argv[1], "go").exists():
    time.sleep(0.01)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" and self.headers["X"] == "y" else 500)
        self.end_headers()
    def log_message(self, *_):
        pass
server = socketserver.TCPServer(("127.0.0.1", int(sys.argv[2])), Handler)
server.serve_forever()
"""


def daemon(probe: dict[str, Any] | None, *arguments: str, ports: list[dict[str, Any]] | None = None) -> Template:
    command = [sys.executable, "-c", SERVER, *arguments] if arguments else ["sleep", "60"]
    container = Container(image="i", command=command, readiness_probe=probe, ports=ports or [])
    return Template(name="server", daemon=True, container=container)


def reports(listener: Listener, executor: ProcessExecutor, template: Template) -> list[PodReport]:
    """What is told of it, from its start until it is said to be ready."""
    key = PodKey("uid-1", "a")
    executor.start(request("a", template))
    listener.wait(
        lambda: any(each.ready and each.phase != "Pending" for each in listener.reports.get(key, [])), "ready"
    )
    return listener.reports[key]


@pytest.fixture
def listening(make: Make) -> Any:
    executor, listener = make(), Listener()
    executor.open(listener)
    yield executor, listener
    executor.stop(PodKey("uid-1", "a"), 0.0)
    executor.close()


def test_without_a_probe_it_is_ready_as_soon_as_it_runs(listening: Any) -> None:
    executor, listener = listening
    (report,) = reports(listener, executor, daemon(None))
    assert (report.phase, report.ready, report.pod_ip) == ("Running", True, "127.0.0.1")


@pytest.mark.parametrize(
    "probe",
    [
        {"httpGet": {"path": "/health", "port": "web", "httpHeaders": [{"name": "X", "value": "y"}]}},
        {"tcpSocket": {"port": "web"}, "successThreshold": 2},
    ],
    ids=["httpGet", "tcpSocket"],
)
def test_a_server_is_ready_once_it_answers(
    probe: dict[str, Any], listening: Any, tmp_path: Path, unused_tcp_port: int
) -> None:
    executor, listener = listening
    ports = [{"name": "web", "containerPort": unused_tcp_port}]
    template = daemon({**probe, "periodSeconds": 0.05}, str(tmp_path), str(unused_tcp_port), ports=ports)
    executor.start(request("a", template))
    listener.wait_for_phase(PodKey("uid-1", "a"), "Running")
    assert [each.ready for each in listener.reports[PodKey("uid-1", "a")]] == [False]
    (tmp_path / "go").touch()
    assert [each.ready for each in reports(listener, executor, template)] == [False, True]


def test_a_command_that_succeeds(listening: Any, tmp_path: Path) -> None:
    executor, listener = listening
    template = daemon({"exec": {"command": ["test", "-f", f"{tmp_path}/go"]}, "periodSeconds": 0.05})
    executor.start(request("a", template))
    listener.wait_for_phase(PodKey("uid-1", "a"), "Running")
    (tmp_path / "go").touch()
    assert [each.ready for each in reports(listener, executor, template)] == [False, True]


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"grpc": {"port": 1}}, "readinessProbe: grpc can't be asked here: use exec, httpGet, tcpSocket"),
        ({"tcpSocket": {"port": "web"}}, "readinessProbe: there is no port 'web'"),
    ],
)
def test_a_probe_that_can_not_be_asked(probe: dict[str, Any], message: str, listening: Any) -> None:
    executor, listener = listening
    executor.start(request("a", daemon(probe)))
    end = listener.end(PodKey("uid-1", "a"))
    assert (end.phase, end.message) == ("Error", message)
