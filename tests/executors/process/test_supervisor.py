"""Supervisors that are not as they should be."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from argosy.errors import ExecutorError
from argosy.executors.process import client, executor
from argosy.executors.process.executor import ProcessExecutor
from tests.executors.process.support import Listener, eventually, request, run, shell, supervisor_pid

Make = Callable[..., ProcessExecutor]


def test_one_that_can_not_be_started(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.sys, "executable", "/no/such/python")
    with pytest.raises(ExecutorError, match="the supervisor of the processes could not be started"):
        make().open(Listener())


def test_one_that_never_comes_up(make: Make, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BOOT", ("-c", "import sys; sys.exit('broken')"))
    monkeypatch.setattr(executor, "RETRY_SECONDS", 0.01)
    (end,) = run(make(), request("a", shell("exit 0")))
    wanted = f"the supervisor of the processes ends as soon as it is started; it says why in {home}/run/supervisor.log"
    assert (end.phase, end.message) == ("Error", wanted)
    assert "broken" in (home / "run" / "supervisor.log").read_text()


def test_one_of_another_version(make: Make, home: Path) -> None:
    (home / "run").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(home / "run" / "socket"))
        listener.listen()
        executor, heard = make(), Listener()
        executor.open(heard)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b'["hello",999,1234]\n["running","uid-1/b",1.0]\n')
            heard.wait(lambda: bool(heard.reports))
            pod = request("a", shell("exit 0"))
            executor.start(pod)
            assert heard.end(pod.key).message.startswith(
                "the supervisor of the processes (process 1234) was started by"
            )
        (home / "run" / "socket").unlink()
        executor.close()


def test_bad_messages_end_nobody(make: Make, home: Path) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    first = request("a", shell("exit 0"))
    executor.start(first)
    heard.end(first.key)
    eventually(lambda: supervisor_pid(home) != 0, "it listens")
    pid = supervisor_pid(home)
    for text in (b"nonsense\n", b"[]\n", b'["no-such-verb"]\n', b'["stop"]\n', b"7\n", b'{"a":1}\n', b"\xff\n"):
        connection = client.connect(home / "run")
        assert connection
        with connection:
            connection.sendall(text + json.dumps(["watch", "x"]).encode() + b"\n")
            connection.settimeout(10)
            connection.recv(100)
    second = request("b", shell("exit 0"))
    executor.start(second)
    assert heard.end(second.key).phase == "Succeeded"
    assert supervisor_pid(home) == pid
