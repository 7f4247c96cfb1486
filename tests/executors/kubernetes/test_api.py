"""The API: every verb, errors as ours, and what is tried again."""

from __future__ import annotations

import contextlib
import itertools
import time
from pathlib import Path
from typing import Any

import pytest

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.failures import Expired, Refused, Unavailable
from argosy.cluster.requests import DeleteOptions, LogOptions, PatchOptions, Selection, WatchEvent
from argosy.errors import AlreadyExists, Conflict, ExecutorError, NotFound
from argosy.ports.store import ObjectKey
from tests.executors.kubernetes.server import DROP, OUTCOME, ApiServer

MAPS = Selection("v1", "ConfigMap", "default")


def config_map(name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more}, "data": {"a": "1"}}


def key(name: str, kind: str = "ConfigMap") -> ObjectKey:
    return ObjectKey("v1", kind, "default", name)


def test_one_object(cluster: Cluster) -> None:
    run, api = cluster.runtime.run, cluster.api
    made = run(api.create(config_map("one")))
    assert made["metadata"]["namespace"] == "default"
    with pytest.raises(AlreadyExists, match='configmaps "one" already exists'):
        run(api.create(config_map("one")))
    assert run(api.get(key("one"))) == made
    changed = run(api.replace({**made, "data": {"a": "2"}}))
    with pytest.raises(Conflict):
        run(api.replace({**made, "data": {"a": "3"}}))
    assert run(api.get(key("one")))["data"] == changed["data"] == {"a": "2"}
    run(api.delete(key("one")))
    for verb in (api.get(key("one")), api.delete(key("one")), api.patch(key("one"), {}), api.replace(made)):
        with pytest.raises(NotFound):
            run(verb)


def test_delete_only_that_very_object(cluster: Cluster) -> None:
    cluster.runtime.run(cluster.api.create(config_map("one")))
    with pytest.raises(Conflict):
        cluster.runtime.run(cluster.api.delete(key("one"), DeleteOptions(preconditions={"uid": "another"})))


def test_patches(cluster: Cluster) -> None:
    run, api = cluster.runtime.run, cluster.api
    run(api.create(config_map("one")))
    merged = run(api.patch(key("one"), {"data": {"b": "2"}}))
    assert merged["data"] == {"a": "1", "b": "2"}
    json = [{"op": "remove", "path": "/data/a"}]
    assert run(api.patch(key("one"), json, PatchOptions(type="json")))["data"] == {"b": "2"}
    strategic = run(api.patch(key("one"), {"data": {"$patch": "replace", "c": "3"}}, PatchOptions(type="strategic")))
    assert strategic["data"] == {"c": "3"}
    applied = run(api.patch(key("two"), config_map("two"), PatchOptions(type="apply", force=True)))
    assert applied["data"] == {"a": "1"}


def test_lists_come_in_pages(cluster: Cluster, server: ApiServer) -> None:
    run, api = cluster.runtime.run, cluster.api
    for number in range(7):
        server.create(config_map(f"m{number}", labels={"odd": str(number % 2)}))
    listing = run(api.list(MAPS, limit=3))
    assert [item["metadata"]["name"] for item in listing.items] == [f"m{number}" for number in range(7)]
    assert {item["kind"] for item in listing.items} == {"ConfigMap"}
    assert listing.resource_version == "7"
    assert server.handler.calls["LIST configmaps"] == 3
    odd = MAPS._replace(namespace=None, labels="odd=1")
    assert [item["metadata"]["name"] for item in run(api.list(odd)).items] == ["m1", "m3", "m5"]
    run(api.delete_all(MAPS._replace(labels="odd=1")))
    assert len(run(api.list(MAPS)).items) == 4
    assert api.calls["GET ConfigMap list"] == 5


