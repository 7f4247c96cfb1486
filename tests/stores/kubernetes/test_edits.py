"""Edits become requests, requests the edits that Argo's command line makes; patches; packed nodes."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.errors import InvalidRequest, StoreError
from argosy.ports.events import Request, ResumeRequested, StopRequested, SuspendRequested, TerminateRequested
from argosy.stores.kubernetes.drafts import fitted
from argosy.stores.kubernetes.edits import Asked, edit, is_held_back, requests
from argosy.stores.kubernetes.patches import diff, merge, reduced
from argosy.stores.kubernetes.shape import LARGEST, in_order, nodes_of, pack, unpack, workflow_of

Object = dict[str, Any]
NOON = datetime(2026, 1, 2, 12, 0, 0, 987654, tzinfo=UTC)


def suspend(id_: str, phase: str = "Running", **more: Any) -> Object:
    return {"id": id_, "name": f"wf.{id_}", "displayName": id_, "type": "Suspend", "phase": phase, **more}


def item(spec: Object | None = None, **nodes: Object) -> Object:
    return {"metadata": {"name": "wf"}, "spec": spec or {}, "status": {"phase": "Running", "nodes": nodes}}


def asked(before: Object, after: Object) -> list[Request]:
    return list(requests(Asked.by(before, nodes_of(before)), Asked.by(after, nodes_of(after))))


RESUME = ResumeRequested()
WAITS, DONE = suspend("a"), suspend("a", "Succeeded")


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (item(), item(), []),
        (item(), item({"suspend": True}), [SuspendRequested()]),
        (item({"suspend": True}), item(), [RESUME]),
        (item({"suspend": True}), item({"suspend": False}), [RESUME]),
        (item(), item({"shutdown": "Stop"}), [StopRequested()]),
        (item(), item({"shutdown": "Terminate"}), [TerminateRequested()]),
        (item({"shutdown": "Stop"}), item({"shutdown": "Terminate"}), [TerminateRequested()]),
        (item({"shutdown": "Stop"}), item({"shutdown": "Stop"}), []),
        (item({"shutdown": "Stop"}), item(), []),
        (item(a=WAITS), item(a=DONE), [ResumeRequested(node_field_selector="id=a")]),
        (item(a=DONE), item(a=DONE), []),
        (item(a=DONE), item(a=WAITS), []),
        (item(a=WAITS), item(), []),
        (
            item(a=WAITS, b=suspend("b")),
            item(a=DONE, b=suspend("b", "Skipped")),
            [ResumeRequested(node_field_selector="id=a"), ResumeRequested(node_field_selector="id=b")],
        ),
        (
            item(a=WAITS),
            item(a=suspend("a", "Failed", message="no")),
            [StopRequested(node_field_selector="id=a", message="no")],
        ),
        # argo resume edits both
        (item({"suspend": True}, a=WAITS), item(a=DONE), [RESUME]),
        # a pod's phase is nobody's to edit
        (item(a={**WAITS, "type": "Pod"}), item(a={**DONE, "type": "Pod"}), []),
        (item(a=WAITS), item({"suspend": True, "shutdown": "Stop"}, a=WAITS), [SuspendRequested(), StopRequested()]),
    ],
)
def test_what_an_edit_asks_for(before: Object, after: Object, wanted: list[Request]) -> None:
    assert asked(before, after) == wanted


def test_to_end_the_suspension_alone_does_not_resume_nodes_that_wait() -> None:
    before, after = item({"suspend": True}, a=WAITS, b=suspend("b")), item(a=DONE, b=suspend("b"))
    assert asked(before, after) == [ResumeRequested(node_field_selector="id=a")]
    assert is_held_back(Asked.by(before, nodes_of(before)), Asked.by(after, nodes_of(after)))


class TestEdit:
    def test_of_spec(self) -> None:
        assert edit(item(), SuspendRequested(), NOON) == {"spec": {"suspend": True}}
        assert edit(item({"suspend": True}), SuspendRequested(), NOON) == {}
        assert edit(item({"suspend": True}), RESUME, NOON) == {"spec": {"suspend": None}}
        assert edit(item(), RESUME, NOON) == {}
        assert edit(item(), StopRequested(message="m"), NOON) == {"spec": {"shutdown": "Stop"}}
        assert edit(item(), TerminateRequested(), NOON) == {"spec": {"shutdown": "Terminate"}}

    def test_resume_ends_every_node_that_waits_and_gives_outputs_their_defaults(self) -> None:
        outputs = {"parameters": [{"name": "p", "valueFrom": {"supplied": {}, "default": "d"}}]}
        data = item({"suspend": True}, a=suspend("a", outputs=outputs), b=suspend("b", "Failed"))
        patch = edit(data, RESUME, NOON)
        after = merge(data, patch)
        assert after["spec"] == {}
        node = after["status"]["nodes"]["a"]
        assert (node["phase"], node["finishedAt"]) == ("Succeeded", "2026-01-02T12:00:00Z")
        assert node["outputs"] == {"parameters": [{"name": "p", "value": "d"}]}
        assert after["status"]["nodes"]["b"] == suspend("b", "Failed")

    def test_resume_without_a_value_that_is_needed_is_refused(self) -> None:
        outputs = {"parameters": [{"name": "p", "valueFrom": {"supplied": {}}}]}
        with pytest.raises(InvalidRequest, match="has not been set"):
            edit(item(a=suspend("a", outputs=outputs)), RESUME, NOON)

    def test_selectors_choose_nodes(self) -> None:
        inputs = {"parameters": [{"name": "who", "value": "x"}]}
        data = item(a=WAITS, b=suspend("b", inputs=inputs))
        by_name = edit(data, ResumeRequested(node_field_selector="displayName=a"), NOON)
        by_input = edit(data, StopRequested(node_field_selector="inputs.parameters.who.value=x", message="no"), NOON)
        assert list(by_name["status"]["nodes"]) == ["a"]
        assert by_input["status"]["nodes"]["b"] == {
            "phase": "Failed",
            "message": "no",
            "finishedAt": "2026-01-02T12:00:00Z",
        }
        assert edit(data, ResumeRequested(node_field_selector="displayName=c"), NOON) == {}

    def test_packed_nodes_are_packed_again(self) -> None:
        data = item()
        data["status"] = {"compressedNodes": pack({"a": WAITS, "b": suspend("b", "Failed")})}
        after = merge(data, edit(data, RESUME, NOON))
        assert "nodes" not in after["status"]
        assert {id_: node["phase"] for id_, node in nodes_of(after).items()} == {"a": "Succeeded", "b": "Failed"}

    def test_what_is_edited_is_what_is_seen(self) -> None:
        data = item(a=WAITS)
        for request, wanted in [
            (SuspendRequested(), SuspendRequested()),
            (StopRequested(), StopRequested()),
            (TerminateRequested(), TerminateRequested()),
            (ResumeRequested(node_field_selector="displayName=a"), ResumeRequested(node_field_selector="id=a")),
        ]:
            assert asked(data, merge(data, edit(data, request, NOON))) == [wanted]


JSON = st.recursive(
    st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x"]),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)


class TestPatches:
    @given(old=OBJECTS, new=OBJECTS)
    def test_a_diff_makes_one_of_the_other(self, old: Object, new: Object) -> None:
        patch = diff(old, new)
        assert merge(old, patch) == new
        assert (patch == {}) == (old == new)
        assert reduced(patch, new) == {}

    @given(old=OBJECTS, new=OBJECTS, now=OBJECTS)
    def test_what_is_so_already_need_not_be_written(self, old: Object, new: Object, now: Object) -> None:
        patch = diff(old, new)
        assert merge(now, reduced(patch, now)) == merge(now, patch)

    def test_nulls_are_nothing(self) -> None:
        assert diff({"a": None, "b": 1}, {"b": 1, "c": None}) == {}
        assert diff({}, {"a": {"b": None, "c": 1}}) == {"a": {"c": 1}}


class TestNodes:
    def test_are_packed_as_argo_packs_them(self) -> None:
        text = pack({"a": WAITS})
        assert json.loads(gzip.decompress(base64.b64decode(text))) == {"a": WAITS}
        assert unpack(text) == {"a": WAITS}

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            ({"compressedNodes": "%%%"}, "can't be read"),
            ({"compressedNodes": base64.b64encode(b"\x28\xb5\x2f\xfd").decode()}, "only gzip is"),
            ({"compressedNodes": base64.b64encode(gzip.compress(b"[]")).decode()}, "can't be read"),
            ({"compressedNodes": base64.b64encode(b"\x1f\x8b\x00").decode()}, "can't be read"),
            ({"offloadNodeStatusVersion": "1"}, "database"),
        ],
    )
    def test_that_can_not_be_read_are_an_error(self, status: Object, message: str) -> None:
        with pytest.raises(StoreError, match=message):
            nodes_of({"metadata": {"name": "wf"}, "status": status})

    def test_a_workflow_has_them_unpacked(self) -> None:
        data = item()
        data["status"] = {"phase": "Running", "compressedNodes": pack({"a": WAITS})}
        workflow = workflow_of(data)
        assert workflow.status.nodes["a"].phase == "Running"
        assert workflow.status.compressed_nodes == ""

    def test_come_in_the_order_of_their_making(self) -> None:
        nodes = {
            "a": {"name": "wf.late", "startedAt": "2026-01-01T00:00:09Z"},
            "b": {"name": "wf.x", "startedAt": "2026-01-01T00:00:00Z", "children": ["a"]},
            "c": {"name": "wf.y", "startedAt": "2026-01-01T00:00:00Z"},
            "z": {"name": "wf", "startedAt": "2026-01-01T00:00:00Z", "children": ["c", "b", "never"]},
        }
        assert list(in_order(nodes, "wf")) == ["z", "c", "b", "a"]

    def test_are_packed_when_they_are_too_large(self) -> None:
        small = {"status": {"nodes": {"a": WAITS}}}
        assert fitted(item(), {"a": WAITS}, small) is small
        large = {"status": {"nodes": {"a": {"message": "x" * LARGEST}}}}
        nodes = large["status"]["nodes"]
        after = merge(item(b=WAITS), fitted(item(b=WAITS), {**nodes, "b": WAITS}, large))
        assert "nodes" not in after["status"]
        assert nodes_of(after) == {"a": nodes["a"], "b": WAITS}

    def test_once_packed_stay_packed(self) -> None:
        data = item()
        data["status"] = {"compressedNodes": pack({"a": WAITS})}
        after = merge(data, fitted(data, {"a": DONE}, {"status": {"nodes": {"a": {"phase": "Succeeded"}}}}))
        assert nodes_of(after) == {"a": DONE}
        untouched: Object = {"status": {"phase": "Running"}}
        assert fitted(data, {"a": WAITS}, untouched) is untouched

    def test_that_are_too_large_even_so_are_an_error(self) -> None:
        chaos = base64.b64encode(
            b"".join(hash(str(n)).to_bytes(8, "big", signed=True) for n in range(300_000))
        ).decode()
        nodes = {"a": {"message": chaos}}
        with pytest.raises(StoreError, match="longer than maximum allowed size"):
            fitted(item(), nodes, {"status": {"nodes": nodes}})
