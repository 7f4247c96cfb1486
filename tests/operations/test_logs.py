"""Logs of a workflow that runs: lines as they come, of pods as they begin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from argosy.errors import NotFound
from argosy.language.names import pod_name
from argosy.model.requests import LogEntry
from argosy.model.status import NodeStatus, WorkflowStatus
from argosy.operations.logs import OPERATION, LogsRequest
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey
from tests.operations.api import Api


class SlowLogs:
    """Logs that end when the test says so."""

    def __init__(self) -> None:
        self.ended: dict[str, threading.Event] = {}
        self.queries: list[LogQuery] = []

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        self.queries.append(query)
        if request_key.node_id == "silent":
            raise NotFound("no log")
        yield f"{request_key.node_id} begins"
        if query.follow:
            assert self.ended.setdefault(request_key.node_id, threading.Event()).wait(10)
        yield f"{request_key.node_id} ends"

    def end(self, node_id: str) -> None:
        self.ended.setdefault(node_id, threading.Event()).set()


class Running:
    """A workflow that gets on step by step, while somebody follows its logs."""

    def __init__(self, api: Api) -> None:
        self.api, self.logs = api, SlowLogs()
        api.services = replace(api.services, logs=self.logs)
        api.add("wf", "Running")

    def node(self, name: str, phase: str) -> None:
        now = self.api.clock.now()
        node = NodeStatus(id=name, name=f"wf.{name}", display_name=name, type="Pod", phase=phase, started_at=now)
        self.api.change(uid="uid-wf", nodes=[node])

    def finish(self, phase: str = "Succeeded") -> None:
        self.api.change(uid="uid-wf", status=WorkflowStatus(phase=phase))

    def follow(self, **more: Any) -> Iterator[LogEntry]:
        return self.api.call(OPERATION, LogsRequest(namespace="default", name="wf", follow=True, **more))


@pytest.fixture
def running(api: Api) -> Running:
    return Running(api)


def test_lines_as_they_come(running: Running) -> None:
    running.node("a", "Running")
    lines = running.follow()
    assert next(lines).content == "a begins"
    running.node("b", "Running")
    assert next(lines).content == "b begins"
    running.logs.end("b")
    assert next(lines).content == "b ends"
    running.node("b", "Succeeded")
    running.node("c", "Succeeded")
    assert [next(lines).content, next(lines).content] == ["c begins", "c ends"]
    running.finish()
    running.logs.end("a")
    assert [entry.content for entry in lines] == ["a ends"]
    assert running.api.woken == 1


def test_one_pod(running: Running) -> None:
    lines = running.follow(pod_name="a")
    running.node("b", "Running")
    running.node("a", "Running")
    assert next(lines).content == "a begins"
    running.logs.end("a")
    assert next(lines).content == "a ends"
    running.node("a", "Failed")
    assert list(lines) == []


def test_pods_that_wrote_nothing_or_have_not_begun(running: Running) -> None:
    running.node("silent", "Failed")
    running.node("waits", "Pending")
    running.node("a", "Succeeded")
    running.finish()
    assert [entry.content for entry in running.follow(tail=3)] == ["a begins", "a ends"]
    assert all(query == LogQuery(tail=3) for query in running.logs.queries)


def test_deleted_meanwhile(running: Running) -> None:
    running.node("a", "Running")
    lines = running.follow()
    assert next(lines).content == "a begins"
    running.api.services.store.delete("uid-wf")
    running.logs.end("a")
    assert [entry.content for entry in lines] == ["a ends"]


def test_names_of_pods(running: Running) -> None:
    running.node("a", "Succeeded")
    running.finish()
    (first, _) = running.follow()
    assert first.pod_name == pod_name("wf", "wf.a")
