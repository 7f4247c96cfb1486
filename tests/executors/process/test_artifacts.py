"""Artifacts of processes: brought in before, kept after, and again after an engine that was lost between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from argosy.artifacts.keeper import Keeper
from argosy.executors.process.executor import ProcessExecutor
from argosy.model.arguments import Artifact, Inputs, Outputs
from argosy.model.locations import ArchiveStrategy, ArtifactLocation, NoneStrategy, RawArtifact, S3Artifact
from argosy.model.template import Template
from argosy.ports.pods import PodReport
from tests.executors.process.support import Listener, request, run, shell

Make = Callable[..., ProcessExecutor]
NONE = ArchiveStrategy(none=NoneStrategy())


@pytest.fixture
def keeping(make: Make, tmp_path: Path) -> Make:
    """Makes executors that keep artifacts."""

    def make_one() -> ProcessExecutor:
        executor = make()
        executor.keep_artifacts(Keeper(tmp_path / "kept", lambda _namespace, _name: None))
        return executor

    return make_one


def raw(name: str, path: str, data: str, **more) -> Artifact:
    return Artifact(name=name, path=path, raw=RawArtifact(data=data), **more)


def leaf(text: str, *inputs: Artifact, outputs: tuple[Artifact, ...] = ()) -> Template:
    template = shell(text)
    template.inputs, template.outputs = Inputs(artifacts=list(inputs)), Outputs(artifacts=list(outputs))
    return template


def end_of(executor: ProcessExecutor, template: Template) -> PodReport:
    (end,) = run(executor, request("a", template, wants_result=True))
    return end


def keys(end: PodReport) -> list[str]:
    return [each.s3.key for each in end.artifacts if each.s3]


def test_files_come_in_where_the_program_finds_them(keeping: Make) -> None:
    template = leaf(
        "cat /tmp/one/two /no/such/folder /mnt; test -x /tmp/one/two && echo x",
        raw("a", "/tmp/one/two", "a\n", mode=0o755),
        raw("b", "/no/such/folder", "b\n"),
        raw("c", "/mnt", "c\n"),  # the host has a folder there
        Artifact(name="d", path="/tmp/d", optional=True),
        Artifact(name="e", path="/tmp/e", optional=True, s3=S3Artifact(key="no/such")),
    )
    end = end_of(keeping(), template)
    assert (end.phase, end.result) == ("Succeeded", "a\nb\nc\nx")
    assert not Path("/no").exists()


@pytest.mark.parametrize("path", ["/tmp/out", "/srv/deep/out", "out"])
def test_what_one_gives_another_takes(keeping: Make, path: str, tmp_path: Path) -> None:
    executor = keeping()
    end = end_of(
        executor, leaf(f"mkdir -p $(dirname {path}); echo it > {path}", outputs=(Artifact(name="o", path=path),))
    )
    assert (end.phase, keys(end)) == ("Succeeded", ["wf/pod-a/o.tgz"])
    (given,) = end.artifacts
    end = run(
        executor, request("b", leaf("cat /tmp/in", Artifact(name="i", path="/tmp/in", s3=given.s3)), wants_result=True)
    )[0]
    assert (end.phase, end.result) == ("Succeeded", "it")


def test_a_folder_of_files_with_a_file_in_it(keeping: Make) -> None:
    executor = keeping()
    folder = Artifact(name="o", path="/work/dir", archive=NONE)
    end = end_of(executor, leaf("mkdir -p /work/dir/sub; echo 1 > /work/dir/sub/f", outputs=(folder,)))
    assert keys(end) == ["wf/pod-a/dir"]
    template = leaf(
        "cat /src/sub/f /src/new",
        raw("new", "/src/new", "2"),
        Artifact(name="i", path="/src", archive=NONE, s3=S3Artifact(key="wf/pod-a/dir")),
    )
    (end,) = run(executor, request("b", template, wants_result=True))
    assert end.result == "1\n2"


@pytest.mark.parametrize(("text", "path"), [("mkdir /mnt/new; echo 1 >", "/mnt/new/o"), ("echo 1 >", "/of-an-image/o")])
def test_a_program_makes_the_folder_of_what_it_gives(keeping: Make, text: str, path: str) -> None:
    end = end_of(keeping(), leaf(f"{text} {path}", outputs=(Artifact(name="o", path=path),)))
    assert (end.phase, keys(end)) == ("Succeeded", ["wf/pod-a/o.tgz"])


def test_what_is_missing(keeping: Make) -> None:
    outputs = (Artifact(name="a", path="/tmp/a"), Artifact(name="b", path="/tmp/b", optional=True))
    end = end_of(keeping(), leaf("true", outputs=outputs))
    missing = "open /var/run/argo/outputs/artifacts/tmp/a.tgz: no such file or directory"
    assert (end.phase, end.message) == ("Error", f"wait: Error (exit code 64): {missing}")
    (end,) = run(keeping(), request("b", leaf("exit 3", outputs=outputs)))
    assert (end.phase, end.exit_code) == ("Failed", "3")
    (end,) = run(keeping(), request("c", leaf("true", Artifact(name="a", path="/a", s3=S3Artifact(key="no/such")))))
    assert end.message == (
        "init: Error (exit code 64): artifact a failed to load: The specified key does not exist: no/such"
    )
    (end,) = run(keeping(), request("d", leaf("true", Artifact(name="a", path="/a"))))
    assert end.message == "init: Error (exit code 64): required artifact 'a' not supplied"


def test_nothing_is_brought_through_a_link_that_leads_out(keeping: Make, tmp_path: Path) -> None:
    (tmp_path / "kept" / "dir").mkdir(parents=True)
    (tmp_path / "kept" / "dir" / "link").symlink_to(tmp_path)
    template = leaf(
        "true", Artifact(name="a", path="/src", s3=S3Artifact(key="dir")), raw("b", "/src/link/evil", "evil")
    )
    end = end_of(keeping(), template)
    assert (end.phase, "leads out" in end.message) == ("Error", True)
    assert not (tmp_path / "evil").exists()


def test_the_log_is_kept_where_that_is_wanted(keeping: Make, tmp_path: Path) -> None:
    template = leaf("echo said")
    template.archive_location = ArtifactLocation(archive_logs=True, s3=S3Artifact(key="mine"))
    end = end_of(keeping(), template)
    assert [(each.name, each.path) for each in end.artifacts] == [("main-logs", "")]
    assert (keys(end), (tmp_path / "kept/mine/main.log").read_text()) == (["mine/main.log"], "said\n")


def test_the_next_engine_keeps_what_this_one_did_not(keeping: Make, tmp_path: Path) -> None:
    first, second = keeping(), keeping()
    asked = request("a", leaf(f"while ! test -e {tmp_path}/go; do sleep 0.01; done; echo 1 > /tmp/o"))
    asked.template.outputs = Outputs(artifacts=[Artifact(name="o", path="/tmp/o")])
    listener = Listener()
    first.open(listener)
    first.start(asked)
    listener.wait_for_phase(asked.key, "Running")
    first.close()
    (tmp_path / "go").touch()
    second.open(listener)
    second.adopt([asked])
    assert keys(listener.end(asked.key)) == ["wf/pod-a/o.tgz"]
    second.close()
