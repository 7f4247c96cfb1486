"""Resource templates on a real cluster: a Job that computes, a ConfigMap's life, an object of a kind of one's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.requests import PatchOptions
from argosy.executors.kubernetes.resources import ResourceExecutor
from argosy.executors.kubernetes.settings import PodSettings
from argosy.model.arguments import Outputs, Parameter, ValueFrom
from argosy.model.template import ResourceTemplate, Template
from argosy.ports.pods import PodReport, PodRequest
from argosy.ports.store import ObjectKey
from tests.executors.process.support import Listener, request
from tests.stores.kubernetes.stage import KUBECONFIG, Hands, eventually

pytestmark = pytest.mark.skipif(not KUBECONFIG, reason="needs a real cluster")

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: '1'}"
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {generateName: pi-job-}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: pi, image: "alpine:3.20", command: [sh, -c, "exit CODE"]}]
"""
DONE = {"success_condition": "status.succeeded > 0", "failure_condition": "status.failed > 0"}
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
WIDGET = "apiVersion: GROUP/v1\nkind: Widget\nmetadata: {name: w}"
READY = {"success_condition": "status.state == ready", "failure_condition": "status.state == broken"}


class Stage:
    """A namespace, and engines that come and go."""

    def __init__(self) -> None:
        self.hands, self.heard = Hands(KUBECONFIG), Listener()
        self.group = f"{self.hands.namespace}.example.com"
        self.engines: list[ResourceExecutor] = []
        self.numbers = itertools.count()

    def engine(self) -> ResourceExecutor:
        """A new one; that before it has died."""
        while self.engines:
            self.engines.pop().close()
        made = ResourceExecutor(Cluster(Connection(kubeconfig=KUBECONFIG)), PodSettings())
        self.engines.append(made)
        made.open(self.heard)
        return made

    def leaf(self, action: str, manifest: str = "", read: str = "", **more: Any) -> PodRequest:
        template = Template(
            name="t",
            resource=ResourceTemplate(action=action, manifest=manifest.replace("GROUP", self.group), **more),
            outputs=Outputs(parameters=[Parameter(name="x", value_from=ValueFrom(json_path=read))] if read else []),
        )
        made = request(f"n{next(self.numbers)}", template, uid=self.hands.namespace, deadline_seconds=60)
        return replace(made, namespace=self.hands.namespace)

    def run(self, action: str, manifest: str = "", read: str = "", **more: Any) -> PodReport:
        leaf = self.leaf(action, manifest, read, **more)
        (self.engines[0] if self.engines else self.engine()).start(leaf)
        return self.heard.end(leaf.key)

    def turn(self, state: str) -> None:
        key = self.hands.key("w", "Widget", f"{self.group}/v1")
        patch = {"status": {"state": state}}
        api = self.hands.cluster.api
        self.hands.cluster.runtime.run(api.patch(key, patch, PatchOptions(subresource="status")))

    def there(self, key: ObjectKey) -> Any:
        return self.hands.cluster.runtime.run(self.hands.cluster.api.get(key))

    def close(self) -> None:
        while self.engines:
            self.engines.pop().close()
        self.hands.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


@pytest.fixture
def widgets(stage: Stage) -> Iterator[Stage]:
    assert stage.run("apply", DEFINITION, success_condition="status.acceptedNames.kind == Widget").phase == "Succeeded"
    eventually(lambda: stage.run("apply", WIDGET).phase == "Succeeded", "the kind is served")
    yield stage
    assert stage.run("delete", DEFINITION).phase == "Succeeded"


def test_a_job(stage: Stage) -> None:
    good, bad = (stage.leaf("create", JOB.replace("CODE", code), "{.metadata.name}", **DONE) for code in "01")
    for each in (good, bad):
        stage.engine().start(each)
    stage.engine().adopt([good, bad])
    assert stage.heard.end(good.key).parameters["x"].startswith("pi-job-")
    message = "main: Error (exit code 64): failure condition '{status.failed gt [0]}' evaluated true"
    assert stage.heard.end(bad.key).message == message
    assert stage.run("get", flags=["jobs", "--ignore-not-found"]).phase == "Failed"  # there are two
    assert stage.run("delete", flags=["jobs", "--all"]).phase == "Succeeded"


def test_the_life_of_a_config_map(stage: Stage) -> None:
    assert stage.run("create", CONFIG, "{.data.x}").parameters == {"x": "1"}
    assert "AlreadyExists" in stage.run("create", CONFIG).message
    assert stage.run("apply", CONFIG.replace("'1'", "'2'"), "{.data.x}").parameters == {"x": "2"}
    assert stage.run("patch", CONFIG.replace("x: '1'", "z: '3'"), "{.data}").parameters == {"x": '{"x":"2","z":"3"}'}
    operations = '[{"op": "add", "path": "/data/x", "value": "4"}]'
    done = stage.run("patch", operations, "{.data.x}", merge_strategy="json", flags=["cm", "c"])
    assert done.parameters == {"x": "4"}
    assert stage.run("replace", CONFIG.replace("x: '1'", "z: '5'"), "{.data}").parameters == {"x": '{"z":"5"}'}
    assert stage.run("get", "", "{.data.z}", flags=["configmap/c"]).parameters == {"x": "5"}
    assert stage.run("delete", CONFIG).phase == "Succeeded"
    assert '(NotFound): configmaps "c" not found' in stage.run("get", CONFIG).message


def test_what_is_not_valid(stage: Stage) -> None:
    assert 'strict decoding error: unknown field "foo"' in stage.run("create", f"{CONFIG}\nfoo: 1").message
    message = stage.run("create", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}").message
    assert 'The Job "j" is invalid: \n* spec.template.spec.containers: Required value\n* ' in message


@pytest.mark.parametrize(("state", "phase"), [("ready", "Succeeded"), ("broken", "Failed")])
def test_a_kind_of_ones_own(widgets: Stage, state: str, phase: str) -> None:
    leaf = widgets.leaf("apply", WIDGET, "{.status.state}", **READY)
    widgets.engine().start(leaf)
    widgets.heard.wait_for_phase(leaf.key, "Running")
    widgets.engine().adopt([leaf])
    widgets.turn("starting")
    widgets.turn(state)
    assert widgets.heard.end(leaf.key).phase == phase


def test_deleted_while_waiting(widgets: Stage) -> None:
    leaf = widgets.leaf("get", WIDGET, **READY)
    widgets.engine().start(leaf)
    widgets.heard.wait_for_phase(leaf.key, "Running")
    assert widgets.run("delete", WIDGET).phase == "Succeeded"
    assert widgets.heard.end(leaf.key).phase == "Failed"
