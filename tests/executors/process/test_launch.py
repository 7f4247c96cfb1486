"""What is run: arguments, environment, folders, and what can't be run."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from argosy.errors import StoreError
from argosy.executors.process.environment import expand
from argosy.executors.process.executor import ProcessExecutor
from argosy.executors.process.launch import Image
from argosy.model.kubernetes import Container
from argosy.model.template import Template
from argosy.ports.pods import PodReport, PodRequest
from tests.executors.process.support import Listener, alive, eventually, request, run, script, shell

Make = Callable[..., ProcessExecutor]


def container(**fields) -> Template:
    """A container template as it stands in a manifest."""
    return Template(name="c", container=msgspec.convert({"image": "i", **fields}, Container))


def printed(executor: ProcessExecutor, template: Template, **more) -> str:
    """What it writes to its standard output."""
    (end,) = run(executor, request("a", template, wants_result=True, **more))
    assert end.phase == "Succeeded", end
    return end.result or ""


def end_of(executor: ProcessExecutor, template: Template) -> PodReport:
    return run(executor, request("a", template))[0]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("", ""),
        ("plain", "plain"),
        ("$(A)-$(B)", "1-2"),
        ("$(C)", "$(C)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("echo $$ $A ${A} $", "echo $ $A ${A} $"),
        ("$(A", "$(A"),
        ("$(A$(B)", "$(A$(B)"),
        ("$(A)$(A)", "11"),
    ],
)
def test_expand(text: str, expanded: str) -> None:
    assert expand(text, {"A": "1", "B": "2"}) == expanded


def test_arguments_are_passed_as_they_are(make: Make) -> None:
    odd = ["a b", "", "*", "$HOME", "'\"", "új", "new\nline", "-n"]
    template = container(command=["printf", "<%s>"], args=odd)
    assert printed(make(), template) == "".join(f"<{each}>" for each in odd)


def test_known_variables_are_put_into_arguments(make: Make) -> None:
    template = container(command=["echo", "$(ARGO_NODE_ID)", "$(X)", "$(HOME)"], env=[{"name": "X", "value": "y"}])
    assert printed(make(), template) == "a y $(HOME)"


def test_environment(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("WANTED", "yes")
    variables = [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "$(A)2"},
        {"name": "C", "value": "$(D)"},
        {"name": "D", "value": "=ü\n"},
        {"name": "LANG", "value": "C"},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "SPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {"name": "UID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
        {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        {"name": "MILLI", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
        {"name": "MIB", "valueFrom": {"resourceFieldRef": {"resource": "requests.memory", "divisor": "1Mi"}}},
        {"name": "HAS", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
    ]
    resources = {"limits": {"cpu": "1500m"}, "requests": {"memory": "1.5Gi"}}
    template = container(command=["env", "-0"], env=variables, resources=resources)
    text = printed(make(pass_env=["WANTED"]), template, labels={"app": "web"})
    env = dict(each.split("=", 1) for each in text.split("\0") if each)
    assert {name: env[name] for name in ("A", "B", "C", "D", "LANG", "POD", "SPACE", "LABEL", "WANTED")} == {
        "A": "1",
        "B": "12",
        "C": "$(D)",
        "D": "=ü\n",
        "LANG": "C",
        "POD": "pod-a",
        "SPACE": "default",
        "LABEL": "web",
        "WANTED": "yes",
    }
    assert (env["CPU"], env["MILLI"], env["MIB"]) == ("2", "1500", "1536")
    assert int(env["HAS"]) > 1 << 20
    assert {name: value for name, value in env.items() if name.startswith("ARGO_")} == {
        "ARGO_CONTAINER_NAME": "main",
        "ARGO_INCLUDE_SCRIPT_OUTPUT": "true",
        "ARGO_NODE_ID": "a",
        "ARGO_WORKFLOW_NAME": "wf",
    }
    assert env["PATH"] == os.environ["PATH"]
    assert env["HOSTNAME"] == "pod-a"
    assert "AWS_SECRET_ACCESS_KEY" not in env


DATA = {
    ("ConfigMap", "default", "settings"): {"colour": "green", "size": "7"},
    ("Secret", "default", "password"): {"key": "hush"},
}


def test_config_maps_and_secrets(make: Make) -> None:
    executor = make(lookup=lambda kind, namespace, name: DATA.get((kind, namespace, name)))
    env_from = [
        {"configMapRef": {"name": "settings"}, "prefix": "P_"},
        {"secretRef": {"name": "password"}},
        {"secretRef": {"name": "nowhere", "optional": True}},
    ]
    variables = [
        {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "colour"}}},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "password", "key": "key"}}},
        {"name": "C", "valueFrom": {"secretKeyRef": {"name": "password", "key": "none", "optional": True}}},
        {"name": "D", "value": "$(P_size)"},
    ]
    template = container(
        command=["sh", "-c", "echo $A $B ${C-unset} $D $P_colour $key"], envFrom=env_from, env=variables
    )
    assert printed(executor, template) == "green hush unset 7 green hush"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"configMapKeyRef": {"name": "none", "key": "x"}}, 'configmap "none" not found'),
        ({"secretKeyRef": {"name": "none", "key": "x"}}, 'secret "none" not found'),
        ({"secretKeyRef": {"name": "password", "key": "x"}}, "couldn't find key x in Secret default/password"),
        ({"fieldRef": {"fieldPath": "spec.moon"}}, "fieldPath 'spec.moon' is not supported by the process executor"),
        ({"fileKeyRef": {"path": "x"}}, "this way of valueFrom is not supported by the process executor"),
    ],
)
def test_missing_values(make: Make, source: dict, problem: str) -> None:
    executor = make(lookup=lambda kind, namespace, name: DATA.get((kind, namespace, name)))
    end = end_of(executor, container(command=["true"], env=[{"name": "X", "valueFrom": source}]))
    prefix = "Pod failed before main container starts due to CreateContainerConfigError: "
    assert (end.phase, end.message) == ("Error", prefix + problem)


def test_a_lookup_that_fails_fails_its_pod_only(make: Make) -> None:
    def broken(kind: str, namespace: str, name: str) -> None:
        raise StoreError("the store is away")

    executor = make(lookup=broken)
    pods = [request("a", container(command=["true"], envFrom=[{"secretRef": {"name": "x"}}])), request("b", shell(""))]
    ends = run(executor, *pods)
    assert (ends[0].phase, ends[0].message) == ("Error", "the process could not be prepared: the store is away")
    assert ends[1].phase == "Succeeded"


def test_image_entry_point(make: Make) -> None:
    executor = make(images={"tool:1": Image(entrypoint=["echo", "entry"], cmd=["cmd"]), "empty": Image()})
    assert printed(executor, container(image="tool:1")) == "entry cmd"
    assert printed(executor, container(image="tool:1", args=["own"]), uid="uid-2") == "entry own"
    missing = end_of(executor, container(image="other", args=["x"]))
    wanted = 'image "other" has no known entry point: set command, or images."other".entrypoint in config.yaml'
    assert (missing.phase, missing.message) == ("Error", wanted)
    assert end_of(make(images={"empty": Image()}), container(image="empty")).phase == "Error"


def test_program_is_not_there(make: Make) -> None:
    end = end_of(make(), container(command=["no-such-program"]))
    assert (end.phase, end.exit_code) == ("Failed", "127")
    assert end.message == 'main: Error (exit code 127): exec: "no-such-program": executable file not found in $PATH'


def test_program_is_not_executable(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    end = end_of(make(), container(command=[str(tmp_path / "file")]))
    assert (end.phase, end.exit_code) == ("Failed", "126")
    assert end.message == f'main: Error (exit code 126): exec: "{tmp_path}/file": permission denied'


def test_program_that_the_system_can_not_run(make: Make, tmp_path: Path) -> None:
    for name, text in (("no-format", "text"), ("no-interpreter", "#!/no/such/program\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    executor = make()
    pods = [request(name, container(command=[str(tmp_path / name)])) for name in ("no-format", "no-interpreter")]
    assert [end.exit_code for end in run(executor, *pods)] == ["126", "127"]


def test_too_many_arguments(make: Make) -> None:
    end = end_of(make(), container(command=["true"], args=["x" * 3_000_000]))
    assert (end.phase, end.message) == ("Error", "the process could not be started: argument list too long")


def test_script(make: Make, home: Path) -> None:
    executor = make()
    template = script('echo "$0"; echo "$@"; pwd', ["sh", "-e"])
    name, arguments, folder = printed(executor, template).splitlines()
    assert folder == str(home / "work" / "uid-1")
    assert arguments == ""
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0 or Path(name).parent.stat().st_mode & 0o077 == 0
    assert Path(name).read_text() == template.script.source if template.script else False


def test_script_path_is_the_last_argument(make: Make) -> None:
    template = script("not run", ["echo", "a"])
    assert template.script
    template.script.args = ["b"]
    first, second, path = printed(make(), template).split()
    assert (first, second) == ("a", "b")
    assert Path(path).read_text() == "not run"


def test_script_without_source_is_a_container(make: Make) -> None:
    assert printed(make(), script("", ["echo", "x"])) == "x"


def test_scripts_in_other_languages(make: Make) -> None:
    source = 'import sys\nprint("ünï", len(sys.argv))\n'
    assert printed(make(), script(source, ["python3"])) == "ünï 1"


def test_working_dir(make: Make, home: Path, tmp_path: Path) -> None:
    assert printed(make(), container(command=["pwd"], workingDir=str(tmp_path))) == str(tmp_path)
    end = end_of(make(), container(command=["pwd"], workingDir="no/such"))
    assert (end.phase, end.message) == ("Error", 'workingDir "no/such" does not exist on this machine')


def test_pods_of_a_workflow_share_a_folder(make: Make) -> None:
    executor = make()
    run(executor, request("a", shell("echo shared > file")))
    (same,) = run(executor, request("b", shell("cat file"), wants_result=True))
    (other,) = run(executor, request("c", shell("cat file"), uid="uid-2"))
    assert (same.result, other.phase) == ("shared", "Failed")


@pytest.mark.parametrize("name", ["..", "a/b", "", "x" * 300])
def test_names_that_are_no_file_names(make: Make, name: str) -> None:
    pod = request("a", shell("echo x"))
    odd = msgspec.structs.replace(pod, pod_name=name)
    (end,) = run(make(), odd)
    assert (end.phase, end.message) == ("Error", f"{name!r} can't be the name of a file")


def test_other_template_types(make: Make) -> None:
    (end,) = run(make(), request("a", Template(name="x")))
    message = "the process executor runs templates of type container, script and containerSet"
    assert (end.phase, end.message) == ("Error", message)


def test_standard_input_is_empty(make: Make) -> None:
    assert printed(make(), shell("cat; echo end")) == "end"


def test_no_descriptors_and_no_ignored_signals_are_inherited(make: Make) -> None:
    """A program that finds SIGPIPE ignored, as Python has it, writes on for ever; a stray descriptor keeps locks."""
    text = "ls /proc/self/fd | wc -w; grep -E 'SigIgn|SigBlk' /proc/self/status | cut -f 2"
    descriptors, blocked, ignored = printed(make(), shell(text)).split()
    assert descriptors == "4"
    assert int(blocked, 16) == 0
    assert int(ignored, 16) & 0x7FFFFFFF == 0  # without the two that the C library keeps for itself


def test_what_a_program_leaves_behind_ends_with_it(make: Make, tmp_path: Path) -> None:
    record = tmp_path / "pid"
    text = (
        '(trap "" HUP; echo started > "$1"; exec sleep 60) & while [ ! -s "$1" ]; do sleep 0.01; done; echo $! > "$1"'
    )
    (end,) = run(make(), request("a", shell(text, str(record))))
    assert end.phase == "Succeeded"
    pid = int(record.read_text())
    eventually(lambda: not alive(pid), "it has ended")


def test_waiting_for_a_slot_is_reported_once(make: Make) -> None:
    executor, heard = make(slots=1), Listener()
    executor.open(heard)
    pods: list[PodRequest] = [request(f"n{number}", shell("sleep 1.5")) for number in range(2)]
    pods.append(request("quick", shell("exit 0")))
    for pod in pods:
        executor.start(pod)
    heard.ends(pod.key for pod in pods)
    assert [heard.phases(pod.key)[0] for pod in pods] == ["Running", "Pending", "Pending"]
    assert heard.reports[pods[1].key][0].message == "waiting for one of 1 process slots"
    assert heard.phases(pods[2].key).count("Pending") == 1


def test_stopped_before_it_is_known_whether_it_ever_ran(make: Make, tmp_path: Path) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    pod = request("a", shell('sleep 60; echo x > "$1"', str(tmp_path / "ran")))
    executor.adopt([pod])
    executor.stop(pod.key, 0)
    end = heard.end(pod.key)
    assert (end.phase, end.exit_code) in [("Failed", None), ("Failed", "137")]
    assert not (tmp_path / "ran").exists()


def test_stopped_while_it_waits(make: Make, tmp_path: Path) -> None:
    executor, heard = make(slots=1), Listener()
    executor.open(heard)
    first, second = request("a", shell("sleep 60")), request("b", shell('echo x > "$1"', str(tmp_path / "ran")))
    executor.start(first)
    executor.start(second)
    executor.stop(second.key, 30)
    end = heard.end(second.key)
    assert (end.phase, end.exit_code, end.message) == ("Failed", None, "stopped before it was started")
    executor.stop(first.key, 0)
    heard.end(first.key)
    executor.start(second)
    executor.adopt([second])
    later = request("c", shell("exit 0"))
    executor.start(later)
    heard.end(later.key)
    assert not (tmp_path / "ran").exists()
