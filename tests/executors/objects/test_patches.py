"""The kinds of patch, each on its own."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from argosy.executors.objects import patches
from argosy.executors.objects.patches import PatchError, json_patch, merge, strategic

POD = {
    "spec": {
        "containers": [{"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}]}, {"name": "b", "image": "1"}],
        "tolerations": [{"key": "k"}],
    },
    "metadata": {"finalizers": ["one"], "labels": {"l": "1"}},
}


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # the examples of RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge(target: Any, patch: Any, result: Any) -> None:
    assert merge(target, patch) == result


def containers(patched: Any) -> list[Any]:
    return patched["spec"]["containers"]


def test_strategic_merges_lists_by_name() -> None:
    before = copy.deepcopy(POD)
    patch = {"spec": {"containers": [{"name": "b", "image": "2"}, {"name": "c"}]}}
    assert containers(strategic(POD, patch)) == [
        POD["spec"]["containers"][0],
        {"name": "b", "image": "2"},
        {"name": "c"},
    ]
    env = {"spec": {"containers": [{"name": "a", "env": [{"name": "Y", "value": "2"}]}]}}
    assert [each["name"] for each in containers(strategic(POD, env))[0]["env"]] == ["X", "Y"]
    assert before == POD


def test_strategic_takes_other_lists_as_a_whole() -> None:
    assert strategic(POD, {"spec": {"tolerations": [{"key": "other"}]}})["spec"]["tolerations"] == [{"key": "other"}]
    assert strategic(POD, {"metadata": {"finalizers": ["two", "one"]}})["metadata"]["finalizers"] == ["one", "two"]


def test_strategic_directives() -> None:
    deleted = {"spec": {"containers": [{"name": "a", "$patch": "delete"}, {"name": "x", "$patch": "delete"}]}}
    assert [each["name"] for each in containers(strategic(POD, deleted))] == ["b"]
    replaced = {"spec": {"containers": [{"$patch": "replace"}, {"name": "c"}]}}
    assert containers(strategic(POD, replaced)) == [{"name": "c"}]
    assert strategic(POD, {"metadata": {"$patch": "replace", "name": "n"}})["metadata"] == {"name": "n"}
    assert strategic(POD, {"metadata": {"$patch": "delete"}})["metadata"] == {}
    primitive = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["one"], "$setElementOrder/finalizers": []}}
    assert strategic(POD, primitive)["metadata"]["finalizers"] == []
    assert strategic({"a": {"x": 1, "y": 2}}, {"a": {"$retainKeys": ["y"], "y": 3}}) == {"a": {"y": 3}}
    with pytest.raises(PatchError, match="unrecognized patch type: explode"):
        strategic(POD, {"$patch": "explode"})


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ([{"op": "add", "path": "/b", "value": 1}], {"a": [1, 2], "b": 1}),
        ([{"op": "add", "path": "/a/1", "value": 9}], {"a": [1, 9, 2]}),
        ([{"op": "add", "path": "/a/-", "value": 9}], {"a": [1, 2, 9]}),
        ([{"op": "add", "path": "/a/2", "value": 9}], {"a": [1, 2, 9]}),
        ([{"op": "remove", "path": "/a/0"}], {"a": [2]}),
        ([{"op": "replace", "path": "/a", "value": {"x/y~": 1}}], {"a": {"x/y~": 1}}),
        ([{"op": "add", "path": "/x~1y~0", "value": 1}], {"a": [1, 2], "x/y~": 1}),
        ([{"op": "move", "from": "/a", "path": "/b"}], {"b": [1, 2]}),
        ([{"op": "copy", "from": "/a/0", "path": "/b"}], {"a": [1, 2], "b": 1}),
        ([{"op": "test", "path": "/a/0", "value": 1}, {"op": "replace", "path": "", "value": {}}], {}),
    ],
)
def test_json_patch(operations: Any, result: Any) -> None:
    target = {"a": [1, 2]}
    assert json_patch(target, operations) == result
    assert target == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ({"op": "add"}, "a JSON patch is a list of operations"),
        ([{"op": "remove", "path": "/b"}], "doc is missing path: /b: missing value"),
        ([{"op": "replace", "path": "/a/2", "value": 1}], "doc is missing path: /a/2"),
        ([{"op": "add", "path": "/a/3", "value": 1}], "doc is missing path: /a/3"),
        ([{"op": "add", "path": "/b/c", "value": 1}], "doc is missing path: /b"),
        ([{"op": "add", "path": "/a/0/x", "value": 1}], "doc is missing path: /a/0/x"),
        ([{"op": "add", "path": "a", "value": 1}], "add operation without a path that begins with /"),
        ([{"op": "add", "path": "/a"}], "add operation without a value"),
        ([{"op": "test", "path": "/a/0", "value": 2}], "testing value /a/0 failed"),
        ([{"op": "jump", "path": "/a"}], "unexpected operation jump"),
    ],
)
def test_bad_json_patches(operations: Any, message: str) -> None:
    with pytest.raises(PatchError) as raised:
        json_patch({"a": [1, 2]}, operations)
    assert str(raised.value).startswith(message)


def test_apply_by_name() -> None:
    live = {
        "spec": {"containers": [{"name": "a", "image": "1", "injected": True}, {"name": "sidecar"}], "n": 1, "m": 2}
    }
    last = {"spec": {"containers": [{"name": "a", "image": "1", "tty": True}, {"name": "gone"}], "n": 1}}
    live["spec"]["containers"].insert(0, {"name": "gone"})  # type: ignore[union-attr]
    new = {"spec": {"containers": [{"name": "a", "image": "2"}]}}
    result = patches.apply(last, new, live, by_name=True)
    assert result == {
        "spec": {"containers": [{"name": "a", "image": "2", "injected": True}, {"name": "sidecar"}], "m": 2}
    }


def test_apply_as_a_whole() -> None:
    live = {"spec": {"items": [1, 2], "mine": 1, "theirs": 2}}
    result = patches.apply({"spec": {"items": [1], "mine": 1}}, {"spec": {"items": [3]}}, live, by_name=False)
    assert result == {"spec": {"items": [3], "theirs": 2}}
    assert patches.apply(None, {"spec": {"mine": None}}, live, by_name=False)["spec"] == {"items": [1, 2], "theirs": 2}
