"""The table of operations, and those that ask something of a workflow."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from argosy.errors import Conflict, InvalidRequest, NotFound
from argosy.operations.delete import DeleteRequest
from argosy.operations.get import GetRequest
from argosy.operations.state import StateRequest
from argosy.operations.table import OPERATIONS
from argosy.operations.target import selected
from argosy.ports.events import ResumeRequested, StopRequested, SuspendRequested, TerminateRequested
from argosy.ports.store import DeleteRequested
from tests.operations.api import Api

WAITS = {"id": "wf-1", "name": "wf[0].approve", "displayName": "approve", "type": "Suspend", "phase": "Running"}
ASKS = {
    **WAITS,
    "id": "wf-2",
    "displayName": "ask",
    "outputs": {"parameters": [{"name": "verdict", "valueFrom": {"supplied": {}}}]},
}
VERBS = ("suspend", "resume", "stop", "terminate")


def ask(api: Api, verb: str, name: str, **more: Any) -> Any:
    operation = OPERATIONS[verb]
    return api.call(operation, operation.request(namespace="default", name=name, **more))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_declared_in_full(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.name == name
    assert operation.summary
    assert operation.method in ("GET", "POST", "PUT", "DELETE")
    assert operation.path.startswith("/api/v1/")
    fields = {field.encode_name for field in msgspec.structs.fields(operation.request)}
    in_path = {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    assert in_path <= fields


@pytest.mark.parametrize(
    ("verb", "more", "event"),
    [
        ("suspend", {}, SuspendRequested()),
        ("resume", {}, ResumeRequested()),
        ("resume", {"node_field_selector": "phase=Running"}, ResumeRequested(node_field_selector="phase=Running")),
        ("stop", {}, StopRequested()),
        (
            "stop",
            {"node_field_selector": "displayName=approve", "message": "no"},
            StopRequested(node_field_selector="displayName=approve", message="no"),
        ),
        ("terminate", {}, TerminateRequested()),
    ],
)
def test_what_is_posted(verb: str, more: dict[str, str], event: Any, api: Api) -> None:
    api.add("wf", "Running", WAITS)
    assert ask(api, verb, "wf", **more).metadata.name == "wf"
    assert (api.posted, api.woken) == ([event], 1)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("phase", ["Succeeded", "Failed", "Error"])
def test_too_late(verb: str, phase: str, api: Api) -> None:
    api.add("wf", phase)
    with pytest.raises(Conflict, match="completed workflow"):
        ask(api, verb, "wf")
    assert (api.posted, api.woken) == ([], 0)


@pytest.mark.parametrize("verb", [*VERBS, "get", "state", "delete"])
def test_not_there(verb: str, api: Api) -> None:
    for name in ("wf", "@latest"):
        with pytest.raises(NotFound):
            ask(api, verb, name)
    with pytest.raises(InvalidRequest, match="the name of a workflow is missing"):
        ask(api, verb, "")


@pytest.mark.parametrize("verb", [*VERBS, "get"])
def test_the_latest(verb: str, api: Api) -> None:
    api.add("older")
    api.add("newer")
    assert ask(api, verb, "@latest").metadata.name == "newer"


def test_a_value_that_is_missing(api: Api) -> None:
    api.add("wf", "Running", WAITS, ASKS)
    with pytest.raises(InvalidRequest, match="raw output parameter 'verdict' has not been set"):
        ask(api, "resume", "wf")
    ask(api, "resume", "wf", node_field_selector="displayName=approve")


def test_selectors(api: Api) -> None:
    workflow = api.add("wf", "Running", WAITS, ASKS)
    nodes = list(workflow.status.nodes.values())
    assert [node.id for node in selected(nodes, "displayName=ask")] == ["wf-2"]
    assert selected(nodes, "") == nodes
    with pytest.raises(InvalidRequest, match="no suspend nodes matching nodeFieldSelector: name=x") as caught:
        ask(api, "resume", "wf", node_field_selector="name=x")
    assert caught.value.hint == "those that wait: approve, ask"
    with pytest.raises(InvalidRequest, match="invalid selector"):
        ask(api, "stop", "wf", node_field_selector="name")


def test_state(api: Api) -> None:
    for number in range(20):
        api.add(f"wf-{number}", "Succeeded")
    api.add("wf", "Running", WAITS)
    before = api.call(OPERATIONS["state"], StateRequest(namespace="default", name="wf"))
    assert (before.finished, before.pending, before.summary.suspended) == (False, False, True)
    ask(api, "stop", "wf")
    assert api.call(OPERATIONS["state"], StateRequest(namespace="default", name="wf")).pending
    done = api.call(OPERATIONS["state"], StateRequest(namespace="default", name="wf-0"))
    assert (done.finished, done.pending, done.summary.name) == (True, False, "wf-0")


def test_delete(api: Api) -> None:
    api.add("done", "Failed")
    api.add("runs")
    for name in ("done", "runs"):
        api.call(OPERATIONS["delete"], DeleteRequest(namespace="default", name=name))
    with pytest.raises(NotFound):
        api.call(OPERATIONS["get"], GetRequest(namespace="default", name="done"))
    assert (api.left, api.posted, api.woken) == (["uid-done"], [DeleteRequested()], 1)
