"""Readiness: a daemon of this machine is asked whether it can serve, as the kubelet asks (`readinessProbe`).

A probe is `httpGet`, `tcpSocket` or `exec`, with `initialDelaySeconds`, `periodSeconds`, `timeoutSeconds` and
`successThreshold` as in Kubernetes; here a daemon's address is that of this machine. It is asked until it is ready
once: then those go on who wait for it, and nobody wants to know more (assessNodeStatus in Argo's operator.go).
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from argosy.errors import ArgosyError
from argosy.executors.process.launch import Launcher
from argosy.executors.process.unrunnable import Unrunnable
from argosy.model.template import Template
from argosy.ports.pods import PodRequest

ADDRESS = "127.0.0.1"
"""Where the daemons of this machine are."""
KINDS = ("exec", "httpGet", "tcpSocket")


def probe_of(template: Template) -> dict[str, Any] | None:
    """The readiness probe of a daemon's main container, None where it is ready as soon as it runs."""
    container = template.container or template.script
    return (container.readiness_probe or None) if template.daemon and container else None


class Readiness:
    """The daemons that are asked, by their key, each by a thread of its own."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._asked: dict[str, threading.Event] = {}

    def watch(self, key: str, request: PodRequest, ready: Callable[[], None]) -> None:
        """Ask from now on, and call `ready` (from a thread) once the daemon is. Raises Unrunnable for a bad probe."""
        if key in self._asked:
            return
        probe = probe_of(request.template) or {}
        ask, stop = self._question(probe, request), self._asked.setdefault(key, threading.Event())
        wanted, period = max(1, int(probe.get("successThreshold") or 1)), float(probe.get("periodSeconds") or 10)

        def work() -> None:
            pause, in_a_row = float(probe.get("initialDelaySeconds") or 0), 0
            while not stop.wait(pause):
                pause, in_a_row = period, in_a_row + 1 if _answers(ask) else 0
                if in_a_row >= wanted:
                    ready()
                    return

        threading.Thread(target=work, name=f"argosy-readiness-{key}", daemon=True).start()

    def leave(self, key: str) -> None:
        """The daemon has ended."""
        stop = self._asked.pop(key, None)
        if stop is not None:
            stop.set()

    def close(self) -> None:
        """Ask nobody any more."""
        for key in list(self._asked):
            self.leave(key)

    def _question(self, probe: dict[str, Any], request: PodRequest) -> Callable[[], bool]:
        kind = next((each for each in KINDS if probe.get(each)), "")
        if not kind:
            given = ", ".join(sorted(probe)) or "nothing"
            raise Unrunnable("Error", f"readinessProbe: {given} can't be asked here: use {', '.join(KINDS)}")
        target, seconds = probe[kind], float(probe.get("timeoutSeconds") or 1)
        if kind == "exec":
            return self._command(target.get("command") or [], request, seconds)
        host, port = target.get("host") or ADDRESS, _port(target.get("port"), request.template)
        if kind == "tcpSocket":
            return lambda: _connects(host, port, seconds)
        return lambda: _gets(target, host, port, seconds)

    def _command(self, command: list[str], request: PodRequest, seconds: float) -> Callable[[], bool]:
        """Whether a program succeeds that has what the daemon has: environment, folder and files."""
        template = request.template
        if template.container is not None:
            template = replace(template, container=replace(template.container, command=command, args=[]))
        elif template.script is not None:
            template = replace(template, script=replace(template.script, command=command, args=[], source=""))
        order = self._launcher.order(replace(request, template=template, wants_result=False))
        environment = {**self._launcher.host, **order.env}

        def succeeds() -> bool:
            quiet = subprocess.DEVNULL
            done = subprocess.run(  # noqa: S603
                order.argv,
                executable=order.path,
                env=environment,
                cwd=order.cwd,
                timeout=seconds,
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                check=False,
            )
            return done.returncode == os.EX_OK

        return succeeds


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (OSError, subprocess.SubprocessError, http.client.HTTPException, ArgosyError):
        return False


def _port(wanted: object, template: Template) -> int:
    """The number of a port, which may be given by its name. Raises Unrunnable."""
    container = template.container or template.script
    named = {each.get("name"): each.get("containerPort") for each in container.ports} if container else {}
    number = named.get(wanted, wanted)
    if not str(number).isdigit() or not 0 < int(str(number)) < 2**16:
        raise Unrunnable("Error", f"readinessProbe: there is no port {wanted!r}")
    return int(str(number))


def _connects(host: str, port: int, seconds: float) -> bool:
    with socket.create_connection((host, port), seconds):
        return True


def _gets(target: dict[str, Any], host: str, port: int, seconds: float) -> bool:
    """Whether an answer has a status of 200 to 399; a certificate is not looked at, as the kubelet does not."""
    if (target.get("scheme") or "HTTP").upper() == "HTTPS":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        headers = {each["name"]: each["value"] for each in target.get("httpHeaders") or ()}
        connection.request("GET", target.get("path") or "/", headers=headers)
        return 200 <= connection.getresponse().status < 400
    finally:
        connection.close()
