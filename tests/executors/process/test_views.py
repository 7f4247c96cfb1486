"""Output files at absolute paths: the program's own, and never the host's."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from argosy.artifacts.keeper import Keeper
from argosy.executors.process import sandbox
from argosy.executors.process.executor import ProcessExecutor
from argosy.executors.process.unrunnable import Unrunnable
from argosy.model.arguments import Artifact, Inputs, Outputs, Parameter, ValueFrom
from argosy.model.template import Template
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodReport, PodRequest
from tests.executors.process.support import Listener, request, run, shell

Make = Callable[..., ProcessExecutor]
ARGO = "/var/run/argo/outputs/parameters"


@pytest.fixture(params=[tool.program for tool in sandbox.TOOLS])
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each way to make a view, where it works here."""
    monkeypatch.setattr(sandbox, "TOOLS", [each for each in sandbox.TOOLS if each.program == request.param])
    sandbox.working_tool.cache_clear()
    request.addfinalizer(sandbox.working_tool.cache_clear)
    try:
        sandbox.find_tool()
    except Unrunnable:
        pytest.skip(f"{request.param} does not work here")
    yield request.param


def writing(text: str, *arguments: str, **paths: str) -> Template:
    """A leaf with an output parameter for each of the paths; after a bar comes the default."""
    parameters = []
    for name, path in paths.items():
        path, bar, default = path.partition("|")
        parameters.append(Parameter(name=name, value_from=ValueFrom(path=path, default=default if bar else None)))
    template = shell(text, *arguments)
    template.outputs = Outputs(parameters=parameters)
    return template


def pod(text: str, *arguments: str, **paths: str) -> PodRequest:
    return request("a", writing(text, *arguments, **paths))


def end_of(executor: ProcessExecutor, text: str, *arguments: str, **paths: str) -> PodReport:
    return run(executor, pod(text, *arguments, **paths))[0]


def test_files_are_read(make: Make, tool: str) -> None:
    text = "printf 'hello\\n\\n' > /tmp/hello.txt; mkdir -p /tmp/a/b; echo deep > /tmp/a/b/c; printf '\\377' > /tmp/odd"
    end = end_of(make(), text, x="/tmp/hello.txt", y="/tmp/a/b/c", z="/tmp/odd")
    assert (end.phase, end.message) == ("Succeeded", "")
    assert end.parameters == {"x": "hello\n", "y": "deep", "z": "\ufffd"}
    assert not Path("/tmp/hello.txt").exists()
    assert not Path("/tmp/a/b/c").exists()


def test_two_pods_do_not_see_each_other(make: Make, tool: str) -> None:
    text = 'ls /tmp/mine 2>/dev/null; echo "$1" > /tmp/mine; sleep 0.2; cat /tmp/mine > /tmp/again'
    pods = [request(f"n{each}", writing(text, str(each), x="/tmp/again"), wants_result=True) for each in range(6)]
    ends = run(make(), *pods)
    assert [(end.parameters, end.result) for end in ends] == [({"x": str(each)}, "") for each in range(6)]


def test_exit_codes_and_arguments_pass(make: Make, tool: str) -> None:
    end = end_of(make(), 'echo "$1|$2" > /tmp/x; exit 7', "a b", "$c", x="/tmp/x")
    assert (end.phase, end.message, end.exit_code) == ("Failed", "main: Error (exit code 7)", "7")
    assert end.parameters == {"x": "a b|$c"}


def test_missing_file(make: Make, tool: str) -> None:
    end = end_of(make(), "echo there > /tmp/there", x="/tmp/none", y="/tmp/there")
    message = f"wait: Error (exit code 64): open {ARGO}/tmp/none: no such file or directory"
    assert (end.phase, end.message, end.exit_code) == ("Error", message, "0")
    assert end.parameters == {"y": "there"}


def test_default_of_a_missing_file(make: Make, tool: str) -> None:
    end = end_of(make(), "echo there > /tmp/there", x="/tmp/none|so be it\n", y="/tmp/there|not this", z="/tmp/none|")
    assert (end.phase, end.parameters) == ("Succeeded", {"x": "so be it", "y": "there", "z": ""})