def test_kinds_are_found_once(cluster: Cluster, server: ApiServer) -> None:
    run, api = cluster.runtime.run, cluster.api
    run(api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "there"}}))
    assert run(api.get(ObjectKey("v1", "Namespace", "", "there")))["metadata"].get("namespace") is None
    with pytest.raises(NotFound, match='no matches for kind "Moon" in version "v1"'):
        run(api.get(key("x", "Moon")))
    with pytest.raises(NotFound, match=r"no matches for kind \"Moon\" in version \"no\.such/v1\""):
        run(api.get(ObjectKey("no.such/v1", "Moon", "", "x")))
    workflows = run(api.discovery.find("argoproj.io/v1alpha1", "Workflow"))
    assert (workflows.path("argo", "hello", "status"), workflows.short_names) == (
        "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows/hello/status",
        ("wf",),
    )
    assert {each.kind for each in run(api.discovery.all("v1"))} >= {"Pod", "Secret"}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, DROP])
@pytest.mark.parametrize("late", [False, True])
def test_what_may_pass_is_tried_again(cluster: Cluster, server: ApiServer, status: int, late: bool) -> None:
    server.fail("GET", "configmaps/one", status, times=3, late=late)
    server.create(config_map("one"))
    assert cluster.runtime.run(cluster.api.get(key("one")))["data"] == {"a": "1"}


def test_what_was_made_though_nobody_said_so(cluster: Cluster, server: ApiServer) -> None:
    server.fail("POST", "configmaps", DROP, late=True)
    with pytest.raises(AlreadyExists):
        cluster.runtime.run(cluster.api.create(config_map("one")))


def test_nothing_is_done_twice(cluster: Cluster, server: ApiServer) -> None:
    run, api = cluster.runtime.run, cluster.api
    unnamed = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "x-"}}
    server.fail("POST", "configmaps", DROP, late=True)
    with pytest.raises(Unavailable, match="the cluster does not answer"):
        run(api.create(unnamed))
    assert len(server.all("ConfigMap")) == 1
    server.fail("PATCH", "configmaps", 503)
    server.create(config_map("one"))
    with pytest.raises(Unavailable):
        run(api.patch(key("one"), [{"op": "remove", "path": "/data/a"}], PatchOptions(type="json")))
    server.fail("POST", "configmaps", 429, times=2)
    run(api.create(unnamed))
    assert len(server.all("ConfigMap")) == 3


def test_retry_after_is_honoured(cluster: Cluster, server: ApiServer) -> None:
    server.fail("GET", "configmaps", 429, headers={"Retry_After": "0.5"})
    began = time.monotonic()
    cluster.runtime.run(cluster.api.list(MAPS))
    assert time.monotonic() - began >= 0.5
    server.fail("GET", "configmaps", 429, headers={"Retry_After": "60"}, message="slow down")
    with pytest.raises(Unavailable, match="slow down") as caught:
        cluster.runtime.run(cluster.api.list(MAPS))
    assert caught.value.transient


@pytest.mark.parametrize(
    ("status", "reason", "message", "transient"),
    [
        (400, "BadRequest", "strict decoding error", False),
        (401, "Unauthorized", "Unauthorized", False),
        (403, "Forbidden", "pods is forbidden: User cannot create", False),
        (403, "Forbidden", 'pods "a" is forbidden: exceeded quota: q, requested: pods=1', True),
        (422, "Invalid", "spec.containers: Required value", False),
        (500, "InternalError", "failed calling webhook", False),
        (500, "InternalError", "etcdserver: request timed out", True),
    ],
)
def test_errors(cluster: Cluster, server: ApiServer, status: int, reason: str, message: str, transient: bool) -> None:
    server.fail("POST", "configmaps", status, times=1000, reason=reason, message=message)
    with pytest.raises(ExecutorError) as caught:
        cluster.runtime.run(cluster.api.create(config_map("one")))
    assert (caught.value.message, caught.value.transient) == (message, transient)
    if isinstance(caught.value, Refused):
        assert (caught.value.status, caught.value.reason) == (status, reason)


def test_patience_ends(cluster: Cluster, server: ApiServer) -> None:
    with server.away(), pytest.raises(Unavailable):
        cluster.runtime.run(cluster.api.list(MAPS))
    server.stop()
    with pytest.raises(Unavailable, match="the cluster does not answer"):
        cluster.runtime.run(cluster.api.list(MAPS))


def watch(cluster: Cluster, version: str, count: int, selection: Selection = MAPS) -> list[WatchEvent]:
    stream = cluster.runtime.iterate(cluster.api.watch(selection, version))
    with contextlib.closing(stream):  # pyright: ignore[reportArgumentType]
        return list(itertools.islice(stream, count))


