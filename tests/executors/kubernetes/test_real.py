"""What only a real cluster can tell: run where ARGOSY_TEST_KUBECONFIG is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from argosy.cluster.requests import DeleteOptions, Selection, key_of
from argosy.executors.fake import Outcome
from argosy.executors.kubernetes.names import of_workflow
from argosy.executors.kubernetes.pods import KubernetesExecutor
from argosy.model.kubernetes import ResourceRequirements
from argosy.model.spec import PodGC, WorkflowSpec
from argosy.model.template import ScriptTemplate, Template
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodRequest
from tests.executors.kubernetes.bench import IMAGE, KUBECONFIG, JobsBench, KubernetesBench
from tests.executors.process.support import Listener, request

pytestmark = pytest.mark.skipif(not KUBECONFIG, reason="ARGOSY_TEST_KUBECONFIG is not set")


class Real:
    """An engine on the cluster, and its ears."""

    def __init__(self, bench: KubernetesBench) -> None:
        self.bench, self.heard = bench, Listener()
        self.engine = bench.engine()
        assert isinstance(self.engine, KubernetesExecutor)
        self.executor: KubernetesExecutor = self.engine
        self.engine.open(self.heard)
        self.count = 0

    def leaf(self, template: Template, **more: Any) -> PodRequest:
        self.count += 1
        own = self.bench.leaf(template.name, Outcome()).metadata
        return request(f"n{self.count}", template, labels=own.labels, annotations=own.annotations, **more)

    def shell(self, text: str) -> Template:
        template = self.bench.leaf("shell", Outcome())
        assert template.container is not None
        template.container.command = ["sh", "-c", text]
        return template

    def script(self, source: str, *command: str) -> Template:
        inner = ScriptTemplate(image=IMAGE, image_pull_policy="IfNotPresent", command=list(command), source=source)
        return Template(name="script", script=inner)

    def run(self, template: Template, **more: Any):
        leaf = self.leaf(template, **more)
        self.engine.start(leaf)
        return self.heard.end(leaf.key)

    def pods(self) -> list[dict[str, Any]]:
        selection = Selection("v1", "Pod", "default", of_workflow("uid-1"))
        return self.executor.cluster.runtime.run(self.executor.cluster.api.list(selection)).items

    def delete_pod(self, grace: int | None = None) -> None:
        (pod,) = self.pods()
        self.executor.cluster.runtime.run(
            self.executor.cluster.api.delete(key_of(pod), DeleteOptions(grace_period_seconds=grace))
        )

    def told(self, leaf: PodRequest, beginning: str) -> None:
        def is_told() -> bool:
            return any(each.message.startswith(beginning) for each in self.heard.reports.get(leaf.key, []))

        self.heard.wait(is_told, beginning)


@pytest.fixture(params=[KubernetesBench, JobsBench], ids=["pods", "jobs"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Real]:
    bench = request.param(tmp_path)
    yield Real(bench)
    bench.clean_up()


def test_scripts(real: Real) -> None:
    source = "echo \"it's $0\"; printf '%s' 'tab\there'\n"
    end = real.run(real.script(source, "sh"), wants_result=True)
    assert (end.phase, end.result) == ("Succeeded", "it's /argo/staging/script\ntab\there")


def test_long_scripts(real: Real) -> None:
    source = f"# {'é' * 100_000}\nwc -c < $0\n"
    end = real.run(real.script(source, "sh"), wants_result=True)
    assert (end.phase, end.result) == ("Succeeded", str(len(source.encode())))


def test_a_script_that_is_executed_itself(real: Real) -> None:
    end = real.run(real.script("#!/bin/sh\nexit 9\n", "sh", "-c", 'exec "$0"'))
    assert end.message == "main: Error (exit code 9)"


def test_no_command(real: Real) -> None:
    template = real.shell("")
    assert template.container is not None
    template.container.command = []
    template.container.args = ["sh", "-c", "exit 4"]
    assert real.run(template).exit_code == "4"


def test_out_of_memory(real: Real) -> None:
    template = real.shell(
        "tail -c 200m /dev/zero | sort > /dev/null; a=$(head -c 300m /dev/zero | tr '\\0' x); echo $a"
    )
    assert template.container is not None
    template.container.resources = ResourceRequirements(limits={"memory": "16Mi"})
    end = real.run(template)
    assert end.phase == "Failed"
    assert end.message in (
        "main: OOMKilled (exit code 137)",
        "main: Error (exit code 137)",
        "main: OOMKilled (exit code 1)",
    )


def test_no_such_program(real: Real) -> None:
    template = real.shell("")
    assert template.container is not None
    template.container.command = ["/no/such/program"]
    end = real.run(template)
    assert (end.phase, end.exit_code) == ("Failed", "128")
    assert end.message.startswith("main: StartError (exit code 128): ")


def test_no_such_image_and_no_such_node(real: Real) -> None:
    image, node = real.shell("true"), real.shell("true")
    assert image.container is not None
    image.container.image = "no.such.registry.example/x:1"
    node.node_selector = {"no": "such"}
    leaves = [real.leaf(image), real.leaf(node)]
    for leaf in leaves:
        real.engine.start(leaf)
    real.told(leaves[0], "ErrImagePull: ")
    real.told(leaves[1], "Unschedulable: 0/")
    for leaf in leaves:
        real.engine.stop(leaf.key, 30)
        assert real.heard.end(leaf.key).phase in ("Error", "Failed")


def test_what_is_refused(real: Real) -> None:
    template = real.shell("true")
    template.pod_spec_patch = "containers: [{name: main, image: ''}]"
    end = real.run(template)
    assert end.phase == "Error"
    assert "spec.containers[0].image: Required value" in end.message.replace("spec.template.", "")


def test_deleted_by_hand(real: Real) -> None:
    leaf = real.leaf(real.shell("trap 'exit 143' TERM; while true; do sleep 0.1; done"))
    real.engine.start(leaf)
    real.heard.wait_for_phase(leaf.key, "Running")
    real.delete_pod()
    assert real.heard.end(leaf.key).message == "main: Error (exit code 143)"


def test_deleted_by_hand_by_force(real: Real) -> None:
    leaf = real.leaf(real.shell("sleep 600"))
    real.engine.start(leaf)
    real.heard.wait_for_phase(leaf.key, "Running")
    real.delete_pod(grace=0)
    end = real.heard.end(leaf.key)
    assert (end.phase, end.message) == ("Error", "pod deleted")


def test_stopped_ones_keep_their_log(real: Real) -> None:
    leaf = real.leaf(real.shell("trap 'echo bye; exit 143' TERM; echo hello; while true; do sleep 0.1; done"))
    real.engine.start(leaf)
    real.heard.wait_for_phase(leaf.key, "Running")
    real.engine.stop(leaf.key, 30)
    assert real.heard.end(leaf.key).message == "main: Error (exit code 143)"
    assert list(real.engine.logs(leaf.key, leaf.pod_name, LogQuery())) == ["hello", "bye"]


def test_deleted_at_its_end(real: Real) -> None:
    spec = WorkflowSpec(pod_gc=PodGC(strategy="OnPodCompletion", delete_delay_duration="0s"))
    leaf = real.leaf(real.shell("true"), spec=spec)
    real.engine.start(leaf)
    real.heard.end(leaf.key)
    real.engine.forget([leaf.key])
    real.heard.wait(lambda: True)
    real.engine.close()
    for _ in range(100):
        if not real.bench.runs("shell"):
            break
    assert real.bench.runs("shell") == 0
