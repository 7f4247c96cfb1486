"""Resource templates on a cluster: what they do there, what they say, and what becomes of their waits."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from argosy.cluster.retry import Backoff
from argosy.errors import NotFound
from argosy.executors.kubernetes import resource_waits
from argosy.executors.kubernetes.resources import ResourceExecutor
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.arguments import Outputs, Parameter, ValueFrom
from argosy.model.spec import PodGC, WorkflowSpec
from argosy.model.template import ResourceTemplate, Template
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodReport, PodRequest
from tests.executors.kubernetes.server import DROP, ApiServer, Kind
from tests.executors.kubernetes.server.state import Object
from tests.executors.kubernetes.world import make_cluster
from tests.executors.process.support import Listener, request

WIDGETS = Kind("example.com/v1", "Widget", "widgets", short="wg")
CLUSTER_WIDGETS = Kind("example.com/v1", "ClusterWidget", "clusterwidgets", namespaced=False)
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1}"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: '1'}"
READY = {"success_condition": "status.state == ready", "failure_condition": "status.state == broken"}


class Stage:
    """One server; engines come with `engine`, each on its own connection."""

    def __init__(self, server: ApiServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.heard = Listener()
        self.errors: list[BaseException] = []
        self.engines: list[ResourceExecutor] = []
        self.numbers = itertools.count()

    def engine(self, **settings: Any) -> ResourceExecutor:
        made = ResourceExecutor(make_cluster(self.server, self.folder, self.errors), PodSettings(**settings))
        self.engines.append(made)
        made.open(self.heard)
        return made

    def leave(self, engine: ResourceExecutor) -> None:
        self.engines.remove(engine)
        engine.close()

    def run(self, leaf: PodRequest, **settings: Any) -> PodReport:
        self.engine(**settings).start(leaf)
        return self.heard.end(leaf.key)

    def widget(self) -> Object:
        return self.server.get("Widget", "w", "example.com/v1")

    def turn(self, state: str) -> None:
        self.server.update({**self.widget(), "status": {"state": state}})

    def watched(self, plural: str = "widgets", times: int = 1) -> None:
        self.server.eventually(lambda: self.server.handler.calls[f"WATCH {plural}"] >= times, "it is watched")

    def leaf(self, action: str, manifest: str = "", **more: Any) -> PodRequest:
        names = ("deadline_seconds", "uid")
        about = {name: more.pop(name) for name in names if name in more}
        parameters = more.pop("parameters", [])
        template = Template(
            name="t",
            resource=ResourceTemplate(action=action, manifest=manifest, **more),
            outputs=Outputs(parameters=parameters),
        )
        return request(f"n{next(self.numbers)}", template, **about)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(resource_waits, "AGAIN", Backoff(first_seconds=0.02, longest_seconds=0.1))
    with ApiServer([WIDGETS, CLUSTER_WIDGETS]) as server:
        made = Stage(server, tmp_path)
        yield made
        for engine in made.engines:
            engine.close()


def output(name: str, path: str = "", jq: str = "") -> Parameter:
    return Parameter(name=name, value_from=ValueFrom(json_path=path, jq_filter=jq))


def failed(report: PodReport) -> str:
    assert (report.phase, report.exit_code) == ("Failed", "64")
    return report.message.removeprefix("main: Error (exit code 64): ")


# --- actions


def test_create(stage: Stage) -> None:
    leaf = stage.leaf("create", CONFIG, parameters=[output("x", "{.data.x}"), output("all", jq=".data")])
    report = stage.run(leaf)
    assert (report.phase, report.exit_code, report.parameters) == ("Succeeded", "0", {"x": "1", "all": '{"x":"1"}'})
    assert stage.heard.phases(leaf.key) == ["Running", "Succeeded"]
    assert stage.server.get("ConfigMap", "c")["data"] == {"x": "1"}


def test_what_is_there_already(stage: Stage) -> None:
    stage.server.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})
    message = failed(stage.run(stage.leaf("create", CONFIG)))
    why = 'error when creating "/tmp/manifest.yaml": configmaps "c" already exists'
    assert message == f"no more retries Error from server (AlreadyExists): {why}"


def test_generated_names(stage: Stage) -> None:
    text = CONFIG.replace("name: c", "generateName: c-")
    leaves = [stage.leaf("create", text, parameters=[output("name", "{.metadata.name}")]) for _ in range(2)]
    names = [stage.run(leaf).parameters["name"] for leaf in leaves]
    assert sorted(names) == [item["metadata"]["name"] for item in stage.server.all("ConfigMap")]
    assert all(name.startswith("c-") for name in names)


def test_several_documents(stage: Stage) -> None:
    both = f"{CONFIG}\n---\n{WIDGET}"
    assert stage.run(stage.leaf("create", both)).phase == "Succeeded"
    assert stage.widget()["spec"] == {"size": 1}
    report = stage.run(stage.leaf("apply", both, **READY))
    assert report.message == "not supported yet: conditions and outputs of a resource template with several objects"


def test_kinds_outside_namespaces(stage: Stage) -> None:
    text = WIDGET.replace("kind: Widget", "kind: ClusterWidget").replace("name: w", "name: 'example:w'")
    assert stage.run(stage.leaf("create", text)).phase == "Succeeded"
    (made,) = stage.server.all("ClusterWidget", "example.com/v1")
    assert "namespace" not in made["metadata"]


def test_a_kind_that_there_is_not(stage: Stage) -> None:
    message = failed(stage.run(stage.leaf("create", WIDGET.replace("Widget", "Gadget"))))
    assert message.endswith('no matches for kind "Gadget" in version "example.com/v1"\nensure CRDs are installed first')


def test_apply(stage: Stage) -> None:
    assert stage.run(stage.leaf("apply", WIDGET)).phase == "Succeeded"
    larger = stage.leaf("apply", WIDGET.replace("1}", "2}"), parameters=[output("size", "{.spec.size}")])
    assert stage.run(larger).parameters == {"size": "2"}


@pytest.mark.parametrize("way", ["strategic", "merge", ""])
def test_patch(stage: Stage, way: str) -> None:
    stage.run(stage.leaf("create", CONFIG))
    leaf = stage.leaf("patch", CONFIG.replace("x: '1'", "z: '2'"), merge_strategy=way)
    assert stage.run(leaf).phase == "Succeeded"
    assert stage.server.get("ConfigMap", "c")["data"] == {"x": "1", "z": "2"}


def test_json_patch_of_what_the_flags_name(stage: Stage) -> None:
    stage.run(stage.leaf("create", CONFIG))
    patch = json.dumps([{"op": "add", "path": "/data/z", "value": "2"}])
    leaf = stage.leaf("patch", patch, merge_strategy="json", flags=["cm", "c"])
    assert stage.run(leaf).phase == "Succeeded"
    before = stage.server.get("ConfigMap", "c")
    assert before["data"] == {"x": "1", "z": "2"}
    stage.engine().adopt([leaf])
    stage.heard.wait(lambda: stage.heard.phases(leaf.key) == ["Running", "Succeeded"] * 2)
    assert stage.server.get("ConfigMap", "c") == before


def test_replace(stage: Stage) -> None:
    stage.run(stage.leaf("create", CONFIG))
    assert stage.run(stage.leaf("replace", CONFIG.replace("x: '1'", "z: '2'"))).phase == "Succeeded"
    assert stage.server.get("ConfigMap", "c")["data"] == {"z": "2"}
    stage.server.delete(stage.server.get("ConfigMap", "c"))
    assert "(NotFound): error when replacing" in failed(stage.run(stage.leaf("replace", CONFIG)))


def test_delete(stage: Stage) -> None:
    stage.run(stage.leaf("create", CONFIG))
    for _ in range(2):  # what is not there is as good as deleted
        assert stage.run(stage.leaf("delete", CONFIG)).phase == "Succeeded"
    assert not stage.server.all("ConfigMap")


def test_delete_by_labels(stage: Stage) -> None:
    for name, color in (("a", "red"), ("b", "blue")):
        meta = {"name": name, "labels": {"color": color}}
        stage.server.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    assert stage.run(stage.leaf("delete", flags=["configmaps", "-l", "color=red"])).phase == "Succeeded"
    assert [item["metadata"]["name"] for item in stage.server.all("ConfigMap")] == ["b"]


def test_delete_waits_until_it_is_gone(stage: Stage) -> None:
    meta = {"name": "w", "finalizers": ["example.com/hold"]}
    stage.server.create({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": meta})
    leaf = stage.leaf("delete", WIDGET)
    stage.engine().start(leaf)
    stage.watched()
    assert stage.heard.phases(leaf.key) == ["Running"]
    widget = stage.widget()
    stage.server.update({**widget, "metadata": {**widget["metadata"], "finalizers": []}})
    assert stage.heard.end(leaf.key).phase == "Succeeded"


def test_get(stage: Stage) -> None:
    stage.run(stage.leaf("create", CONFIG))
    got = stage.leaf("get", CONFIG, parameters=[output("x", "{.data.x}")])
    assert stage.run(got).parameters == {"x": "1"}
    missing = stage.leaf("get", flags=["cm", "none"])
    assert failed(stage.run(missing)) == 'no more retries Error from server (NotFound): configmaps "none" not found'


def test_owner(stage: Stage) -> None:
    stage.run(stage.leaf("create", CONFIG, set_owner_reference=True), owned=True)
    (owner,) = stage.server.get("ConfigMap", "c")["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["uid"], owner["controller"]) == ("Workflow", "wf", "uid-1", True)
    stage.run(stage.leaf("create", WIDGET, set_owner_reference=True), owned=False)
    assert "ownerReferences" not in stage.widget()["metadata"]


def test_refusals_are_in_kubectls_words(stage: Stage) -> None:
    why = 'configmaps is forbidden: User "x" cannot create'
    stage.server.fail("POST", "/configmaps", 403, reason="Forbidden", message=why)
    message = failed(stage.run(stage.leaf("create", CONFIG)))
    source = 'error when creating "/tmp/manifest.yaml"'
    assert message == f"no more retries Error from server (Forbidden): {source}: {why}"
    invalid = 'Widget.example.com "w" is invalid: spec.size: Required value'
    stage.server.fail("POST", "/widgets", 422, reason="Invalid", message=invalid)
    message = failed(stage.run(stage.leaf("create", WIDGET)))
    assert message == 'no more retries The Widget "w" is invalid: spec.size: Required value'
    several = 'Widget.example.com "w" is invalid: [spec.a: Required value: one, or two, spec.b: Invalid value: -1: bad]'
    stage.server.fail("POST", "/widgets", 422, reason="Invalid", message=several)
    message = failed(stage.run(stage.leaf("create", WIDGET)))
    causes = "\n* spec.a: Required value: one, or two\n* spec.b: Invalid value: -1: bad"
    assert message == f'no more retries The Widget "w" is invalid: {causes}'


# --- waiting


def test_a_condition_that_comes_true(stage: Stage) -> None:
    leaf = stage.leaf("create", WIDGET, parameters=[output("state", "{.status.state}")], **READY)
    stage.engine().start(leaf)
    stage.watched()
    calls = stage.server.handler.calls.copy()
    stage.turn("starting")
    stage.turn("ready")
    report = stage.heard.end(leaf.key)
    assert (report.phase, report.parameters) == ("Succeeded", {"state": "ready"})
    assert stage.server.handler.calls == calls  # it was told, it did not ask


def test_a_failure_condition(stage: Stage) -> None:
    leaf = stage.leaf("create", WIDGET, **READY)
    stage.engine().start(leaf)
    stage.watched()
    stage.turn("broken")
    assert failed(stage.heard.end(leaf.key)) == "failure condition '{status.state == [broken]}' evaluated true"


def test_a_condition_that_holds_already(stage: Stage) -> None:
    stage.run(stage.leaf("create", WIDGET))
    stage.turn("ready")
    assert stage.run(stage.leaf("get", WIDGET, **READY)).phase == "Succeeded"


def test_a_condition_that_is_none(stage: Stage) -> None:
    message = failed(stage.run(stage.leaf("create", WIDGET, success_condition="a b c")))
    assert message.startswith("success condition 'a b c' failed to parse")


def test_deleted_while_waiting(stage: Stage) -> None:
    leaf = stage.leaf("create", WIDGET, **READY)
    stage.engine().start(leaf)
    stage.watched()
    stage.server.delete(stage.widget())
    assert failed(stage.heard.end(leaf.key)) == (
        "The resource has been deleted while its status was still being checked. Will not be retried: "
        'widgets.example.com "w" not found'
    )


@pytest.mark.parametrize("how", ["cut", "forgotten", "away", "failing"])
def test_a_watch_that_breaks(stage: Stage, how: str) -> None:
    leaf = stage.leaf("create", WIDGET, **READY)
    stage.engine().start(leaf)
    stage.watched()
    if how == "away":
        with stage.server.away():
            stage.turn("ready")
    else:
        if how == "forgotten":
            stage.server.forget_events()
        if how == "failing":
            stage.server.fail("GET", "widgets.*fieldSelector", 500, times=3)
        stage.server.cut_connections()
        stage.turn("ready")
    assert stage.heard.end(leaf.key).phase == "Succeeded"


def test_a_watch_that_is_not_allowed(stage: Stage) -> None:
    stage.server.fail("GET", "widgets.*fieldSelector", 403, times=9, reason="Forbidden", message="you can't list")
    report = stage.run(stage.leaf("create", WIDGET, **READY))
    assert (report.phase, report.message) == ("Error", "you can't list")


def test_stop_and_deadline(stage: Stage) -> None:
    stopped = stage.leaf("create", WIDGET, **READY)
    engine = stage.engine()
    engine.start(stopped)
    stage.watched()
    engine.stop(stopped.key, 30)
    report = stage.heard.end(stopped.key)
    assert (report.phase, report.exit_code, report.message) == ("Failed", "143", "main: Error (exit code 143)")
    late = stage.run(stage.leaf("get", WIDGET, deadline_seconds=0.2, **READY))
    assert (late.phase, late.exit_code) == ("Failed", "143")
    assert late.message == "Pod was active on the node longer than the specified deadline"


# --- engines that come and go, and clusters that don't answer


def test_adopted_after_a_restart(stage: Stage) -> None:
    leaf = stage.leaf("create", WIDGET.replace("name: w", "generateName: w-"), **READY)
    first = stage.engine()
    first.start(leaf)
    stage.watched()
    stage.leave(first)
    stage.engine().adopt([leaf])
    stage.watched(times=2)
    (made,) = stage.server.all("Widget", "example.com/v1")
    stage.server.update({**made, "status": {"state": "ready"}})
    assert stage.heard.end(leaf.key).phase == "Succeeded"
    assert stage.heard.phases(leaf.key) == ["Running", "Running", "Succeeded"]


@pytest.mark.parametrize("status", [503, DROP])
def test_a_creation_that_fails_for_a_while(stage: Stage, status: int) -> None:
    stage.server.fail("POST", "/widgets", status, times=2, late=True)
    assert stage.run(stage.leaf("create", WIDGET)).phase == "Succeeded"


def test_quota_is_waited_for(stage: Stage) -> None:
    quota = "exceeded quota: q"
    stage.server.fail("POST", "/widgets", 403, times=3, reason="Forbidden", message=quota)
    leaf = stage.leaf("create", WIDGET)
    assert stage.run(leaf).phase == "Succeeded"
    assert [each.message for each in stage.heard.reports[leaf.key]] == ["", quota, ""]


def test_asked_for_twice(stage: Stage) -> None:
    leaf, engine = stage.leaf("create", CONFIG), stage.engine()
    engine.start(leaf)
    engine.start(leaf)
    stage.heard.end(leaf.key)
    engine.start(leaf)
    stage.heard.wait(lambda: stage.heard.phases(leaf.key) == ["Running", "Succeeded", "Succeeded"])
    assert stage.server.handler.calls["POST configmaps"] == 1
    engine.forget([leaf.key])


def test_only_one_namespace(stage: Stage) -> None:
    report = stage.run(stage.leaf("create", CONFIG), namespace="other")
    assert report.message == "this engine works in the namespace 'other' only, not in 'default'"


def test_a_deleted_workflow_is_dropped(stage: Stage) -> None:
    leaf, engine = stage.leaf("create", WIDGET, **READY), stage.engine()
    engine.start(leaf)
    stage.watched()
    engine.delete_workflow(leaf.key.workflow_uid)
    stage.turn("ready")
    time.sleep(0.1)
    assert stage.heard.phases(leaf.key) == ["Running"]
    with pytest.raises(NotFound):
        engine.logs(leaf.key, leaf.pod_name, LogQuery())


# --- the pod of its own


OWN = "apiVersion: v1\nkind: Pod\nmetadata: {name: own, annotations: {foo: bar}}"
PATCHES = {
    "strategic": (OWN, []),
    "merge": ("metadata: {annotations: {foo: bar}}", ["pod", "own"]),
    "json": ("- {op: add, path: /metadata/annotations/foo, value: bar}", ["pod", "own"]),
}


def own(stage: Stage, way: str, **more: Any) -> PodRequest:
    """A leaf that patches its own pod; {{pod.name}} is filled in already."""
    text, flags = PATCHES[way]
    return replace(stage.leaf("patch", text, flags=flags, **more), pod_name="own")


@pytest.mark.parametrize("way", PATCHES)
def test_its_own_pod_can_be_patched(stage: Stage, way: str) -> None:
    leaf = own(stage, way, merge_strategy=way, parameters=[output("foo", "{.metadata.annotations.foo}")])
    report = stage.run(leaf, owned=True)
    assert (report.phase, report.parameters) == ("Succeeded", {"foo": "bar"})
    (pod,) = stage.server.all("Pod")
    assert (pod["metadata"]["name"], pod["status"]["phase"]) == (leaf.pod_name, "Succeeded")
    assert pod["metadata"]["annotations"]["foo"] == "bar"
    assert pod["metadata"]["annotations"]["workflows.argoproj.io/node-id"] == leaf.key.node_id
    assert pod["metadata"]["ownerReferences"][0]["uid"] == leaf.key.workflow_uid
    assert pod["spec"]["schedulingGates"]


def test_its_own_pod_says_how_it_ended(stage: Stage) -> None:
    leaf = own(stage, "strategic", success_condition="metadata.annotations.done == yes")
    engine = stage.engine()
    engine.start(leaf)
    stage.watched("pods")
    engine.stop(leaf.key, 0)
    assert stage.heard.end(leaf.key).phase == "Failed"
    assert [pod["status"]["phase"] for pod in stage.server.all("Pod")] == ["Failed"]


def test_its_own_pod_goes_as_pod_gc_says(stage: Stage) -> None:
    leaf = replace(own(stage, "strategic"), spec=WorkflowSpec(pod_gc=PodGC(strategy="OnPodCompletion")))
    assert stage.run(leaf).phase == "Succeeded"
    assert stage.server.all("Pod") == []


def test_nobody_else_has_a_pod(stage: Stage) -> None:
    assert stage.run(stage.leaf("create", CONFIG)).phase == "Succeeded"
    assert stage.server.all("Pod") == []