def test_watch(cluster: Cluster, server: ApiServer) -> None:
    server.create(config_map("a", labels={"x": "1"}))
    version = cluster.runtime.run(cluster.api.list(MAPS)).resource_version
    odd = "line\u2028separator\x85and\x1cmore"
    item = server.create({**config_map("b", labels={"x": "1"}), "data": {"odd": odd}})
    server.update({**item, "metadata": {**item["metadata"], "labels": {"x": "2"}}})
    server.delete(item)
    events = watch(cluster, version, 3)
    assert [event.type for event in events] == ["ADDED", "MODIFIED", "DELETED"]
    assert events[0].object["data"] == {"odd": odd}
    selected = MAPS._replace(labels="x=1")
    assert [event.type for event in watch(cluster, version, 2, selected)] == ["ADDED", "DELETED"]


def test_watch_has_bookmarks(cluster: Cluster, server: ApiServer) -> None:
    server.handler.bookmark_seconds = 0.01
    server.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "other"}})
    (event,) = watch(cluster, "0", 1)
    assert (event.type, event.object["metadata"]["resourceVersion"]) == ("BOOKMARK", "1")


def test_watch_of_what_is_too_old(cluster: Cluster, server: ApiServer) -> None:
    server.create(config_map("a"))
    server.forget_events()
    with pytest.raises(Expired, match="too old resource version"):
        watch(cluster, "0", 1)
    server.create(config_map("b"))
    stream = cluster.runtime.iterate(cluster.api.watch(MAPS, "1"))
    assert next(stream).object["metadata"]["name"] == "b"
    server.do(lambda: server.state.oldest.update(dict.fromkeys(server.state.oldest, 99)))
    server.do(lambda: server.state._wake())
    with pytest.raises(Expired):
        next(stream)


def test_log(cluster: Cluster, server: ApiServer) -> None:
    annotations = {OUTCOME: '{"log": ["one", "two"], "seconds": 0.2}'}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": annotations}, "spec": {}}
    with pytest.raises(NotFound):
        read_log(cluster, LogOptions())
    server.create(pod)
    assert read_log(cluster, LogOptions(follow=True)) == b"one\ntwo\n"
    assert read_log(cluster, LogOptions(tail=1)) == b"two\n"
    assert read_log(cluster, LogOptions(timestamps=True)).startswith(b"20")
    with pytest.raises(Refused):
        read_log(cluster, LogOptions(stream="Stdout"))


def read_log(cluster: Cluster, options: LogOptions) -> bytes:
    return b"".join(cluster.runtime.iterate(cluster.api.log("default", "p", options)))


def test_no_configuration(tmp_path: Path) -> None:
    missing = Cluster(Connection(kubeconfig=str(tmp_path / "none")))
    with pytest.raises(ExecutorError, match=r"no cluster can be reached: Configuration file .* not found"):
        missing.retain()
    (tmp_path / "empty").write_text("apiVersion: v1\nkind: Config\nclusters: []\n")
    with pytest.raises(ExecutorError, match="the kubeconfig has no 'contexts'"):
        Cluster(Connection(kubeconfig=str(tmp_path / "empty"))).retain()


def test_exec_plugins(server: ApiServer, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.write_text(
        """#!/bin/sh
echo "$KUBERNETES_EXEC_INFO" > "$0.asked"
echo '{"kind": "ExecCredential", "status": {"token": "fresh"}}'
"""
    )
    plugin.chmod(0o700)
    path = Path(server.kubeconfig(tmp_path))
    user = f"exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}}}"
    path.write_text(path.read_text().replace("token: secret", user))
    cluster = Cluster(Connection(kubeconfig=str(path)))
    with cluster.held() as api:
        assert cluster.runtime.run(api.list(MAPS)).items == []
    asked = (tmp_path / "plugin.asked").read_text()
    assert (
        asked
        == '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}\n'
    )
    plugin.write_text("#!/bin/sh\nexit 3\n")
    with cluster.held() as api, pytest.raises(Refused, match=r"no credentials for the cluster: Exec .* returned 3"):
        cluster.runtime.run(api.list(MAPS))