def test_failure_of_the_program_counts_more(make: Make, tool: str) -> None:
    end = end_of(make(), "exit 2", x="/tmp/none")
    assert (end.phase, end.message) == ("Failed", "main: Error (exit code 2)")


def test_polite_stop_reaches_the_program(make: Make, tool: str, home: Path) -> None:
    """What makes the view must not die of the signal before the program has cleaned up."""
    executor, heard = make(), Listener()
    executor.open(heard)
    text = "trap 'sleep 0.2; echo cleaned > /tmp/x; exit 9' TERM; echo up; while :; do sleep 0.05; done"
    one = request("a", writing(text, x="/tmp/x"))
    executor.start(one)
    heard.wait_for_phase(one.key, "Running")
    log = executor.logs(one.key, one.pod_name, LogQuery(follow=True))
    assert next(log) == "up"
    executor.stop(one.key, 30)
    end = heard.end(one.key)
    assert (end.exit_code, end.parameters) == ("9", {"x": "cleaned"})


def test_hard_stop_ends_all_of_it(make: Make, tool: str) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    one = request("a", writing("trap '' TERM; echo up; while :; do sleep 0.05; done", x="/tmp/x"))
    executor.start(one)
    heard.wait_for_phase(one.key, "Running")
    log = executor.logs(one.key, one.pod_name, LogQuery(follow=True))
    assert next(log) == "up"
    executor.stop(one.key, 0.1)
    assert heard.end(one.key).exit_code == "137"
    assert list(log) == []


def test_working_folder_is_the_hosts(make: Make, tool: str, home: Path) -> None:
    """The home is under /tmp in this test, which the view covers."""
    assert home.is_relative_to("/tmp")
    end = end_of(make(), "pwd > /tmp/where; echo shared > file", x="/tmp/where")
    assert end.parameters == {"x": str(home / "work" / "uid-1")}
    assert (home / "work" / "uid-1" / "file").read_text() == "shared\n"


def test_path_in_the_working_folder(make: Make, tool: str) -> None:
    end = end_of(make(), "mkdir out; echo x > out/file", x="out/file", y="./out/none|d")
    assert end.parameters == {"x": "x", "y": "d"}


def test_folder_that_the_host_does_not_have(make: Make, tool: str) -> None:
    if tool == "unshare":
        end = end_of(make(), "echo x", x="/nowhere-else/x")
        assert (end.phase, end.message) == ("Error", sandbox.NEEDS_BUBBLEWRAP)
        return
    end = end_of(
        make(), "ls / > /nowhere-else/x; echo top > /top; cat /etc/hostname > /dev/null", x="/nowhere-else/x", y="/top"
    )
    assert (end.phase, end.message) == ("Succeeded", "")
    assert {"bin", "etc", "usr", "proc"} <= set(end.parameters["x"].split())
    assert end.parameters["y"] == "top"
    assert not Path("/nowhere-else").exists()
    assert not Path("/top").exists()


def test_folder_that_the_host_needs(make: Make, tool: str, tmp_path: Path) -> None:
    """The host's files beside the output can be read; the output is not written among them."""
    if tool == "unshare":
        pytest.skip("the same as with the others")
    end = end_of(
        make(), "cat /etc/passwd > /etc/argosy-test; echo done > /etc/done", x="/etc/argosy-test", y="/etc/done"
    )
    assert (end.phase, end.parameters["y"]) == ("Succeeded", "done")
    assert end.parameters["x"] == Path("/etc/passwd").read_text().removesuffix("\n")
    assert not Path("/etc/argosy-test").exists()


def test_links_lead_where_they_led_the_program(make: Make, tool: str) -> None:
    text = (
        "echo target > /tmp/target; ln -s /tmp/target /tmp/x; ln -s target /tmp/y; ln -s z /tmp/z; ln -s x /tmp/chain"
    )
    end = end_of(make(), text, x="/tmp/x", y="/tmp/y", z="/tmp/z|loop", chain="/tmp/chain")
    assert end.parameters == {"x": "target", "y": "target", "z": "loop", "chain": "target"}


