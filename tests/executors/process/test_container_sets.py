"""Containers of one pod: processes beside each other that see the same files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from argosy.executors.process.executor import ProcessExecutor
from argosy.model.arguments import Outputs, Parameter, ValueFrom
from argosy.model.kubernetes import EnvVar, VolumeMount
from argosy.model.spec import WorkflowSpec
from argosy.model.template import (
    ContainerNode,
    ContainerSetRetryStrategy,
    ContainerSetTemplate,
    Template,
    UserContainer,
)
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey, PodReport
from tests.executors.process.support import Listener, request, run, shell

Make = Callable[..., ProcessExecutor]
SPEC = WorkflowSpec(volumes=[{"name": "shared", "emptyDir": {}}])


def container(name: str, text: str, *after: str, **more) -> ContainerNode:
    return ContainerNode(name=name, image="i", command=["sh", "-c", text], dependencies=list(after), **more)


def group(*containers: ContainerNode, **more) -> Template:
    return Template(name="set", container_set=ContainerSetTemplate(containers=list(containers), **more))


def end_of(executor: ProcessExecutor, template: Template) -> PodReport:
    return run(executor, request("a", template, spec=SPEC, wants_result=True))[0]


def codes(report: PodReport) -> dict[str, int]:
    return {name: end.exit_code for name, end in report.containers.items()}


def test_containers_wait_for_those_they_depend_on(make: Make) -> None:
    env = [EnvVar(name="E", value="!")]
    mounts = [VolumeMount(name="shared", mount_path="/tmp/shared")]
    template = group(
        container("main", "cat /tmp/shared/x", "b"),
        container("b", "cd /tmp/shared; cat a >> x; echo $ARGO_CONTAINER_NAME$E >> x", "a", env=env),
        container("a", "echo first > /tmp/shared/a; echo noise"),
        volume_mounts=mounts,
    )
    template.outputs = Outputs(parameters=[Parameter(name="x", value_from=ValueFrom(path="/tmp/shared/x"))])
    end = end_of(make(), template)
    assert (end.phase, end.message, end.exit_code) == ("Succeeded", "", "0")
    assert end.result == "first\nb!"
    assert end.parameters == {"x": "first\nb!"}
    assert codes(end) == {"main": 0, "b": 0, "a": 0}


def test_the_log_has_what_all_of_them_wrote(make: Make) -> None:
    executor = make()
    end_of(executor, group(container("a", "echo one"), container("main", "echo two", "a")))
    assert list(executor.logs(PodKey("uid-1", "a"), "pod-a", LogQuery())) == ["one", "two"]


@pytest.mark.parametrize(("name", "exit_code"), [("main", "3"), ("x", None)])
def test_what_depends_on_a_failed_one_is_not_run(make: Make, name: str, exit_code: str | None) -> None:
    end = end_of(make(), group(container(name, "exit 3"), container("b", "true", name), container("c", "true")))
    assert (end.phase, end.message, end.exit_code) == ("Failed", f"{name}: Error (exit code 3)", exit_code)
    assert codes(end) == {name: 3, "b": 64, "c": 0}


def test_a_program_that_is_not_there(make: Make) -> None:
    lacking = ContainerNode(name="main", image="i", command=["no-such-program"])
    end = end_of(make(), group(lacking, container("b", "true", working_dir="no-such-folder")))
    assert codes(end) == {"main": 127, "b": 64}


def test_working_folders_that_only_an_image_has(make: Make) -> None:
    end = end_of(
        make(), group(container("main", "pwd", working_dir="/src"), container("b", "pwd >&2", working_dir="/b"))
    )
    assert (codes(end), end.result) == ({"main": 0, "b": 0}, "/src")


@pytest.mark.parametrize(("retries", "code"), [(3, 0), (2, 1), (0, 64)])
def test_retries_counts_all_attempts(make: Make, retries: int, code: int) -> None:
    strategy = ContainerSetRetryStrategy(retries=retries, duration="1ms")
    text = "echo x >> tries; test $(wc -l < tries) = 3"
    end = end_of(make(), group(container("main", text), retry_strategy=strategy))
    assert codes(end) == {"main": code}


def test_a_stop_reaches_all_and_starts_nothing_more(make: Make, tmp_path: Path) -> None:
    executor, listener = make(), Listener()
    executor.open(listener)
    ready = tmp_path / "ready"
    template = group(
        container("a", f"trap 'exit 7' TERM; mkfifo {ready}; echo > {ready}; while :; do sleep 0.01; done"),
        container("b", "true", "a"),
    )
    asked = request("a", template)
    executor.start(asked)
    listener.wait_for_phase(asked.key, "Running")
    while not ready.exists():
        pass
    ready.read_text()
    executor.stop(asked.key, 20.0)
    end = listener.end(asked.key)
    assert codes(end) == {"a": 7, "b": 143}
    executor.close()


def test_a_retry_strategy_that_cannot_be_read(make: Make) -> None:
    strategy = ContainerSetRetryStrategy(retries="many")
    end = end_of(make(), group(container("main", "true"), retry_strategy=strategy))
    assert end.phase == "Error"
    assert "containerSet.retryStrategy can't be read" in end.message


def test_two_volumes_at_one_path_are_refused(make: Make) -> None:
    one = container("a", "true", volume_mounts=[VolumeMount(name="shared", mount_path="/mnt", sub_path="1")])
    two = container("b", "true", volume_mounts=[VolumeMount(name="shared", mount_path="/mnt", sub_path="2")])
    assert "not built yet: /mnt" in end_of(make(), group(one, two)).message


def user(name: str, text: str) -> UserContainer:
    return UserContainer(name=name, image="i", command=["sh", "-c", text])


def test_init_containers_come_first_and_sidecars_end_last(make: Make) -> None:
    template = shell("cat got; while ! test -e ready; do sleep 0.01; done; echo main")
    template.init_containers = [user("one", "echo 1 > got"), user("two", "echo 2 >> got; echo noise")]
    template.sidecars = [user("side", "cat got; touch ready; exec sleep 100")]
    end = end_of(make(), template)
    assert (end.phase, end.message, end.exit_code, end.result) == ("Succeeded", "", "0", "1\n2\nmain")
    assert codes(end) == {"one": 0, "two": 0, "main": 0, "side": 143}


def test_a_sidecar_that_fails_fails_the_pod(make: Make) -> None:
    template = shell("while ! test -e ready; do sleep 0.01; done")
    template.sidecars = [user("side", "trap '' TERM; touch ready; exit 3")]
    end = end_of(make(), template)
    assert (end.phase, end.message, end.exit_code) == ("Failed", "side: Error (exit code 3)", "0")


def test_nothing_runs_after_an_init_container_that_failed(make: Make) -> None:
    template = shell("touch main")
    template.init_containers = [user("one", "exit 3"), user("two", "touch two")]
    end = end_of(make(), template)
    assert (end.phase, end.message) == ("Failed", "one: Error (exit code 3)")