def test_link_to_a_file_of_the_host_outside_of_the_view(make: Make, tool: str) -> None:
    end = end_of(make(), "ln -s /etc/passwd /tmp/x", x="/tmp/x")
    assert end.phase == "Error"
    assert end.parameters == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mkdir /tmp/x", f"read {ARGO}/tmp/x: is a directory"),
        ("mkfifo /tmp/x", f"read {ARGO}/tmp/x: not a regular file"),
        ("head -c 1048577 /dev/zero > /tmp/x", "/tmp/x is larger than an output parameter may be (1 MiB)"),
    ],
)
def test_what_is_no_file(make: Make, text: str, problem: str) -> None:
    end = end_of(make(), text, x="/tmp/x")
    assert (end.phase, end.message) == ("Error", f"wait: Error (exit code 64): {problem}")


def test_files_outlive_the_engine_and_go_when_they_are_forgotten(make: Make, home: Path) -> None:
    one = pod("echo x > /tmp/x", x="/tmp/x")
    run(make(), one)
    heard, second = Listener(), make()
    second.open(heard)
    second.adopt([one])
    assert heard.end(one.key).parameters == {"x": "x"}
    view = home / "private" / "uid-1" / "pod-a.view"
    assert (view / "tmp" / "x").exists()
    second.forget([one.key])
    second.close()
    assert not view.exists()


def test_paths_of_artifacts_are_the_pods_own_too(make: Make, tmp_path: Path) -> None:
    template = shell("echo x > /tmp/argosy-out; ls /tmp/argosy-in; ls /tmp")
    template.outputs = Outputs(artifacts=[Artifact(name="out", path="/tmp/argosy-out")])
    template.inputs = Inputs(artifacts=[Artifact(name="in", path="/tmp/argosy-in", optional=True)])
    executor = make()
    executor.keep_artifacts(Keeper(tmp_path / "kept", lambda _namespace, _name: None))
    Path("/tmp/argosy-in").write_text("the host's")
    try:
        (end,) = run(executor, request("a", template, wants_result=True))
    finally:
        Path("/tmp/argosy-in").unlink()
    assert (end.phase, end.parameters) == ("Succeeded", {})
    assert end.result is not None and "argosy-in" not in end.result
    assert not Path("/tmp/argosy-out").exists()


def test_without_a_tool_it_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "TOOLS", ())
    sandbox.working_tool.cache_clear()
    end = end_of(make(), "echo x", x="/tmp/x")
    sandbox.working_tool.cache_clear()
    assert (end.phase, end.message) == ("Error", sandbox.NO_TOOL)


def test_installed_tools_that_do_not_work_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = sandbox.TOOLS[0]._replace(program="false")
    monkeypatch.setattr(sandbox, "TOOLS", (broken, broken._replace(program="no-such-program")))
    sandbox.working_tool.cache_clear()
    with pytest.raises(Unrunnable):
        sandbox.find_tool()
    sandbox.working_tool.cache_clear()


def test_plan_binds_the_nearest_folder_that_exists(tmp_path: Path) -> None:
    root, host = str(tmp_path / "root"), tmp_path / "host"
    (host / "full").mkdir(parents=True)
    (host / "full" / "file").write_text("x")
    (host / "empty").mkdir()
    (host / "full" / "link").symlink_to("file")
    view = sandbox.plan(root, [f"{host}/full/sub/out", f"{host}/empty/a/b", f"{host}/empty/c"], [])
    assert [(mount.host, mount.inside) for mount in view.mounts] == [
        (f"{root}{host}/empty", f"{host}/empty"),
        (f"{root}{host}/full", f"{host}/full"),
        (f"{host}/full/file", f"{host}/full/file"),
    ]
    assert (Path(root + str(host)) / "full" / "link").is_symlink()
    assert (Path(root + str(host)) / "full" / "sub").is_dir()
    assert (Path(root + str(host)) / "empty" / "a").is_dir()
    assert not (host / "full" / "sub").exists()


def test_a_working_folder_that_only_an_image_has_is_the_pods_own_and_empty(make: Make) -> None:
    end = run(make(), request("a", shell("pwd; ls; echo x > y; cat /src/y", working_dir="/src"), wants_result=True))[0]
    assert (end.phase, end.result) == ("Succeeded", "/src\nx")
    assert not Path("/src").exists()


def test_bubblewrap_is_there() -> None:
    """The tests above are of little use where the tool that most people have is missing."""
    assert shutil.which("bwrap"), "install bubblewrap: apt-get install bubblewrap"
